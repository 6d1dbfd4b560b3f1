"""Tables of a server: one snapshot, nothing written, no password shown, hostile names, types that DuckDB does not have."""

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest

from services.analysis.engines.live import postgres_workspace, snapshot
from services.analysis.engines.postgres import Postgres, parse_address
from services.analysis.errors import DatasetError, DatasetNotFoundError, QueryError, QueryTimeoutError
from services.analysis.findings import Insights
from services.analysis.insights import analyze
from services.analysis.tables import Dataset, Workspace, open_dataset
from shared.embeddings import embed
from tests.analysis.engines.conftest import copy_table
from tests.analysis.engines.equal import differences

ROOT = Path(__file__).parents[3]
HOSTILE = 'it\'s; drop table "x" -- %s \\ [a] :b'


@pytest.fixture
def server(database_url: str) -> "psycopg.Connection[tuple[object, ...]]":
    connection = psycopg.connect(database_url, autocommit=True)
    connection.execute("create schema if not exists data")
    return connection


def make(server: "psycopg.Connection[tuple[object, ...]]", name: str, definition: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    server.execute(f"drop table if exists data.{quoted}".encode())
    server.execute(f"create table data.{quoted} as {definition}".encode())


def test_an_address_is_taken_apart_and_never_shown() -> None:
    address = parse_address("postgresql://ann:s%40crt@db.example:5433/sales?sslmode=require&table=a.b&table=c")
    assert address.tables == ("a.b", "c")
    assert address.url == "postgresql://ann:s%40crt@db.example:5433/sales?sslmode=require"
    assert "crt" not in repr(address)
    with pytest.raises(DatasetError, match="names no table"):
        parse_address("postgresql://ann@db.example/sales")


def test_what_is_not_there_is_said(database_url: str, server: "psycopg.Connection[tuple[object, ...]]") -> None:
    with pytest.raises(DatasetNotFoundError, match="no table data"):
        Postgres(parse_address(f"{database_url}?table=data.nothing"))
    make(server, "bare", "select 1 as a where false")
    with pytest.raises(DatasetError, match="has no rows"), postgres_workspace(f"{database_url}?table=data.bare"):
        pass


@pytest.mark.parametrize(
    "address",
    ["postgresql://ann:hunter2@127.0.0.1:1/none?table=t", "postgresql://ann:hunter2@127.0.0.1:1/none?table=t&nonsense=1"],
)
def test_a_password_is_in_no_error(address: str) -> None:
    with pytest.raises(DatasetError) as caught:
        Postgres(parse_address(address))
    assert "hunter2" not in f"{caught.value} {caught.value.fields}"


def test_one_moment_is_seen_and_nothing_is_written(database_url: str, server: "psycopg.Connection[tuple[object, ...]]") -> None:
    make(server, "live", "select i, i * 0.5::float8 as half from generate_series(1, 50) as i")
    with postgres_workspace(f"{database_url}?table=data.live") as workspace:
        server.execute("insert into data.live values (51, 1), (52, 2)")
        assert workspace.scalar('select count(*) from "live"') == 50
        engine = workspace._connection
        assert isinstance(engine, Postgres)
        with pytest.raises(QueryError, match="read-only"):
            engine.native("delete from data.live")
        with pytest.raises(QueryError):
            workspace.query('select nothing from "live"')
        assert workspace.scalar('select sum(half) from "live"') == 637.5, "an error leaves the snapshot as it was"


def test_a_query_that_runs_too_long_is_stopped(database_url: str, server: "psycopg.Connection[tuple[object, ...]]") -> None:
    make(server, "slow", "select i from generate_series(1, 30000) as i")
    with postgres_workspace(f"{database_url}?table=data.slow") as workspace:
        with pytest.raises(QueryTimeoutError), workspace.watchdog(0.3):
            workspace.query('select count(*) from "slow" a, "slow" b where (a.i * b.i) % 7 = 1')
        assert workspace.scalar('select max(i) from "slow"') == 30000


def test_the_hash_is_of_the_rows_whatever_their_order(database_url: str, server: "psycopg.Connection[tuple[object, ...]]") -> None:
    def hashed(definition: str) -> str:
        make(server, "hashed", definition)
        engine = Postgres(parse_address(f"{database_url}?table=data.hashed"))
        try:
            return engine.content_hash("hashed")
        finally:
            engine.close()

    rows = "select i, 'x' || i as t, 0.1::float8 * i as f from generate_series(1, 100) as i"
    assert hashed(f"{rows} order by i") == hashed(f"{rows} order by i desc")
    changed = [f"{rows} where i < 100", f"{rows} union all ({rows} limit 1)", rows.replace("0.1", "0.2"), rows.replace("as t", "as u")]
    assert len({hashed(r) for r in [rows, *changed]}) == 5


def test_types_and_names_of_a_server(database_url: str, server: "psycopg.Connection[tuple[object, ...]]") -> None:
    make(
        server,
        HOSTILE,
        "select 1.25::numeric(10, 2) as n, 2::smallint as s, '2024-01-31 23:30+02'::timestamptz as z, 'infinity'::date as d, "
        "'5d3f8a6e-0000-4000-8000-000000000000'::uuid as u, '{\"a\": 1}'::jsonb as j, true as b, '10:30'::time as t, 3::money as m, "
        "'\\x00'::bytea as y, 'x'::text as \"a\"\"b [c] %s :p\"",
    )
    table = HOSTILE.replace("%", "%25").replace(";", "%3B").replace("&", "%26").replace("[", "%5B").replace("]", "%5D")
    engine = Postgres(parse_address(f"{database_url}?table=data.{table.replace(' ', '%20').replace('#', '%23')}"))
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    (row,) = engine.execute(f"select * from {quoted}").fetchall()
    assert row[:4] == (1.25, 2, datetime(2024, 1, 31, 21, 30), None)  # noqa: DTZ001 (naive, in UTC)
    assert row[4:6] == ("5d3f8a6e-0000-4000-8000-000000000000", '{"a": 1}')
    assert (row[6], str(row[7]), row[8], row[9]) == (True, "10:30:00", 3.0, "x")
    kinds = [kind for _, kind in engine.execute(f"describe select * from {quoted}").fetchall()]
    assert kinds == ["DOUBLE", "SMALLINT", "TIMESTAMP", "DATE", "VARCHAR", "VARCHAR", "BOOLEAN", "TIME", "DOUBLE", "VARCHAR"]
    assert engine.execute(f'select max("a""b [c] %s :p") from {quoted} where "a""b [c] %s :p" <> \'it\'\'s %s \\\'').fetchone() == ("x",)
    engine.close()


def test_a_view_is_read_as_a_table_is(database_url: str, server: "psycopg.Connection[tuple[object, ...]]") -> None:
    make(server, "under", "select i % 7 as k, date '2024-01-01' + i as day from generate_series(1, 3000) as i")
    server.execute("create or replace view data.above as select * from data.under")
    with postgres_workspace(f"{database_url}?table=data.above") as workspace:
        assert workspace.datasets[0].rows == 3000
        assert workspace.query('select rowid, k, "day" from "above" where rowid < 3') == workspace.query(
            'select rowid, k, "day" from "above" where rowid < 3'
        )
        assert analyze(workspace, limit=3).datasets[0].source == "data.above"


def test_the_command_reads_a_server(database_url: str, server: "psycopg.Connection[tuple[object, ...]]", repairs: list[Dataset]) -> None:
    server.execute("create schema if not exists told")
    for dataset in repairs:
        copy_table(server, dataset, "told")
    names = "&".join(f"table=told.{d.name}" for d in repairs)
    command = [sys.executable, "-m", "services.cli", "insights", f"{database_url}?{names}", "--top", "5", "--goal", "hours", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found = Insights.model_validate_json(done.stdout)
    assert [d.source for d in found.datasets] == ["told.repairs", "told.machines"]
    with Workspace(repairs) as workspace:
        here = analyze(workspace, "hours", limit=5, embed=embed)
    assert list(differences([f.model_dump(mode="json") for f in here.findings], [f.model_dump(mode="json") for f in found.findings])) == []
    password = parse_address(f"{database_url}?table=t").url.partition("://")[2].partition("@")[0].partition(":")[2]
    assert len(password) > 8
    assert password not in done.stdout + done.stderr


def test_a_snapshot_is_an_upload_of_the_same_rows(
    database_url: str, server: "psycopg.Connection[tuple[object, ...]]", tmp_path: Path
) -> None:
    make(
        server,
        "taken",
        "select i, case when i % 2 = 0 then 'a,\"b\"' end as t, date '2024-01-01' + i as d from generate_series(1, 20) as i",
    )
    (file,) = snapshot(f"{database_url}?table=data.taken", tmp_path)
    assert file.name == "taken.csv"
    (dataset,) = open_dataset(file)
    with Workspace([dataset]) as workspace:
        assert workspace.query('select i, t, d from "taken" where i in (1, 20)') == [
            (1, None, date(2024, 1, 2)),
            (20, 'a,"b"', date(2024, 1, 21)),
        ]
