"""The workspace holds the data, answers queries the same on any number of threads, and reaches nothing else."""

import time
from pathlib import Path

import pytest

from services.analysis import workspace as module
from services.analysis.dataset import Dataset
from services.analysis.errors import DuplicateDatasetError, QueryError, QueryTimeoutError
from services.analysis.sources import open_dataset
from services.analysis.sql import literal, quote_identifier
from services.analysis.workspace import Workspace


@pytest.fixture
def sales(tmp_path: Path) -> Dataset:
    path = tmp_path / "sales 2024.csv"
    path.write_text("region,amount\n" + "".join(f"{'NSEW'[i % 4]},{i * 0.37:.2f}\n" for i in range(20_000)))
    (dataset,) = open_dataset(path, folder=tmp_path / "tables")
    return dataset


def test_tables_are_named_by_their_file(sales: Dataset) -> None:
    with Workspace([sales]) as workspace:
        assert workspace.scalar('select count(*) from "sales 2024"') == 20_000
        assert workspace.query('select region from "sales 2024" where amount < ? order by amount limit 2', [5]) == [("N",), ("S",)]
        assert list(workspace.frame('select * from "sales 2024" limit 3').columns) == ["region", "amount"]
        assert workspace.dataset("sales 2024") is sales


def test_the_number_of_threads_changes_no_result(sales: Dataset) -> None:
    query = (
        'select region, count(*), min(amount), max(amount), sum(amount)::decimal(18, 2) from "sales 2024" group by region order by region'
    )
    every = 'select * from "sales 2024"'
    with Workspace([sales], threads=1) as one, Workspace([sales], threads=2) as two:
        assert one.query(query) == two.query(query)
        assert one.query(every) == two.query(every)


def test_a_large_table_is_read_in_place_with_the_same_result(sales: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    query = 'select region, max(amount) from "sales 2024" group by 1 order by 1'
    with Workspace([sales]) as workspace:
        loaded = workspace.query(query)
    monkeypatch.setattr(module, "IN_MEMORY_BYTES", 0)
    with Workspace([sales]) as workspace:
        assert workspace.query(query) == loaded
        with pytest.raises(QueryError):
            workspace.query(f"select * from read_parquet({literal(str(sales.file.parent / 'other.parquet'))})")


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/hostname')",
        "select * from read_text('/etc/hostname')",
        "select * from glob('/*')",
        "copy (select 1) to '/tmp/sevensteps-escape.csv'",
        "attach '/tmp/sevensteps-escape.db' as escape",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set threads = 64",
        "set memory_limit = '900GB'",
        "export database '/tmp/sevensteps-escape'",
    ],
)
def test_nothing_outside_is_reached_and_no_setting_changed(sales: Dataset, sql: str) -> None:
    with Workspace([sales]) as workspace, pytest.raises(QueryError):
        workspace.query(sql)


def test_a_query_that_runs_too_long_is_stopped(sales: Dataset) -> None:
    with Workspace([sales], threads=1) as workspace:
        started = time.monotonic()
        with pytest.raises(QueryTimeoutError, match=r"0\.3 seconds"), workspace.watchdog(0.3):
            workspace.query("select sum(a.range * b.range) from range(10000000) a, range(10000000) b")
        assert time.monotonic() - started < 5
        assert workspace.scalar("select 1") == 1


def test_a_wrong_query_is_one_sentence(sales: Dataset) -> None:
    with Workspace([sales]) as workspace, pytest.raises(QueryError, match="missing") as caught:
        workspace.query("select nowhere from missing")
    assert "\n" not in caught.value.detail


def test_two_tables_of_one_name_are_refused(sales: Dataset) -> None:
    with pytest.raises(DuplicateDatasetError, match="sales 2024"):
        Workspace([sales, sales.model_copy(update={"name": "SALES 2024"})])


@pytest.mark.parametrize("name", ['a"b', "select", "x; drop table t", "ünï", "a\nb", "'", "{c}", "$1", "?"])
def test_any_name_is_one_identifier_and_any_text_one_literal(sales: Dataset, name: str) -> None:
    with Workspace([sales]) as workspace:
        assert workspace.query(f"select {quote_identifier(name)} from (select {literal(name)} as {quote_identifier(name)})") == [(name,)]


def test_what_sql_cannot_carry_is_refused() -> None:
    for value in (float("nan"), float("inf"), "a\0b"):
        with pytest.raises(ValueError, match="SQL"):
            literal(value)
    with pytest.raises(ValueError, match="NUL"):
        quote_identifier("a\0b")
