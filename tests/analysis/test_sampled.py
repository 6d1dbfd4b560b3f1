"""A table too large for the arrays: descriptions hold for all its rows, and its sample does not depend on where rows stand."""

from pathlib import Path

import duckdb
import pytest

from services.analysis.insights import analyze, run_method
from services.analysis.sampling import sample_of
from services.analysis.study import SAMPLE_ROWS
from services.analysis.tables import Workspace, open_dataset


def test_the_group_said_to_lead_leads_over_all_rows(tmp_path: Path) -> None:
    rows = SAMPLE_ROWS + 10_000
    path = tmp_path / "large.csv"
    # four groups whose totals differ by less than a sample would see; the order of rows is mixed
    value = "20 + (i * 7919 % 1000) / 100.0 + (i % 4) * 0.004"
    duckdb.sql(f"copy (select 'g' || (i % 4) as team, round({value}, 3) as score from range({rows}) t(i) order by hash(i)) to '{path}'")
    with Workspace(open_dataset(path)) as data:
        found = run_method(data, "contribution", {"measure": "score", "by": "team", "where": {}})[0]
        table = data.query('select team, sum(score) from "large" group by 1 order by 2 desc')
    said = found.entities["team"]
    leaders = said if isinstance(said, list) else [said]
    assert leaders == [team for team, _ in table[: len(leaders)]]
    assert found.n == rows


ROWS = SAMPLE_ROWS + 20_000
UNLIKE = {
    "a row can be told by its identifier": "'R' || i as record",
    "a row can be told by all it holds": "round((hash(i, 7) % 1000003) / 1000.0, 3) as width",
    "rows are alike": "'s' || (hash(i, 8) % 3) as shift",
}


@pytest.mark.parametrize("telling", UNLIKE.values(), ids=UNLIKE.keys())
def test_neither_order_of_rows_nor_threads_change_what_is_found(tmp_path: Path, telling: str) -> None:
    score = "(hash(i, 2) % 7) + case when hash(i, 1) % 4 = 0 then 1 else 0 end"
    cuts = "'t' || (hash(i, 1) % 4) as team, 'p' || (hash(i, 3) % 3) as place"
    table = f"select {telling}, {cuts}, {score} as score from range({ROWS}) t(i)"
    found = []
    for name, order, threads in (("one", "i", 2), ("two", "hash(i, 9)", 2), ("two", "i desc", 1)):
        (tmp_path / name).mkdir(exist_ok=True)
        path = tmp_path / name / "large.csv"
        duckdb.sql(f"copy ({table} order by {order}) to '{path}'")
        with Workspace(open_dataset(path), threads=threads) as data:
            found.append([f.model_dump_json(exclude={"id", "dataset_sha256"}) for f in analyze(data, "score by team").findings])
    assert found[0]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("telling", UNLIKE.values(), ids=UNLIKE.keys())
def test_every_group_has_its_share_of_the_sample(tmp_path: Path, telling: str) -> None:
    path = tmp_path / "large.csv"
    rare = "case when i % 50 = 0 then 'rare' else 't' || (i % 4) end"
    duckdb.sql(f"copy (select {telling}, {rare} as team, i % 3 as score from range({ROWS}) t(i)) to '{path}'")
    with Workspace(open_dataset(path)) as data:
        sample = sample_of(data, data.datasets[0], 20_000)
        held = dict(data.query(f"select team, count(*) from (select team from {sample}) group by 1"))
    assert sum(held.values()) == pytest.approx(20_000, rel=0.03)
    assert held["rare"] == pytest.approx(400, rel=0.2)
