"""The same on a table with two dates, text, statuses, a rare group and missing values: what must not matter does not."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from services.analysis.findings import Insights
from tests.analysis.orders import Cell, Row, write
from tests.analysis.properties.test_invariance import RENAMED, Said, analysed, multiset, said
from tests.analysis.visits import VISIT_COLUMNS, visits

ROWS = 400
Variant = Callable[..., Insights]


@pytest.fixture(scope="module")
def variant(tmp_path_factory: pytest.TempPathFactory) -> Variant:
    def made(rows: Sequence[Row], columns: Sequence[str] = VISIT_COLUMNS, name: Callable[[str], str] = str) -> Insights:
        return analysed(write(tmp_path_factory.mktemp("visits") / "visits.csv", rows, columns=columns, name=name))

    return made


@pytest.fixture(scope="module")
def base(variant: Variant) -> Insights:
    found = variant(visits(ROWS))
    wanted = {"level", "trend", "association", "composition", "theme", "keyword", "waiting", "mix", "reversal", "window", "concentration"}
    assert wanted <= {f.method for f in found.findings}  # there is something to lose
    return found


def opinions(found: Insights) -> list[tuple[str | None, int, str]]:
    return [(f.robustness, f.n_dropped, f.dropped_why) for f in found.findings]


def test_the_order_of_rows_does_not_matter(base: Insights, variant: Variant) -> None:
    rows = visits(ROWS)
    random.Random(5).shuffle(rows)
    shuffled = variant(rows)
    assert said(shuffled) == said(base)
    assert opinions(shuffled) == opinions(base)
    assert [f.statement for f in shuffled.findings] == [f.statement for f in base.findings]


def test_the_order_of_columns_does_not_matter(base: Insights, variant: Variant) -> None:
    turned = variant(visits(ROWS), columns=VISIT_COLUMNS[::-1])
    assert multiset(turned) == multiset(base)
    assert sorted(map(repr, opinions(turned))) == sorted(map(repr, opinions(base)))


@pytest.mark.parametrize("hostile", ["{}", '{} "of" [9] {{it}}, 7'])
def test_the_names_of_columns_do_not_matter(base: Insights, variant: Variant, hostile: str) -> None:
    def dissent(found: Insights) -> list[str]:
        """Opinions name the columns that a difference is held within, so only what they come to is compared."""
        return sorted(repr((f.method, f.n, f.n_dropped, (f.robustness or "").count("does not agree"))) for f in found.findings)

    renamed = variant(visits(ROWS), name=lambda column: hostile.format(RENAMED[column]))
    assert multiset(renamed) == multiset(base)
    assert dissent(renamed) == dissent(base)
    assert {c for f in renamed.findings for c in f.columns} <= {hostile.format(name) for name in RENAMED.values()}


def _earlier(day: Cell) -> Cell:
    return day.replace(year=day.year - 28) if isinstance(day, date) else day


def test_the_year_does_not_matter(base: Insights, variant: Variant) -> None:
    # Twenty-eight years apart, every date falls on the same day of the week and every February is as long.
    shifted = variant([row | {c: _earlier(row[c]) for c in ("begun_on", "ended_on")} for row in visits(ROWS)])

    def yearless(found: Insights, years: int) -> list[str]:
        told = [Said.by(f) for f in found.findings]
        moved = [replace(s, window=s.window and tuple(f"{int(d[:4]) + years}{d[4:]}" for d in s.window)) for s in told]  # type: ignore[arg-type]
        return sorted(map(repr, moved))

    assert yearless(shifted, 28) == yearless(base, 0)
    assert opinions(shifted) == opinions(base)


def test_a_unit_scales_the_numbers_and_nothing_else(base: Insights, variant: Variant) -> None:
    cents = variant([row | {"fee": round(float(str(row["fee"])) * 1000, 3)} for row in visits(ROWS)])

    def told(found: Insights, unit: float) -> list[str]:
        # Shares and correlations have no unit; the labels of brackets are of the unit.
        kept = [f for f in found.findings if "bracket(" not in f"{f.by}{f.entities}{f.params}"]
        unitless = {"association", "concentration"}
        of = [unit if f.measure == "fee" and f.method not in unitless else 1.0 for f in kept]
        return sorted(repr((Said.by(f, unit=u), f.robustness, f.n_dropped)) for f, u in zip(kept, of, strict=True))

    assert told(cents, 1000.0) == told(base, 1.0)


def test_a_constant_moves_the_levels_and_no_test(base: Insights, variant: Variant) -> None:
    moved = variant([row | {"weight": round(float(str(row["weight"])) + 1000, 2)} for row in visits(ROWS)])

    def tested(found: Insights) -> list[str]:
        # Brackets and totals are of the values themselves, so a constant does change them.
        kept = [f for f in found.findings if f.method not in {"contribution", "concentration"} and "bracket(" not in str(f.params)]
        return sorted(
            repr((f.method, f.params.get("where"), f.robustness, replace(Said.by(f), numbers=Said.by(f).numbers[1:3]))) for f in kept
        )

    assert tested(moved) == tested(base)


def test_one_thread_and_two_give_the_same_bytes(base: Insights, tmp_path: Path) -> None:
    alone = analysed(write(tmp_path / "visits.csv", visits(ROWS), columns=VISIT_COLUMNS), threads=1)
    assert alone.model_dump_json(exclude={"datasets": {"__all__": {"source"}}}) == base.model_dump_json(
        exclude={"datasets": {"__all__": {"source"}}}
    )
