"""What a chart plots, derived from ledger rows by arithmetic alone.

The renderer draws from `derive`, and the comparison of a finished deck with the ledger derives again from the
ledger's rows with the recipe (`ChartSpec`) written in the deck: the same function, so nothing in between is trusted.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

from services.decks.elements import Cell, Key, Row
from shared.kit.value import Value

MAX_BARS = 15
_EPOCH = dt.date(1899, 12, 30)  # day zero of spreadsheet dates after February 1900


class ChartSpec(Value):
    """How a chart follows from the rows of `key` (and of `cut`)."""

    kind: Literal["bar", "line", "scatter", "histogram", "stacked", "matrix", "waterfall"]
    key: Key
    cut: Key | None = None
    columns: tuple[str, ...] = ()
    highlight: tuple[str, ...] = ()
    go: tuple[str, ...] = ()
    ranked: bool = True
    other: Literal["mean", "sum"] = "mean"
    other_label: str = "Other {n} ({how})"
    how: str = "mean"
    change: str | None = None
    roles: tuple[Literal["start", "saving", "rest"], ...] = ()
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    scale: float = 1.0


class Series(Value):
    """One plotted series and where its cells stand in the workbook (columns count from 0, rows from 1 below the header)."""

    name: str
    x: tuple[Cell, ...]
    y: tuple[float | None, ...]
    x_column: int = 0
    y_column: int = 1
    plus: tuple[float, ...] = ()
    minus: tuple[float, ...] = ()


class ChartData(Value):
    """A chart's workbook (header and rows) and its series; `dated` says that x are spreadsheet day numbers."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    series: tuple[Series, ...]
    dated: bool = False


def derive(spec: ChartSpec, tables: Mapping[str, Sequence[Sequence[Cell]]]) -> ChartData:
    """Return what the chart plots. Raises KeyError when the rows of the spec's key are not in `tables`."""
    rows = [tuple(row) for row in tables[spec.key]]
    if spec.kind == "matrix":
        return _matrix(spec, rows, [tuple(row) for row in tables[spec.cut]] if spec.cut else [])
    if spec.kind == "waterfall":
        return _waterfall(spec, rows)
    if spec.kind == "scatter":
        return _scatter(spec, rows)
    if spec.kind == "line":
        return _line(spec, rows)
    return _bars(spec, rows)


def number(cell: Cell, scale: float = 1.0) -> float | None:
    """Return a cell as the number a chart plots, or None where it is none."""
    if isinstance(cell, str):
        try:
            cell = float(cell)
        except ValueError:
            return None
    return None if cell is None or cell != cell else float(f"{cell * scale:.12g}")  # noqa: PLR0124 -- NaN is not itself


def as_text(cell: Cell) -> str:
    """Return a cell as the category it names."""
    if isinstance(cell, float):
        return f"{cell:.12g}"
    return "" if cell is None else str(cell)


def serial(cell: Cell) -> float | None:
    """Return an ISO date (day or month) as a spreadsheet day number, or None when it is no date."""
    if not isinstance(cell, str) or not cell[:4].isdigit():
        return None
    try:
        date = dt.date.fromisoformat(cell[:10] if len(cell) > 7 else f"{cell}-01")
    except ValueError:
        return None
    return float((date - _EPOCH).days)


def from_serial(value: float) -> dt.date:
    """Return the date of a spreadsheet day number."""
    return _EPOCH + dt.timedelta(days=int(value))


def _header(spec: ChartSpec, width: int) -> tuple[str, ...]:
    names = list(spec.columns[:width])
    return tuple(names + [f"Series {i}" for i in range(len(names), width)])


def _bars(spec: ChartSpec, rows: list[Row]) -> ChartData:
    table: list[tuple[Cell, ...]] = [(as_text(row[0]), *(number(cell, spec.scale) for cell in row[1:])) for row in rows]
    if spec.kind == "bar":
        table = list(_ranked(spec, [(as_text(row[0]), number(row[1], spec.scale) if len(row) > 1 else None) for row in rows]))
    width = max((len(row) for row in table), default=2)
    header = _header(spec, width)
    x = tuple(row[0] for row in table)
    series = tuple(
        Series(name=header[j], x=x, y=tuple(_float(row[j]) if j < len(row) else None for row in table), y_column=j) for j in range(1, width)
    )
    return ChartData(header=header, rows=tuple(table), series=series)


def _float(cell: Cell) -> float | None:
    return cell if isinstance(cell, float) else None


def _ranked(spec: ChartSpec, table: list[tuple[str, float | None]]) -> list[tuple[str, float | None]]:
    if spec.ranked:
        table = sorted(table, key=lambda row: (row[1] is None, -(row[1] or 0.0)))
    if len(table) <= MAX_BARS:
        return table
    lead = {row[0] for row in table[: MAX_BARS - 1]}
    if spec.ranked and spec.highlight and not lead & set(spec.highlight):
        table = sorted(table, key=lambda row: (row[1] is None, row[1] or 0.0))
    kept, rest = table[: MAX_BARS - 1], [value for _, value in table[MAX_BARS - 1 :] if value is not None]
    total = float(sum(rest))
    value = None if not rest else total if spec.other == "sum" else total / len(rest)
    label = spec.other_label.format(n=len(table) - len(kept), how=spec.how)
    return [*kept, (label, None if value is None else float(f"{value:.12g}"))]


