"""Runs as their owners see them: started, gone on with, stopped, taken up again, stale and re-run."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.edits.service import edit_tree
from services.solving.edits.tree import UpdateNode
from services.solving.errors import (
    ExecutionNotFoundError,
    IllegalTransitionError,
    NothingToDoError,
    ProblemNotFoundError,
    RunActiveError,
    RunNotFoundError,
    StepNotReadyError,
)
from services.solving.models import Execution, Problem
from services.solving.problems.service import delete_problem
from services.solving.runs import service
from services.solving.runs.claim import claim
from services.solving.runs.perform import perform
from services.solving.steps.contract import StepName
from shared.db import transaction
from shared.settings import configured
from tests.fixtures.runs import assert_each_step_took_effect_once, eventually, problem, rows

ORDER = list(StepName)


def work(problem_id: UUID, steps: int = 7) -> list[StepName]:
    """Do what is due, step by step, as a worker would; return what was done."""
    done: list[StepName] = []
    for _ in range(steps):
        queued = "SELECT id, step FROM solving.executions WHERE problem_id = :id AND status = 'queued' ORDER BY epoch DESC, ordinal"
        due = rows(queued, id=problem_id)
        if not due or not perform(due[0][0]):
            break
        done.append(StepName(due[0][1]))
    return done


def status(problem_id: UUID) -> str:
    with transaction() as session:
        return session.scalars(select(Problem.status).where(Problem.id == problem_id)).one()


def test_seven_steps_complete_a_problem_and_its_records_say_so(actor: Actor) -> None:
    done = problem(actor)
    assert status(done) == "framing"
    assert work(done) == ORDER
    assert status(done) == "completed"
    assert_each_step_took_effect_once([done])
    counts = {
        table: rows(f"SELECT count(*) FROM solving.{table} WHERE problem_id = :id", id=done)[0][0]
        for table in (
            "problem_frames",
            "tree_versions",
            "node_priorities",
            "analysis_plans",
            "analysis_results",
            "recommendations",
            "evidence",
        )
    }
    assert counts == {
        "problem_frames": 1,
        "tree_versions": 1,
        "node_priorities": 2,
        "analysis_plans": 2,
        "analysis_results": 2,
        "recommendations": 1,
        "evidence": 2,
    }
    kinds = [row[0] for row in rows("SELECT kind FROM solving.events WHERE problem_id = :id ORDER BY seq", id=done)]
    assert kinds[:3] == ["problem_created", "run_started", "step_started"]
    assert kinds[-1] == "run_completed"
    files = rows("SELECT deliverable_type, mime_type, status FROM solving.deliverables WHERE problem_id = :id ORDER BY 1, 2", id=done)
    assert [(kind, state) for kind, _, state in files] == [
        ("audio", "failed"), ("audio", "ready"), *[("executive_summary", "ready")] * 7, ("pdf", "ready"), ("ppt", "ready"),
        ("video", "ready"), ("video", "failed"),
    ]  # fmt: skip


def test_one_run_at_a_time(actor: Actor) -> None:
    busy = problem(actor)
    for start in (service.start_run, service.rerun):
        with pytest.raises(RunActiveError), transaction() as session:
            start(session, actor, busy)


def test_a_step_waits_for_the_steps_before_it(actor: Actor) -> None:
    fresh = problem(actor, start=False)
    with pytest.raises(StepNotReadyError, match="builds on 'Frame the problem'"), transaction() as session:
        service.run_step(session, actor, fresh, StepName.PLAN)
    with transaction() as session:
        framed = service.run_step(session, actor, fresh, StepName.FRAME)
    assert perform(framed.id)
    assert status(fresh) == "framing"
    with transaction() as session:
        assert service.newest_run(session, fresh).status == "completed"


def test_a_later_step_cannot_be_claimed_early(actor: Actor) -> None:
    early = problem(actor)
    later = rows("SELECT id FROM solving.executions WHERE problem_id = :id AND step = 'plan'", id=early)[0][0]
    assert not perform(later)
    assert not perform(uuid4())


def test_a_guided_run_waits_for_a_person(actor: Actor) -> None:
    guided = problem(actor, start=False)
    with transaction() as session:
        service.start_run(session, actor, guided, mode="guided")
    for expected in ([StepName.FRAME], [StepName.TREE, StepName.PRIORITIZE], ORDER[3:]):
        assert work(guided) == expected
        assert status(guided) != "completed"
        with transaction() as session:
            service.continue_run(session, actor, guided)
    assert work(guided) == []
    assert status(guided) == "completed"
    with pytest.raises(NothingToDoError), transaction() as session:
        service.continue_run(session, actor, guided)


def test_a_cancelled_run_is_resumed_where_it_stopped(actor: Actor) -> None:
    stopped = problem(actor)
    assert work(stopped, 2) == ORDER[:2]
    with transaction() as session:
        service.cancel_run(session, actor, stopped)
    assert status(stopped) == "cancelled"
    assert work(stopped) == []
    with pytest.raises(IllegalTransitionError, match="Nothing is running"), transaction() as session:
        service.cancel_run(session, actor, stopped)
    with transaction() as session:
        service.resume_run(session, actor, stopped)
    assert work(stopped) == ORDER[2:]
    assert_each_step_took_effect_once([stopped])
    with pytest.raises(IllegalTransitionError, match="completed cannot"), transaction() as session:
        service.resume_run(session, actor, stopped)


def test_a_failed_step_says_why_and_is_retried(actor: Actor) -> None:
    failing = problem(actor, plan={"raise": "unforeseen"})
    assert work(failing, 3) == ORDER[:3]
    planning = rows("SELECT id FROM solving.executions WHERE problem_id = :id AND step = 'plan'", id=failing)[0][0]
    for _ in range(3):
        assert not perform(planning)
        with transaction() as session:
            session.get_one(Execution, planning).next_attempt_at = session.get_one(Execution, planning).created_at
    details = rows("SELECT status, attempt, error_details FROM solving.executions WHERE id = :id", id=planning)[0]
    assert (details[0], details[1], details[2]["code"]) == ("failed", 3, "step_crashed")
    assert "secret cell" not in details[2]["detail"]
    assert status(failing) == "failed"
    with transaction() as session:
        assert service.retry_step(session, actor, planning).status == "running"
    assert rows("SELECT status, attempt FROM solving.executions WHERE id = :id", id=planning) == [("queued", 0)]


def test_a_step_out_of_time_fails_at_once_and_says_so(actor: Actor) -> None:
    slow = problem(actor, frame={"raise": "timeout"})
    assert work(slow) == []
    details = rows("SELECT attempt, error_details FROM solving.executions WHERE problem_id = :id AND step = 'frame'", id=slow)[0]
    assert details == (1, {"code": "step_timeout", "attempt": 1, "detail": details[1]["detail"]})
    assert details[1]["detail"] == "'Frame the problem' took longer than the 300 seconds it may take, so it was stopped."


def test_a_step_longer_than_its_lease_is_done_once(actor: Actor) -> None:
    slow = problem(actor, frame={"seconds": 2})
    execution = rows("SELECT id FROM solving.executions WHERE problem_id = :id AND ordinal = 1", id=slow)[0][0]
    with configured({"SEVENSTEPS_LEASE_SECONDS": "1"}), ThreadPoolExecutor(1) as pool:
        doing = pool.submit(perform, execution)
        eventually(lambda: rows("SELECT 1 FROM solving.executions WHERE id = :id AND status = 'running'", id=execution))
        while not doing.done():
            assert claim(execution) is None, "the lease is kept alive for as long as the step takes"
            time.sleep(0.1)
        assert doing.result()
    assert rows("SELECT attempt FROM solving.executions WHERE id = :id", id=execution) == [(1,)]


def test_a_store_that_is_away_uses_up_no_attempt(actor: Actor) -> None:
    waiting = problem(actor, frame={"raise": "outage"})
    assert work(waiting) == []
    found = rows(
        "SELECT status, attempt, waits, next_attempt_at > now() FROM solving.executions WHERE problem_id = :id AND ordinal = 1", id=waiting
    )
    assert found == [("queued", 0, 1, True)]


def test_an_edit_makes_what_follows_stale_and_a_rerun_does_only_that(actor: Actor) -> None:
    done = problem(actor)
    work(done)
    with transaction() as session:
        assert service.stale_steps(session, actor, done) == []
        with pytest.raises(NothingToDoError):
            service.rerun(session, actor, done)
        edit_tree(session, actor, done, UpdateNode(node_id="price", title="Is it discounts of 20%?"), reason="too broad")
        assert service.stale_steps(session, actor, done) == ORDER[2:]
    with transaction() as session:
        run = service.rerun(session, actor, done)
        assert run.epoch == 2
    assert work(done) == ORDER[2:]
    with transaction() as session:
        assert service.stale_steps(session, actor, done) == []
        tree = outputs.decided(session, done, StepName.TREE).decision()
    assert tree.node("price").title.startswith("Is it discounts of [[E")
    assert rows("SELECT count(*) FROM solving.tree_versions WHERE problem_id = :id", id=done) == [(2,)]


def test_an_edit_undone_makes_nothing_stale(actor: Actor) -> None:
    done = problem(actor)
    work(done)

    def reword(title: str) -> None:
        with transaction() as session:
            edit_tree(session, actor, done, UpdateNode(node_id="price", title=title))

    reword("Is it price?")  # the same words, but the tree's checks were run
    with transaction() as session:
        service.rerun(session, actor, done)
    work(done)
    for title, stale in (("Is it volume?", ORDER[2:]), ("Is it price?", [])):
        reword(title)
        with transaction() as session:
            assert service.stale_steps(session, actor, done) == stale


def test_others_see_nothing(actor: Actor) -> None:
    mine = problem(actor)
    stranger = Actor(organization_id=uuid4(), name="stranger")
    execution = rows("SELECT id FROM solving.executions WHERE problem_id = :id LIMIT 1", id=mine)[0][0]
    with transaction() as session:
        for use in (service.start_run, service.cancel_run, service.resume_run, service.list_runs):
            with pytest.raises(ProblemNotFoundError):
                use(session, stranger, mine)
        with pytest.raises(ExecutionNotFoundError):
            service.find_execution(session, stranger, execution)


def test_deleting_a_problem_stops_it_and_hides_it(actor: Actor) -> None:
    gone = problem(actor)
    with transaction() as session:
        delete_problem(session, actor, gone)
    assert work(gone) == []
    with pytest.raises(ProblemNotFoundError), transaction() as session:
        service.start_run(session, actor, gone)


def test_a_problem_never_run_has_no_run_to_resume(actor: Actor) -> None:
    fresh = problem(actor, start=False)
    with pytest.raises(RunNotFoundError), transaction() as session:
        service.resume_run(session, actor, fresh)
