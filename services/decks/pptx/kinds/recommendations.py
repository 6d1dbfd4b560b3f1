"""Recommendations: a native table of actions with hairlines, and their sum where the ledger has one."""

from services.decks.elements import Cited
from services.decks.metrics import Para, text_width
from services.decks.model import Recommendation, RecommendationsSlide
from services.decks.page import Page
from services.decks.palette import INK, LEFT, MUTED, RULE, SPAN, TEAL, TEAL_LIGHT, TEXT
from services.decks.pptx.chrome import frame
from services.decks.pptx.tables import Cell, Line

_HEAD, _ROW, _TOTAL = 0.36, 1.08, 0.62
_LONG_RANGE, _BROKEN_RANGE = 1.6, 1.4  # a longer range is set on two lines and leaves its room to the action
_WIDTHS = (0.55, 4.65, 1.75, 1.15, 1.1, 1.25, 1.683)


def draw_recommendations(page: Page, slide: RecommendationsSlide) -> None:
    """Draw the table and what is not recommended now."""
    frame(page, slide)
    bottom = 6.58
    if slide.rejected:
        pieces = page.pieces(f"{page.word('rejected')}:  ", 12, INK, bold=True) + page.pieces(slide.rejected, 12, TEXT)
        tall = min(page.height((Para(pieces),), SPAN) + 0.04, 0.66)
        page.text("Rejected", (LEFT, min(6.12, bottom - tall), SPAN, tall), Para(pieces))
        bottom = min(6.12, bottom - tall) - 0.12
    room = bottom - 1.62 - _HEAD - (_TOTAL if slide.total else 0)
    height = min(_ROW, room / max(len(slide.rows), 1))
    widths = _widths(page, slide)
    lines = [_heading(page, slide), *(_line(page, row, height) for row in slide.rows)]
    if slide.total:
        lines.append(_sum(page, slide.total))
    page.table("Recommendations", (LEFT, 1.62), widths, lines, slide.title)


def _widths(page: Page, slide: RecommendationsSlide) -> list[float]:
    """Return the widths, the effect and range columns grown to their longest number at the expense of the action."""
    widths = list(_WIDTHS)
    rows = [*slide.rows, *([slide.total] if slide.total else [])]
    effect = max((text_width(page.resolved(row.effect), 20, bold=True) for row in rows), default=0.0) + 0.2
    reach = max((text_width(page.resolved(row.range), 12, bold=True) for row in rows), default=0.0) + 0.32
    reach = reach if reach <= _LONG_RANGE else _BROKEN_RANGE
    ids = max((text_width(row.id, 16, bold=True) for row in rows), default=0.0) + 0.12
    for index, need, most in ((0, ids, 0.9), (4, effect, 2.0), (5, reach, 2.0)):
        grown = max(widths[index], min(need, most))
        widths[1] -= grown - widths[index]
        widths[index] = grown
    return widths


def _heading(page: Page, slide: RecommendationsSlide) -> Line:
    heads: list[Cited] = [
        "", page.word("action"), page.word("owner"), page.word("due"), slide.effect_heading or page.word("effect"),
        slide.range_heading or page.word("range"), page.word("confidence"),
    ]  # fmt: skip
    cells = []
    for j, words in enumerate(heads):
        para = page.para(words, 11, MUTED, bold=True, align="r" if j in (4, 5) else "l", spacing=1.0)
        cells.append(Cell((para,) if words else (), "b", left=0 if j == 0 else 0.06, right=0.2 if j == 5 else 0.08))
    return Line(_HEAD, tuple(cells), bottom=(INK, 1.25))


def _line(page: Page, row: Recommendation, height: float) -> Line:
    action = [page.para(row.action, 14, INK, bold=True, spacing=1.0)]
    if row.detail:
        action.append(page.para(row.detail, 11, MUTED, spacing=1.03))
    sure = [page.para(row.confidence, 12, INK, bold=True, spacing=1.0)] if row.confidence else []
    if row.why:
        sure.append(page.para(row.why, 10, MUTED, spacing=1.03))
    cells = (
        Cell((page.para(page.literal(row.id), 16, TEAL, bold=True),), left=0, right=0.02),
        Cell(tuple(action)),
        _plain(page, row.owner),
        _plain(page, row.due),
        Cell((page.para(row.effect, 20, TEAL, bold=True, unit=12, align="r"),) if row.effect else (), right=0.08),
        Cell((page.para(row.range, 12, TEXT, align="r"),) if row.range else (), right=0.2),
        Cell(tuple(sure)),
    )
    return Line(height, cells, bottom=(RULE, 0.5))


def _plain(page: Page, text: Cited) -> Cell:
    return Cell((page.para(text, 12, TEXT, spacing=1.03),) if text else ())


def _sum(page: Page, row: Recommendation) -> Line:
    def cell(text: Cited, size: float, *, align: str = "l", color: str = INK, bold: bool = True, right: float = 0.06) -> Cell:
        para = page.para(text, size, color, bold=bold, align="r" if align == "r" else "l", unit=12 if size > 14 else None, spacing=1.0)
        return Cell((para,) if text else (), fill=TEAL_LIGHT, right=right)

    cells = (
        cell("", 12),
        cell(row.action, 14),
        cell(row.owner, 12, bold=False),
        cell(row.due, 12),
        cell(row.effect, 20, align="r", color=TEAL, right=0.08),
        cell(row.range, 12, align="r", right=0.2),
        cell(row.confidence, 10, bold=False),
    )
    return Line(_TOTAL, cells, top=(INK, 1), bottom=(INK, 1))
