"""An exhibit as a picture that opens anywhere: SVG without script, font files or links; the same exhibit gives the same bytes."""

import math
from datetime import date
from html import escape

from services.analysis.charts import COOL, HOT, RULE
from services.analysis.findings import Cell, Exhibit
from shared.kit.numbers import display

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 150, 30, 56, 62  # margins
SERIES = (HOT, COOL, "#30638e", "#edae49", "#00798c", "#6c5b7b", "#b5838d")
_LONGEST = 24  # characters of a label


def svg(exhibit: Exhibit) -> str:
    """Return an exhibit as an SVG picture. Rows without a value are left out."""
    marks = {"bar": _bars, "line": _points, "scatter": _points, "histogram": _columns, "stacked": _columns}[exhibit.kind](exhibit)
    body = [_text(WIDTH / 2, 24, exhibit.title, size=15), *marks, *_axis_titles(exhibit)]
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" role="img">'
    return "\n".join(
        [opening, f"<title>{_plain(exhibit.title)}</title>", '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>\n"]
    )


def _bars(exhibit: Exhibit) -> list[str]:
    """Bars lying down, one a row."""
    rows = [(str(row[0]), value) for row in exhibit.rows if (value := _number(row[1])) is not None]
    low, high = _range([value for _, value in rows], exhibit.reference, zero=True)
    step = (HEIGHT - TOP - BOTTOM) / max(1, len(rows))
    drawn = []
    for place, (name, value) in enumerate(rows):
        y = TOP + place * step
        ends = sorted((_across(0.0, low, high), _across(value, low, high)))
        drawn.append(_rect(ends[0], y + 0.15 * step, ends[1] - ends[0], 0.7 * step, _colour(exhibit, name)))
        drawn.append(_text(LEFT - 6, y + 0.5 * step + 4, name, anchor="end"))
        drawn.append(_text(ends[1] + 4, y + 0.5 * step + 4, _written(exhibit, value), anchor="start"))
    if exhibit.reference is not None:
        x = _across(exhibit.reference, low, high)
        drawn.append(_line(x, TOP, x, HEIGHT - BOTTOM, dashed=True))
    return drawn


def _columns(exhibit: Exhibit) -> list[str]:
    """Columns standing up, one a row; several values of a row are stacked."""
    heights = [sum((_number(cell) or 0.0 for cell in row[1:]), 0.0) for row in exhibit.rows]
    low, high = _range(heights, exhibit.reference, zero=True)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(exhibit.rows))
    drawn = _value_axis(exhibit, low, high)
    for place, row in enumerate(exhibit.rows):
        x, base = LEFT + place * step, 0.0
        for series, cell in enumerate(row[1:]):
            if (value := _number(cell)) is not None:
                ends = sorted((_up(base, low, high), _up(base + value, low, high)))
                fill = SERIES[series % len(SERIES)] if len(row) > 2 else _colour(exhibit, str(row[0]))
                drawn.append(_rect(x + 0.1 * step, ends[0], 0.8 * step, ends[1] - ends[0], fill))
                base += value
        if place % max(1, math.ceil(len(exhibit.rows) / 8)) == 0:
            drawn.append(_text(x + 0.5 * step, HEIGHT - BOTTOM + 16, str(row[0]), longest=14))
    return drawn + (_keys(exhibit.columns[1:]) if len(exhibit.columns) > 2 else [])


def _keys(names: list[str]) -> list[str]:
    """Which colour is which series, above the columns."""
    drawn = []
    for place, name in enumerate(names):
        x = LEFT + place * 130
        drawn += [_rect(x, 34, 10, 10, SERIES[place % len(SERIES)]), _text(x + 14, 43, name, anchor="start", longest=16)]
    return drawn


def _points(exhibit: Exhibit) -> list[str]:
    """A line through the rows in their order, or a cloud."""
    placed = [(_place(row[0]), _number(row[1])) for row in exhibit.rows]
    rows = [(x, y) for x, y in placed if x is not None and y is not None]
    if not rows:
        return []
    low, high = _range([y for _, y in rows], exhibit.reference, zero=False)
    first, last = _range([x for x, _ in rows], None, zero=False)
    at = [(_across(x, first, last), _up(y, low, high)) for x, y in rows]
    drawn = _value_axis(exhibit, low, high)
    if exhibit.kind == "line":
        drawn.append(f'<polyline fill="none" stroke="{HOT}" stroke-width="2" points="{" ".join(f"{_n(x)},{_n(y)}" for x, y in at)}"/>')
    drawn += [f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" fill="{HOT}" fill-opacity="0.6"/>' for x, y in at]
    marked = (exhibit.rows[0][0], exhibit.rows[-1][0]) if exhibit.kind == "line" else (first, last)
    for said, x in zip(marked, (_across(first, first, last), _across(last, first, last)), strict=True):
        drawn.append(_text(x, HEIGHT - BOTTOM + 16, said if isinstance(said, str) else f"{said:.4g}", longest=14))
    return drawn


def _value_axis(exhibit: Exhibit, low: float, high: float) -> list[str]:
    drawn = []
    for part in range(5):
        value = low + (high - low) * part / 4
        y = _up(value, low, high)
        drawn += [_line(LEFT, y, WIDTH - RIGHT, y, faint=True), _text(LEFT - 6, y + 4, _written(exhibit, value), anchor="end")]
    if exhibit.reference is not None:
        y = _up(exhibit.reference, low, high)
        drawn.append(_line(LEFT, y, WIDTH - RIGHT, y, dashed=True))
    return drawn


def _axis_titles(exhibit: Exhibit) -> list[str]:
    value = f"{exhibit.y_label} ({exhibit.unit})" if exhibit.unit else exhibit.y_label
    below, beside = (value, exhibit.x_label) if exhibit.kind == "bar" else (exhibit.x_label, value)
    return [_text(WIDTH / 2, HEIGHT - 14, below, longest=80), _text(8, TOP - 10, beside, anchor="start", longest=80)]


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and math.isfinite(cell) else None


def _place(cell: Cell) -> float | None:
    if isinstance(cell, str):
        try:
            return float(date.fromisoformat(cell[:10]).toordinal())
        except ValueError:
            return None
    return cell


def _range(values: list[float], reference: float | None, *, zero: bool) -> tuple[float, float]:
    held = [*values, *([0.0] if zero or not values else []), *([reference] if reference is not None else [])]
    low, high = min(held), max(held)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _across(value: float, low: float, high: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT - 60) * (value - low) / (high - low)


def _up(value: float, low: float, high: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)


def _colour(exhibit: Exhibit, name: str) -> str:
    return HOT if name in exhibit.highlight else COOL


def _written(exhibit: Exhibit, value: float) -> str:
    return display(value, style=exhibit.style, unit="")


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _plain(text: str) -> str:
    """Return text as XML may hold it: no control character, nothing that is markup."""
    return escape("".join(c for c in " ".join(text.split()) if c.isprintable()))


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 11, longest: int = _LONGEST) -> str:
    cut = text if size > 11 or len(text) <= longest else f"{text[: longest - 1]}…"
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}">{_plain(cut)}</text>'


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False, faint: bool = False) -> str:
    stroke = '#dddddd"' if faint else f'{RULE}"' + (' stroke-dasharray="4 4"' if dashed else "")
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{stroke}/>'
