"""The planted truth is in the data, the data are reproducible, and the text gives nothing away."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from services.solving.samples.catalogue import SampleNotFoundError, names, sample
from services.solving.samples.generate import GENERATORS, write

FOLDER = Path(__file__).parents[3] / "services" / "solving" / "samples"


def truth(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name / "truth.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


PLANTED = [(name, item["id"], item) for name in names() for item in truth(name)["planted"]]


@pytest.fixture(scope="module")
def databases() -> dict[str, duckdb.DuckDBPyConnection]:
    opened = {}
    for name in names():
        opened[name] = duckdb.connect()
        for path in sample(name).files:
            opened[name].execute(f"create table {path.stem} as from read_csv('{path}')")
    return opened


def test_regenerating_gives_the_same_bytes(tmp_path: Path) -> None:
    written = write(tmp_path)
    committed = {path.relative_to(FOLDER): path.read_bytes() for path in FOLDER.rglob("*.csv")}
    assert {path.relative_to(tmp_path): path.read_bytes() for path in written} == committed


@pytest.mark.parametrize(("name", "_id", "item"), PLANTED, ids=[f"{name}-{id_}" for name, id_, _ in PLANTED])
def test_planted_truth_is_in_the_data(databases: dict[str, duckdb.DuckDBPyConnection], name: str, _id: str, item: dict[str, Any]) -> None:
    row = databases[name].execute(item["query"]).fetchone()
    assert row is not None
    assert item["low"] <= float(row[0]) <= item["high"], item["statement"]


@pytest.mark.parametrize("name", names())
def test_the_text_does_not_hold_the_answer(name: str) -> None:
    told = f"{sample(name).title}\n{sample(name).text}".casefold()
    assert [words for words in truth(name)["not_in_the_text"] if words.casefold() in told] == []


@pytest.mark.parametrize("name", names())
def test_every_entity_that_was_planted_is_kept_from_the_text(name: str) -> None:
    told = sample(name).text.casefold()
    planted = [value for item in truth(name)["planted"] for value in item["entities"].values()]
    flat = [word for value in planted for word in (value if isinstance(value, list) else [value])]
    allowed = {"basic"}  # an ordinary word that the text uses too
    assert [word for word in flat if word.casefold() in told and word.casefold() not in allowed] == []


def test_sizes_keep_the_demo_quick() -> None:
    for name in GENERATORS:
        for path in sample(name).files:
            assert path.stat().st_size < 1_000_000


def test_campaigns_count_the_leads_they_brought(databases: dict[str, duckdb.DuckDBPyConnection]) -> None:
    wrong = (
        databases["saas"]
        .execute(
            "select count(*) from campaigns c left join"
            " (select campaign_id, count(distinct lead_id) n, count(distinct lead_id) filter (status = 'won') w"
            " from leads group by 1) l using (campaign_id) where coalesce(n, 0) <> leads or coalesce(w, 0) <> new_customers"
        )
        .fetchone()
    )
    assert wrong == (0,)


def test_an_unknown_sample_says_what_there_is() -> None:
    with pytest.raises(SampleNotFoundError, match="saas, retail, market"):
        sample("bakery")
