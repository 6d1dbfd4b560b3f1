"""Tables of a PostgreSQL server, read in one snapshot: nothing is written there, and only aggregates and samples come back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg.adapt import Loader
from psycopg.rows import tuple_row

from services.analysis.engines.postgres_sql import POSTGRES
from services.analysis.engines.rows import Rows
from services.analysis.engines.transpile import Source, translate
from services.analysis.errors import DatasetError, DatasetNotFoundError, QueryError
from services.analysis.sql import quote_identifier

OLDEST = 17  # the first version whose "pg_c_utf8" sorts by code point and knows the letters of every script, as DuckDB does
STATEMENT_SECONDS = 600
# Bytes are no values to an analyst; a row of a record's own type has parts that no profile describes.
_LEFT_OUT = {"bytea"}
_TYPES = {
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "DOUBLE",
    "double precision": "DOUBLE",
    "numeric": "DOUBLE",
    "money": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp without time zone": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP",
    "time without time zone": "TIME",
}
_SETTINGS = {
    "default_transaction_read_only": "on",
    "timezone": "UTC",
    "datestyle": "ISO",
    "extra_float_digits": "1",
    "search_path": "pg_catalog",
    "jit": "off",  # hundreds of short statements, each of them wide: compiling costs more than it saves
    "statement_timeout": f"{STATEMENT_SECONDS}s",
}


@dataclass(frozen=True)
class Address:
    """Where tables are: a connection's URL, which may hold a password and is never shown, and the tables' names."""

    url: str
    tables: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Address(tables={self.tables!r})"


def parse_address(text: str) -> Address:
    """Read `postgresql://user@host/database?table=schema.name` (several `table=` for several). Raises DatasetError without a table."""
    parts = urlsplit(text)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    tables = tuple(value for key, value in pairs if key == "table" and value)
    if not tables:
        raise DatasetError("The address names no table: add ?table=schema.name to it.")
    rest = urlencode([(key, value) for key, value in pairs if key != "table"], quote_via=quote)
    return Address(urlunsplit(parts._replace(query=rest)), tables)


class _Number(Loader):
    """Decimals as whole numbers where they are whole by type, else as floats: what DuckDB gives for the same sums."""

    def load(self, data: Any) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


class Postgres:
    """An `Engine` on a PostgreSQL server: one connection in one read-only transaction that sees one snapshot."""

    def __init__(self, address: Address) -> None:
        """Connect and look the tables up. Raises DatasetError when the server, and DatasetNotFoundError when a table is not there."""
        self._connection = _connected(address)
        try:
            self.sources: dict[str, Source] = {}
            self.types: dict[str, list[tuple[str, str]]] = {}
            for table in address.tables:
                name, source, types = _described(self._connection, table)
                self.sources[name], self.types[name] = source, types
        except BaseException:
            self.close()
            raise

    def execute(self, query: str, parameters: Sequence[Any] | None = None, /) -> Rows:
        """Run one query in DuckDB's dialect. Raises QueryError."""
        if parameters:
            raise QueryError("Queries on PostgreSQL take no parameters.")
        if query.startswith("describe select * from "):
            return Rows(("name", "type"), list(self.types[query.removeprefix("describe select * from ").strip('"').replace('""', '"')]))
        return self.native(translate(query, POSTGRES, self.sources))

    def native(self, sql: str) -> Rows:
        """Run one query in PostgreSQL's own dialect. Raises QueryError; the snapshot outlives it."""
        try:
            with self._connection.transaction(), self._connection.cursor(row_factory=tuple_row) as cursor:
                cursor.execute(sql.encode())
                return Rows([column.name for column in cursor.description or ()], cursor.fetchall())
        except psycopg.Error as error:
            raise QueryError(f"The query could not be run: {_first_line(error)}", sql=sql[:500]) from error

    def content_hash(self, table: str) -> str:
        """Return a hash of a table's columns and rows that no order of rows changes.

        Each row's text (`ROW(...)::text` of its columns, in UTC and with every digit of a float) goes through MD5; the two halves of the
        digests are added up over all rows, as numbers, so that rows that occur twice count twice. SHA-256 of the columns' names and
        types, the number of rows and the two sums is the hash.
        """
        columns = ", ".join(quote_identifier(name) for name, _ in self.sources[table].columns)
        halves = ", ".join(f"SUM(CAST(('x' || SUBSTR(h, {at}, 16))::bit(64)::bigint AS DECIMAL))" for at in (1, 17))
        rows = f"SELECT MD5(CAST(ROW({columns}) AS TEXT)) AS h FROM {self.sources[table].relation}"
        counted = self.native(f"SELECT COUNT(*), {halves} FROM ({rows}) AS hashed").fetchone()
        return hashlib.sha256(repr((self.types[table], *(str(part) for part in counted or ()))).encode()).hexdigest()

    def export(self, table: str, target: Path) -> None:
        """Write a table's rows as CSV with a header, in the order of `execute`'s answers. Raises QueryError."""
        source = self.sources[table]
        columns = ", ".join(f"{sql} AS {quote_identifier(name)}" for name, sql in source.columns)
        rows = f"SELECT {columns} FROM {source.relation} ORDER BY {source.order}"
        try:
            written = f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER)".encode()
            with target.open("wb") as file, self._connection.cursor() as cursor, cursor.copy(written) as copy:
                file.writelines(copy)
        except psycopg.Error as error:
            raise QueryError(f"{table} could not be copied: {_first_line(error)}") from error

    def interrupt(self) -> None:
        """Cancel the statement that runs."""
        self._connection.cancel()

    def close(self) -> None:
        """End the transaction and leave."""
        self._connection.close()


