"""The frame: the KPI on its scale, and scope and assumptions in columns below."""

from services.decks.elements import Gauge, TextColumn
from services.decks.metrics import Para, text_width
from services.decks.model import FrameSlide
from services.decks.page import Looks, Page
from services.decks.palette import (
    AMBER,
    BODY_BOTTOM,
    HOT,
    LEFT,
    MUTED,
    PANEL,
    RIGHT,
    SPAN,
    TEAL,
    TEXT,
    TONE,
    TRACK,
    column_left,
    columns_width,
)
from services.decks.pptx.chrome import frame
from services.decks.scales import decimals, nice
from shared.kit.cited import cite
from shared.kit.numbers import display

_Y, _TALL = 2.55, 0.30


def draw_frame(page: Page, slide: FrameSlide) -> None:
    """Draw the gauge where there is one, what is missing, and the columns."""
    frame(page, slide)
    top = 1.76
    if slide.gauge:
        _gauge(page, slide.gauge)
        top = 4.0
    if slide.missing:
        para = page.para(slide.missing, 13 if not slide.gauge else 12, AMBER, bold=True)
        tall = min(page.height((para,), SPAN - 0.4) + 0.24, 0.9)
        y = top if not slide.gauge else 3.78
        page.text("Missing", (LEFT, y, SPAN, tall), para, Looks(fill=PANEL), anchor="m", pad=(0.2, 0.05, 0.2, 0.05))
        top = y + tall + 0.1
    text_columns(page, slide.columns, top + 0.18 if slide.gauge or slide.missing else top)


def text_columns(page: Page, columns: tuple[TextColumn, ...], top: float, *, bottom: float = BODY_BOTTOM, size: float = 13) -> None:
    """Draw headed columns of bullets side by side."""
    count = max(len(columns), 1)
    width = (SPAN - 0.2 * (count - 1)) / count
    for i, column in enumerate(columns):
        x, color = LEFT + i * (width + 0.2), TONE[column.tone]
        page.line((x, top), (x + width, top), color, 1.5)
        heading = page.para(column.heading, 14, color, bold=True)
        tall = max(min(page.height((heading,), width), 0.6), 0.28)
        page.text("Column heading", (x, top + 0.1, width, tall), heading)
        items = [page.para(item, size, TEXT, bullet=color, after=5) for item in column.items]
        y = top + 0.1 + tall + 0.12
        if items:
            page.text("Column text", (x, y, width, max(bottom - y, 0.3)), items)


def _gauge(page: Page, gauge: Gauge) -> None:
    page.text("KPI name", (LEFT, 1.74, columns_width(3), 0.27), page.para(gauge.label, 12, MUTED, bold=True))
    hero = page.para(cite(gauge.today), 54, HOT, bold=True, unit=18, spacing=0.95)
    page.text("KPI today", (LEFT, 2.0, columns_width(3), 0.85), hero, one_line=True, anchor="m")
    if gauge.context:
        page.text("KPI context", (LEFT, 2.96, columns_width(3), 0.7), [page.para(line, 12, MUTED) for line in gauge.context])
    markers = _markers(page, gauge)
    if len(markers) < 2:
        return
    low, high = _ends([value for _, value, _, _ in markers])
    left, right = column_left(4), RIGHT

    def place(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    page.mark("Scale", (left, _Y, right - left, _TALL), Looks(fill=TRACK))
    _scale_ends(page, gauge, low, high)
    _gap(page, gauge, place_all={key: place(value) for key, value, _, _ in markers})
    _labels(page, [(place(value), key, word, color) for key, value, word, color in markers])


def _markers(page: Page, gauge: Gauge) -> list[tuple[str, float, str, str]]:
    wanted = ((gauge.baseline, "baseline", MUTED), (gauge.target, "target", TEAL), (gauge.today, "today", HOT))
    found = [(key, page.deck.numbers[key].value, word, color) for key, word, color in wanted if key]
    return [(key, value, word, color) for key, value, word, color in found if value is not None]


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.3 or abs(high) * 0.3 or 1.0
    start, end, _ = nice([low - room, high + room], zero=False, ticks=12)
    return (0.0 if low >= 0 > start else start), end


def _scale_ends(page: Page, gauge: Gauge, low: float, high: float) -> None:
    entry = page.deck.numbers[gauge.today]
    percent = entry.display.endswith("%")
    places = decimals((high - low) / 2)
    for value, x, align in ((low, column_left(4), "l"), (high, RIGHT - 1.2, "r")):
        shown = f"{display(value * 100, decimals=max(0, places - 2))}%" if percent else display(value, unit=entry.unit, decimals=places)
        para = page.para(page.literal(shown), 10, MUTED, align="r" if align == "r" else "l")
        page.text("Scale end", (x, _Y + _TALL + 0.05, 1.2, 0.2), para, one_line=True)


def _gap(page: Page, gauge: Gauge, *, place_all: dict[str, float]) -> None:
    """Fill the way from target to today, and name it and the change since the baseline in brackets below."""
    today = place_all[gauge.today]
    y = _Y + _TALL + 0.2
    if gauge.target in place_all:
        target = place_all[gauge.target]
        page.mark("Gap", (min(target, today), _Y, abs(today - target), _TALL), Looks(fill=HOT))
        if gauge.gap:
            _bracket(page, (target, today), y, f"{page.word('gap')}: {cite(gauge.gap)}", HOT)
            y += 0.45
    if gauge.baseline in place_all and gauge.rise:
        _bracket(page, (place_all[gauge.baseline], today), y, f"{page.word('rise')}: {cite(gauge.rise)}", MUTED)


def _bracket(page: Page, span: tuple[float, float], y: float, text: str, color: str) -> None:
    left, right = min(span), max(span)
    page.path("Bracket", ((left, y - 0.07), (left, y), (right, y), (right, y - 0.07)), color, 1.25)
    para = page.para(text, 12 if color == HOT else 11, color, bold=color == HOT, align="c")
    middle = min(max((left + right) / 2, column_left(4) + 1.5), RIGHT - 1.5)
    page.text("Bracket text", (middle - 1.5, y + 0.06, 3.0, 0.24), para, one_line=True)


def _labels(page: Page, marks: list[tuple[float, str, str, str]]) -> None:
    """Name each marker at its right, or at its left where the next one or the margin is nearer than the words are wide."""
    marks = sorted(marks)
    taken = column_left(4) - 1.2
    for i, (x, key, word, color) in enumerate(marks):
        page.line((x, _Y - 0.46), (x, _Y + _TALL), color, 1.75)
        pieces = page.pieces(cite(key), 18, color, bold=True, unit=12) + page.pieces(f"  {page.word(word)}", 12, color, bold=True)
        need = sum(text_width(piece.text, piece.size, bold=True) for piece in pieces) + 0.05
        right = (marks[i + 1][0] if i + 1 < len(marks) else RIGHT + 0.08) - x - 0.16
        left = x - taken - 0.16
        leftwards = right < need and left > right
        room = left if leftwards else right
        box = (x - 0.08 - room, _Y - 0.48, room, 0.36) if leftwards else (x + 0.08, _Y - 0.48, room, 0.36)
        page.text("Marker", box, Para(pieces, "r" if leftwards else "l"), one_line=True)
        taken = x if leftwards else x + 0.08 + min(need, room)
