"""Kill a worker process at every named point of every step: each problem completes, and nothing takes effect twice."""

from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select

from services.identity.actor import Actor
from services.solving.models import Execution
from services.solving.runs.service import start_run
from services.solving.steps.contract import StepName
from shared.crash import STEP_POINTS, arm
from shared.db import transaction
from tests.fixtures.runs import assert_each_step_took_effect_once, completed, eventually, problem

ALL = [(point, step) for point, step in product(STEP_POINTS, StepName)]
# every point once and every step at least once; the whole matrix runs under `make test-chaos`
SOME = [(point, list(StepName)[place]) for place, point in enumerate(STEP_POINTS)] + [
    ("step.recording", StepName.ANALYZE),
    ("step.decided", StepName.PRESENT),
]


def assert_crashes_lose_nothing(actor: Actor, folder: Path, points: list[tuple[str, StepName]], seconds: float) -> None:
    ids = [problem(actor, start=False) for _ in points]
    with transaction() as session:  # armed before the bells ring, which this process does as the block ends
        for problem_id, (point, step) in zip(ids, points, strict=True):
            start_run(session, actor, problem_id)
            found = session.execute(select(Execution.id).where(Execution.problem_id == problem_id, Execution.step == step)).one()
            arm(folder, point, found.id)
    eventually(lambda: completed(ids), seconds)
    # the bell of the first step was rung by this process, which is not killed
    fired = {path.name.partition(":")[0] for path in folder.iterdir() if ":" in path.name}
    assert fired <= {"outbox.sent"}
    assert_each_step_took_effect_once(ids)


def test_no_crash_loses_or_doubles_a_step(actor: Actor, worker: Path) -> None:
    assert_crashes_lose_nothing(actor, worker, SOME, 120)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_crash_anywhere_loses_or_doubles_a_step(actor: Actor, worker: Path) -> None:
    assert_crashes_lose_nothing(actor, worker, ALL, 800)
