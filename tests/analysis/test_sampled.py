"""Descriptions of a table too large for the arrays hold for all its rows."""

from pathlib import Path

import duckdb

from services.analysis.insights import run_method
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
