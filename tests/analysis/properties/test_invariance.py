"""What must not matter does not: the order of rows and columns, names, the year, the unit, the threads; and noise says nothing."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.analysis.findings import Finding, Insights
from services.analysis.insights import analyze
from services.analysis.tables import Workspace, open_dataset
from tests.analysis.orders import COLUMNS, Row, orders, write

ROWS = 400
EFFECTS = {"level", "difference", "trend", "change_point", "outlier_window", "association", "driver", "mix_shift", "text_theme", "segment"}
RENAMED = {
    "visit_id": "token",
    "begun_on": "day_a",
    "ended_on": "day_b",
    "clinic": "site",
    "ward": "floor",
    "payer": "kind",
    "guest": "who",
    "state": "result",
    "minutes": "zeta",
    "fee": "omicron",
    "note": "remark",
    "order_id": "code",
    "ordered_on": "day",
    "team": "crew",
    "channel": "route",
    "hours": "zeta",
    "weight": "omega",
    "outcome": "verdict",
}


def analysed(path: Path, threads: int = 2) -> Insights:
    with Workspace(open_dataset(path), threads=threads) as workspace:
        return analyze(workspace, limit=500)  # all of them: which of the least telling are written may turn on order


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("orders")


@pytest.fixture(scope="module")
def base(folder: Path) -> Insights:
    found = analysed(write(folder / "orders.csv", orders(ROWS)))
    assert {"level", "association"} <= {f.kind for f in found.findings}  # there is something to lose
    return found


def variant(folder: Path, case: str, rows: Sequence[Row], **options: Any) -> Insights:
    (folder / case).mkdir()
    return analysed(write(folder / case / "orders.csv", rows, **options))


@dataclass(frozen=True)
class Said:
    """What a finding says, but for the names of what it is about: who stands where, how surely, with which numbers."""

    kind: str
    method: str
    test: str
    direction: str
    entities: tuple[str, ...]
    window: tuple[str, str] | None
    n: int
    numbers: tuple[float | None, ...]

    @classmethod
    def by(cls, f: Finding, *, unit: float = 1.0) -> "Said":
        """`unit`: what the finding's own numbers are divided by. Tests and effect sizes have no unit."""
        free = (f.statistic, f.p_value, f.q_value, f.effect_size)
        return cls(
            f.kind,
            f.method,
            f.test,
            f.direction,
            tuple(sorted(str(v) for v in f.entities.values())),
            (f.window.start, f.window.end) if f.window else None,
            f.n,
            tuple(None if x is None else float(f"{x:.9g}") for x in (f.value / unit, *free)),
        )


def said(found: Insights) -> list[Said]:
    return [Said.by(f) for f in found.findings]


def multiset(found: Insights) -> list[str]:
    return sorted(map(repr, said(found)))


def test_the_order_of_rows_does_not_matter(base: Insights, folder: Path) -> None:
    rows = orders(ROWS)
    random.Random(5).shuffle(rows)
    shuffled = variant(folder, "rows", rows)
    assert said(shuffled) == said(base)
    assert [f.statement for f in shuffled.findings] == [f.statement for f in base.findings]


def test_the_order_of_columns_does_not_matter(base: Insights, folder: Path) -> None:
    turned = variant(folder, "columns", orders(ROWS), columns=COLUMNS[::-1])
    assert multiset(turned) == multiset(base)


def test_the_names_of_columns_do_not_matter(base: Insights, folder: Path) -> None:
    renamed = variant(folder, "names", orders(ROWS), name=RENAMED.__getitem__)
    assert multiset(renamed) == multiset(base)
    assert {c for f in renamed.findings for c in f.columns} <= set(RENAMED.values())


def test_the_year_does_not_matter(base: Insights, folder: Path) -> None:
    # Twenty-eight years apart, every date falls on the same day of the week and every February is as long.
    rows = [row | {"ordered_on": _earlier(row["ordered_on"])} for row in orders(ROWS)]
    shifted = variant(folder, "dates", rows)

    def yearless(found: Insights, years: int) -> list[str]:
        moved = []
        for f in found.findings:
            window = f.window and f.window.model_copy(update={k: f"{int(d[:4]) + years}{d[4:]}" for k, d in f.window.model_dump().items()})
            moved.append(repr(Said.by(f.model_copy(update={"window": window}))))
        return moved

    assert yearless(shifted, 28) == yearless(base, 0)


def _earlier(day: object) -> date:
    assert isinstance(day, date)
    return day.replace(year=day.year - 28)


def test_a_unit_scales_the_numbers_and_nothing_else(base: Insights, folder: Path) -> None:
    rows = [row | {"weight": round(float(str(row["weight"])) * 1000)} for row in orders(ROWS)]
    grams = variant(folder, "unit", rows)
    scaled: dict[str | None, float] = {f.measure: 1000.0 for f in grams.findings if f.measure == "weight" and f.method != "association"}

    def without_brackets(found: Insights, units: dict[str | None, float]) -> list[str]:
        return sorted(
            repr(Said.by(f, unit=units.get(f.measure, 1.0) if f.method != "association" else 1.0))
            for f in found.findings
            if not any(cut.startswith("bracket(") for cut in [*f.by, *f.entities])  # whose labels are of the unit
        )

    assert without_brackets(grams, scaled) == without_brackets(base, {})


def test_a_constant_moves_the_levels_and_no_test(base: Insights, folder: Path) -> None:
    rows = [row | {"weight": round(float(str(row["weight"])) + 1000, 2)} for row in orders(ROWS)]
    moved = variant(folder, "constant", rows)

    def tested(found: Insights) -> list[str]:
        # Brackets and totals are of the values themselves, so a constant does change them.
        kept = [f for f in found.findings if f.method != "contribution" and "bracket(" not in str(f.params)]
        return sorted(repr((f.method, f.params.get("where"), f.n, replace(Said.by(f), numbers=Said.by(f).numbers[1:3]))) for f in kept)

    assert tested(moved) == tested(base)
    average = {f.params["by"]: f.value for f in base.findings if f.method == "level" and f.measure == "weight" and not f.params["where"]}
    again = {f.params["by"]: f.value for f in moved.findings if f.method == "level" and f.measure == "weight" and not f.params["where"]}
    assert again == pytest.approx({by: value + 1000 for by, value in average.items()})


def test_one_thread_and_two_give_the_same_bytes(base: Insights, folder: Path) -> None:
    alone = analysed(folder / "orders.csv", threads=1)
    assert alone.model_dump_json() == base.model_dump_json()


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_noise_has_no_effects(folder: Path, seed: int) -> None:
    found = variant(folder, f"noise {seed}", orders(ROWS, seed=seed, effects=False))
    claimed = [f.statement for f in found.findings if f.kind in EFFECTS and f.q_value is not None]
    assert claimed == []
