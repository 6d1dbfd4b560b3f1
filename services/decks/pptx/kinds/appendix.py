"""Appendix pages: dense tables of everything tested, and columns of definitions."""

from services.decks.elements import Verdict
from services.decks.metrics import text_width
from services.decks.model import AppendixSlide, TableRow
from services.decks.page import Page
from services.decks.palette import AXIS, BODY_BOTTOM, GRID, INK, LEFT, MUTED, SLATE, SPAN, TEXT, VERDICT
from services.decks.pptx.chrome import frame
from services.decks.pptx.kinds.frame import text_columns
from services.decks.pptx.tables import Cell, Line

ROW = 0.298


def draw_appendix(page: Page, slide: AppendixSlide) -> None:
    """Draw the table and the columns of text."""
    title_lines = frame(page, slide, dense=bool(slide.columns))
    top = 1.38 if title_lines == 1 else 1.66
    if slide.columns:
        bottom = _table(page, slide, top)
        top = bottom + 0.25
    if slide.text:
        text_columns(page, slide.text, max(top, 1.76), size=12)


def _table(page: Page, slide: AppendixSlide, top: float) -> float:
    widths = _widths(page, slide)
    heads = []
    for i, column in enumerate(slide.columns):
        para = page.para(column.heading, 10, MUTED, bold=True, align="r" if column.numeric else "l", spacing=1.0)
        heads.append(Cell((para,), "b", left=_gap(slide, i), right=0.08 if column.numeric else 0.06))
    lines = [Line(ROW, tuple(heads), bottom=(INK, 1.25))]
    room = (5.0 if slide.text else BODY_BOTTOM) - top - ROW
    heights = _heights(page, slide, widths, room)
    for i, row in enumerate(slide.rows):
        last = i + 1 < len(slide.rows) and slide.rows[i + 1].verdict != row.verdict
        lines.append(Line(heights[i], _cells(page, slide, row), bottom=(AXIS, 0.75) if last else (GRID, 0.5)))
    return page.table("Table", (LEFT, top), widths, lines, slide.title)


def _widths(page: Page, slide: AppendixSlide) -> list[float]:
    """Return the widths by weight, numeric columns never narrower than their longest number."""
    total = sum(column.weight for column in slide.columns) or 1.0
    widths = [column.weight / total * SPAN for column in slide.columns]
    need = [_need(page, slide, i) if column.numeric else 0.0 for i, column in enumerate(slide.columns)]
    grown = [max(width, least) for width, least in zip(widths, need, strict=True)]
    over = sum(grown) - SPAN
    loose = sum(width for width, column in zip(grown, slide.columns, strict=True) if not column.numeric)
    if over > 0 and loose > over:
        grown = [width if column.numeric else width * (1 - over / loose) for width, column in zip(grown, slide.columns, strict=True)]
    return [width * SPAN / sum(grown) for width in grown]


def _need(page: Page, slide: AppendixSlide, index: int) -> float:
    texts = [page.resolved(row.cells[index]) for row in slide.rows if index < len(row.cells)]
    heading = text_width(page.resolved(slide.columns[index].heading), 10, bold=True)
    return min(max([heading, *(text_width(text, 10, bold=True) for text in texts)]) + 0.16, 2.2)


def _heights(page: Page, slide: AppendixSlide, widths: list[float], room: float) -> list[float]:
    """Return row heights: one line each, two or more where the text needs them and the page has room."""
    wanted = []
    for row in slide.rows:
        paras = [(page.para(cell, 10, spacing=1.0), width - 0.14) for cell, width in zip(row.cells, widths, strict=False)]
        wanted.append(max([ROW, *(page.height((para,), width) + 0.08 for para, width in paras)]))
    over = sum(wanted) / max(room, 0.1)
    return [height / over for height in wanted] if over > 1 else wanted


def _cells(page: Page, slide: AppendixSlide, row: TableRow) -> tuple[Cell, ...]:
    quiet = row.verdict in (Verdict.REFUTED, Verdict.UNTESTED)
    ink = SLATE if quiet else INK if row.verdict else TEXT
    cells = []
    for i, (column, text) in enumerate(zip(slide.columns, row.cells, strict=True)):
        last = row.verdict is not None and i == len(slide.columns) - 1
        color = VERDICT[row.verdict] if last and row.verdict else ink
        bold = i == 0 or last or (column.numeric and row.verdict is Verdict.SUPPORTED and _first_number(slide, i))
        para = page.para(text, 10, color, bold=bold, align="r" if column.numeric else "l", spacing=1.0)
        cells.append(Cell((para,), left=_gap(slide, i), right=0.08 if column.numeric else 0.06))
    return tuple(cells)


def _gap(slide: AppendixSlide, index: int) -> float:
    """Return the padding at the left of a column; words after right-aligned numbers stand off from them."""
    if not index:
        return 0.0
    return 0.18 if slide.columns[index - 1].numeric and not slide.columns[index].numeric else 0.06


def _first_number(slide: AppendixSlide, index: int) -> bool:
    return next((i for i, column in enumerate(slide.columns) if column.numeric), -1) == index
