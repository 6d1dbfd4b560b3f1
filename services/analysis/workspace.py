"""The place where queries run: one DuckDB connection that holds the datasets and can reach nothing else, or the engine that has them."""

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import duckdb

from services.analysis.dataset import Dataset
from services.analysis.engines.contract import Engine, Result
from services.analysis.errors import DuplicateDatasetError, QueryError, QueryTimeoutError
from services.analysis.sql import literal, quote_identifier

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

T = TypeVar("T")

# A table is copied into memory when its Parquet file is smaller than this, and read in place otherwise.
IN_MEMORY_BYTES = 256 * 1024 * 1024


class Workspace:
    """Datasets as tables of one engine, each named by its dataset's name: a DuckDB connection of our own where no `engine` is given.

    SQL is DuckDB's whatever the engine (`services.analysis.engines`). After loading into DuckDB, the connection
    is locked: no files, no network, no extensions, no settings.
    `memory_limit` is DuckDB's own notation. Results come in insertion order whatever `threads` is.
    Use as a context manager, or call `close`. Raises DuplicateDatasetError when two datasets have one name.
    """

    def __init__(
        self,
        datasets: Sequence[Dataset],
        *,
        threads: int = 2,
        memory_limit: str = "2GB",
        spill_limit: str = "8GB",
        engine: Engine | None = None,
    ) -> None:
        self.datasets = tuple(datasets)
        _check_names(self.datasets)
        self._memo: dict[tuple[str, ...], Any] = {}
        self._spill = tempfile.TemporaryDirectory(prefix="sevensteps-spill-", ignore_cleanup_errors=True)
        self._connection: Engine
        if engine is not None:
            self._connection = engine
            return
        connection = connect(threads=threads, memory_limit=memory_limit, spill=self._spill.name, spill_limit=spill_limit)
        self._connection = connection
        try:
            _load(connection, self.datasets)
            lock_down(connection, [str(d.file) for d in self.datasets if _in_place(d)])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Drop the tables and give memory and disk back."""
        self._memo.clear()
        self._connection.close()
        self._spill.cleanup()

    @property
    def is_duckdb(self) -> bool:
        """Whether the tables are in DuckDB, whose own functions need no translation."""
        return isinstance(self._connection, duckdb.DuckDBPyConnection)

    def memo(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what `make` returns, made once per key for as long as the workspace is open."""
        if key not in self._memo:
            self._memo[key] = make()
        found: T = self._memo[key]
        return found

    def dataset(self, name: str) -> Dataset:
        """Return the dataset of that name; raises KeyError when there is none."""
        for dataset in self.datasets:
            if dataset.name == name:
                return dataset
        raise KeyError(name)

    def query(self, sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one query and return its rows. Raises QueryError with the engine's first line of explanation."""
        return self._execute(sql, params).fetchall()

    def scalar(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Return the first value of the first row, or None where there is no row."""
        row = self._execute(sql, params).fetchone()
        return None if row is None else row[0]

    def frame(self, sql: str, params: Sequence[Any] | None = None) -> "pd.DataFrame":
        """Return the rows as a pandas DataFrame, for methods that need rows."""
        return self._execute(sql, params).df()

    def arrays(self, sql: str) -> "dict[str, NDArray[Any]]":
        """Return the rows as one NumPy array a column (masked where a column has nulls), without loading pandas."""
        arrays: dict[str, Any] = self._execute(sql, None).fetchnumpy()
        return arrays

    @contextmanager
    def watchdog(self, seconds: float) -> Iterator[None]:
        """Stop whatever query runs inside the block once `seconds` have passed. Raises QueryTimeoutError then."""
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            self._connection.interrupt()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            yield
        except QueryError as error:
            if expired.is_set():
                raise QueryTimeoutError(f"The query was stopped after {seconds:g} seconds.", seconds=seconds) from error
            raise
        finally:
            timer.cancel()

    def _execute(self, sql: str, params: Sequence[Any] | None) -> Result:
        try:
            return self._connection.execute(sql, params) if params is not None else self._connection.execute(sql)
        except duckdb.Error as error:
            raise QueryError(f"The query could not be run: {first_line(error)}", sql=sql[:500]) from error


def _load(connection: duckdb.DuckDBPyConnection, datasets: Sequence[Dataset]) -> None:
    for dataset in datasets:
        kind = "view" if _in_place(dataset) else "table"
        source = literal(str(dataset.file))
        connection.execute(f"create {kind} {quote_identifier(dataset.name)} as select * from read_parquet({source})")


def connect(*, threads: int, memory_limit: str, spill: str, spill_limit: str) -> duckdb.DuckDBPyConnection:
    """Return an in-memory connection that keeps row order, installs nothing and spills only into `spill`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory_limit,
        "temp_directory": spill,
        "max_temp_directory_size": spill_limit,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
        "preserve_insertion_order": True,
    }
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")  # a slow query would draw into the output of whoever asked
    return connection


def lock_down(connection: duckdb.DuckDBPyConnection, readable: Sequence[str]) -> None:
    """Close every way out of the connection, but for reading the named files, and lock its settings."""
    if readable:
        connection.execute(f"set allowed_paths = [{', '.join(literal(path) for path in readable)}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, without a trailing full stop."""
    lines = str(error).splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__


def _check_names(datasets: Sequence[Dataset]) -> None:
    taken: dict[str, Dataset] = {}
    for dataset in datasets:
        other = taken.setdefault(dataset.name.lower(), dataset)
        if other is not dataset:
            raise DuplicateDatasetError(f"Two tables would be called {dataset.name}: one of {other.source} and one of {dataset.source}.")


def _in_place(dataset: Dataset) -> bool:
    return dataset.file.stat().st_size > IN_MEMORY_BYTES
