"""Priorities: the matrix as a native XY chart with its cut line, and the ranked list with the same cut."""

from itertools import pairwise

from services.decks.elements import Cited, Option
from services.decks.metrics import Para, text_width
from services.decks.model import PrioritiesSlide
from services.decks.page import Looks, Page
from services.decks.palette import (
    BODY_BOTTOM,
    GO,
    HOT,
    INK,
    LEFT,
    MUTED,
    PANEL,
    POINT,
    RIGHT,
    SLATE,
    TEAL,
    TEXT,
    WHITE,
    column_left,
    columns_width,
)  # fmt: skip
from services.decks.pptx import charts
from services.decks.pptx.charts import Scale
from services.decks.pptx.chrome import frame
from services.decks.pptx.exhibits.area import Area
from services.decks.pptx.exhibits.scatter import axis_names
from services.decks.pptx.formats import number_format
from services.decks.pptx.kinds.placing import Rect, Spot, place_labels
from services.decks.pptx.shapes import Box
from services.decks.scales import nice
from services.decks.series import ChartData, ChartSpec, number
from shared.kit.numbers import Style

_TOP, _TALL = 1.62, 5.0
_LONGEST_NAME = 18  # characters; LibreOffice wraps longer labels of points


def draw_priorities(page: Page, slide: PrioritiesSlide) -> None:
    """Draw matrix and list."""
    frame(page, slide)
    across, up = _scales(page, slide)
    spec = ChartSpec(
        kind="matrix",
        key=slide.chart,
        cut=slide.cut,
        go=tuple(option.id for option in slide.options if option.go),
        x_range=(across.low, across.high),
        y_range=(up.low, up.high),
    )
    data = page.chart_data(spec)
    columns = _matrix_columns(page, slide)
    area = Area(LEFT, _TOP, columns_width(columns) - 0.05, _TALL, slide.title)
    plot = area.plot(0.52, 0.1, 0.22, 0.62)
    inner = area.inner(plot)
    cut = _cut_points(page, slide, inner, across, up)
    if cut:
        page.path("Go zone", _zone(cut, inner), GO, 0, fill=GO)
    labels = _labels(page, slide, inner, across, up)
    xml = charts.chart_xml(_plot(page, data, labels), _axes(across, up), plot)
    written = [words for _, words in labels.values()]
    page.chart(area.box, spec, (xml, data), alt=slide.title, labels=written)
    axis_names(page, slide.x_label, slide.y_label, inner, area)
    _quadrants(page, slide, inner)
    _ranking(page, slide, column_left(columns + 1))


def _matrix_columns(page: Page, slide: PrioritiesSlide) -> int:
    """Return the columns of the matrix: eight, or seven where the list has entries that a third of the slide would break."""
    return 7 if _list_size(page, slide, RIGHT - column_left(9)) < 11 else 8


def _scales(page: Page, slide: PrioritiesSlide) -> tuple[Scale, Scale]:
    rows = page.deck.numbers[slide.chart].rows or ()
    ends = []
    for index, given in ((1, slide.x_range), (2, slide.y_range)):
        values = [number(row[index]) for row in rows]
        low, high, step = nice([*values, *(given or (0.0,))], zero=given is None, ticks=5)
        if given:
            low, high = given
            step = step if abs((high - low) / step - round((high - low) / step)) < 1e-6 else (high - low) / 4
        ends.append(Scale(low, high, step))
    return ends[0], ends[1]


def _axes(across: Scale, up: Scale) -> str:
    def code(ends: Scale) -> str:
        return number_format(Style.NUMBER, [ends.high], decimals=0 if ends.step >= 1 else 1)

    return charts.value_axis(across, code(across), x=True, line=True, size=10) + charts.value_axis(up, code(up), line=True, size=10)


def _at(inner: Box, across: Scale, up: Scale, x: float, y: float) -> tuple[float, float]:
    share_x = min(max((x - across.low) / (across.high - across.low), 0.0), 1.0)
    share_y = min(max((y - up.low) / (up.high - up.low), 0.0), 1.0)
    return (inner[0] + share_x * inner[2], inner[1] + (1 - share_y) * inner[3])


def _cut_points(page: Page, slide: PrioritiesSlide, inner: Box, across: Scale, up: Scale) -> list[tuple[float, float]]:
    rows = page.deck.numbers[slide.cut].rows if slide.cut else None
    points = [(number(row[0]), number(row[1])) for row in rows or ()]
    return [_at(inner, across, up, x, y) for x, y in sorted((x, y) for x, y in points if x is not None and y is not None)]


