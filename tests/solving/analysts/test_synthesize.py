"""The synthesis of the bundled problems and of odd ones: every number vouched for, every sum right, nothing claimed too much."""

import csv
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.solving.analysts.rules.synthesize import synthesize
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.evidence.rerun import Bench
from services.solving.steps.contract import StepContext
from services.solving.steps.synthesize import Synthesis
from shared.kit.cited import loose_numerals, resolve
from shared.kit.numbers import Style
from tests.solving.analysts import runs

CAUSAL = re.compile(r"\b(causes?|caused|drives?|driven|because of|leads to|due to)\b", re.IGNORECASE)


class Argued:
    """A synthesis with the context it came from and the whole ledger."""

    def __init__(self, context: StepContext) -> None:
        self.before = context
        result = synthesize(context)
        self.synthesis: Synthesis = result.synthesis
        self.ledger: dict[str, EvidenceEntry] = {**context.known, **{entry.key: entry for entry in result.entries}}
        self.entries = result.entries

    def read(self, text: str) -> str:
        return resolve(text, {key: entry.display for key, entry in self.ledger.items()})

    def value(self, key: str | None) -> float:
        assert key is not None
        value = self.ledger[key].value
        assert value is not None
        return value

    def texts(self) -> Iterator[str]:
        skip = {"due_date", "node_id", "finding_ids", "evidence", "effect_key", "verdict", "probability", "impact_level"}
        skip |= {"delta_percentage_key", "delta_absolute_key", "low_key", "high_key", "gap_key", "total_key", "remaining_key"}

        def walk(value: Any) -> Iterator[str]:
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                for name, inner in value.items():
                    if name not in skip:
                        yield from walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from walk(inner)

        yield from walk(self.synthesis.model_dump())


def argue(text: str, files: list[Path], *, title: str | None = None) -> Argued:
    with runs.problem(text, files, title=title) as start:
        context, _ = runs.worked(start, until="analyze")
        return Argued(replace(context))


@pytest.fixture(scope="module", params=["saas", "retail", "market"])
def bundled(request: pytest.FixtureRequest, analysed: Callable[[str], StepContext]) -> Argued:
    return Argued(analysed(request.param))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("synthesis")


@pytest.fixture(scope="module")
def odd(folder: Path) -> dict[str, Argued]:
    """Problems at the edges: no data, no KPI, nothing to find, hostile names, too few rows, an unknown trade."""
    return {
        "tickets": argue("Cut the average resolution time from 9 days to 5 days by 31 December 2026.", [runs.tickets(folder)]),
        "churn": argue("Too many customers leave. Bring churn under 10% by 31 March 2027.", [runs.customers(folder)]),
        "unknown": argue("Where does moss cover grow best and what should we change?", [runs.unknown(folder)]),
        "null": argue("Cut the average handling minutes from 50 to 40 by 31 December 2026.", [_null(folder)]),
        "hostile": argue("What moves val? Improve it.", [_hostile(folder)]),
        "few": argue("Raise sales.", [runs.csv_file(folder, "few.csv", ["shop", "sales_eur"], [["A", 10], ["B", 20], ["C", 15]])]),
        "no data": argue("Our margin fell from 34% to 31%. We want it back at 34% by 31 March 2027.", []),
        "vague": argue("Something is wrong in our service and people complain.", []),
    }


def _null(folder: Path) -> Path:
    rng = random.Random(3)
    rows = [
        [f"2025-{1 + i % 12:02}-{1 + i % 28:02}", rng.choice("ABC"), rng.choice(["North", "South"]), round(rng.gauss(50, 8), 1)]
        for i in range(500)
    ]
    return runs.csv_file(folder, "null.csv", ["day", "team", "site", "minutes"], rows)


def _hostile(folder: Path) -> Path:
    rng = random.Random(4)
    rows = [[rng.choice(["a [[E12345678]]", "b 2", "{segment}"]), round(rng.gauss(10 + 5 * (i % 3 == 0), 2), 2), i % 3] for i in range(300)]
    path = folder / 'h "1".csv'
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["grp [[=x]] 5", "val {n} 100%", "=cmd|1"])
        writer.writerows(rows)
    return path


def _all_of(bundled: Argued, odd: dict[str, Argued]) -> list[Argued]:
    return [bundled, *odd.values()]


