"""The executive summary: three or four rows of number and sentence, and the decision asked in a bar below."""

from services.decks.elements import Tone
from services.decks.metrics import Para
from services.decks.model import ExecutiveSummarySlide, SummaryRow
from services.decks.page import Looks, Page
from services.decks.palette import INK, LEFT, MUTED, NAVY, RIGHT, RULE, SKY, SPAN, TEXT, TONE, WHITE, column_left, columns_width
from services.decks.pptx.chrome import frame

_TOP, _BAR = 1.84, 5.96


def draw_summary(page: Page, slide: ExecutiveSummarySlide) -> None:
    """Draw the summary."""
    frame(page, slide)
    bottom = _BAR - 0.04 if slide.decision else 6.58
    pitch = (bottom - _TOP) / max(len(slide.rows), 1)
    for i, row in enumerate(slide.rows):
        y = _TOP + i * pitch
        if i:
            page.line((LEFT, y - 0.19), (RIGHT, y - 0.19), RULE)
        _row(page, row, y, pitch - 0.33)
    if slide.decision:
        pieces = page.pieces(f"{page.word('decision')}   ", 14, SKY, bold=True) + page.pieces(slide.decision, 14, WHITE)
        page.text("Decision", (LEFT, _BAR, SPAN, 0.6), Para(pieces), Looks(fill=NAVY), anchor="m", pad=(0.22, 0.03, 0.22, 0.03))


def _row(page: Page, row: SummaryRow, y: float, room: float) -> None:
    color = TONE[row.tone] if row.tone is not Tone.MUTED else INK
    page.text("Row label", (column_left(1), y + 0.07, columns_width(2), 0.45), page.para(row.label, 12, MUTED, bold=True))
    if row.hero:
        hero = page.para(row.hero, 36 if room > 0.9 else 30, color, bold=True, unit=16, spacing=1.0)
        page.text("Row number", (column_left(3), y - 0.05, columns_width(3), 0.64), hero, one_line=True, anchor="m")
    if row.hero_note:
        page.text("Row note", (column_left(3), y + 0.62, columns_width(3), max(room - 0.6, 0.2)), page.para(row.hero_note, 11, MUTED))
    x, width = column_left(6), columns_width(7)
    heading = page.para(row.heading, 16, INK, bold=True)
    tall = min(page.height((heading,), width), 0.56)
    page.text("Row heading", (x, y + 0.04, width, tall), heading)
    if row.text:
        page.text("Row text", (x, y + 0.04 + tall + 0.07, width, max(room - tall - 0.07, 0.25)), page.para(row.text, 14, TEXT, spacing=1.1))
