"""The portable words give on DuckDB what the original words give; rows that left an engine look as DuckDB's do."""

import subprocess
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
import sqlglot

from services.analysis.engines.portable import portable
from services.analysis.engines.postgres_sql import POSTGRES
from services.analysis.engines.rows import Rows
from services.analysis.engines.spark import without_vectors
from services.analysis.engines.transpile import Source, translate
from services.analysis.errors import QueryError

CELLS = (
    *(
        "3/4/2024",
        "31/12/2023",
        "12/31/2023",
        "30/02/2024",
        "29/02/2024",
        "29/02/2023",
        "2024-03-05",
        "2024-3-5",
        "2024-13-05",
        "03.04.2024",
    ),
    *(
        "3/4/24",
        "3/4/69",
        "3/4/68",
        "5 Mar 2024",
        "05 mar 2024",
        "5 March 2024",
        "March 5, 2024",
        "2024-Mar-05",
        "May 2024",
        "2024-03",
        "03/2024",
    ),
    *("2024-03-05 10:30", "2024-03-05T10:30:15", "2024-03-05 10:30:15.25", "2024-03-05 25:30", "3/4/2024 12:05 AM", "3/4/2024 12:05 PM"),
    *(
        "3/4/2024 1:05 pm",
        "2024-03-05T10:30:00Z",
        "2024-03-05T10:30:00+02:00",
        "2024-03-05 10:30:00 -0530",
        " 3/4/2024 ",
        "",
        "x",
        "3/4/2024x",
    ),
)
FORMATS = (
    *("'%d/%m/%Y'", "'%m/%d/%Y'", "['%d/%m/%Y', '%m/%d/%Y']", "'%Y-%m-%d'", "'%d.%m.%Y'", "'%d/%m/%y'", "'%d %b %Y'", "'%d %B %Y'"),
    *("'%B %d, %Y'", "'%Y-%b-%d'", "'%b %Y'", "'%Y-%m'", "'%m/%Y'", "'%Y-%m-%d %H:%M'", "'%Y-%m-%dT%H:%M:%S'", "'%Y-%m-%d %H:%M:%S.%n'"),
    *("'%d/%m/%Y %I:%M %p'", "'%Y-%m-%dT%H:%M:%SZ'", "['%Y-%m-%d %H:%M', '%Y-%m-%d']"),
)


def _on_duckdb(sql: str) -> list[tuple[object, ...]]:
    table = "(select unnest(" + repr(list(CELLS)) + ") as cell)"
    return duckdb.execute(sql.replace("cells", table)).fetchall()


@pytest.mark.parametrize("formats", FORMATS)
def test_dates_are_read_as_strptime_reads_them(formats: str) -> None:
    sql = f"select cell, try_strptime(cell, {formats}) from cells"
    again = portable(sqlglot.parse_one(sql, read="duckdb")).sql("duckdb")
    assert "strptime" not in again.lower()
    found = _on_duckdb(again)
    assert any(moment is not None for _, moment in found)
    assert found == _on_duckdb(sql)


@pytest.mark.parametrize("formats", ["'%Y-%m-%dT%H:%M:%S%z'", "'%Y-%m-%d %H:%M:%S %z'"])
def test_zones_are_turned_to_utc(formats: str) -> None:
    duckdb.execute("set TimeZone = 'UTC'")
    sql = f"select cell, timezone('UTC', try_strptime(cell, {formats})::timestamptz) from cells"
    assert _on_duckdb(portable(sqlglot.parse_one(sql, read="duckdb")).sql("duckdb")) == _on_duckdb(sql)


def test_only_tables_that_are_known_are_reached() -> None:
    sources = {"t": Source('"data"."t"', (("a", '"a"'),), "ctid")}
    assert translate("select max(a) from t", POSTGRES, sources) == 'SELECT MAX("a") FROM (SELECT "a" AS "a" FROM "data"."t") AS "t"'
    for hostile in ("select * from pg_authid", "select 1; drop table t", "select max(a) from t, information_schema.tables", "drop table t"):
        with pytest.raises(QueryError):
            translate(hostile, POSTGRES, sources)


def test_rows_are_arrays_as_duckdb_gives_them() -> None:
    rows = Rows(("n", "f", "t", "d"), [(1, 0.5, "a", date(2024, 1, 2)), (2, None, None, None)])
    arrays = rows.fetchnumpy()
    assert arrays["n"].dtype == np.int64
    assert arrays["f"].mask.tolist() == [False, True]
    assert arrays["t"].mask.tolist() == [False, True]
    assert arrays["d"][0] == np.datetime64("2024-01-02", "us")
    assert rows.fetchone() == (1, 0.5, "a", date(2024, 1, 2))
    assert rows.fetchall() == [(2, None, None, None)]
    assert rows.fetchone() is None


def test_java_is_started_without_a_module_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "real it's" / "bin").mkdir(parents=True)
    java = tmp_path / "real it's" / "bin" / "java"
    java.write_text('#!/bin/sh\nprintf "%s|" "$@"\n', encoding="utf-8")
    java.chmod(0o755)
    home = without_vectors(java.parent.parent, tmp_path / "home")
    said = subprocess.run(
        [home / "bin" / "java", "-cp", "a b", "--add-modules=jdk.incubator.vector", "it's"], capture_output=True, text=True, check=True
    )
    assert said.stdout == "-cp|a b|it's|"
