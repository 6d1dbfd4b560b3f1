"""A branch takes over the words, the data and the decisions up to a step, goes on by itself, and can be held beside its origin."""

from uuid import UUID

import pytest

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.changes.service import difference_of_problems
from services.solving.edits.service import edit_tree, override_priority, undo_tree_edit
from services.solving.edits.tree import UpdateNode
from services.solving.errors import InvalidProblemError, ProblemNotFoundError, StepNotReadyError
from services.solving.problems.branch import branch_problem, branches
from services.solving.runs import service
from services.solving.steps.contract import StepName
from shared.db import transaction
from tests.fixtures.runs import problem, rows
from tests.solving.runs.test_service import ORDER, status, work


def _branch(actor: Actor, origin: UUID, up_to: StepName) -> UUID:
    with transaction() as session:
        return branch_problem(session, actor, origin, up_to=up_to, reason="What if cost comes first?").id


def test_a_branch_goes_on_after_the_step_it_was_made_at_and_leaves_its_origin_alone(actor: Actor) -> None:
    origin = problem(actor)
    work(origin)
    with transaction() as session:
        edit_tree(session, actor, origin, UpdateNode(node_id="price", title="Is it the price list?"))
    branch = _branch(actor, origin, StepName.PRIORITIZE)
    with transaction() as session:
        assert service.stale_steps(session, actor, branch) == [StepName.PRIORITIZE]  # as stale as it was where it came from
        before = {step: output.output_hash for step, output in outputs.current(session, origin).items()}
        copied = outputs.current(session, branch)
        assert {step: output.output_hash for step, output in copied.items()} == {step: before[step] for step in ORDER[:3]}
        override_priority(session, actor, branch, "cost", impact_score=10, reason="What if cost comes first?")
        service.rerun(session, actor, branch)
    assert work(branch) == ORDER[3:]
    assert (status(branch), status(origin)) == ("completed", "completed")
    with transaction() as session:
        assert {step: output.output_hash for step, output in outputs.current(session, origin).items()} == before
        assert [(row.id, row.branch_reason) for row in branches(session, actor, origin)] == [(branch, "What if cost comes first?")]
        found = difference_of_problems(session, actor, origin, branch)
        assert {change.step for change in found.steps} == {StepName.PRIORITIZE, StepName.PLAN, StepName.ANALYZE, StepName.PRESENT}
        assert undo_tree_edit(session, actor, branch).decision().node("price").title == "Is it price?"


def test_a_branch_has_its_own_trail_rows_and_ledger(actor: Actor) -> None:
    origin = problem(actor)
    work(origin)
    branch = _branch(actor, origin, StepName.SYNTHESIZE)
    for table in (
        "problem_frames",
        "node_priorities",
        "analysis_plans",
        "analysis_results",
        "recommendations",
        "evidence",
        "tree_versions",
    ):
        counts = [rows(f"SELECT count(*) FROM solving.{table} WHERE problem_id = :id", id=one)[0][0] for one in (origin, branch)]
        assert counts[0] == counts[1] > 0, table
    told = rows("SELECT details FROM identity.audit_entries WHERE problem_id = :id AND action = 'problem.branched'", id=branch)
    assert told[0].details == {"up_to": "synthesize", "reason": "What if cost comes first?", "from": str(origin)}
    with transaction() as session:
        assert service.stale_steps(session, actor, branch) == []
        service.rerun(session, actor, branch)
    assert work(branch) == [StepName.PRESENT]


def test_what_cannot_be_branched_says_why(actor: Actor) -> None:
    origin = problem(actor)
    work(origin, 2)
    with transaction() as session:
        with pytest.raises(StepNotReadyError, match="'Set priorities' has no result"):
            branch_problem(session, actor, origin, up_to=StepName.PLAN, reason="x")
        with pytest.raises(InvalidProblemError, match="what the branch assumes"):
            branch_problem(session, actor, origin, up_to=StepName.FRAME, reason=" ")
        with pytest.raises(InvalidProblemError, match="before the deck"):
            branch_problem(session, actor, origin, up_to=StepName.PRESENT, reason="x")
        with pytest.raises(ProblemNotFoundError):
            difference_of_problems(session, actor, origin, UUID(int=7))
