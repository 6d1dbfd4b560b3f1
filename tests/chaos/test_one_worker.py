"""What one worker does when its processes die, its messages repeat, its steps misbehave or are cancelled."""

import os
import signal
from pathlib import Path

from services.identity.actor import Actor
from services.solving.runs.service import cancel_run, retry_step
from services.solving.steps.contract import StepName
from shared.db import transaction
from shared.jobs.send import send
from tests.fixtures.runs import assert_each_step_took_effect_once, completed, eventually, problem, rows

LEASE = 10.0  # seconds, of the module's worker


def _pids(starts: Path) -> list[int]:
    return [int(line) for line in starts.read_text().split()] if starts.exists() else []


def _status(problem_id: object, step: StepName) -> str:
    found = rows("SELECT status FROM solving.executions WHERE problem_id = :id AND step = :step", id=problem_id, step=step)
    return str(found[0][0])


def _said(problem_id: object, pattern: str) -> bool:
    lines = "SELECT 1 FROM solving.execution_logs l JOIN solving.executions e ON e.id = l.execution_id"
    return bool(rows(f"{lines} WHERE e.problem_id = :id AND l.message LIKE :pattern", id=problem_id, pattern=pattern))


def test_a_killed_pool_process_is_replaced_and_its_step_done(actor: Actor, worker: Path, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    slow = problem(actor, analyze={"starts": str(starts), "seconds": 1.5, "reports": 3})
    eventually(lambda: len(_pids(starts)) == 1)
    os.kill(_pids(starts)[0], signal.SIGKILL)
    assert eventually(lambda: len(_pids(starts)) == 2) < LEASE, "the owner's death is seen at once, not when its lease runs out"
    eventually(lambda: completed([slow]))
    assert_each_step_took_effect_once([slow])


def test_poison_ends_after_three_attempts(actor: Actor, worker: Path, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    poisoned, healthy = problem(actor, tree={"starts": str(starts), "die": True}), problem(actor)
    eventually(lambda: _status(poisoned, StepName.TREE) == "failed")
    eventually(lambda: completed([healthy]))
    assert len(_pids(starts)) == 3
    assert rows("SELECT status FROM solving.problems WHERE id = :id", id=poisoned) == [("failed",)]
    details = rows("SELECT error_details FROM solving.executions WHERE problem_id = :id AND step = 'tree'", id=poisoned)[0][0]
    assert details["code"] == "worker_lost"
    execution = "SELECT id::text FROM solving.executions WHERE problem_id = :id"
    letters = rows(f"SELECT attempts FROM platform.dead_letters WHERE body->>'execution_id' IN ({execution})", id=poisoned)
    assert letters == [(3,)]


def test_duplicate_and_early_messages_do_nothing(actor: Actor, worker: Path) -> None:
    ids = [problem(actor) for _ in range(3)]
    executions = rows("SELECT id, step FROM solving.executions WHERE problem_id = ANY(:ids) ORDER BY random()", ids=ids)
    for execution_id, step in executions * 3:
        send(f"solving.{step}", "steps", {"execution_id": str(execution_id)})
    eventually(lambda: completed(ids))
    assert_each_step_took_effect_once(ids)


def test_cancelling_stops_the_work_in_the_middle_of_a_step(actor: Actor, worker: Path, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    slow = problem(actor, analyze={"starts": str(starts), "reports": 200, "seconds": 60})
    eventually(lambda: len(_pids(starts)) == 1)
    with transaction() as session:
        cancel_run(session, actor, slow)
    eventually(lambda: _said(slow, "What was worked out is thrown away%"))
    assert rows("SELECT status FROM solving.problems WHERE id = :id", id=slow) == [("cancelled",)]
    assert _status(slow, StepName.PRESENT) == "cancelled"


def test_a_store_that_is_away_is_waited_for_and_a_refusal_is_final(actor: Actor, worker: Path, tmp_path: Path) -> None:
    waited = problem(actor, plan={"raise": "once", "mark": str(tmp_path / "was-away")})
    refused = problem(actor, plan={"raise": "refusal"})
    eventually(lambda: completed([waited]))
    eventually(lambda: _status(refused, StepName.PLAN) == "failed")
    execution_id, attempt, error = rows(
        "SELECT id, attempt, error_details FROM solving.executions WHERE problem_id = :id AND step = 'plan'", id=refused
    )[0]
    assert attempt == 1
    assert error["detail"] == "The data hold no time column, so no trend can be tested."
    with transaction() as session:
        retry_step(session, actor, execution_id)
    eventually(lambda: _status(refused, StepName.PLAN) == "failed")
