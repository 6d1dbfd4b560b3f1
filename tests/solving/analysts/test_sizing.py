"""What an action would bring, held against the KPI worked out again from the rows by other means."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analysis.findings import Finding
from services.solving.analysts.rules.synthesis import drafts as drafting
from services.solving.analysts.rules.synthesis.case import Case, gather
from services.solving.analysts.rules.synthesis.confidence import confidence_in
from services.solving.analysts.rules.synthesis.plays import Kind, filled, play_for
from services.solving.analysts.rules.synthesis.recommend import working_day, working_days_between
from services.solving.analysts.rules.synthesis.sizing import Counted, Effect, counted, effect_of
from services.solving.analysts.rules.synthesis.subject import place_said, segment_said, subject_of
from services.solving.analysts.rules.template import library
from services.solving.steps.contract import StepContext
from shared.kit.cited import loose_numerals

Analysed = Callable[[str], StepContext]


@pytest.fixture(scope="module")
def saas(analysed: Analysed) -> Case:
    return gather(analysed("saas"))


@pytest.fixture(scope="module")
def retail(analysed: Analysed) -> Case:
    return gather(analysed("retail"))


@pytest.fixture(scope="module")
def effects(saas: Case) -> list[Effect]:
    return _effects(saas)


def _effects(case: Case) -> list[Effect]:
    found = [subject_of(f, case) for f in case.analysis.findings]
    return [e for s in found if s is not None and (e := effect_of(s, case)) is not None]


def _the(case: Case, segment: str, measure: str) -> Effect:
    return next(e for e in _effects(case) if segment_said(e.subject) == segment and e.subject.measure == measure)


def _scalar(case: Case, query: str) -> float:
    assert case.now.data is not None
    return float(case.now.data.scalar(query))


def test_a_factor_is_the_kpi_with_the_groups_spend_scaled(saas: Case) -> None:
    """Paid social at its earlier leads per customer, customers held: less spend for the same customers."""
    effect = _the(saas, "Paid social", "leads_per_customer")
    here, there = saas.ledger.value(effect.here or ""), saas.ledger.value(effect.there or "")
    window = "month >= '2026-01-01' and month < '2026-07-01'"
    scaled = f"sum(spend_eur * case when channel = 'Paid social' then {there / here!r} else 1 end) / sum(new_customers)"
    after = _scalar(saas, f"select {scaled} from campaigns where {window}")
    before = _scalar(saas, f"select sum(spend_eur) / sum(new_customers) from campaigns where {window}")
    assert effect.value == pytest.approx(after - before, rel=1e-9)


def test_an_amount_is_the_kpi_with_the_discount_given_back(retail: Case) -> None:
    """Electronics in the South at its earlier discount depth, at the same list value."""
    effect = next(
        e for e in _effects(retail) if e.subject.measure == "discount_share" and segment_said(e.subject) == "Electronics in South"
    )
    there = retail.ledger.value(effect.there or "")
    joined = "store_sales join stores using (store_id) where month >= '2026-01-01' and month < '2026-07-01'"
    inside = "region = 'South' and category = 'Electronics'"
    back = f"case when {inside} then discount_eur - {there!r} * (revenue_eur + discount_eur) else 0 end"
    after = _scalar(retail, f"select sum(gross_margin_eur + {back}) / sum(revenue_eur + {back}) from {joined}")
    before = _scalar(retail, f"select sum(gross_margin_eur) / sum(revenue_eur) from {joined}")
    assert effect.value == pytest.approx(after - before, rel=1e-6)


def test_what_only_looks_worse_is_not_sized_for_an_action(retail: Case) -> None:
    acted = [segment_said(d.subject) for d in drafting.sized(retail) if d.subject]
    assert acted
    assert not any("Express" in segment for segment in acted)


def test_losses_stand_beside_discounts_and_nothing_is_taken_off(retail: Case) -> None:
    sized = [d.counted for d in drafting.sized(retail) if d.counted]
    assert [c.effect.subject.measure for c in sized] == ["discount_share", "loss_share"]
    assert all(c.overlap is None for c in sized)


def test_the_same_part_of_the_number_is_counted_once(saas: Case) -> None:
    """Leads per customer and the share of leads won are one part seen twice."""
    again = [e for e in _effects(saas) if e.subject.family == "leads_per_customer"]
    assert len(again) >= 2
    largest = max(again, key=lambda e: abs(e.value))
    sure = saas.ledger.assumption(0.7, "for the test", label="confidence")
    first = counted(largest, [], sure, saas)
    assert first is not None
    for other in again:
        if other is not largest and abs(other.value) > 0.5 * abs(largest.value):
            assert counted(other, [first], sure, saas) is None


@settings(deadline=None)
@given(order=st.permutations(range(6)), confidence=st.floats(0.1, 1.0))
def test_whatever_the_order_overlap_never_adds_and_never_turns_the_sign(
    saas: Case, effects: list[Effect], order: list[int], confidence: float
) -> None:
    sure = saas.ledger.assumption(round(confidence, 3), "for the test", label="confidence")
    taken: list[Counted] = []
    for i in order:
        if i >= len(effects):
            continue
        one = counted(effects[i], taken, sure, saas)
        if one is None:
            continue
        taken.append(one)
        net = saas.ledger.value(one.net)
        assert abs(net) <= abs(one.effect.value) + 1e-9
        assert net * one.effect.value >= 0
        low, middle, high = (abs(saas.ledger.value(k)) for k in (one.low, one.expected, one.high))
        assert low <= middle <= high + 1e-12


def test_confidence_rises_with_evidence_and_stops_short_of_proof(saas: Case) -> None:
    finding = next(f for f in saas.analysis.findings if saas.verdict_of(f) == "supported" and f.q_value is not None)

    def sure(**changes: Any) -> float:
        return confidence_in(finding.model_copy(update=changes), saas)

    assert sure(n=20) < sure(n=100) < sure(n=1000)
    assert sure(q_value=0.5) < sure(q_value=0.03) < sure(q_value=0.001)
    assert sure(robustness="A rank test does not agree.") < sure(robustness=None) < sure(robustness="A rank test agrees.")
    assert sure(n=10**6, strength="adjusted", robustness="agrees") <= 0.8
    assert sure(n=10**6, strength="quasi_experiment", robustness="agrees") <= 0.9
    assert sure() <= sure(strength="adjusted") <= sure(strength="quasi_experiment")


def test_a_finding_in_which_no_group_hurts_clearly_gives_no_action(saas: Case) -> None:
    quiet: list[Finding] = [f for f in saas.analysis.findings if f.by == ["region"]]
    assert quiet
    assert all(subject_of(f, saas) is None for f in quiet)


def test_without_a_baseline_from_the_data_nothing_is_sized(saas: Case) -> None:
    kpi = saas.frame.kpis[0].model_copy(update={"baseline_source": "stated"})
    blind = replace(saas, frame=saas.frame.model_copy(update={"kpis": [kpi]}))
    assert _effects(blind) == []


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(1, 300))
def test_working_days_count_there_and_back(start: date, days: int) -> None:
    day = working_day(start, days)
    assert day.weekday() < 5
    assert working_days_between(start, day) == days
    assert working_days_between(start, day - timedelta(days=1)) == days - 1


KINDS: list[Kind] = [
    *("change", "level", "mix", "reversal", "together", "supported", "few", "best"),
    *("test", "collect", "talks", "agree", "target", "watch"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_has_a_whole_play_for_every_kind(kind: Kind) -> None:
    slots = {"segment", "measure", "kpi", "here", "there", "then", "level_of", "other", "hypothesis", "ask", "owner", "decider", "by"}
    words = {slot: slot for slot in slots}
    for template in library().values():
        cuts = [None, *(c.columns[0] for c in template.concept.values() if c.need == "cut")]
        for measure in ("kpi", *template.measure):
            for cut in cuts:
                play = play_for(template, kind, measure, cut)
                assert len(play.action) >= 2
                assert len(play.risk) >= 2
                texts = [play.title, play.why, *(t for a in play.action for t in (a.step, a.what, a.owner, a.effort, a.success, *a.needs))]
                texts += [t for r in play.risk for t in (r.risk, r.mitigation)]
                for text in texts:
                    full = filled(text, words)
                    assert "{" not in full
                    assert loose_numerals(full) == []


def test_a_slot_keeps_what_people_wrote_into_it() -> None:
    assert filled("Bring {segment} to {there}", {"segment": "{there} [[=5%]]", "there": "x"}) == "Bring {there} [[=5%]] to x"
    assert filled("{Measure} fell", {"measure": "margin"}) == "Margin fell"
    assert filled("{Measure} fell", {"measure": "[[=2nd margin]]"}) == "[[=2nd margin]] fell"


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("channel", ["Paid social"])], "Paid social"),
        ([("store_id", ["S07", "S16"])], "stores [[=S07]] and [[=S16]]"),
        ([("region", ["South"]), ("category", ["Electronics"])], "Electronics in South"),
        ([("channel", ["Paid social"]), ("company_size", ["Small"])], "company size Small in Paid social"),
        ([("churned", ["no"])], "churned no"),
        ([], ""),
    ],
)
def test_a_place_is_said_as_people_say_it(pairs: list[tuple[str, list[str]]], said: str) -> None:
    assert place_said(pairs) == said


def test_the_kpi_worked_out_again_is_finite(saas: Case, retail: Case) -> None:
    for case in (saas, retail):
        effects = _effects(case)
        assert effects
        assert all(math.isfinite(e.value) for e in effects)
