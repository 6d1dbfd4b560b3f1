"""Risks and their cover as a table; at the right, on navy, the results that would change our mind."""

from services.decks.elements import Level
from services.decks.metrics import Para
from services.decks.model import Risk, RisksSlide, Trigger
from services.decks.page import Looks, Page
from services.decks.palette import (
    AMBER,
    BODY_BOTTOM,
    BODY_TOP,
    DUSK,
    EMBER,
    HOT,
    INK,
    LEFT,
    MIST,
    MUTED,
    NAVY,
    RIGHT,
    RULE,
    SPAN,
    TEXT,
    WHITE,
    column_left,
    columns_width,
)  # fmt: skip
from services.decks.pptx.chrome import frame
from services.decks.pptx.tables import Cell, Line

_DOTS = {Level.LOW: ("\u25cf\u25cb\u25cb", MUTED), Level.MEDIUM: ("\u25cf\u25cf\u25cb", AMBER), Level.HIGH: ("\u25cf\u25cf\u25cf", HOT)}


def draw_risks(page: Page, slide: RisksSlide) -> None:
    """Draw the table and the panel."""
    frame(page, slide)
    width = columns_width(7) - 0.2 if slide.triggers else SPAN
    page.text("Heading", (LEFT, 1.70, width, 0.28), page.para(page.word("risks"), 14, INK, bold=True), one_line=True)
    share = width - 1.9
    widths = [share * 0.49, 1.0, 0.9, share * 0.51]
    heads = [page.para(page.word(word), 11, MUTED, bold=True, spacing=1.0) for word in ("risk", "likelihood", "effect", "cover")]
    lines = [Line(0.36, tuple(Cell((para,), "b", left=0 if not i else 0.06) for i, para in enumerate(heads)), bottom=(INK, 1.25))]
    height = min(1.04, (BODY_BOTTOM - 2.05 - 0.36) / max(len(slide.risks), 1))
    lines += [_line(page, risk, height) for risk in slide.risks]
    page.table("Risks", (LEFT, 2.05), widths, lines, slide.title)
    if slide.triggers:
        _panel(page, slide.triggers)


def _line(page: Page, risk: Risk, height: float) -> Line:
    cells = (
        Cell((page.para(risk.text, 12, INK, bold=True, spacing=1.03),), left=0, right=0.15),
        _level(page, risk.likelihood),
        _level(page, risk.effect),
        Cell((page.para(risk.cover, 12, TEXT, spacing=1.03),), right=0.1),
    )
    return Line(height, cells, bottom=(RULE, 0.5))


def _level(page: Page, level: Level) -> Cell:
    dots, color = _DOTS[level]
    return Cell((page.para(dots, 12, color, spacing=1.0), page.para(page.word(level.value), 11, TEXT, spacing=1.0)))


def _panel(page: Page, triggers: tuple[Trigger, ...]) -> None:
    x = column_left(8)
    width = RIGHT - x
    page.mark("Panel", (x, BODY_TOP, width, BODY_BOTTOM - BODY_TOP), Looks(fill=NAVY))
    left, inner = x + 0.3, width - 0.6
    page.text("Panel heading", (left, 1.9, inner, 0.3), page.para(page.word("change_mind"), 14, WHITE, bold=True), one_line=True)
    pitch = (BODY_BOTTOM - 0.08 - 2.36) / max(len(triggers), 1)
    pitch = min(pitch, 1.38)
    for i, trigger in enumerate(triggers):
        y = 2.36 + i * pitch
        page.line((left, y), (RIGHT - 0.3, y), DUSK)
        pieces = page.pieces(trigger.threshold, 20, EMBER, bold=True)
        if trigger.measure:
            pieces += page.pieces(f"   {trigger.measure}", 12, MIST)
        head = Para(pieces, spacing=1.0)
        tall = min(max(page.height((head,), inner), 0.34), 0.66)
        page.text("Trigger", (left, y + 0.12, inner, tall), head, anchor="m")
        action = page.para(trigger.action, 13, WHITE, spacing=1.1)
        page.text("Then", (left, y + 0.12 + tall + 0.08, inner, max(pitch - tall - 0.28, 0.3)), action)
