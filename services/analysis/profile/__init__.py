"""The profile of a table: what each column holds and what it is to an analyst."""

from collections.abc import Sequence
from typing import Any

from services.analysis.dataset import ColumnProfile, Note, Role
from services.analysis.engines.contract import Engine
from services.analysis.profile.aggregates import EXACT_ROWS, Cells, Summary, row_number, summarize
from services.analysis.profile.cells import Reading, StoredColumn, read_columns, value_type
from services.analysis.profile.personal import looks_personal, mask
from services.analysis.profile.quality import column_notes
from services.analysis.profile.roles import Evidence, Texture, decide_role, texture_of
from services.analysis.profile.status import settling_columns
from shared.kit.numbers import Style

SHOWN_VALUES = 5
SAMPLE_ROWS = 1000
SAMPLE_CELLS = 400_000
PLACES = 20  # of a large table: every one costs a look into the file
LONGEST_SHOWN = 80


def profile_table(connection: Engine, table: str) -> tuple[int, tuple[ColumnProfile, ...], tuple[Note, ...]]:
    """Return the rows, the profile of every column and the notes about the values of a table (a relation in SQL) of `connection`."""
    count = connection.execute(f"select count(*) from {table}").fetchone()
    rows = int(count[0]) if count else 0
    columns = _stored(connection, table, rows)
    readings = read_columns(connection, table, columns)
    summaries = summarize(connection, table, rows, [_cells(c, r) for c, r in zip(columns, readings, strict=True)])
    settling = settling_columns(connection, table, readings, summaries)
    profiles = tuple(
        _profile(position, columns[position], readings[position], summaries[position], rows, settles=position in settling)
        for position in range(len(columns))
    )
    notes = [note for reading in readings for note in reading.notes]
    notes += [note for profile, summary in zip(profiles, summaries, strict=True) for note in column_notes(profile, summary)]
    return rows, profiles, tuple(notes)


def _stored(connection: Engine, table: str, rows: int) -> list[StoredColumn]:
    """Return the columns with a sample: the first rows and as many spread evenly over the rest, of a large table from `PLACES`."""
    described = connection.execute(f"describe select * from {table}").fetchall()
    limit = max(50, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, len(described)))) // 2
    step = max(1, rows // limit)
    row = row_number(table)
    chosen = [f"{row} < {limit} or {row} % {step} = 0" if rows > 2 * limit else "true"]
    if rows > EXACT_ROWS:
        starts = [0, *(rows * place // PLACES for place in range(1, PLACES))]
        chosen = [f"{row} >= {start} and {row} < {start + (limit // PLACES if start else limit)}" for start in starts]
    sampled = connection.execute(" union all ".join(f"select * from {table} where {rows_of}" for rows_of in chosen)).fetchall()
    return [
        StoredColumn(str(name), str(kind), tuple(dict.fromkeys(str(row[i]) for row in sampled if row[i] is not None)))
        for i, (name, kind, *_) in enumerate(described)
    ]


def _cells(column: StoredColumn, reading: Reading) -> Cells:
    plain = reading.type == "number" and value_type(column.type) == "number"
    return Cells(reading.expression, reading.type, fractions=plain and any(float(cell) % 1 > 0 for cell in column.sample))


def _profile(position: int, column: StoredColumn, reading: Reading, summary: Summary, rows: int, *, settles: bool) -> ColumnProfile:
    unit = "" if reading.unit == "year" else reading.unit
    texture = texture_of(column.sample) if reading.type == "text" else Texture()
    evidence = Evidence(
        name=column.name,
        type=reading.type,
        rows=rows,
        summary=summary,
        sample=column.sample,
        unit=unit,
        settles=settles,
        texture=texture,
    )
    role = decide_role(evidence)
    personal = reading.type == "text" and role is not Role.GEOGRAPHY and looks_personal(column.name, column.sample)
    keys = ("min", "max", "mean", "deviation", "quantiles", "distinct")
    facts: dict[str, Any] = {key: getattr(summary, key) for key in keys}
    return ColumnProfile(
        name=column.name,
        position=position,
        type=reading.type,
        stored_type=column.type,
        expression=reading.expression,
        role=role,
        rows=rows,
        missing=rows - summary.present,
        sample=_shown(column.sample, personal=personal),
        looks_personal=personal,
        mean_length=texture.length if reading.type == "text" else None,
        mean_words=texture.words if reading.type == "text" else None,
        unit=unit or ("%" if role is Role.PERCENTAGE and not _fraction(summary) else ""),
        style=_style(role, reading, summary),
        **facts,
    )


def _shown(cells: Sequence[str], *, personal: bool) -> tuple[str, ...]:
    return tuple(mask(cell) if personal else cell[:LONGEST_SHOWN] for cell in cells[:SHOWN_VALUES])


def _fraction(summary: Summary) -> bool:
    return isinstance(summary.max, float | int) and isinstance(summary.min, float | int) and summary.min >= -1 and summary.max <= 1


def _style(role: Role, reading: Reading, summary: Summary) -> Style:
    if role is Role.CURRENCY:
        return Style.MONEY
    if role is Role.PERCENTAGE and _fraction(summary):
        return Style.PERCENT
    return Style.COUNT if reading.type == "integer" else Style.NUMBER
