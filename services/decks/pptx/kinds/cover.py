"""The cover: the question and its answer on navy, and the story as one line drawn to scale."""

from services.decks.elements import StoryStep, Tone
from services.decks.fitting import fitted
from services.decks.metrics import Para
from services.decks.model import CoverSlide
from services.decks.page import Looks, Page
from services.decks.palette import (
    DUSK,
    FROST,
    LEFT,
    MIST,
    RIGHT,
    SKY,
    SPAN,
    TONE_ON_NAVY,
    WHITE,
    columns_width,
)  # fmt: skip
from services.decks.pptx.chrome import kicker
from services.decks.words import month_and_year
from shared.kit.cited import name

_LOW, _HIGH = 6.10, 4.65  # where the lowest and the highest level of the story are drawn
_LAST = 1.5  # room for the last label, right of the line


def draw_cover(page: Page, slide: CoverSlide) -> None:
    """Draw the cover."""
    kicker(page, slide.kicker or page.deck.title, y=0.62, size=11, color=SKY)
    width = columns_width(11)
    title = fitted((page.para(slide.title, 38, WHITE, bold=True, spacing=0.98),), width, 1.55)
    page.placeholder('type="title"', "Title", (LEFT, 1.25, width, 1.55), title)
    bottom = 1.25 + max(page.height(title, width), 0.6)
    subtitle = slide.subtitle or page.deck.subtitle
    if subtitle:
        page.text("Subtitle", (LEFT, bottom + 0.24, columns_width(9), 0.62), page.para(subtitle, 16, MIST))
    if len(slide.story) > 1:
        _story(page, slide.story)
    elif slide.answer:
        words = (page.para(slide.answer, 20, WHITE, spacing=1.1),)
        tall = min(page.height(words, columns_width(9)) + 0.05, 1.9)
        page.mark("Answer accent", (LEFT, 6.1 - tall, 0.06, tall), Looks(fill=SKY))
        page.text("Answer", (LEFT + 0.28, 6.1 - tall, columns_width(9), tall), words, anchor="m")
    page.line((LEFT, 6.72), (RIGHT, 6.72), DUSK, 0.5)
    date = name(month_and_year(page.deck.language, page.deck.date))
    meta = f"{date}   |   {slide.meta}" if slide.meta else date
    page.text("Date and data", (LEFT, 6.86, 9, 0.22), page.para(meta, 10, FROST), one_line=True)
    if slide.mark:
        page.text("Mark", (RIGHT - 2.9, 6.86, 2.9, 0.22), page.para(slide.mark, 10, FROST, align="r"), one_line=True)


def _story(page: Page, story: tuple[StoryStep, ...]) -> None:
    """Draw the levels as steps: one polyline for each stretch of one tone, so that corners have no notches."""
    values = [page.deck.numbers[step.key].value or 0.0 for step in story]
    low, high = min(values), max(values)
    heights = [_LOW - (value - low) / ((high - low) or 1) * (_LOW - _HIGH) for value in values]
    edges = _edges(len(story))
    drawn: list[tuple[Tone, list[tuple[float, float]]]] = []
    for i, step in enumerate(story):
        if not drawn or drawn[-1][0] is not step.tone:
            drawn.append((step.tone, [(edges[i], heights[i - 1])] if i else []))
        drawn[-1][1].extend([(edges[i], heights[i]), (edges[i + 1], heights[i])])
    for tone, points in drawn:
        page.path("Story line", points, TONE_ON_NAVY[tone], 2.5)
    for i, step in enumerate(story):
        _label(page, step, i, edges, heights, last=i == len(story) - 1)


def _edges(count: int) -> list[float]:
    """Return where the levels begin and end: the first two are long, for they carry their labels."""
    weights = [3.8, 2.3] + [1.0] * (count - 2) if count > 2 else [1.0] * count
    room = SPAN - _LAST
    edges = [LEFT]
    for weight in weights:
        edges.append(edges[-1] + weight / sum(weights) * room)
    return edges


def _label(page: Page, step: StoryStep, index: int, edges: list[float], heights: list[float], *, last: bool) -> None:
    number = f"[[{step.key}]]"
    x, y = edges[index], heights[index]
    if last:
        paras = [page.para(number, 24, WHITE, bold=True, unit=11, spacing=1.0)]
        if step.caption:
            paras.append(page.para(step.caption, 11, FROST, spacing=1.0))
        page.text("Story level", (edges[-1] + 0.15, min(y - 0.3, 6.0), RIGHT - edges[-1] - 0.15, 0.66), paras, anchor="m")
    elif index < 2:
        left = x if not index else x + 0.15
        pieces = page.pieces(number, 24, WHITE, bold=True, unit=11)
        if step.caption:
            pieces += page.pieces(f" {step.caption}", 11, FROST)
        page.text("Story level", (left, y - 0.62, edges[index + 1] - left - 0.1, 0.55), Para(pieces, spacing=1.0), anchor="b")
    elif step.caption:
        color = SKY if step.tone is Tone.GAIN else FROST
        page.text(
            "Story step",
            (x + 0.08, y - 0.26, edges[index + 1] - x - 0.1, 0.22),
            page.para(step.caption, 10, color, bold=True),
            one_line=True,
        )
