"""The decision asked for: the question, what exactly is to be agreed, and the next steps."""

from services.decks.metrics import Para
from services.decks.model import Ask, DecisionSlide
from services.decks.page import Looks, Page
from services.decks.palette import BODY_BOTTOM, INK, LEFT, MUTED, NAVY, RULE, SPAN, TEAL, TEXT, WHITE
from services.decks.pptx.chrome import frame
from services.decks.pptx.kinds.frame import text_columns
from services.decks.pptx.tables import Cell, Line
from shared.kit.cited import name


def draw_decision(page: Page, slide: DecisionSlide) -> None:
    """Draw the question as a bar, the asks as a table, alternatives and next steps below."""
    frame(page, slide)
    question = page.para(slide.question, 16, WHITE, bold=True)
    tall = min(max(page.height((question,), SPAN - 0.5) + 0.3, 0.66), 1.1)
    page.text("Question", (LEFT, 1.72, SPAN, tall), question, Looks(fill=NAVY), anchor="m", pad=(0.25, 0.05, 0.25, 0.05))
    top = 1.72 + tall + 0.12
    steps = _steps_height(page, slide) if slide.next_steps else 0.0
    others = 0.0
    if slide.alternatives:
        paras = _alternatives(page, slide)
        others = min(page.height(paras, SPAN) + 0.15, 0.95)
        page.text("Alternatives", (LEFT, BODY_BOTTOM - steps - others, SPAN, others - 0.1), paras)
    room = BODY_BOTTOM - steps - others - top - 0.36 - 0.1
    height = min(0.8, room / max(len(slide.asks), 1))
    lines = [_heading(page), *(_line(page, ask, i, height) for i, ask in enumerate(slide.asks, 1))]
    page.table("Decisions", (LEFT, top), (0.55, 6.183, 2.4, 1.4, 1.6), lines, slide.question)
    if slide.next_steps:
        text_columns(page, slide.next_steps, BODY_BOTTOM - steps + 0.08, size=12)


def _steps_height(page: Page, slide: DecisionSlide) -> float:
    width = (SPAN - 0.2 * (len(slide.next_steps) - 1)) / len(slide.next_steps)
    tallest = max(page.height([page.para(item, 12, bullet=TEAL, after=5) for item in column.items], width) for column in slide.next_steps)
    return min(max(tallest + 0.75, 1.2), 2.3)


def _alternatives(page: Page, slide: DecisionSlide) -> list[Para]:
    pieces = page.pieces(f"{page.word('alternatives')}:  ", 12, INK, bold=True)
    return [Para((*pieces, *page.pieces("; ".join(slide.alternatives), 12, TEXT)))]


def _heading(page: Page) -> Line:
    words = ["", page.word("what"), page.word("owner"), page.word("due"), page.word("ask_effect")]
    cells = []
    for i, word in enumerate(words):
        para = page.para(word, 11, MUTED, bold=True, align="r" if i == 4 else "l", spacing=1.0)
        cells.append(Cell((para,) if word else (), "b", left=0 if not i else 0.06, right=0.02 if i == 4 else 0.06))
    return Line(0.36, tuple(cells), bottom=(INK, 1.25))


def _line(page: Page, ask: Ask, number: int, height: float) -> Line:
    def plain(text: str) -> Cell:
        return Cell((page.para(text, 12, TEXT, spacing=1.0),) if text else ())

    effect = (page.para(ask.effect, 18, TEAL, bold=True, unit=11, align="r", spacing=1.0),) if ask.effect else ()
    cells = (
        Cell((page.para(name(number), 16, TEAL, bold=True, spacing=1.0),), left=0),
        Cell((page.para(ask.text, 14, INK, bold=True, spacing=1.0),)),
        plain(ask.owner),
        plain(ask.due),
        Cell(effect, right=0.02),
    )
    return Line(height, cells, bottom=(RULE, 0.5))
