"""The engines of the contract: PostgreSQL from the suite's own server; Spark where it was asked for by its marker."""

from collections.abc import Callable, Iterator

import duckdb
import psycopg
import pytest

from services.analysis.engines.contract import Engine
from services.analysis.engines.postgres import Postgres, parse_address
from services.analysis.sql import quote_identifier
from services.analysis.tables import Dataset, open_dataset
from shared.settings import configure
from tests.analysis.engines import tables

ENGINES = ["postgres", pytest.param("spark", marks=pytest.mark.spark)]
_TYPES = {"DOUBLE": "double precision", "VARCHAR": "text", "TIMESTAMP WITH TIME ZONE": "timestamptz"}
Opened = Callable[[list[Dataset]], Engine]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave Spark out unless it was asked for by its marker."""
    if "spark" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("spark")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def repairs(tmp_path_factory: pytest.TempPathFactory) -> list[Dataset]:
    return [d for path in tables.repairs(tmp_path_factory.mktemp("repairs")) for d in open_dataset(path)]


@pytest.fixture(scope="session")
def readings(tmp_path_factory: pytest.TempPathFactory) -> list[Dataset]:
    return [d for path in tables.readings(tmp_path_factory.mktemp("readings")) for d in open_dataset(path)]


@pytest.fixture(scope="session")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> list[Dataset]:
    return [d for path in tables.repeated(tmp_path_factory.mktemp("repeated")) for d in open_dataset(path)]


@pytest.fixture(scope="session", params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Open datasets on an engine of the contract, which has to hold their tables."""
    engines: list[Engine] = []

    def of(datasets: list[Dataset]) -> Engine:
        if request.param == "postgres":
            url: str = request.getfixturevalue("database_url")
            engines.append(on_postgres(url, datasets))
        else:
            from services.analysis.engines.spark import Spark, java_home

            if (home := java_home(tmp_path_factory.mktemp("java"))) is not None:
                configure({"JAVA_HOME": str(home)})
            engines.append(Spark({d.name: str(d.file) for d in datasets}))
        return engines[-1]

    yield of
    for engine in engines:
        engine.close()


def on_postgres(url: str, datasets: list[Dataset]) -> Postgres:
    """Copy the datasets' tables to a server, in order and with their types, and open them there."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("create schema if not exists data")
        for dataset in datasets:
            copy_table(server, dataset)
    return Postgres(parse_address(f"{url}?{'&'.join(f'table=data.{d.name}' for d in datasets)}"))


def copy_table(server: "psycopg.Connection[tuple[object, ...]]", dataset: Dataset, schema: str = "data") -> None:
    """Make a table of a server that holds what the converted table holds."""
    relation = duckdb.read_parquet(str(dataset.file))
    columns = ", ".join(
        f"{quote_identifier(n)} {_TYPES.get(str(t), str(t))}" for n, t in zip(relation.columns, relation.types, strict=True)
    )
    table = f"{schema}.{quote_identifier(dataset.name)}"
    server.execute(f"drop table if exists {table}".encode())
    server.execute(f"create table {table} ({columns})".encode())
    with server.cursor().copy(f"copy {table} from stdin".encode()) as copy:
        for row in relation.fetchall():
            copy.write_row(row)
