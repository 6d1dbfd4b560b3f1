"""Files that carry their own types (Parquet, JSON) as flat tables: structs spread over columns, lists kept as text."""

import re

import duckdb

from services.analysis.dataset import Note
from services.analysis.errors import DatasetError, DatasetTooLargeError, EmptyDatasetError
from services.analysis.sources.encoding import as_utf8
from services.analysis.sources.naming import unique_names
from services.analysis.sources.reading import Table, Upload
from services.analysis.sql import literal, quote_identifier
from services.analysis.workspace import first_line

# A JSON file up to this size shows its types over all records; a larger one over its first records.
JSON_SAMPLE_BYTES = 64 * 1024 * 1024
_PLAIN = re.compile(
    r"^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL\(.*\)|VARCHAR|BOOLEAN|DATE|TIME|TIMESTAMP|TIMESTAMP WITH TIME ZONE)$"
)


def read_parquet(upload: Upload) -> list[Table]:
    """Load a Parquet file as one table. Raises DatasetError when it is damaged and DatasetTooLargeError when it unpacks to too much."""
    source = literal(str(upload.path))
    try:
        row = upload.connection.execute(
            f"select sum(total_uncompressed_size), count(distinct path_in_schema) from parquet_metadata({source})"
        ).fetchone()
        unpacked, columns = row or (0, 0)
        _check(upload, int(unpacked or 0), int(columns))
        notes = _flatten(upload.connection, f"read_parquet({source})")
    except duckdb.Error as error:
        raise DatasetError(f"{upload.path.name} cannot be read as Parquet: {first_line(error)}.", file=upload.path.name) from error
    return [_table(upload, notes)]


def read_json(upload: Upload) -> list[Table]:
    """Load JSON as one table: records in a list, one record a line, or a list of records under one key.

    Raises DatasetError when the text is not JSON or holds no records.
    """
    path, notes = as_utf8(upload.path, upload.scan(), upload.scratch, plain=True)
    sample = -1 if path.stat().st_size <= JSON_SAMPLE_BYTES else 200_000
    relation = (
        f"read_json({literal(str(path))}, sample_size = {sample}, maximum_object_size = {256 * 1024 * 1024}, map_inference_threshold = -1)"
    )
    connection = upload.connection
    try:
        described = connection.execute(f"describe select * from {relation}").fetchall()
        records = [str(name) for name, kind, *_ in described if str(kind).startswith("STRUCT") and str(kind).endswith("[]")]
        if len(records) == 1 and connection.execute(f"select count(*) from {relation}").fetchone() == (1,):
            relation = f"(select unnest({quote_identifier(records[0])}, max_depth := 2) from {relation})"
            if len(described) > 1:
                notes.append(
                    Note(code="records_under", sentence=f"The records are those under {records[0]}; other keys of the file are left out.")
                )
        notes += _flatten(connection, relation)
    except duckdb.Error as error:
        raise DatasetError(f"{upload.path.name} cannot be read as JSON records: {_json_reason(error)}.", file=upload.path.name) from error
    return [_table(upload, notes)]


def _json_reason(error: duckdb.Error) -> str:
    return re.sub(r'in file ".*?", ', "", first_line(error).removeprefix("Invalid Input Error: "))


def _check(upload: Upload, unpacked: int, columns: int) -> None:
    limits, name = upload.limits, upload.path.name
    if columns > limits.columns:
        raise DatasetTooLargeError(f"{name} has {columns} columns; tables of up to {limits.columns} are read.", file=name)
    if unpacked > 4 * limits.unpacked_bytes:
        raise DatasetTooLargeError(f"{name} unpacks to {unpacked / 1024**3:.1f} GiB, more than is read.", file=name)


def _flatten(connection: duckdb.DuckDBPyConnection, relation: str) -> list[Note]:
    """Create the table `upload` from a relation, each column plain: struct fields become columns, anything nested deeper JSON text."""
    parts: list[tuple[str, str]] = []
    nested: list[str] = []
    for name, kind, *_ in connection.execute(f"describe select * from {relation}").fetchall():
        column = quote_identifier(name)
        if str(kind).startswith("STRUCT(") and not str(kind).endswith("]"):
            fields = connection.execute(f"describe select unnest({column}) from {relation}").fetchall()
            parts += [(f"{name}.{field}", _plain(f"{column}[{literal(str(field))}]", str(inner))) for field, inner, *_ in fields]
        else:
            parts.append((name, _plain(column, str(kind))))
        if not _PLAIN.match(str(kind)):
            nested.append(name)
    names = unique_names([name for name, _ in parts])
    selected = ", ".join(f"{sql} as {quote_identifier(name)}" for name, (_, sql) in zip(names, parts, strict=True))
    connection.execute(f"create or replace table upload as select {selected} from {relation}")
    sentence = "{} holds values inside values; fields are columns of their own and lists are kept as text."
    return [
        Note(code="nested_values", sentence=sentence.format(name), column=name) for name in nested if _is_nested(connection, relation, name)
    ]


def _is_nested(connection: duckdb.DuckDBPyConnection, relation: str, name: str) -> bool:
    described = connection.execute(f"describe select {quote_identifier(name)} from {relation}").fetchall()
    return bool(re.search(r"STRUCT|\[|MAP|UNION", str(described[0][1])))


def _plain(sql: str, kind: str) -> str:
    """Return SQL that gives a value of a DuckDB type as one of the plain types."""
    if _PLAIN.match(kind):
        return sql
    if kind.startswith("TIMESTAMP"):
        return f"{sql}::timestamp"
    if kind == "JSON":
        return f"({sql} ->> '$')"
    if re.search(r"STRUCT|\[|MAP|UNION", kind):
        return f"to_json({sql})::varchar"
    return f"{sql}::varchar"


def _table(upload: Upload, notes: list[Note]) -> Table:
    count = upload.connection.execute("select count(*) from upload").fetchone()
    if count is None or count[0] == 0:
        raise EmptyDatasetError(f"{upload.path.name} holds no rows.", file=upload.path.name)
    width = len(upload.connection.execute("describe upload").fetchall())
    _check(upload, 0, width)
    return Table(relation="upload", notes=tuple(notes))
