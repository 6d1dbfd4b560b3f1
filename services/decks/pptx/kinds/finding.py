"""A finding: the exhibit at the left, the panel with its number at the right."""

from services.decks.elements import Tone
from services.decks.model import FindingSlide
from services.decks.page import Page
from services.decks.palette import BODY_BOTTOM, HOT, LEFT, TEAL, TEXT, TONE, column_left, columns_width
from services.decks.pptx.chrome import callout, exhibit_heading, frame
from services.decks.pptx.exhibits import EXHIBITS
from services.decks.pptx.exhibits.area import Area


def draw_finding(page: Page, slide: FindingSlide) -> None:
    """Draw the finding; without an exhibit its points take the left."""
    frame(page, slide)
    exhibit = slide.exhibit
    if exhibit is None:
        paras = [page.para(point, 16, TEXT, bullet=TONE[slide.callout.tone], after=10, spacing=1.12) for point in slide.points]
        if paras:
            page.text("Points", (LEFT, 1.76, columns_width(8) - 0.2, BODY_BOTTOM - 1.76), paras)
        callout(page, slide.callout, column_left(9))
        return
    split = 9 if exhibit.kind == "line" and not slide.points else 8
    width = columns_width(split) - 0.1
    top = exhibit_heading(page, exhibit.title, exhibit.note, columns_width(split))
    accent = TEAL if slide.callout.tone is Tone.GAIN else HOT
    alt = f"{slide.title}. {exhibit.title}"
    EXHIBITS[exhibit.kind](page, exhibit, Area(LEFT, top, width, BODY_BOTTOM + 0.02 - top, alt, accent))
    callout(page, slide.callout, column_left(split + 1), points=slide.points)
