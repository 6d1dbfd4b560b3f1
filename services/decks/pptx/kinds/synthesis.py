"""The synthesis: the governing answer, the points it stands on, and what is still open."""

from services.decks.metrics import Para
from services.decks.model import Pillar, SynthesisSlide
from services.decks.palette import AMBER, BODY_BOTTOM, INK, LEFT, MUTED, NAVY, PANEL, SPAN, TEXT, TONE, WHITE
from services.decks.pptx.chrome import frame
from services.decks.pptx.page import Looks, Page


def draw_synthesis(page: Page, slide: SynthesisSlide) -> None:
    """Draw the answer as a bar, the pillars below it and the open points under them."""
    frame(page, slide)
    answer = page.para(slide.answer, 16, WHITE, bold=True, spacing=1.08)
    tall = min(max(page.height((answer,), SPAN - 0.5) + 0.3, 0.66), 1.2)
    page.text("Answer", (LEFT, 1.72, SPAN, tall), answer, Looks(fill=NAVY), anchor="m", pad=(0.25, 0.05, 0.25, 0.05))
    top = 1.72 + tall + 0.2
    bottom = BODY_BOTTOM
    if slide.open:
        pieces = page.pieces(f"{page.word('open')}:  ", 12, AMBER, bold=True) + page.pieces(slide.open, 12, TEXT)
        need = min(page.height((Para(pieces),), SPAN) + 0.05, 0.65)
        page.text("Open", (LEFT, BODY_BOTTOM - need, SPAN, need), Para(pieces), anchor="b")
        bottom -= need + 0.2
    count = max(len(slide.pillars), 1)
    width = (SPAN - 0.2 * (count - 1)) / count
    for i, pillar in enumerate(slide.pillars):
        _pillar(page, pillar, (LEFT + i * (width + 0.2), top, width, bottom - top))


def _pillar(page: Page, pillar: Pillar, box: tuple[float, float, float, float]) -> None:
    x, y, width, tall = box
    color = TONE[pillar.tone]
    page.mark("Pillar", box, Looks(fill=PANEL))
    page.mark("Pillar accent", (x, y, width, 0.06), Looks(fill=color))
    left, inner = x + 0.22, width - 0.4
    end = y + tall - 0.16
    y += 0.22
    if pillar.hero:
        hero = page.para(pillar.hero, 36 if width > 3 else 28, color, bold=True, unit=14, spacing=1.0)
        page.text("Pillar number", (left, y, inner, 0.62), hero, one_line=True, anchor="m")
        y += 0.64
    if pillar.hero_note:
        note = page.para(pillar.hero_note, 11, MUTED)
        need = min(page.height((note,), inner), 0.55)
        page.text("Pillar note", (left, y, inner, need), note)
        y += need + 0.14
    heading = page.para(pillar.heading, 14, INK, bold=True)
    need = min(page.height((heading,), inner), 0.78)
    page.text("Pillar heading", (left, y, inner, need), heading)
    y += need + 0.1
    if pillar.evidence:
        page.text("Pillar evidence", (left, end - 0.36, inner, 0.36), page.para(pillar.evidence, 10, MUTED), anchor="b")
        end -= 0.44
    if pillar.text:
        page.text("Pillar text", (left, y, inner, max(end - y, 0.3)), page.para(pillar.text, 13, TEXT, spacing=1.1))
