"""Tables that stay where they are, described: the profile is computed by their engine, as every query after it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from services.analysis.dataset import Dataset
from services.analysis.engines.postgres import Postgres, parse_address
from services.analysis.engines.spark import LOCAL, Spark
from services.analysis.errors import DatasetError, EmptyDatasetError
from services.analysis.profile import profile_table
from services.analysis.sql import quote_identifier
from services.analysis.workspace import Workspace


@contextmanager
def postgres_workspace(address: str) -> Iterator[Workspace]:
    """Open the tables an address names where they are, as one snapshot. Raises DatasetError."""
    engine = Postgres(parse_address(address))
    with Workspace(
        _described(engine, {name: source.relation.replace('"', "") for name, source in engine.sources.items()}), engine=engine
    ) as opened:
        yield opened


@contextmanager
def spark_workspace(datasets: Sequence[Dataset], paths: Sequence[str] = (), *, url: str = LOCAL) -> Iterator[Workspace]:
    """Open converted uploads, and Parquet where a cluster keeps it, on Spark. Raises DatasetError."""
    named = {re.sub(r"\.parquet$", "", path.rstrip("/").rpartition("/")[2]): path for path in paths}
    engine = Spark({d.name: str(d.file) for d in datasets} | named, url=url)
    with Workspace([*datasets, *_described(engine, named)], engine=engine) as opened:
        yield opened


def snapshot(address: str, folder: Path) -> list[Path]:
    """Copy the tables an address names into CSV files of one snapshot, to be treated as uploads. Raises DatasetError."""
    engine = Postgres(parse_address(address))
    try:
        files = []
        for table in engine.sources:
            if "/" in table or table.startswith("."):
                raise DatasetError(f"A file cannot have the name of the table {table}.")
            engine.export(table, folder / f"{table}.csv")
            files.append(folder / f"{table}.csv")
        return files
    finally:
        engine.close()


def _described(engine: Postgres | Spark, sources: dict[str, str]) -> list[Dataset]:
    try:
        return [_dataset(engine, name, shown) for name, shown in sources.items()]
    except BaseException:
        engine.close()
        raise


def _dataset(engine: Postgres | Spark, name: str, shown: str) -> Dataset:
    rows, columns, notes = profile_table(engine, quote_identifier(name))
    if not rows:
        raise EmptyDatasetError(f"{shown} has no rows.")
    return Dataset(name=name, source=shown, sha256=engine.content_hash(name), rows=rows, columns=columns, notes=notes)