def _zone(cut: list[tuple[float, float]], inner: Box) -> list[tuple[float, float]]:
    """Return the area above the cut line, closed along the edges of the plot."""
    left, top, right, bottom = inner[0], inner[1], inner[0] + inner[2], inner[1] + inner[3]
    rising = cut[-1][1] < cut[0][1]
    start = [(left, bottom), (left, top)] if rising and cut[0][0] > left + 0.01 else []
    end = [(right, bottom)] if not rising and cut[-1][0] < right - 0.01 else []
    corners = [(cut[-1][0], top), (cut[0][0], top)] if rising else [(right, top), (cut[0][0], top)]
    return [*cut, *end, *corners, *reversed(start)]


def _labels(page: Page, slide: PrioritiesSlide, inner: Box, across: Scale, up: Scale) -> dict[str, tuple[str, str]]:
    """Return for each labelled option the side its label stands on and the words.

    Id and short name where they fit, else the id; points that lie on one another share a label of their ids.
    """
    at = {str(row[0]): (number(row[1]) or 0.0, number(row[2]) or 0.0) for row in page.deck.numbers[slide.chart].rows or ()}
    shared: dict[tuple[float, float], list[Option]] = {}
    for option in slide.options:
        if option.id in at:
            x, y = _at(inner, across, up, *at[option.id])
            shared.setdefault((round(x, 1), round(y, 1)), []).append(option)
    words = {options[0].id: _label_words(page, options) for options in shared.values()}
    spots = [_spot(page, options, words[options[0].id], _at(inner, across, up, *at[options[0].id])) for options in shared.values()]
    # Labels may lean out of the plot, never out of the chart's frame: LibreOffice would shrink the plot for them.
    bounds = (inner[0] + 0.02, inner[1] - 0.1, inner[0] + inner[2] + 0.12, inner[1] + inner[3] + 0.1)
    names = [(x, y, x + wide, y + 0.2) for x, y, wide in _quadrant_places(page, slide, inner)]
    sides = place_labels(spots, bounds, [*names, *_lines(_cut_points(page, slide, inner, across, up), inner)])
    return {who: (side, words[who][0 if named else 1]) for who, (side, named) in sides.items()}


def _label_words(page: Page, options: list[Option]) -> tuple[Cited, Cited]:
    """Return the long and the short words of a label."""
    ids = ", ".join(page.literal(option.id) for option in options)
    alone = options[0]
    long_name = len(options) == 1 and alone.short and len(page.resolved(alone.short)) <= _LONGEST_NAME
    return (f"{ids} {alone.short}" if long_name else ids, ids)


def _spot(page: Page, options: list[Option], words: tuple[Cited, Cited], place: tuple[float, float]) -> Spot:
    bold = options[0].go
    full, short = (text_width(page.resolved(cited), 11, bold=bold) + 0.06 for cited in words)
    return Spot(options[0].id, *place, full, short, 0.13 if bold else 0.1)


def _lines(cut: list[tuple[float, float]], inner: Box) -> list[Rect]:
    """Return small rectangles along the cut line and the dividers: no label may lie on them."""
    left, top, width, tall = inner
    middle = [(left, top + tall / 2, left + width, top + tall / 2 + 0.01), (left + width / 2, top, left + width / 2 + 0.01, top + tall)]
    beads = []
    for (x0, y0), (x1, y1) in pairwise(cut):
        for step in range(41):
            x, y = x0 + (x1 - x0) * step / 40, y0 + (y1 - y0) * step / 40
            beads.append((x - 0.02, y - 0.02, x + 0.02, y + 0.02))
    return [*middle, *beads]


def _plot(page: Page, data: ChartData, labels: dict[str, tuple[str, str]]) -> str:
    drawn = []
    for i, series in enumerate(data.series):
        ids = [str(row[series.x_column - 1] or "") for row in data.rows]
        if series.name in ("Go forward", "Below the cut"):
            go = series.name == "Go forward"
            color, ink = (TEAL, TEAL) if go else (POINT, SLATE)
            written = "".join(
                charts.written_label(j, page.resolved(labels[who][1]), labels[who][0], 11, ink, bold=go)
                for j, who in enumerate(ids)
                if who in labels and j < len(series.y)
            )
            marker = f'<c:marker><c:symbol val="circle"/><c:size val="{13 if go else 10}"/>{charts.looks(color, WHITE)}</c:marker>'
            inside = f"{charts.stroke(None)}{marker}<c:dLbls>{written}{charts.no_labels()}</c:dLbls>"
        else:
            cut = series.name == "Cut line"
            line = charts.stroke(HOT, 1.5, "dash") if cut else charts.stroke("C9D0D7", 0.75)
            inside = f'{line}<c:marker><c:symbol val="none"/></c:marker>'
        drawn.append(f'<c:ser>{charts.head(i, series)}{inside}{charts.xy_data(series)}<c:smooth val="0"/></c:ser>')
    return charts.plotted("scatterChart", '<c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>', "".join(drawn), "")


