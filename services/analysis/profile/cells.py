"""How each column's cells are read: the SQL expression, proposed from a sample and checked on every row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.analysis.dataset import Note, ValueType, counted
from services.analysis.engines.contract import Engine
from services.analysis.profile.dates import detect_date_formats
from services.analysis.profile.names import has_word
from services.analysis.profile.numbers import detect_number_format
from services.analysis.sql import literal, quote_identifier

# A text column is read as numbers or dates when at least this share of its cells can be.
READABLE_SHARE = 0.9
CANDIDATES_PER_QUERY = 100
MISSING_MARKERS = frozenset(
    ["", "n/a", "na", "n.a.", "nan", "null", "none", "nil", "-", "--", "\u2013", "\u2014", "?", ".", "#n/a", "#value!", "#div/0!", "#ref!"]
)
_TRUE_FALSE = (
    ("yes", "no"),
    ("y", "n"),
    ("true", "false"),
    ("t", "f"),
    ("on", "off"),
    ("ja", "nein"),
    ("oui", "non"),
    ("si", "no"),
    ("sí", "no"),
)


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """A column as it is stored: name, DuckDB type and distinct cells of a sample as text, in order of first appearance."""

    name: str
    type: str
    sample: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read a column. `swapped` is the same with month before day, where the sample leaves that open."""

    expression: str
    type: ValueType
    unit: str = ""
    swapped: str | None = None
    mixed_orders: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What every row says about a proposed reading: cells with a value, cells read, cells that could be read with month first."""

    present: int
    read: int
    swapped: int = 0
    fractions: int = 0
    nonfinite: int = 0
    low: float | None = None
    high: float | None = None
    distinct: int = 0


def value_type(stored: str) -> ValueType:
    """Return the type of a stored DuckDB type in the words of a profile."""
    base = stored.split("(", maxsplit=1)[0].upper()
    if base.endswith("INT") or base in {"INTEGER", "UINTEGER"}:
        return "integer"
    if base.startswith("TIMESTAMP"):
        return "timestamp"
    plain: dict[str, ValueType] = {"DATE": "date", "TIME": "time", "BOOLEAN": "boolean", "VARCHAR": "text"}
    plain |= {"DOUBLE": "number", "FLOAT": "number", "DECIMAL": "number"}
    return plain.get(base, "other")


def read_columns(connection: Engine, table: str, columns: Sequence[StoredColumn]) -> list[Reading]:
    """Return how each column of `table` (a relation in SQL) is read: as stored, or by an expression that the rows bear out."""
    readings = [as_stored(column) for column in columns]
    finite = _finite_columns(connection, table, columns)
    proposals = [(i, proposal) for i, column in enumerate(columns) if i not in finite and (proposal := propose(column)) is not None]
    for start in range(0, len(proposals), CANDIDATES_PER_QUERY):
        chunk = proposals[start : start + CANDIDATES_PER_QUERY]
        evidence = _gather(connection, table, [(columns[index], proposal) for index, proposal in chunk])
        for (index, proposal), found in zip(chunk, evidence, strict=True):
            readings[index] = settle(columns[index], proposal, found)
    return readings


def _finite_columns(connection: Engine, table: str, columns: Sequence[StoredColumn]) -> frozenset[int]:
    """Return the positions of stored numbers that are all finite. NaN sorts above the rest, so the extremes show; a file knows those."""
    numbers = [i for i, column in enumerate(columns) if value_type(column.type) == "number"]
    found: list[int] = []
    for start in range(0, len(numbers), CANDIDATES_PER_QUERY):
        chunk = numbers[start : start + CANDIDATES_PER_QUERY]
        extremes = (f"isfinite(min({name})) and isfinite(max({name}))" for name in (quote_identifier(columns[i].name) for i in chunk))
        row = connection.execute(f"select {', '.join(extremes)} from {table}").fetchone()
        found += [i for i, all_finite in zip(chunk, row or (), strict=True) if all_finite]
    return frozenset(found)


def as_stored(column: StoredColumn) -> Reading:
    """Return the reading that takes a column as it is."""
    name = quote_identifier(column.name)
    expression = f"timezone('UTC', {name})" if column.type.upper() == "TIMESTAMP WITH TIME ZONE" else name
    return Reading(expression=expression, type=value_type(column.type))


def propose(column: StoredColumn) -> Reading | None:
    """Return the reading a sample suggests, to be checked on every row, or None to take the column as it is stored."""
    kind, name = value_type(column.type), quote_identifier(column.name)
    cells = [cell for cell in column.sample if cell.strip().lower() not in MISSING_MARKERS]
    if kind == "number":
        return Reading(expression=name, type="number")
    if not cells:
        return None
    if kind == "integer":
        return _whole_number_date(column, name, cells)
    return _text(name, cells) if kind == "text" else None


def _text(name: str, cells: Sequence[str]) -> Reading | None:
    """Propose booleans, dates or numbers for text."""
    folded = {cell.strip().lower() for cell in cells}
    for yes, no in _TRUE_FALSE:
        if folded == {yes, no}:
            return Reading(
                expression=f"case lower(trim({name})) when {literal(yes)} then true when {literal(no)} then false end", type="boolean"
            )
    dates = detect_date_formats(cells)
    if dates is not None:
        swapped = dates.expression(name, month_first=True) if dates.open_order else None
        return Reading(
            expression=dates.expression(name),
            type="timestamp" if dates.has_time else "date",
            swapped=swapped,
            mixed_orders=any(f.startswith("%d") for f in dates.formats) and any(f.startswith("%m") for f in dates.formats),
        )
    numbers = detect_number_format(cells)
    if numbers is not None:
        return Reading(expression=numbers.expression(name), type="number", unit=numbers.unit)
    return None


def _whole_number_date(column: StoredColumn, name: str, cells: Sequence[str]) -> Reading | None:
    """Propose dates for whole numbers that spell them: 20240131, 2024, or seconds since 1970 under a name that speaks of time."""
    if all(re.fullmatch(r"(1[5-9]|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", cell) for cell in cells):
        return Reading(expression=f"try_strptime({name}::varchar, '%Y%m%d')::date", type="date")
    if all(re.fullmatch(r"(19|20)\d\d", cell) for cell in cells):
        return Reading(expression=f"make_date({name}::int, 1, 1)", type="date", unit="year")
    if has_word(column.name, "time") and all(re.fullmatch(r"[5-9]\d{8}|1\d{9}", cell) for cell in cells):
        return Reading(expression=f"make_timestamp({name} * 1000000)", type="timestamp")
    return None


def settle(column: StoredColumn, proposal: Reading, found: Evidence) -> Reading:
    """Decide by the evidence of every row whether a proposed reading stands, and note what it leaves out."""
    kind = value_type(column.type)
    if kind == "number":
        return _finite(column, proposal, found)
    if kind == "integer":
        return _settle_whole(column, proposal, found)
    read = max(found.read, found.swapped)
    if found.present == 0 or read < READABLE_SHARE * found.present:
        return _left_as_text(column, proposal, read, found)
    reading = proposal
    notes: list[Note] = []
    if proposal.swapped is not None:
        reading, notes = _date_order(column, proposal, found)
    if proposal.mixed_orders:
        notes.append(_mixed_orders(column))
    if found.present > read:
        notes.append(_unread(column, reading, found.present - read))
    if reading.type == "number" and found.fractions == 0 and found.nonfinite == 0:
        reading = replace(reading, type="integer", expression=re.sub(r" as double\)$", " as bigint)", reading.expression))
    reading = replace(reading, notes=tuple(notes))
    return _finite(column, reading, found) if reading.type == "number" else reading


def _finite(column: StoredColumn, reading: Reading, found: Evidence) -> Reading:
    if found.nonfinite == 0:
        return reading
    note = Note(
        code="not_finite",
        sentence=f"{counted(found.nonfinite, 'cell')} of {column.name} with NaN or infinity, counted as missing.",
        column=column.name,
        rows=found.nonfinite,
    )
    expression = f"case when isfinite({reading.expression}) then {reading.expression} end"
    return replace(reading, expression=expression, notes=(*reading.notes, note))


def _settle_whole(column: StoredColumn, proposal: Reading, found: Evidence) -> Reading:
    plain = as_stored(column)
    if found.read < found.present or found.distinct < 2:
        return plain
    if proposal.unit != "year":
        return proposal
    low, high = found.low or 0, found.high or 0
    dense = found.distinct >= 0.8 * (high - low + 1) and found.distinct >= 3 and found.present >= 3 * found.distinct
    fits = low >= 1900 and high <= 2100
    return proposal if fits and (has_word(column.name, "year") or dense) else plain


def _date_order(column: StoredColumn, proposal: Reading, found: Evidence) -> tuple[Reading, list[Note]]:
    """Take the order that reads more rows; where both read all, day first is taken and said to be a choice."""
    if found.swapped > found.read:
        return replace(proposal, expression=proposal.swapped or proposal.expression, swapped=None), []
    if found.read > found.swapped:
        return replace(proposal, swapped=None), []
    note = Note(
        code="ambiguous_dates",
        sentence=f"No cell of {column.name} shows whether day or month comes first; it is read day first.",
        column=column.name,
        rows=found.present,
    )
    return replace(proposal, swapped=None), [note]


def _mixed_orders(column: StoredColumn) -> Note:
    return Note(
        code="mixed_date_orders",
        sentence=f"{column.name} holds dates with the day first and with the month first; a cell that could be either is read day first.",
        column=column.name,
    )


def _unread(column: StoredColumn, reading: Reading, rows: int) -> Note:
    kind = {"boolean": "yes or no", "date": "dates", "timestamp": "dates"}.get(reading.type, "numbers")
    return Note(
        code="unread_cells",
        sentence=f"{counted(rows, 'cell')} of {column.name} not readable as {kind} like the rest, counted as missing.",
        column=column.name,
        rows=rows,
    )


def _left_as_text(column: StoredColumn, proposal: Reading, read: int, found: Evidence) -> Reading:
    plain = as_stored(column)
    if proposal.type == "boolean" or read < 0.1 * found.present:
        return plain
    kind = "numbers" if proposal.type == "number" else "dates"
    note = Note(
        code="mixed_types",
        sentence=f"{column.name} mixes {counted(read, 'cell')} of {kind} with {found.present - read} of other text; it is kept as text.",
        column=column.name,
        rows=found.present - read,
    )
    return replace(plain, notes=(note,))


def _gather(connection: Engine, table: str, proposals: Sequence[tuple[StoredColumn, Reading]]) -> Iterator[Evidence]:
    parts = [_evidence_sql(column, proposal) for column, proposal in proposals]
    row = connection.execute(f"select {', '.join(sql for part in parts for sql in part.values())} from {table}").fetchone()
    assert row is not None
    values = iter(row)
    for part in parts:
        found: dict[str, Any] = {key: next(values) for key in part}
        yield Evidence(**found)


def _evidence_sql(column: StoredColumn, proposal: Reading) -> dict[str, str]:
    name, expression = quote_identifier(column.name), proposal.expression
    kind = value_type(column.type)
    if kind == "number":
        return {"present": f"count({name})", "read": f"count({name})", "nonfinite": f"count(*) filter (not isfinite({name}))"}
    if kind == "integer":
        shared = {"present": f"count({name})", "read": f"count(try({expression}))"}
        return shared | {"low": f"min({name})::double", "high": f"max({name})::double", "distinct": f"approx_count_distinct({name})"}
    markers = ", ".join(literal(marker) for marker in sorted(MISSING_MARKERS))
    parts = {"present": f"count(*) filter (lower(trim({name})) not in ({markers}))", "read": f"count({expression})"}
    if proposal.swapped is not None:
        parts["swapped"] = f"count({proposal.swapped})"
    if proposal.type == "number":
        parts["fractions"] = f"count(*) filter ({expression} <> trunc({expression}))"
        parts["nonfinite"] = f"count(*) filter (not isfinite({expression}))"
    return parts