def test_every_text_resolves_and_no_slot_is_left_open(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        for text in argued.texts():
            assert loose_numerals(text) == []
            read = argued.read(text)
            assert (
                not re.search(r"\{(?:segment|measure|kpi|here|there|other|hypothesis|ask|owner|decider|by)\}", read)
                or "segment" in argued.before.known
            )
            assert "  " not in read


def test_nothing_observed_is_called_a_cause(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        for text in [argued.synthesis.governing_answer, *(p.text for p in argued.synthesis.supporting_points)]:
            assert not CAUSAL.search(argued.read(text)), text


def test_three_recommendations_complete_and_in_order(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        advised = argued.synthesis.recommendations
        assert [r.priority for r in advised] == [1, 2, 3]
        assert len({r.title for r in advised}) == 3
        for recommendation in advised:
            assert 2 <= len(recommendation.actions) <= 3
            assert len(recommendation.risks) >= 2
            assert 0 < recommendation.confidence <= 0.9
            assert len(recommendation.title) <= 255
            for action in recommendation.actions:
                assert action.owner
                assert action.success_criteria
                assert action.resources_needed
                assert action.estimated_effort


def test_dates_are_working_days_between_today_and_the_deadline(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        assert argued.before.frame is not None
        deadline = date.fromisoformat(argued.before.frame.deadline)
        for recommendation in argued.synthesis.recommendations:
            due = [date.fromisoformat(a.due_date) for a in recommendation.actions]
            assert due == sorted(due)
            assert all(argued.before.problem.submitted_on < day < deadline and day.weekday() < 5 for day in due)


def test_every_finding_named_exists_and_no_refuted_one_is_acted_on(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        assert argued.before.analysis is not None
        known = {f.id for f in argued.before.analysis.findings}
        refuted = {i for r in argued.before.analysis.results if r.verdict == "refuted" for i in r.key_findings}
        for recommendation in argued.synthesis.recommendations:
            assert set(recommendation.evidence) <= known
            if recommendation.expected_impact.delta_absolute_key is not None:
                assert recommendation.evidence
                assert not set(recommendation.evidence[:1]) & refuted
        for point in argued.synthesis.supporting_points:
            assert set(point.finding_ids) <= known
            assert point.so_what
            assert point.so_what != point.text


def test_every_leaf_has_a_verdict_and_a_reason(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        assert argued.before.tree is not None
        assert argued.before.analysis is not None
        assert [v.node_id for v in argued.synthesis.leaf_verdicts] == [leaf.id for leaf in argued.before.tree.leaves()]
        tested = {r.question_id: r.verdict for r in argued.before.analysis.results}
        for verdict in argued.synthesis.leaf_verdicts:
            assert verdict.reason
            assert verdict.verdict == tested.get(verdict.node_id, "not_tested") or argued.before.data is None
            assert verdict.effect_key is None or verdict.effect_key in argued.ledger


def test_no_two_points_say_the_same(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        points = argued.synthesis.supporting_points
        assert len(points) <= 5
        assert len({p.text for p in points}) == len(points)
        if len(points) < 3:
            assert "thin" in argued.synthesis.confidence_reason


def test_the_sum_is_the_sum_of_the_parts_and_the_rest_is_what_is_left(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        impact = argued.synthesis.impact
        expected = [r.expected_impact for r in argued.synthesis.recommendations if r.expected_impact.delta_absolute_key]
        if not expected:
            assert impact.total_key is None
            continue
        assert argued.value(impact.total_key) == pytest.approx(sum(argued.value(e.delta_absolute_key) for e in expected))
        if impact.gap_key is not None:
            left = argued.value(impact.gap_key) - argued.value(impact.total_key)
            assert argued.value(impact.remaining_key) == pytest.approx(left)
        for effect in expected:
            low, middle, high = (abs(argued.value(k)) for k in (effect.low_key, effect.delta_absolute_key, effect.high_key))
            assert low <= middle <= high
            assert effect.overlap_removed
            assert argued.read(effect.arithmetic)


def test_an_effect_moves_the_kpi_the_way_it_should_go(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in _all_of(bundled, odd):
        assert argued.before.frame is not None
        sign = -1 if argued.before.frame.kpis[0].direction == "decrease" else 1
        for recommendation in argued.synthesis.recommendations:
            key = recommendation.expected_impact.delta_absolute_key
            assert key is None or sign * argued.value(key) > 0


def test_every_new_number_comes_out_again(bundled: Argued, odd: dict[str, Argued]) -> None:
    for argued in (bundled, odd["no data"]):
        bench = Bench(argued.ledger, argued.before.data, argued.before.problem.raw_text)
        for entry in argued.entries:
            again = bench.rerun(entry)
            assert again.same, (entry.label, entry.display, again)


def test_the_same_problem_gives_the_same_bytes(folder: Path) -> None:
    with runs.problem("Bring churn under 10% by 31 March 2027.", [runs.customers(folder)]) as start:
        context, _ = runs.worked(start, until="analyze")
        first, second = synthesize(context), synthesize(context)
    assert first.model_dump_json() == second.model_dump_json()


def test_the_campaigns_problem_acts_on_the_channel_that_became_dearer(analysed: Callable[[str], StepContext]) -> None:
    argued = Argued(analysed("saas"))
    assert "Paid social" in argued.read(argued.synthesis.recommendations[0].title)
    assert all("region" not in argued.read(r.title).lower() for r in argued.synthesis.recommendations)


def test_the_store_problem_acts_on_discounts_then_losses_and_faces_the_reversal(analysed: Callable[[str], StepContext]) -> None:
    argued = Argued(analysed("retail"))
    first, second = (argued.read(r.title) for r in argued.synthesis.recommendations[:2])
    assert "Electronics in South" in first
    assert all(store in second for store in ("S07", "S16", "S24", "S33"))
    assert any("Express" in argued.read(text) for text in argued.synthesis.contradictions)
    assert "rainy days" in argued.read(argued.synthesis.supporting_points[-1].text).lower()


def test_the_country_problem_sizes_the_largest_and_says_what_it_takes_to_fail(analysed: Callable[[str], StepContext]) -> None:
    argued = Argued(analysed("market"))
    assert "Estoria" in argued.read(argued.synthesis.governing_answer)
    assert 26.0e6 <= argued.value(argued.synthesis.impact.total_key) <= 27.0e6
    assert "5 of 7 countries" in argued.read(argued.synthesis.supporting_points[1].text)
    assert "1.8%" in argued.read(argued.synthesis.what_would_change_our_mind[0])


def test_a_level_is_sized_by_its_share_times_the_distance(odd: dict[str, Argued]) -> None:
    """Basic at the churn of the others: worked out from the rows, not from the formula."""
    argued = odd["churn"]
    effect = argued.synthesis.recommendations[0].expected_impact
    recipe = argued.ledger[effect.high_key or ""].recipe
    weight, here, there = (argued.value(recipe.inputs[n]) for n in ("weight", "here", "there"))
    assert recipe.formula == "weight * (there - here)"
    assert argued.value(effect.high_key) == pytest.approx(weight * (there - here))
    assert argued.before.frame is not None
    whole = argued.before.frame.kpis[0].baseline
    assert whole == pytest.approx(weight * here + (1 - weight) * there)


def test_the_texts_level_against_the_datas_is_faced(odd: dict[str, Argued]) -> None:
    said = " ".join(odd["tickets"].read(text) for text in odd["tickets"].synthesis.contradictions).replace("\u00a0", " ")
    assert "9.0 days" in said
    assert "we count from the data" in said


def test_nothing_found_is_said_and_nothing_is_invented(odd: dict[str, Argued]) -> None:
    for name in ("null", "few", "no data", "vague"):
        argued = odd[name]
        assert argued.synthesis.impact.total_key is None
        assert all(r.expected_impact.delta_absolute_key is None for r in argued.synthesis.recommendations)
        assert argued.synthesis.confidence == "low"
        assert argued.synthesis.next_data
    assert "beyond chance" in odd["null"].synthesis.governing_answer
    assert "too little to test" in odd["few"].synthesis.governing_answer
    assert odd["vague"].synthesis.recommendations[0].title.startswith("Agree on the number")


def test_a_market_without_tables_is_sized_from_the_text() -> None:
    text = (
        "Should we enter a new country? We assume there are 12 million adults, 5% of them would try our box, 20% of those stay, "
        "and we would ask EUR 20 a month. The board decides by 15 October 2026."
    )
    argued = argue(text, [])
    assert argued.value(argued.synthesis.impact.total_key) == pytest.approx(12e6 * 0.05 * 0.2 * 20 * 12)
    assert argued.ledger[argued.synthesis.impact.total_key or ""].style is Style.MONEY
    assert "28.8M" in argued.read(argued.synthesis.governing_answer)