def _quadrants(page: Page, slide: PrioritiesSlide, inner: Box) -> None:
    if not slide.quadrants:
        return
    for words, (x, y, wide) in zip(slide.quadrants, _quadrant_places(page, slide, inner), strict=True):
        page.capitals("Quadrant", (x, y, wide, 0.2), page.para(words, 10, MUTED, bold=True))


def _quadrant_places(page: Page, slide: PrioritiesSlide, inner: Box) -> list[tuple[float, float, float]]:
    """Return left, top and width of each quadrant's name, in its top left corner."""
    return [
        (
            inner[0] + (i % 2) * inner[2] / 2 + 0.12,
            inner[1] + (i // 2) * inner[3] / 2 + 0.09,
            min(text_width(page.resolved(words).upper(), 10, bold=True) + 0.1, inner[2] / 2 - 0.2),
        )
        for i, words in enumerate(slide.quadrants or ())
    ]


def _ranking(page: Page, slide: PrioritiesSlide, x: float) -> None:
    width = RIGHT - x
    heading = page.para(slide.score_label or page.word("score"), 12, INK, bold=True)
    page.text("Ranking heading", (x, 1.70, width, 0.28), heading, one_line=True)
    page.line((x, 2.03), (RIGHT, 2.03), INK, 1)
    passed = [option for option in slide.options if option.go]
    cut_at = len(passed) if passed and slide.options[: len(passed)] == tuple(passed) and len(passed) < len(slide.options) else None
    rule = 0.0 if cut_at is None else 0.42 if slide.cut_label else 0.16
    bottom = BODY_BOTTOM - 0.05
    if slide.note:
        bottom = _note(page, slide, x, width, most=bottom - 2.12 - 0.15 - rule - 0.34 * len(slide.options)) - 0.15
    pitch = min(0.34, (bottom - 2.12 - rule) / max(len(slide.options), 1))
    size = _list_size(page, slide, width)
    y = 2.12
    for i, option in enumerate(slide.options):
        if cut_at is not None and i == cut_at:
            y = _cut_rule(page, slide, x, y)
        _ranked(page, option, (x, y, width, pitch), size)
        y += pitch


def _cut_rule(page: Page, slide: PrioritiesSlide, x: float, y: float) -> float:
    page.line((x, y + 0.07), (RIGHT, y + 0.07), HOT, 1.5, dash="dash")
    if not slide.cut_label:
        return y + 0.16
    label = page.para(slide.cut_label, 10, HOT, bold=True, align="r")
    page.text("Cut line", (x, y + 0.12, RIGHT - x, 0.2), label, one_line=True)
    return y + 0.42


def _list_size(page: Page, slide: PrioritiesSlide, width: float) -> float:
    """Return one size for the whole list: the largest at which every entry keeps to a line, or the least that may wrap."""
    room = width - 0.7
    for size in (12.0, 11.0):
        if all(text_width(f"{option.id}  {page.resolved(option.text)}", size, bold=option.go) <= room for option in slide.options):
            return size
    return 10.0


def _ranked(page: Page, option: Option, box: Box, size: float) -> None:
    x, y, width, tall = box
    color = TEAL if option.go else SLATE
    value = page.para(option.score, 12, color, bold=option.go, align="r")
    taken = max(0.55, text_width(value.pieces[0].text, 12, bold=option.go) + 0.05) if option.score else 0.0
    pieces = page.pieces(page.literal(f"{option.id}  "), size, color, bold=True) + page.pieces(option.text, size, color, bold=option.go)
    page.text("Option", (x, y, width - taken - 0.08, tall - 0.01), Para(pieces, spacing=0.95), anchor="m")
    if option.score:
        page.text("Score", (RIGHT - taken, y, taken, tall - 0.01), value, anchor="m", one_line=True)


def _note(page: Page, slide: PrioritiesSlide, x: float, width: float, *, most: float) -> float:
    paras = [page.para(slide.note_heading, 12, INK, bold=True)] if slide.note_heading else []
    least = page.height([*paras, page.para(slide.note, 10.5, TEXT)], width - 0.3) + 0.2
    paras.append(page.para(slide.note, 12, TEXT))
    tall = min(page.height(paras, width - 0.3) + 0.2, max(most, 0.7, least))
    page.text("Note", (x, BODY_BOTTOM - tall, width, tall), paras, Looks(fill=PANEL), anchor="m", pad=(0.15, 0.05, 0.15, 0.05))
    return BODY_BOTTOM - tall