def _connected(address: Address) -> "psycopg.Connection[Any]":
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    try:
        connection = psycopg.connect(address.url, options=options, application_name="sevensteps", connect_timeout=15)
    except psycopg.ProgrammingError:
        # Its words would repeat the address, and a password in it.
        raise DatasetError("The address of the PostgreSQL server cannot be read.") from None
    except psycopg.Error as error:
        raise DatasetError(f"The PostgreSQL server cannot be reached: {_first_line(error)}.") from None
    version, encoding = connection.info.server_version // 10_000, connection.info.parameter_status("server_encoding")
    if version < OLDEST or encoding != "UTF8":
        connection.close()
        raise DatasetError(f"PostgreSQL {OLDEST} or later with UTF-8 is needed; this server is {version} with {encoding}.")
    connection.adapters.register_loader("numeric", _Number)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    connection.execute("select 1")  # the transaction begins, and with it the snapshot
    return connection


def _described(connection: "psycopg.Connection[Any]", table: str) -> tuple[str, Source, list[tuple[str, str]]]:
    """Return a table's name, where it is, and its columns with the types DuckDB would give them."""
    schema, _, name = table.rpartition(".")
    found = connection.execute(
        "select a.attname, format_type(a.atttypid, null), a.atttypmod, c.relkind from pg_attribute a "
        "join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') "
        "order by a.attnum",
        (schema or "public", name),
    ).fetchall()
    columns = [(str(column), str(kind)) for column, kind, *_ in found if kind not in _LEFT_OUT]
    if not columns:
        raise DatasetNotFoundError(f"There is no table {table} with columns that this user may see.", table=table)
    # Rows of a plain table have a place; elsewhere they are ordered by what they hold.
    stored = found[0][3] in {"r", "m"}
    written = ", ".join(quote_identifier(column) for column, _ in columns)
    source = Source(
        relation=f"{quote_identifier(schema or 'public')}.{quote_identifier(name)}",
        columns=tuple((column, _normalised(quote_identifier(column), kind)) for column, kind in columns),
        order="ctid" if stored else f"MD5(CAST(ROW({written}) AS TEXT))",
    )
    return name, source, [(column, _TYPES.get(kind, "VARCHAR")) for column, kind in columns]


def _normalised(column: str, kind: str) -> str:
    """Return SQL of a column's values as DuckDB would hold them: floats, UTC, text by code point; dates Python cannot hold are missing."""
    years = "BETWEEN '0001-01-01' AND '9999-12-31'"
    if kind == "timestamp with time zone":
        column = f"({column} AT TIME ZONE 'UTC')"
    if kind == "date" or kind.startswith("timestamp"):
        return f"CASE WHEN {column} {years} THEN {column} END"
    if kind == "money":
        return f"CAST(CAST({column} AS DECIMAL) AS DOUBLE PRECISION)"
    if _TYPES.get(kind) == "DOUBLE":
        return f"CAST({column} AS DOUBLE PRECISION)"
    return column if kind in _TYPES else f'CAST({column} AS TEXT) COLLATE "pg_c_utf8"'


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__
