"""What every content slide has around its body: kicker, title, source, footer, page number; and the callout panel."""

from services.decks.elements import Callout, Cited, SlideBase
from services.decks.fitting import fitted
from services.decks.metrics import LINE, Para, ends_badly, line_widths, text_width
from services.decks.page import Looks, Page
from services.decks.palette import (
    BODY_BOTTOM,
    BODY_TOP,
    INK,
    LEFT,
    MUTED,
    PANEL,
    RIGHT,
    RULE,
    SPAN,
    TEAL,
    TEXT,
    TONE,
    columns_width,
)  # fmt: skip
from services.decks.pptx import shapes as draw
from services.decks.words import month_and_year
from shared.kit.cited import name

TITLE_SIZES = (24.0, 22.0, 20.0)
TITLE_SPACING = 0.98


def frame(page: Page, slide: SlideBase, *, dense: bool = False) -> int:
    """Place kicker, title, source line and footer, and return how many lines the title takes.

    A title over a dense page keeps to one line where it fits on one.
    """
    lines = title(page, slide.title, dense=dense)
    if slide.kicker:
        kicker(page, slide.kicker)
    if slide.source:
        source(page, slide.source)
    footer(page)
    return lines


def title(page: Page, text: Cited, *, dense: bool) -> int:
    """Place the action title, balanced over two lines, and return its lines."""
    for size in TITLE_SIZES:
        para = page.para(text, size, INK, bold=True, spacing=TITLE_SPACING)
        count = len(line_widths(para.pieces, SPAN))
        if count <= 2:
            break
    else:
        para = fitted((page.para(text, 18, INK, bold=True, spacing=TITLE_SPACING),), SPAN, 0.9)[0]
        count = len(line_widths(para.pieces, SPAN))
    short = count == 1 and (dense or line_widths(para.pieces, SPAN)[0] < columns_width(8))
    width = _balanced(para) if count <= 2 and not short else SPAN
    page.placeholder('type="title"', "Title", (LEFT, 0.66, width, 0.86), (para,))
    return len(line_widths(para.pieces, width))


def _balanced(para: Para) -> float:
    """Return the narrowest grid width at which the title takes two lines: no word alone, no line across the whole slide."""
    widths = (columns_width(count) for count in (5, 6, 7, 8, 9, 10, 11))
    fitting = [width for width in widths if len(line_widths(para.pieces, width)) == 2]
    return next((width for width in fitting if not ends_badly(para.pieces, width)), fitting[0] if fitting else SPAN)


def kicker(page: Page, text: Cited, *, y: float = 0.36, size: float = 10, color: str = TEAL) -> None:
    """Place the section name above the title, in capitals by its properties and not by its letters."""
    page.capitals("Kicker", (LEFT, y, SPAN, 0.22), page.para(text, size, color, bold=True))


def source(page: Page, text: Cited) -> None:
    """Place the source line; a long one takes a second line upwards."""
    para = page.para(text, 9, MUTED)
    tall = len(line_widths(para.pieces, SPAN)) > 1
    page.text("Source", (LEFT, 6.63, SPAN, 0.33) if tall else (LEFT, 6.76, SPAN, 0.19), para, anchor="b")


def footer(page: Page) -> None:
    """Place deck name, date and page number in the footer's placeholders."""
    deck = page.deck
    label = deck.run_label if deck.run_label != deck.title else ""
    parts = [deck.title, label, name(month_and_year(deck.language, deck.date))]
    para = fitted((page.para("  |  ".join(part for part in parts if part), 8, MUTED),), 9.0, 0.18, one_line=True)
    page.placeholder('type="ftr" sz="quarter" idx="10"', "Footer", None, para)
    page.page_number()


def exhibit_heading(page: Page, heading: Cited, note: Cited, width: float, *, x: float = LEFT) -> float:
    """Place a chart's heading (bold) and its unit, n and period, and return the y where the chart may start."""
    pieces = page.pieces(heading, 12, INK, bold=True)
    if note:
        pieces += page.pieces(f"   {note}", 12, MUTED)
    para = Para(pieces)
    lines = len(line_widths(para.pieces, width))
    tall = min(lines, 2) * 12 * LINE * 1.08 / 72 + 0.04
    page.text("Chart heading", (x, 1.70, width, tall), para)
    return 1.70 + max(tall, 0.25) + 0.05


def callout(page: Page, panel: Callout, x: float, *, points: tuple[Cited, ...] = ()) -> None:
    """Place the panel from `x` to the right margin."""
    color = TONE[panel.tone]
    width = RIGHT - x
    pad = 0.28 if width > 3.2 else 0.25
    left, inner = x + pad, width - pad - 0.22
    page.mark("Panel", (x, BODY_TOP, width, BODY_BOTTOM - BODY_TOP), Looks(fill=PANEL))
    page.mark("Panel accent", (x, BODY_TOP, 0.06, BODY_BOTTOM - BODY_TOP), Looks(fill=color))
    y = _flow(page, "Panel label", page.para(panel.label, 12, color, bold=True), left, BODY_TOP + 0.14, inner, 0.46)
    big = 40 if width > 3.2 else 36
    hero = page.para(panel.hero, big, color, bold=True, unit=16 if width > 3.2 else 14, spacing=0.95)
    page.text("Panel number", (left, y + 0.02, inner, 0.66), hero, one_line=True, anchor="m")
    y += 0.72
    if panel.context:
        y = _flow(page, "Panel context", page.para(panel.context, 12), left, y, inner, 0.7) + 0.1
    y = _rows(page, panel, left, y + 0.06, inner)
    _tail(page, panel, points, (left, y, inner))


def _flow(page: Page, called: str, para: Para, x: float, y: float, width: float, most: float) -> float:
    tall = min(page.height((para,), width), most)
    page.text(called, (x, y, width, max(tall, 0.22)), para)
    return y + max(tall, 0.22)


def _rows(page: Page, panel: Callout, x: float, y: float, width: float) -> float:
    pitch = 0.36 if len(panel.rows) <= 5 else 0.3
    for label, value in panel.rows:
        right = page.para(value, 12, INK, bold=True, align="r")
        taken = min(sum(text_width(piece.text, 12, bold=True) for piece in right.pieces) + 0.06, width * 0.62)
        left = page.para(label, 12, MUTED)
        tall = max(pitch, page.height((left,), width - taken - 0.1) + 0.1, page.height((right,), taken) + 0.1)
        page.line((x, y), (x + width, y), RULE)
        page.text("Row label", (x, y, width - taken - 0.1, tall), left, anchor="m")
        page.text("Row value", (x + width - taken, y, taken, tall), right, anchor="m")
        y += tall
    if panel.rows:
        page.line((x, y), (x + width, y), RULE)
    return y


def _tail(page: Page, panel: Callout, points: tuple[Cited, ...], place: draw.Point3) -> None:
    x, y, width = place
    paras: list[Para] = []
    if panel.so_what:
        paras += [page.para(page.word("so_what"), 12, INK, bold=True, after=3), page.para(panel.so_what, 12, TEXT, spacing=1.1, after=5)]
    paras += [page.para(point, 12, TEXT, bullet=TONE[panel.tone], after=3) for point in points]
    if paras:
        page.text("So what", (x, y + 0.18, width, max(BODY_BOTTOM - 0.16 - y - 0.18, 0.3)), paras)
