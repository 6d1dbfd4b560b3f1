"""All seven steps, pure: every text resolves, every number computes again, and a second run gives the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.decks.model import Deck
from services.solving.evidence.ledger import EvidenceEntry, EvidenceKind
from services.solving.evidence.rerun import Bench
from services.solving.samples.catalogue import names, sample
from services.solving.steps.contract import StepContext
from shared.kit.cited import resolve
from shared.kit.hashing import canonical_json, sha256_hex
from shared.kit.numbers import NBSP
from tests.solving.analysts.runs import campaigns, csv_file, customers, problem, read_aloud, texts_of, tickets, unknown, worked

CASES: dict[str, tuple[str, Callable[[Path], Path] | None]] = {
    "campaigns": ("CAC has climbed since last year. The board wants it 20% lower by year end, without winning fewer customers.", campaigns),
    "customers": ("Churn is too high; bring it down by Q4.", customers),
    "tickets": ("Resolution time is too long. Cut it by a third by Q4.", tickets),
    "unknown": ("What explains how moss cover differs between our patches?", unknown),
    "words only": ("Reduce monthly churn from 8.2% to under 5% by Q4.", None),
    "vague": ("Help", None),
    "vague with data": ("Please have a look", tickets),
    "a goal the data cannot serve": ("Raise the conversion rate from 2% to 3% by Q4.", unknown),
}


def run(text: str, files: list[Path]) -> tuple[StepContext, dict[str, Any]]:
    with problem(text, files) as begun:
        return worked(begun, until="present")


def checked(context: StepContext, results: dict[str, Any]) -> Deck:
    """Fail on any text of any step that holds a number nobody vouches for, and return the deck."""
    known = {**context.known, **{entry.key: entry for entry in results["present"].entries}}
    displays = {key: entry.display for key, entry in known.items()}
    for step, result in results.items():
        if step != "present":
            for text in texts_of(result.model_dump(mode="json", exclude={"entries"})):
                resolve(text, displays)
    deck: Deck = results["present"].deck
    for slide in deck.slides:
        resolve(slide.title, deck.displays)
        resolve(slide.source, deck.displays)
        resolve(slide.notes, deck.displays)
    return deck


@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_problem_ends_in_a_deck_whose_numbers_are_vouched_for(case: str, tmp_path: Path) -> None:
    text, make = CASES[case]
    context, results = run(text, [make(tmp_path)] if make else [])
    deck = checked(context, results)
    kinds = [slide.kind for slide in deck.slides]
    assert kinds[:2] == ["cover", "executive_summary"]
    assert {"frame", "tree", "recommendations", "risks", "decision", "appendix"} <= set(kinds)
    assert len(results["synthesize"].synthesis.recommendations) == 3


@pytest.mark.parametrize("case", ["campaigns", "unknown"])
def test_two_runs_give_the_same_bytes(case: str, tmp_path: Path) -> None:
    text, make = CASES[case]
    files = [make(tmp_path)] if make else []

    def fingerprint() -> dict[str, str]:
        _, results = run(text, files)
        return {step: sha256_hex(canonical_json(result.model_dump(mode="json"))) for step, result in results.items()}

    assert fingerprint() == fingerprint()


@dataclass(frozen=True)
class Bundled:
    """A bundled problem, worked once for all tests of it."""

    context: StepContext
    results: dict[str, Any]
    entries: dict[str, EvidenceEntry]
    differing: list[tuple[str, str]]  # numbers that do not compute again


@cache
def bundled(name: str) -> Bundled:
    told = sample(name)
    with problem(told.text, told.files, title=told.title) as begun:
        context, results = worked(begun, until="present")
        entries = {**context.known, **{entry.key: entry for entry in results["present"].entries}}
        bench = Bench(entries, begun.data, told.text)
        differing = [(entry.label, again.detail) for entry in entries.values() if not (again := bench.rerun(entry)).same]
    return Bundled(replace(context, data=None), results, entries, differing)


@pytest.mark.parametrize("name", names())
def test_every_number_of_a_bundled_problem_computes_again(name: str) -> None:
    worked_once = bundled(name)
    checked(worked_once.context, worked_once.results)
    assert worked_once.differing == []
    assert sum(entry.kind is EvidenceKind.SQL for entry in worked_once.entries.values()) > 20


def test_the_planted_causes_of_the_acquisition_problem_lead_the_answer() -> None:
    context, results = bundled("saas").context, bundled("saas").results
    synthesis = results["synthesize"].synthesis
    first = read_aloud(context, synthesis.supporting_points[0].text)
    assert "Paid social" in first
    assert "Small" in first
    verdicts = {r.question_id: r.verdict for r in results["analyze"].analysis.results}
    assert "supported" in verdicts.values()
    assert "refuted" in verdicts.values()


def test_the_planted_causes_of_the_margin_problem_lead_the_answer_and_the_trap_is_seen() -> None:
    context, results = bundled("retail").context, bundled("retail").results
    told = " ".join(read_aloud(context, point.text) for point in results["synthesize"].synthesis.supporting_points)
    assert "Electronics" in told
    assert "South" in told
    assert all(store in told for store in ("S07", "S16", "S24", "S33"))
    assert "Express only looks lower" in told
    leaves = {leaf.id: leaf for leaf in results["tree"].tree.leaves()}
    refuted = [leaves[r.question_id].title for r in results["analyze"].analysis.results if r.verdict == "refuted"]
    assert any("rainy days" in title for title in refuted)
    assert any("goods cost share" in title for title in refuted)


def test_the_market_problem_is_sized_from_its_assumptions_and_claims_nothing_else() -> None:
    context, results = bundled("market").context, bundled("market").results
    verdicts = {r.question_id: r for r in results["analyze"].analysis.results}
    sizing = read_aloud(context, verdicts["A1"].summary).replace(NBSP, " ")
    assert "26.4M EUR in Estoria" in sizing
    assert "5 of 7 countries" in sizing
    assert verdicts["B1"].verdict == "refuted"
    assert any("retention" in ask.lower() for ask in results["plan"].plans.asks)
    assert results["synthesize"].synthesis.confidence == "low"


def test_hostile_names_stay_names(tmp_path: Path) -> None:
    rows = [
        [f"2025-{1 + i % 12:02}-01", ("{value}", "[[E00000000]]", '"; drop table x; --')[i % 3], 10 + (i % 3) * 5 + i % 4]
        for i in range(300)
    ]
    file = csv_file(tmp_path, "odd [[=1]] {n}.csv", ["seen on", '{bas"ket}', "weight 2 (kg)"], rows)
    context, results = run("What explains how weight differs by basket?", [file])
    checked(context, results)
    assert results["analyze"].analysis.findings
