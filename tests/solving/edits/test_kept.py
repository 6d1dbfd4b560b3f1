"""Running a step again loses nobody's edits: each is made again in the new result, by its author, or said to fit no longer."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.changes.service import changes_of_frame
from services.solving.edits.service import answer_questions, edit_frame, edit_tree, override_priority, undo_tree_edit
from services.solving.edits.tree import AddNode, RemoveNode, UpdateNode
from services.solving.errors import InvalidEditError
from services.solving.evidence import repository as ledger_rows
from services.solving.models import StepOutput
from services.solving.runs import service
from services.solving.steps.contract import StepName
from services.solving.steps.frame import ClarifyingQuestion, Kpi
from shared.db import transaction
from shared.kit.cited import loose_numerals, resolve
from tests.fixtures.runs import problem, rows
from tests.solving.runs.test_service import ORDER, work


def _decision(problem_id: UUID, step: StepName) -> Any:
    with transaction() as session:
        return outputs.decided(session, problem_id, step).decision()


def _edit(actor: Actor, problem_id: UUID, *edits: AddNode | RemoveNode | UpdateNode) -> None:
    for edit in edits:
        with transaction() as session:
            edit_tree(session, actor, problem_id, edit, reason="they know the shop")


def _again(actor: Actor, problem_id: UUID, step: StepName | None = None) -> list[StepName]:
    with transaction() as session:
        service.rerun(session, actor, problem_id, from_step=step)
    return work(problem_id)


def test_the_tree_runs_again_and_the_persons_edits_stay(actor: Actor) -> None:
    done = problem(actor)
    work(done)
    mix = AddNode(
        node_id="mix", parent_id="root", title="Is it the mix?", hypotheses=["The mix moved"], required_data=["orders by product"]
    )
    _edit(actor, done, mix, RemoveNode(node_id="cost"))
    with transaction() as session:
        frame = outputs.decided(session, done, StepName.FRAME).decision()
        edit_frame(session, actor, done, frame.model_copy(update={"goal": "Which levers bring the margin back in the south?"}))
        assert service.stale_steps(session, actor, done) == ORDER[1:]
    assert _again(actor, done) == ORDER[1:]
    tree = _decision(done, StepName.TREE)
    assert [node.id for node in tree.nodes] == ["root", "price", "mix"]
    assert tree.nodes[0].title == "Which levers bring the margin back in the south?"
    assert {check.name for check in tree.checks} == {"leaves_testable", "no_overlap_in_words", "branching"}
    with transaction() as session:
        history = outputs.history(session, done, StepName.TREE)
        assert service.stale_steps(session, actor, done) == []
    assert [(row.version, row.author) for row in history[:3]] == [(6, actor.name), (5, actor.name), (4, "worker")]
    told = rows("SELECT body FROM solving.events WHERE problem_id = :id AND body->>'edits_kept' IS NOT NULL", id=done)
    assert [row.body["edits_kept"] for row in told] == [2]
    with transaction() as session:  # made again, it can be taken back like the first time
        assert [node.id for node in undo_tree_edit(session, actor, done).decision().nodes] == ["root", "price", "cost", "mix"]


def test_an_edit_that_fits_no_longer_is_said_and_does_no_harm(actor: Actor) -> None:
    done = problem(actor)
    work(done)
    _edit(actor, done, AddNode(node_id="mix", parent_id="root", title="Is it the mix?"))
    with transaction() as session:
        service.rerun(session, actor, done, from_step=StepName.PRIORITIZE)
    work(done)
    with transaction() as session:
        for leaf in ("mix", "cost"):
            override_priority(session, actor, done, leaf, impact_score=10, reason="The board asks for it")
        undo_tree_edit(session, actor, done)
    assert _again(actor, done) == ORDER[2:]
    kept = _decision(done, StepName.PRIORITIZE)
    assert [(node.node_id, node.impact_score) for node in kept.nodes] == [("cost", 10), ("price", 8)]
    assert "Overridden: The board asks for it" in kept.nodes[0].rationale
    (told,) = rows("SELECT body FROM solving.events WHERE problem_id = :id AND body->>'edits_kept' IS NOT NULL", id=done)
    assert told.body["edits_kept"] == 1
    assert [lost["edit"]["node_id"] for lost in told.body["edits_lost"]] == ["mix"]
    assert "no leaf 'mix'" in told.body["edits_lost"][0]["why"]


def test_a_changed_target_stays_when_the_frame_is_made_again(actor: Actor) -> None:
    done = problem(actor)
    work(done)
    kpi = Kpi(name="Margin", definition="profit / revenue", unit="EUR", direction="increase", baseline=10, target=12.5)
    with transaction() as session:
        frame = outputs.decided(session, done, StepName.FRAME).decision()
        edit_frame(session, actor, done, frame.model_copy(update={"kpis": [kpi], "deadline": "by June"}))
    assert _again(actor, done, StepName.FRAME) == ORDER
    frame = _decision(done, StepName.FRAME)
    assert (frame.deadline, frame.kpis[0].gap) == ("by June", 2.5)
    with transaction() as session:
        assert frame.kpis[0].gap_key in ledger_rows.ledger(session, done)


def _questions(problem_id: UUID) -> None:
    """Have the frame ask two questions, as a frame step would have."""
    asked = [
        ClarifyingQuestion(
            id=f"question-{letter}", question=words, category="goal", required=True, default="all", why="open", would_change="the tree"
        )
        for letter, words in (("a", "Which region?"), ("b", "By when?"))
    ]
    with transaction() as session:
        row = session.scalars(select(StepOutput).where(StepOutput.problem_id == problem_id, StepOutput.step == StepName.FRAME)).one()
        row.output = row.output | {"clarifying_questions": [one.model_dump(mode="json") for one in asked]}


def test_answers_make_a_new_version_that_the_later_steps_have_yet_to_follow(actor: Actor) -> None:
    done = problem(actor)
    work(done)
    _questions(done)
    with transaction() as session, pytest.raises(InvalidEditError, match="asks no question 'question-z'"):
        answer_questions(session, actor, done, {"question-z": "x"})
    with transaction() as session:
        output = answer_questions(session, actor, done, {"question-a": "The south, 3 of 7 stores"})
        assert output.version == 2
        assert service.stale_steps(session, actor, done) == ORDER[1:]
        displays = ledger_rows.displays(ledger_rows.ledger(session, done))
        moved = changes_of_frame(session, actor, done)
    frame = output.decision()
    (answer,) = [one.answer for one in frame.clarifying_questions if one.answer is not None]
    assert loose_numerals(answer) == []
    assert resolve(answer, displays) == "The south, 3 of 7 stores"
    assert "goal" in {change.what for change in moved}  # read again, with what was answered
    _again(actor, done, StepName.FRAME)  # the new frame asks nothing; what was answered is still known
    known = [one for one in _decision(done, StepName.FRAME).assumptions if one.confidence == "high"]
    assert "Which region? The south, 3 of 7 stores" in [resolve(one.text, displays) for one in known]
