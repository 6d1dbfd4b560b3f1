"""Plans as jobs: in the order of their dependencies, by any worker, each with one effect whatever dies."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.errors import LeaseLostError, PlanFailedError
from services.solving.models import Problem
from services.solving.runs import plans, service
from services.solving.runs.claim import claim
from services.solving.runs.perform import help_with_plans, perform
from services.solving.steps.analyze import PlanOutcome
from services.solving.steps.contract import StepName
from services.solving.steps.plan import AnalysisPlan, DecisionRule
from shared.crash import PLAN_POINTS, arm
from shared.db import transaction
from tests.fixtures.runs import Workers, assert_each_step_took_effect_once, completed, eventually, problem, rows
from tests.solving.runs.test_service import ORDER, status, work

HASH = "0" * 64


def _plan(question: str, *after: str) -> AnalysisPlan:
    today = date(2026, 1, 1).isoformat()
    rule = DecisionRule(confirms="it moved", kills="it did not", minimum_effect=0.1)
    texts = {
        "title": question,
        "hypothesis": question,
        "owner": "analyst",
        "start": today,
        "due": today,
        "end_product": "",
        "data_check": "",
    }
    lists: dict[str, list[str]] = {"methods": [], "acceptance_criteria": [], "dependencies": list(after)}
    return AnalysisPlan.model_validate(
        {"question_id": question, "tests": [], "data_requirements": [], "estimated_hours": 1, "decision_rule": rule} | texts | lists
    )


def _executions(problem_id: UUID) -> list[UUID]:
    return [
        row.id
        for row in rows("SELECT id FROM solving.executions WHERE problem_id = :id AND step = 'analyze' ORDER BY epoch", id=problem_id)
    ]


def _jobs(problem_id: UUID) -> list[tuple[str, str, int]]:
    query = "SELECT question_id, status, attempt FROM solving.plan_executions WHERE problem_id = :id ORDER BY position"
    return [(row.question_id, row.status, row.attempt) for row in rows(query, id=problem_id)]


def test_plans_wait_for_what_they_need_and_a_circle_is_refused() -> None:
    found = plans.needs([_plan("a"), _plan("b", "a", "unknown"), _plan("c", "a", "b")])
    assert found == {"a": [], "b": ["a"], "c": ["a", "b"]}
    with pytest.raises(PlanFailedError, match="wait for each other"):
        plans.needs([_plan("a", "b"), _plan("b", "a")])


def test_a_plan_is_ready_once_what_it_needs_is_done_and_goes_to_one_worker(actor: Actor) -> None:
    mine = problem(actor)
    work(mine, 4)
    execution_id = _executions(mine)[0]
    step = claim(execution_id)
    assert step is not None
    plans.open_plans(step, [_plan("a"), _plan("b", "a"), _plan("c")], HASH)
    plans.open_plans(step, [_plan("a"), _plan("b", "a"), _plan("c")], HASH)  # a second attempt finds them there
    first, second = plans.claim_next(execution_id, HASH), plans.claim_next(execution_id, HASH)
    assert first is not None
    assert second is not None
    assert (first.question_id, second.question_id) == ("a", "c")
    assert plans.claim_next(execution_id, HASH) is None  # b waits for a
    plans._record(first, PlanOutcome(question_id="a"))
    third = plans.claim_next(execution_id, HASH)
    assert third is not None
    assert third.question_id == "b"
    assert plans.claim_next(execution_id, "1" * 64) is None  # nobody with other inputs gets any
    with pytest.raises(LeaseLostError):
        plans._record(first, PlanOutcome(question_id="a"))
    with transaction() as session:
        service.cancel_run(session, actor, mine)
    with pytest.raises(LeaseLostError):
        plans._record(second, PlanOutcome(question_id="c"))
    assert not third.extend()
    assert [one[:2] for one in _jobs(mine)] == [("a", "completed"), ("b", "running"), ("c", "running")]


def test_a_plan_is_carried_out_once_in_the_order_of_the_plan_and_told(actor: Actor) -> None:
    done = problem(actor, plan={"leaves": 4, "after": {"price": ["cost"], "cost": ["leaf3"]}})
    assert work(done) == ORDER
    assert _jobs(done) == [(question, "completed", 1) for question in ("price", "cost", "leaf2", "leaf3")]
    told = rows("SELECT body FROM solving.events WHERE problem_id = :id AND kind = 'plan_completed' ORDER BY seq", id=done)
    assert [row.body["question_id"] for row in told] == ["leaf2", "leaf3", "cost", "price"]
    assert [(row.body["done"], row.body["total"]) for row in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert help_with_plans(_executions(done)[0]) == 0  # a bell that comes late finds nothing to do


def test_a_plan_that_fails_fails_the_step_with_its_reason_and_a_retry_keeps_what_is_done(actor: Actor) -> None:
    failing = problem(actor, cost={"raise": "refusal"})
    assert work(failing) == ORDER[:4]
    assert status(failing) == "failed"
    (error,) = [
        row[0] for row in rows("SELECT error_details FROM solving.executions WHERE problem_id = :id AND status = 'failed'", id=failing)
    ]
    assert error["code"] == "plan_failed"
    assert "The plan cost could not be carried out: The data hold no time column" in error["detail"]
    assert _jobs(failing) == [("price", "completed", 1), ("cost", "failed", 1)]
    with transaction() as session:
        service.retry_step(session, actor, _executions(failing)[0])
    assert _jobs(failing) == [("price", "completed", 1)]
    work(failing)
    assert _jobs(failing) == [("price", "completed", 1), ("cost", "failed", 1)]


def test_independent_plans_run_at_once_in_two_workers(actor: Actor, workers: Workers) -> None:
    slow: dict[str, Any] = {f"leaf{place}": {"seconds": 1.5} for place in range(2, 6)}
    parallel = problem(actor, plan={"leaves": 6}, **slow)
    assert work(parallel, 4) == ORDER[:4]
    for _ in range(2):
        workers.start(concurrency=1)
    eventually(lambda: completed([parallel]), 120)
    ran = rows("SELECT question_id, lease_pid, started_at, completed_at FROM solving.plan_executions WHERE problem_id = :id", id=parallel)
    assert len({row.lease_pid for row in ran}) == 2
    overlapping = [
        (one.question_id, other.question_id)
        for one in ran
        for other in ran
        if one.lease_pid != other.lease_pid and one.started_at < other.completed_at and other.started_at < one.completed_at
    ]
    assert overlapping
    assert_each_step_took_effect_once([parallel])


def test_a_worker_that_dies_in_a_plan_loses_and_doubles_nothing(actor: Actor, workers: Workers) -> None:
    folder = workers.folder
    ids = [problem(actor, plan={"leaves": 4, "after": {"cost": ["price"]}}) for _ in PLAN_POINTS]
    for problem_id, point in zip(ids, PLAN_POINTS, strict=True):
        assert work(problem_id, 4) == ORDER[:4]
        _open_and_arm(problem_id, folder, point)
    workers.start(concurrency=2)
    eventually(lambda: completed(ids), 180)
    assert [path.name for path in folder.iterdir() if path.name.startswith("plan.")] == []  # each point fired
    assert_each_step_took_effect_once(ids)
    told = "SELECT body->>'question_id', count(*) FROM solving.events WHERE problem_id = :id AND kind = 'plan_completed' GROUP BY 1"
    for problem_id in ids:
        assert {row[0]: row[1] for row in rows(told, id=problem_id)} == dict.fromkeys(("price", "cost", "leaf2", "leaf3"), 1)
        assert {job[1] for job in _jobs(problem_id)} == {"completed"}


def _open_and_arm(problem_id: UUID, folder: Path, point: str) -> None:
    """Open the step's plans as a worker that died right after would have, and arm a crash point for the first of them."""
    execution_id = _executions(problem_id)[0]
    step = claim(execution_id)
    assert step is not None
    with transaction() as session:
        have = outputs.current(session, problem_id)
        inputs = outputs.input_hash(outputs.base_hash(session, session.get_one(Problem, problem_id)), StepName.ANALYZE, have)
        planned = have[StepName.PLAN].decision().plans
    plans.open_plans(step, planned, inputs)
    first = rows("SELECT id FROM solving.plan_executions WHERE problem_id = :id ORDER BY position LIMIT 1", id=problem_id)[0][0]
    arm(folder, point, first)
    lost = "UPDATE solving.executions SET lease_until = now() - interval '1 second' WHERE id = :id RETURNING id"
    assert rows(lost, id=execution_id)


def test_a_plan_that_kills_its_worker_is_given_up(actor: Actor) -> None:
    poisoned = problem(actor)
    work(poisoned, 4)
    execution_id = _executions(poisoned)[0]
    rows("UPDATE solving.executions SET next_attempt_at = now() WHERE id = :id RETURNING id", id=execution_id)
    step = claim(execution_id)
    assert step is not None
    plans.open_plans(step, [_plan("a")], HASH)
    for _ in range(3):
        assert plans.claim_next(execution_id, HASH) is not None
        rows(
            "UPDATE solving.plan_executions SET lease_until = now() - interval '1 second' WHERE execution_id = :id RETURNING id",
            id=execution_id,
        )
    assert plans.claim_next(execution_id, HASH) is None
    plans._free_what_the_dead_hold(execution_id)
    assert _jobs(poisoned) == [("a", "failed", 3)]
    assert perform(execution_id) is False  # the step is held by its first claim
