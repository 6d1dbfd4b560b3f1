"""Kill a worker process at every named point of every step: each problem completes, and nothing takes effect twice."""

from itertools import product
from uuid import UUID

import pytest

from services.identity.actor import Actor
from services.solving.steps.contract import StepName
from shared.crash import POINTS, arm
from tests.fixtures.runs import Workers, assert_each_step_took_effect_once, completed, eventually, problem, rows

ALL = [(point, step) for point, step in product(POINTS, StepName)]
# every point once and every step at least once; the whole matrix runs under `make test-chaos`
SOME = [(point, list(StepName)[place]) for place, point in enumerate(POINTS)] + [
    ("step.recording", StepName.ANALYZE),
    ("step.decided", StepName.PRESENT),
]


def _arm(workers: Workers, problem_id: UUID, point: str, step: StepName) -> None:
    found = rows("SELECT id FROM solving.executions WHERE problem_id = :id AND step = :step", id=problem_id, step=step)
    arm(workers.folder, point, found[0][0])


def _crash_at(actor: Actor, workers: Workers, points: list[tuple[str, StepName]], seconds: float) -> None:
    ids = [problem(actor) for _ in points]
    for problem_id, (point, step) in zip(ids, points, strict=True):
        _arm(workers, problem_id, point, step)
    workers.start()
    eventually(lambda: completed(ids), seconds)
    # the bell of the first step was rung by this process, which is not killed
    fired = {path.name.partition(":")[0] for path in workers.folder.iterdir() if ":" in path.name}
    assert fired <= {"outbox.sent"}
    assert_each_step_took_effect_once(ids)


def test_no_crash_loses_or_doubles_a_step(actor: Actor, workers: Workers) -> None:
    _crash_at(actor, workers, SOME, 45)


@pytest.mark.slow
def test_no_crash_anywhere_loses_or_doubles_a_step(actor: Actor, workers: Workers) -> None:
    _crash_at(actor, workers, ALL, 240)
