"""Two states held beside each other: what moved is recognised by how it was computed, not by its key."""

import datetime as dt
from typing import Any

import pytest

from services.decks.model import CoverSlide, Deck, ExecutiveSummarySlide, SummaryRow
from services.solving.changes.difference import Snapshot, difference
from services.solving.evidence.ledger import EvidenceKind, Ledger, Recipe
from services.solving.steps.contract import StepName
from services.solving.steps.synthesize import Impact, LeafVerdict, Synthesis
from shared.kit.cited import cite


def state(version: int, value: float, *, answer: str = "Cut it to {}", verdict: Any = "supported", extra: bool = False) -> Snapshot:
    """A state whose deck and answer show one number, and (extra) a second slide."""
    ledger = Ledger()
    recipe = Recipe(query='select avg(cost) from "orders"', datasets={"orders": f"sha {version}"})
    key = ledger.number(EvidenceKind.SQL, value, recipe, label="average cost")
    entries = {entry.key: entry for entry in ledger.entries}
    slides: list[Any] = [CoverSlide(title=f"Cost is {cite(key)}")]
    if extra:
        slides.append(ExecutiveSummarySlide(title="All in one", rows=(SummaryRow(label="Situation", heading="It rose"),)))
    numbers = {key: {"key": key, "value": value, "display": entries[key].display}}
    deck = Deck.model_validate(
        {"title": "Cost", "date": dt.date(2026, 1, 1), "problem_id": "p", "slides": slides, "numbers": numbers},
    )
    synthesis = Synthesis(
        governing_answer=answer.format(cite(key)),
        situation="",
        complication="",
        supporting_points=[],
        leaf_verdicts=[LeafVerdict(node_id="A1", verdict=verdict, reason="", finding_ids=[])],
        contradictions=[],
        recommendations=[],
        impact=Impact(gap_key=None, total_key=None, remaining_key=None, statement=""),
        what_would_change_our_mind=[],
        first_step="",
        decision_asked="",
        confidence="medium",
        confidence_reason="",
        next_data=[],
    )
    versions = {StepName.SYNTHESIZE: (version, f"hash {version}"), StepName.FRAME: (1, "the same")}
    return Snapshot(versions=versions, synthesis=synthesis, deck=deck, ledger=entries)


def test_the_same_state_has_no_difference() -> None:
    found = difference(state(1, 20.0), state(1, 20.0))
    assert found.nothing
    assert found.argument_holds
    assert (found.numbers, found.slides, found.conclusion) == ([], [], None)


def test_a_number_that_moved_is_recognised_by_its_recipe() -> None:
    found = difference(state(1, 20.0), state(2, 25.0))
    assert [(c.change, c.what, c.before, c.after) for c in found.numbers] == [("changed", "average cost", "20.0", "25.0")]
    assert [c.step for c in found.steps] == [StepName.SYNTHESIZE]
    assert [(c.change, c.what) for c in found.slides] == [("changed", "cover")]
    assert found.conclusion is not None
    assert (found.conclusion.before, found.conclusion.after) == ("Cut it to 20.0", "Cut it to 25.0")
    assert found.argument_holds


def test_an_answer_in_other_words_is_another_argument() -> None:
    found = difference(state(1, 20.0), state(2, 20.0, answer="Leave it at {}"))
    assert not found.argument_holds


@pytest.mark.parametrize(("before", "after", "change"), [(False, True, "added"), (True, False, "removed")])
def test_slides_come_and_go(before: bool, after: bool, change: str) -> None:
    found = difference(state(1, 20.0, extra=before), state(2, 20.0, extra=after))
    assert [(c.change, c.what) for c in found.slides] == [(change, "executive summary")]


def test_a_verdict_that_turned_is_named() -> None:
    found = difference(state(1, 20.0), state(2, 20.0, verdict="refuted"))
    assert [(c.what, c.before, c.after) for c in found.verdicts] == [("A1", "supported", "refuted")]
