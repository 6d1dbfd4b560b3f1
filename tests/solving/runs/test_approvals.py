"""Guided runs: a named person approves one exact version, the run goes on from that one, and no other can be approved."""

from uuid import UUID

import pytest

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.edits.service import edit_tree, override_priority
from services.solving.edits.tree import UpdateNode
from services.solving.errors import NothingToDoError, StaleVersionError, SupersededVersionError
from services.solving.runs import approvals, service
from services.solving.steps.contract import StepName
from shared.db import transaction
from tests.fixtures.runs import problem, rows
from tests.solving.runs.test_service import ORDER, status, work


def _guided(actor: Actor) -> UUID:
    guided = problem(actor, start=False)
    with transaction() as session:
        service.start_run(session, actor, guided, mode="guided")
    work(guided)
    return guided


def _hash(problem_id: UUID, step: StepName) -> str:
    with transaction() as session:
        return outputs.decided(session, problem_id, step).output_hash


def _approve(actor: Actor, problem_id: UUID, step: StepName) -> None:
    with transaction() as session:
        service.approve(session, actor, problem_id, output_hash=_hash(problem_id, step), comment="as discussed")


def test_an_approval_names_a_person_and_the_exact_version(actor: Actor) -> None:
    guided = _guided(actor)
    _approve(actor, guided, StepName.FRAME)
    work(guided)
    _approve(actor, guided, StepName.PRIORITIZE)
    assert work(guided) == ORDER[3:]
    _approve(actor, guided, StepName.PRESENT)
    assert status(guided) == "completed"
    kept = rows(
        "SELECT step, version, output_hash, decided_by, comment FROM solving.approvals WHERE problem_id = :id ORDER BY created_at",
        id=guided,
    )
    assert [tuple(row) for row in kept] == [
        (step, 1, _hash(guided, step), actor.name, "as discussed") for step in (StepName.FRAME, StepName.PRIORITIZE, StepName.PRESENT)
    ]
    trail = rows(
        "SELECT details->>'output_hash' FROM identity.audit_entries WHERE problem_id = :id AND action = 'run.continued'", id=guided
    )
    assert {row[0] for row in trail} == {row.output_hash for row in kept}


def test_a_version_that_was_superseded_cannot_be_approved(actor: Actor) -> None:
    guided = _guided(actor)
    _approve(actor, guided, StepName.FRAME)
    work(guided)
    read = _hash(guided, StepName.PRIORITIZE)
    with transaction() as session:
        override_priority(session, actor, guided, "cost", impact_score=10, reason="The board asks for it")
    with pytest.raises(SupersededVersionError, match="read version 2"), transaction() as session:
        service.approve(session, actor, guided, output_hash=read)
    assert work(guided) == []
    _approve(actor, guided, StepName.PRIORITIZE)
    assert work(guided) == ORDER[3:]


def test_the_next_steps_read_the_approved_version_whatever_is_edited_meanwhile(actor: Actor) -> None:
    guided = _guided(actor)
    _approve(actor, guided, StepName.FRAME)
    work(guided)
    _approve(actor, guided, StepName.PRIORITIZE)
    with transaction() as session:
        override_priority(session, actor, guided, "cost", impact_score=10, reason="after the approval")
    assert work(guided) == ORDER[3:]
    with transaction() as session:
        plans = outputs.decided(session, guided, StepName.PLAN).decision().plans
        newest = outputs.decided(session, guided, StepName.PRIORITIZE).decision()
        stale = service.stale_steps(session, actor, guided)
    assert [plan.question_id for plan in plans] == ["price", "cost"]
    assert [node.node_id for node in newest.nodes] == ["cost", "price"]
    assert stale == ORDER[3:]  # made from the approved version, which is no longer the newest


def test_a_version_that_no_longer_follows_cannot_be_approved_and_the_run_makes_way(actor: Actor) -> None:
    guided = _guided(actor)
    _approve(actor, guided, StepName.FRAME)
    work(guided)
    with transaction() as session:
        edit_tree(session, actor, guided, UpdateNode(node_id="price", title="Is it the price list?"))
    with pytest.raises(StaleVersionError), transaction() as session:
        service.approve(session, actor, guided)
    with transaction() as session:
        again = service.rerun(session, actor, guided, mode="guided")
        assert again.epoch == 2
    assert work(guided) == [StepName.PRIORITIZE]
    _approve(actor, guided, StepName.PRIORITIZE)
    assert work(guided) == ORDER[3:]
    assert [row[0] for row in rows("SELECT status FROM solving.runs WHERE problem_id = :id ORDER BY epoch", id=guided)] == [
        "cancelled",
        "running",
    ]


def test_changes_are_asked_for_and_the_run_goes_on_waiting(actor: Actor) -> None:
    guided = _guided(actor)
    with transaction() as session:
        asked = service.request_changes(session, actor, guided, comment="Name the region.")
        assert (asked.verdict, asked.comment) == ("changes_requested", "Name the region.")
    assert work(guided) == []
    with transaction() as session:
        run = service.newest_run(session, guided)
        assert approvals.awaited(run, service.executions_of(session, run)) is StepName.FRAME
    _approve(actor, guided, StepName.FRAME)
    with pytest.raises(NothingToDoError), transaction() as session:
        service.approve(session, actor, guided)
