"""The synthesis: the governing answer, the points it stands on, and what is still open."""

from dataclasses import dataclass

from services.decks.elements import Cited
from services.decks.metrics import Para
from services.decks.model import Pillar, SynthesisSlide
from services.decks.page import Looks, Page
from services.decks.palette import AMBER, BODY_BOTTOM, INK, LEFT, MUTED, NAVY, PANEL, SPAN, TEXT, TONE, WHITE
from services.decks.pptx.chrome import frame

_SIZES = ((14.0, 13.0), (13.0, 12.0), (12.0, 12.0), (12.0, 11.0), (11.0, 10.0))  # of headings and of the text below


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
    room = _room(page, slide, width - 0.4, bottom - top)
    for i, pillar in enumerate(slide.pillars):
        _pillar(page, pillar, (LEFT + i * (width + 0.2), top, width, bottom - top), room)


@dataclass(frozen=True, slots=True)
class _Room:
    """Heights and sizes that all pillars share, so that their parts stand in rows."""

    hero: float
    note: float
    heading: float
    evidence: float
    heading_size: float
    text_size: float


def _room(page: Page, slide: SynthesisSlide, inner: float, tall: float) -> _Room:
    """Return the largest sizes at which the fullest pillar fits."""

    def tallest(texts: list[Cited], size: float, *, bold: bool = False, spacing: float = 1.08) -> float:
        return max((page.height((page.para(text, size, INK, bold=bold, spacing=spacing),), inner) for text in texts if text), default=0.0)

    hero = 0.64 if any(pillar.hero for pillar in slide.pillars) else 0.0
    note = tallest([pillar.hero_note for pillar in slide.pillars], 11)
    note = min(note, 0.56) + (0.14 if note else 0.0)
    evidence = min(tallest([pillar.evidence for pillar in slide.pillars], 10), 0.36)
    fixed = 0.38 + hero + note + 0.1 + (evidence + 0.1 if evidence else 0.0)
    for heading_size, text_size in _SIZES:
        heading = tallest([pillar.heading for pillar in slide.pillars], heading_size, bold=True)
        text = tallest([pillar.text for pillar in slide.pillars], text_size, spacing=1.1)
        if fixed + heading + text <= tall:
            break
    return _Room(hero, note, min(heading, tall * 0.4), evidence, heading_size, text_size)


def _pillar(page: Page, pillar: Pillar, box: tuple[float, float, float, float], room: _Room) -> None:
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
    y += room.hero
    if pillar.hero_note:
        page.text("Pillar note", (left, y, inner, room.note - 0.14), page.para(pillar.hero_note, 11, MUTED))
    y += room.note
    page.text("Pillar heading", (left, y, inner, room.heading), page.para(pillar.heading, room.heading_size, INK, bold=True))
    y += room.heading + 0.1
    if pillar.evidence:
        page.text("Pillar evidence", (left, end - room.evidence, inner, room.evidence), page.para(pillar.evidence, 10, MUTED), anchor="b")
        end -= room.evidence + 0.1
    if pillar.text:
        page.text("Pillar text", (left, y, inner, max(end - y, 0.3)), page.para(pillar.text, room.text_size, TEXT, spacing=1.1))