def _line(spec: ChartSpec, rows: list[Row]) -> ChartData:
    serials = [serial(row[0]) for row in rows]
    dated = bool(rows) and all(value is not None for value in serials)
    x: list[Cell] = list(serials) if dated else [as_text(row[0]) for row in rows]
    width = max((len(row) for row in rows), default=2)
    columns = [[number(row[j], spec.scale) if j < len(row) else None for row in rows] for j in range(1, width)]
    header = _header(spec, width)
    split = next((i for i, row in enumerate(rows) if as_text(row[0]) == spec.change), None) if spec.change else None
    if split is not None and columns:
        before = [value if i < split else None for i, value in enumerate(columns[0])]
        after = [value if i >= split else None for i, value in enumerate(columns[0])]
        columns, header = [before, after], (header[0], f"{header[1]}, before", f"{header[1]}, after")
    series = tuple(Series(name=header[j + 1], x=tuple(x), y=tuple(values), y_column=j + 1) for j, values in enumerate(columns))
    table = tuple((x[i], *(values[i] for values in columns)) for i in range(len(rows)))
    return ChartData(header=header, rows=table, series=series, dated=dated)


def _scatter(spec: ChartSpec, rows: list[Row]) -> ChartData:
    table = [(number(row[-2]), number(row[-1], spec.scale)) for row in rows if len(row) > 1]
    header = _header(spec, 2)
    x, y = tuple(row[0] for row in table), tuple(row[1] for row in table)
    return ChartData(header=header, rows=tuple(table), series=(Series(name=header[1], x=x, y=y),))


def _matrix(spec: ChartSpec, rows: list[Row], cut: list[Row]) -> ChartData:
    """Points below and above the cut, the cut line and the two dividers, longest series first.

    LibreOffice does not draw a series that stands before a longer one, hence the order.
    """
    (x0, x1), (y0, y1) = spec.x_range, spec.y_range
    points = [(as_text(row[0]), number(row[1]), number(row[2])) for row in rows]
    groups: list[tuple[str, list[tuple[Cell, float | None, float | None]]]] = [
        ("Below the cut", [p for p in points if p[0] not in spec.go]),
        ("Go forward", [p for p in points if p[0] in spec.go]),
        ("Cut line", [("", number(row[0]), number(row[1])) for row in cut]),
        ("Middle of x", [("", (x0 + x1) / 2, y0), ("", (x0 + x1) / 2, y1)]),
        ("Middle of y", [("", x0, (y0 + y1) / 2), ("", x1, (y0 + y1) / 2)]),
    ]
    groups = sorted((group for group in groups if group[1]), key=lambda group: -len(group[1]))
    header: list[str] = []
    series = []
    for index, (name, members) in enumerate(groups):
        header += [f"{name}: id", f"{name}: x", name]
        x, y = tuple(p[1] for p in members), tuple(p[2] for p in members)
        series.append(Series(name=name, x=x, y=y, x_column=3 * index + 1, y_column=3 * index + 2))
    length = max((len(members) for _, members in groups), default=0)
    blank: tuple[Cell, ...] = (None, None, None)
    table = tuple(tuple(cell for _, members in groups for cell in (members[i] if i < len(members) else blank)) for i in range(length))
    return ChartData(header=tuple(header), rows=table, series=tuple(series))


def _waterfall(spec: ChartSpec, rows: list[Row]) -> ChartData:
    """An invisible base under the start, the savings and the rest; ranges are error bars around the new level.

    What a saving takes off below zero hangs from zero in a series of its own: a stack grows both ways from there.
    """
    level = 0.0
    bars: list[tuple[float | None, ...]] = []
    whiskers: list[tuple[str, float, float]] = []
    for row, role in zip(rows, spec.roles, strict=True):
        value, low, high = ((number(row[i], spec.scale) if len(row) > i else None) for i in (1, 2, 3))
        value = value or 0.0
        before, level = level, (level - value if role == "saving" else value)
        bars.append(_stack(role, before, level))
        carrier = "Left" if role == "rest" else "Base" if level >= 0 else "Saved below zero"
        whiskers.append((carrier, *_reach(role, value, low, high)))
    labels = tuple(as_text(row[0]) for row in rows)
    series = tuple(
        Series(
            name=name,
            x=labels,
            y=tuple(bar[j] for bar in bars),
            y_column=j + 1,
            plus=_side(whiskers, name, 1),
            minus=_side(whiskers, name, 2),
        )
        for j, name in enumerate(_STACK)
    )
    return ChartData(header=("Step", *_STACK), rows=tuple((label, *bar) for label, bar in zip(labels, bars, strict=True)), series=series)


_STACK = ("Base", "Start", "Saved", "Saved below zero", "Left")


def _stack(role: str, before: float, level: float) -> tuple[float | None, ...]:
    """Return (base, start, saved, saved below zero, left) of one bar."""
    if role == "start":
        return (0.0, level, None, None, None)
    if role == "rest":
        return (0.0, None, None, None, level)
    if level >= 0:
        return (_exact(level), None, _exact(before - level), None, None)
    if before <= 0:
        return (_exact(before), None, None, _exact(level - before), None)
    return (0.0, None, _exact(before), _exact(level), None)


def _exact(value: float) -> float:
    return float(f"{value:.9g}")


def _reach(role: str, value: float, low: float | None, high: float | None) -> tuple[float, float]:
    """Return how far a whisker goes above and below the new level; a saving at its low end leaves a higher level."""
    if low is None or high is None:
        return (0.0, 0.0)
    up, down = (value - low, high - value) if role == "saving" else (high - value, value - low)
    return (_exact(up), _exact(down))


def _side(whiskers: Sequence[tuple[str, float, float]], name: str, side: Literal[1, 2]) -> tuple[float, ...]:
    if not any(up or down for carrier, up, down in whiskers if carrier == name):
        return ()
    return tuple(whisker[side] if whisker[0] == name else 0.0 for whisker in whiskers)
