"""What every finding owes its reader: an effect with its interval, a second opinion, what was left out, no cause unproven."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from services.analysis.findings import Finding, Insights, MethodRequest
from services.analysis.insights import analyze
from services.analysis.methods import METHODS
from services.analysis.tables import Workspace, open_dataset
from services.analysis.wording import FORBIDDEN, overclaims
from tests.analysis.methods.planted import (
    busy_weeks,
    leads,
    piloted_table,
    quiet_sundays,
    returning,
    switched_table,
    tailed,
    trial_table,
    two_kinds,
)
from tests.analysis.orders import orders, write
from tests.analysis.visits import VISIT_COLUMNS, visits

ROWS = 700
NOW = {"column": "begun_on", "start": "2023-01-01", "end": "2023-07-01"}
THEN = {"column": "begun_on", "start": "2022-01-01", "end": "2022-07-01"}
PER_VISIT = {"dataset": "visits", "formula": "fee / minutes", "of": {"fee": ["fee"], "minutes": ["minutes"]}, "label": "fee per minute"}
TOTAL = {"dataset": "visits", "formula": "fee", "of": {"fee": ["fee"]}, "label": "fees", "total": True}
PLAN: list[tuple[str, dict[str, Any]]] = [
    ("ratio_difference", {"ratio": PER_VISIT, "cut": {"column": "clinic"}}),
    ("ratio_difference", {"ratio": TOTAL, "cut": {"column": "clinic"}}),
    ("ratio_difference", {"ratio": PER_VISIT, "cut": {"column": "guest"}}),
    ("ratio_change", {"ratio": PER_VISIT, "cut": {"column": "clinic"}, "current": NOW, "earlier": THEN}),
    ("ratio_change", {"ratio": TOTAL, "current": NOW, "earlier": THEN}),
    ("ratio_mix", {"ratio": PER_VISIT, "cut": {"column": "ward"}, "current": NOW, "earlier": THEN}),
    ("ratio_ranking", {"ratio": PER_VISIT, "cut": {"column": "payer"}}),
    ("ratio_association", {"ratio": PER_VISIT, "against": {"column": "weight"}}),
    ("scenario", {"formula": "visits * fee", "inputs": {"visits": {"low": 80, "base": 100, "high": 150}, "fee": {"base": 9}}}),
    ("ratio_concentration", {"ratio": TOTAL, "cut": {"column": "guest"}}),
]
# The goals bring different findings up; the last table has nothing in it, so that absences are written too.
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("visits", {}, "What drives fees and minutes by clinic, payer and ward, and what do the notes say?"),
    ("null", {"effects": False, "seed": 3}, ""),
    ("wide", {"effects": False, "seed": 4, "n": 4000}, "How do fee, weight and minutes differ by clinic and ward?"),
]
# What must be there for a method to speak at all: a trial, switches, stages, those who come back, separate kinds, Sundays, busy weeks.
PLANTED: dict[str, Any] = {
    "trial": trial_table(0.1),
    "switched": switched_table(-4.0),
    "piloted": piloted_table(-5.0),
    "leads": leads(),
    "returns": returning(0.25),
    "kinds": two_kinds(),
    "sundays": quiet_sundays(),
    "tailed": tailed(),
    "busy": busy_weeks(lambda week, load: 20 + 6 * load),
}
# Their n is of other things than all rows: two periods, those who came, who reached a stage, two arms.
OF_SOME_ROWS = {"scenario", "mix", "ratio_change", "ratio_mix", "cohort", "funnel", "experiment"}


@pytest.fixture(scope="module")
def passes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Workspace, Insights]]]:
    found: dict[str, tuple[Workspace, Insights]] = {}
    for name, options, goal in CASES:
        folder = tmp_path_factory.mktemp(name)
        rows = visits(**{"n": ROWS, **options})
        rows += rows[100:130]
        space = Workspace(open_dataset(write(folder / "visits.csv", rows, columns=VISIT_COLUMNS)))
        plan = [MethodRequest(method=m, params={"dataset": "visits", **p}, hypothesis_id=f"h{i}") for i, (m, p) in enumerate(PLAN)]
        found[name] = (space, analyze(space, goal, plan=plan, limit=500))
    folder = tmp_path_factory.mktemp("orders")
    space = Workspace(open_dataset(write(folder / "orders.csv", orders(400))))
    found["orders"] = (space, analyze(space, limit=500))
    for name, table in PLANTED.items():
        folder = tmp_path_factory.mktemp(name)
        rows = [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
        space = Workspace(open_dataset(write(folder / f"{name}.csv", rows, columns=tuple(table))))
        found[name] = (space, analyze(space, limit=500))
    yield found
    for space, _ in found.values():
        space.close()


@pytest.fixture(scope="module")
def findings(passes: dict[str, tuple[Workspace, Insights]]) -> list[Finding]:
    return [f for _, insights in passes.values() for f in insights.findings]


def test_every_method_speaks(findings: list[Finding]) -> None:
    assert {m.name for m in METHODS} - {f.method for f in findings} == set()
    assert {f.method for f in findings if f.kind == "no_effect"} >= {"level", "trend", "association", "frequency", "composition"}


def test_no_sentence_claims_more_than_its_design_shows(findings: list[Finding]) -> None:
    assert [(f.method, overclaims(f.template, f.strength)) for f in findings if overclaims(f.template, f.strength)] == []


@pytest.mark.parametrize(
    ("template", "strength", "words"),
    [
        ("Birch causes {difference} longer hours", "association", ["causes"]),
        ("Longer hours are due to Birch, which leads to refunds", "adjusted", ["due to", "leads to"]),
        ("The new form reduced hours by {difference}", "quasi_experiment", []),
        ("The new form proves that", "quasi_experiment", ["proves"]),
        ("Birch is significantly higher", "descriptive", ["significantly"]),
        ("The mix accounts for {share}", "association", ["accounts for"]),
        ("The mix accounts for {share}", "adjusted", []),
        ("{value} in [[=Causes 2]] goes with {because}", "descriptive", []),
        ("Lead time goes with hours", "descriptive", []),
    ],
)
def test_a_planted_overclaim_is_found(template: str, strength: Any, words: list[str]) -> None:
    assert overclaims(template, strength) == words


def test_a_stronger_design_forbids_no_more() -> None:
    ladder = [set(FORBIDDEN[s]) for s in ("descriptive", "association", "adjusted", "quasi_experiment")]
    assert all(weaker > stronger for weaker, stronger in pairwise(ladder))


def test_every_tested_finding_has_an_effect_with_its_interval(findings: list[Finding]) -> None:
    tested = [f for f in findings if f.q_value is not None or f.strength != "descriptive"]
    wanting = [
        (f.method, field, f.statement)
        for f in tested
        for field in ("effect_size", "effect_name", "ci_low", "ci_high", "test", "statistic")
        if getattr(f, field) in (None, "")
    ]
    assert wanting == []
    assert [f.statement for f in tested if not (f.n > 0 and f.ci_low <= f.ci_high)] == []  # type: ignore[operator]
    unsettled = [f for f in tested if f.q_value is None or f.p_value is None]
    assert [f.statement for f in unsettled if f.verdict != "undecided"] == []


def test_every_headline_finding_has_a_second_opinion(findings: list[Finding]) -> None:
    silent = [(f.method, f.statement) for f in findings if f.kind != "data_quality" and not f.robustness]
    assert silent == []
    said = " ".join(f.robustness or "" for f in findings)
    assert " agrees." in said
    assert " does not agree." in said
    assert not any(c.isdigit() for c in said)


def test_rows_used_and_rows_left_out_are_all_rows(passes: dict[str, tuple[Workspace, Insights]]) -> None:
    wrong = []
    for space, insights in passes.values():
        dataset = space.datasets[0]
        for f in insights.findings:
            if f.kind == "data_quality" or f.method in OF_SOME_ROWS:
                continue
            where = " and ".join(
                f'"{cut}" in ({", ".join(repr(v) for v in ([value] if isinstance(value, str) else value))})'
                for cut, value in (f.params.get("where") or {}).items()
            )
            if "bracket(" in where or "(" in where.split(" in ")[0]:
                continue
            rows = space.scalar(f'select count(*) from "{dataset.name}"' + (f" where {where}" if where else ""))
            if f.n + f.n_dropped != rows or bool(f.n_dropped) != bool(f.dropped_why):
                wrong.append((f.method, f.statement, f.n, f.n_dropped, rows, f.dropped_why))
    assert wrong == []


def test_an_absence_says_what_it_allows(findings: list[Finding]) -> None:
    absent = [f for f in findings if f.kind == "no_effect" and f.method in {"level", "trend", "association", "frequency"}]
    same = [f for f in absent if "margin" in {fact.name for fact in f.facts}]
    assert {f.method for f in same} >= {"level", "association", "frequency"}
    for f in absent:
        assert f.ci_low is not None
        assert f.ci_high is not None
        if f in same:
            margin = f.fact("margin").value
            of = f.value if f.fact("margin").style == "percent" else 1.0
            assert max(abs(f.ci_low), abs(f.ci_high)) < 1.2 * margin * of, f.statement
        else:
            assert "would have shown" in f.statement or "more than chance" in f.statement or "not quite" in f.statement, f.statement
