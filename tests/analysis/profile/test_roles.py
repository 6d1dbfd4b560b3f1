"""Roles follow from statistics and structure; names are hints, values decide."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.analysis.dataset import Dataset, Role
from services.analysis.profile.aggregates import Cells, summarize
from services.analysis.profile.personal import looks_personal, mask
from services.analysis.profile.status import decides
from services.analysis.sources import open_dataset
from services.analysis.workspace import connect
from shared.kit.numbers import Style

N = 200
DICE = random.Random(7)
FIRST = ["Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo"]
LAST = ["Ames", "Boyd", "Cole", "Dahl", "Eads", "Fry", "Gill", "Hart", "Ives", "Judd"]
VERBS = ["broke", "stopped again", "does not start", "lost its screen", "needs a new part", "cannot be reached"]

COLUMNS: dict[str, tuple[list[str], Role]] = {
    "row": ([str(i) for i in range(N)], Role.IDENTIFIER),
    "ticket": ([f"INC{i:07}" for i in range(N)], Role.IDENTIFIER),
    "uid": ([f"{DICE.getrandbits(64):016x}" for _ in range(N)], Role.IDENTIFIER),
    "customer_id": ([str(DICE.randrange(1000, 1080)) for _ in range(N)], Role.IDENTIFIER),
    "mail": ([f"p{i}@example.com" for i in range(N)], Role.IDENTIFIER),
    "weight": ([f"{DICE.gauss(70, 9):.1f}" for _ in range(N)], Role.MEASURE),
    "visits": ([str(DICE.randrange(0, 900)) for _ in range(N)], Role.MEASURE),
    "grade": ([str(DICE.randrange(1, 6)) for _ in range(N)], Role.MEASURE),
    "price": ([f"{DICE.uniform(1, 90):.2f}" for _ in range(N)], Role.CURRENCY),
    "paid": ([f"€{DICE.uniform(1, 90):.2f}" for _ in range(N)], Role.CURRENCY),
    "share": ([f"{DICE.random():.3f}" for _ in range(N)], Role.PERCENTAGE),
    "done": ([f"{DICE.randrange(100)}%" for _ in range(N)], Role.PERCENTAGE),
    "opened": ([f"2024-{i % 12 + 1:02}-{i % 28 + 1:02} 08:00:00" for i in range(N)], Role.TIME),
    "closed": ([f"2025-01-{i % 28 + 1:02}" if i % 3 else "" for i in range(N)], Role.TIME),
    "zzz": (["Done" if i % 3 else "Waiting" for i in range(N)], Role.RATE),  # decides whether `closed` is filled
    "outcome": ([DICE.choice(["won", "lost", "open"]) for _ in range(N)], Role.RATE),
    "flag": ([str(DICE.randrange(2)) for _ in range(N)], Role.BOOLEAN),
    "paying": ([DICE.choice(["Y", "N"]) for _ in range(N)], Role.BOOLEAN),
    "team": ([DICE.choice(["Red", "Green", "Blue"]) for _ in range(N)], Role.CATEGORY),
    "model": ([f"Type {DICE.randrange(40)}" for _ in range(N)], Role.CATEGORY),
    "where": ([DICE.choice(["France", "Brazil", "Japan", "Kenya"]) for _ in range(N)], Role.GEOGRAPHY),
    "st": ([DICE.choice(["CA", "NY", "TX", "WA"]) for _ in range(N)], Role.GEOGRAPHY),
    "what": ([f"the {DICE.choice(LAST).lower()} {DICE.choice(VERBS)} since {i}" for i in range(N)], Role.FREE_TEXT),
    "agent": ([f"{DICE.choice(FIRST)} {DICE.choice(LAST)}" for _ in range(N)], Role.CATEGORY),
    "source": (["web"] * N, Role.CONSTANT),
    "spare": ([""] * N, Role.EMPTY),
}


def table(names: list[str]) -> str:
    rows = zip(*(COLUMNS[name][0] for name in names), strict=True)
    return ",".join(names) + "\n" + "".join(",".join(row) + "\n" for row in rows)


def read(folder: Path, text: str) -> Dataset:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    (dataset,) = open_dataset(path, folder=folder / "tables")
    return dataset


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return read(tmp_path_factory.mktemp("roles"), table(list(COLUMNS)))


@pytest.mark.parametrize("name", COLUMNS)
def test_role(dataset: Dataset, name: str) -> None:
    assert dataset.column(name).role is COLUMNS[name][1]


def test_statistics_are_those_of_the_values(dataset: Dataset) -> None:
    column = dataset.column("visits")
    values = sorted(int(text) for text in COLUMNS["visits"][0])
    assert (column.min, column.max, column.distinct) == (values[0], values[-1], len(set(values)))
    assert column.mean == pytest.approx(sum(values) / N)
    assert column.quantiles is not None
    assert column.quantiles[2] == pytest.approx((values[99] + values[100]) / 2)
    assert (dataset.column("closed").missing, dataset.column("closed").present) == (67, 133)


def test_people_are_masked_in_samples(dataset: Dataset) -> None:
    assert [c.name for c in dataset.columns if c.looks_personal] == ["mail", "agent"]
    assert all("…" in cell and "Ada" not in cell for cell in dataset.column("agent").sample)
    assert mask("Ada Lovelace") == "A… L…"


@pytest.mark.parametrize(
    ("name", "cells", "personal"),
    [
        ("x", ["+49 151 2345678", "+44 20 7946 0958"], True),
        ("x", ["DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"], True),
        ("x", ["Braund, Mr. Owen", "Heikkinen, Miss. Laina", "Cumings, Mrs. John"], False),
        ("name", ["Braund, Mr. Owen", "Heikkinen, Miss. Laina", "Cumings, Mrs. John"], True),
        ("product", ["Model One Laptop", "Model Two Laptop", "Model One Desktop", "Model Two Desktop"] * 3, False),
        ("team", ["Customer Support", "Sales", "Finance", "Product Management"], False),
    ],
)
def test_what_looks_personal(name: str, cells: list[str], personal: bool) -> None:
    assert looks_personal(name, cells) is personal


def test_cuts_and_measures_follow_from_roles(dataset: Dataset) -> None:
    cuts = {c.name for c in dataset.columns if c.is_cut}
    assert cuts == {"grade", "zzz", "outcome", "flag", "paying", "team", "model", "where", "st", "agent"}
    assert {c.name for c in dataset.columns if c.is_measure} == {"weight", "visits", "grade", "price", "paid", "share", "done"}
    assert (dataset.column("paid").unit, dataset.column("paid").style) == ("EUR", Style.MONEY)
    assert (dataset.column("share").style, dataset.column("done").unit) == (Style.PERCENT, "%")


def test_a_status_is_known_by_the_date_it_decides() -> None:
    assert decides([(100, 100), (50, 0)])
    assert not decides([(100, 100), (50, 49)])
    assert not decides([(100, 50), (50, 25)])


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(list(COLUMNS)))
def test_the_order_of_columns_changes_no_profile(dataset: Dataset, tmp_path: Path, order: list[str]) -> None:
    shuffled = read(tmp_path, table(order))
    for column in shuffled.columns:
        assert column.model_copy(update={"position": 0}) == dataset.column(column.name).model_copy(update={"position": 0})


def test_wide_and_narrow_tables_are_summarised_alike(tmp_path: Path) -> None:
    """Past a certain width the aggregates are gathered another way."""
    connection = connect(threads=1, memory_limit="1GB", spill=str(tmp_path), spill_limit="1GB")
    numbers = ", ".join(f"(range * {i + 1} % 97) / 4.0 as n{i}" for i in range(70))
    connection.execute(
        f"create table t as select {numbers}, 'w' || (range % 7) as w, date '2024-01-01' + range::int as d, null::int as e from range(300)"
    )
    cells = [*(Cells(f"n{i}", "number") for i in range(70)), Cells("w", "text"), Cells("d", "date"), Cells("e", "integer")]
    wide = summarize(connection, "t", 300, cells)
    narrow = [summarize(connection, "t", 300, [one])[0] for one in cells]
    connection.close()
    assert wide == narrow
