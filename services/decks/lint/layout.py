"""D05 to D08 and D18: where things stand, whether text fits, how large it is, how it stands out, in which typefaces."""

import re
from collections.abc import Iterator

from services.decks.lint.contract import Box, Checked, Fault, error, warning
from services.decks.metrics import INDENT, height, line_widths
from services.decks.palette import FONT, FONT_EAST_ASIAN, contrast
from services.decks.pptx.chart_facts import ChartFacts
from services.decks.pptx.inspection import ShapeFacts, SlideFacts

FURNITURE = ("Footer", "Slide number", "Source", "Date and data", "Mark")
_FURNITURE_ROLES = ("ftr", "sldNum", "dt")
_LEAST_SIZE, _LEAST_FURNITURE, _LEAST_AT_ALL = 10.0, 8.0, 8.0  # points
_MOST_BULLETS = 6
_MOST_WORDS, _MOST_WORDS_TEXT = 120, 180  # of running text, beside an exhibit and without one
_RUNNING = 5  # words from which a paragraph is running text and not a label
_LARGE, _LARGE_BOLD = 18.0, 14.0  # points from which text is large (WCAG 2.2, 1.4.3)
_EDGE = 0.01  # inches
_COLOUR = re.compile(r"[0-9A-F]{6}")


def bounds(deck: Checked) -> Iterator[Fault]:
    """D05: nothing stands off the slide, no text lies on another, no exhibit on another or across the edge of a text."""
    for slide in deck.slides:
        for shape in slide.shapes:
            over = _outside(_seen(shape), deck.size)
            if shape.kind != "cell" and over > _EDGE:
                yield error(slide.number, shape, f'the shape reaches {over:.2f}" off the slide')
        yield from _collisions(slide)


def _outside(box: Box, size: tuple[float, float]) -> float:
    x, y, wide, tall = box
    return max(-x, -y, x + wide - size[0], y + tall - size[1])


def _collisions(slide: SlideFacts) -> Iterator[Fault]:
    words = [(shape, ink(shape)) for shape in slide.shapes if shape.kind in ("text", "cell") and shape.text.strip()]
    for i, (one, box) in enumerate(words):
        for other, other_box in words[i + 1 :]:
            if (area := _shared(box, other_box)) > 0.01:
                yield error(slide.number, one, f"the text lies on that of {other.name} ({area:.2f} square inches)")
    frames = slide.exhibits
    for i, frame in enumerate(frames):
        for other in frames[i + 1 :]:
            if _crossing(frame.box, other.box):
                yield error(slide.number, frame, f"the {frame.kind} lies on the {other.kind} {other.name}")
        if frame.kind == "chart":
            continue
        for text, box in words:
            if text.kind == "text" and _crossing(frame.box, box):
                yield error(slide.number, text, f"the text lies across the edge of the {frame.kind} {frame.name}")


def _seen(shape: ShapeFacts) -> Box:
    x, y, wide, tall = shape.box
    return (x + wide / 2 - tall / 2, y + tall / 2 - wide / 2, tall, wide) if shape.turned else shape.box


def ink(shape: ShapeFacts) -> Box:
    """Return the box that the words themselves cover."""
    width, room = _room(shape)
    tall = height(shape.paras, width)
    wide = max((max(line_widths(para.pieces, width)) + (INDENT if para.bullet else 0) for para in shape.paras), default=0.0)
    left, top = shape.box[0] + shape.pad[0], shape.box[1] + shape.pad[1]
    align = shape.paras[0].align if shape.paras else "l"
    x = left + {"l": 0.0, "c": (shape.inner[0] - wide) / 2, "r": shape.inner[0] - wide}[align]
    y = top + {"t": 0.0, "m": (room - tall) / 2, "b": room - tall}[shape.anchor]
    if shape.turned:
        return _seen(ShapeFacts(shape.name, shape.kind, (x, y, wide, tall), turned=True))
    return (x, y, wide, tall)


def _room(shape: ShapeFacts) -> tuple[float, float]:
    """Return the width at which lines break and the height that text may take."""
    width, room = shape.inner
    return (width if shape.wraps else 1000.0), room


def _overlap(one: Box, other: Box) -> tuple[float, float]:
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return wide, tall


def _shared(one: Box, other: Box) -> float:
    """Return the area two boxes of text share, a hair's breadth of line spacing left out."""
    wide, tall = _overlap(one, other)
    return wide * (tall - 0.04) if wide > 0 and tall > 0.04 else 0.0


def _crossing(one: Box, other: Box) -> bool:
    """Whether two boxes overlap by more than an edge and neither holds the other."""
    wide, tall = _overlap(one, other)
    if wide <= 0.05 or tall <= 0.05:
        return False
    return not any(
        inner[0] >= outer[0] - 0.05
        and inner[1] >= outer[1] - 0.05
        and inner[0] + inner[2] <= outer[0] + outer[2] + 0.05
        and inner[1] + inner[3] <= outer[1] + outer[3] + 0.05
        for inner, outer in ((one, other), (other, one))
    )


def fits(deck: Checked) -> Iterator[Fault]:
    """D06: text fits its box; the message says by how many lines it does not."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if not shape.paras or shape.placeholder in _FURNITURE_ROLES or not shape.text.strip():
                continue
            width, room = _room(shape)
            if shape.turned:
                width, room = room, width
            over = height(shape.paras, max(width, 0.05)) - room
            line = max(piece.size for para in shape.paras for piece in para.pieces) * 1.15 / 72
            if shape.grows or not shape.wraps:
                lost = _outside(ink(shape), deck.size)
                if lost > 0.05 and _outside(_seen(shape), deck.size) <= _EDGE:
                    yield error(slide.number, shape, f'the text runs {lost:.2f}" off the slide')
            elif over > max(0.05, 0.25 * line):
                count = max(1, round(over / line))
                yield error(slide.number, shape, f"the text is {count} line{'s' if count > 1 else ''} too long for its box")


def sizes(deck: Checked) -> Iterator[Fault]:
    """D07: no text under 10 pt but sources (9) and footers (8); at most six bullets a list and a slide's worth of words."""
    for slide in deck.slides:
        for shape in slide.shapes:
            yield from _small(slide, shape)
            bullets = sum(1 for para in shape.paras if para.bullet and "".join(piece.text for piece in para.pieces).strip())
            if bullets > _MOST_BULLETS:
                yield warning(slide.number, shape, f"the list has {bullets} bullets, {bullets - _MOST_BULLETS} too many")
        for chart in slide.charts:
            least = min(chart.sizes, default=99.0)
            if least < _LEAST_SIZE - 0.05:
                yield (_size_fault(least))(
                    slide.number, chart.name, f"the chart has text of {least:g} pt, {_LEAST_SIZE - least:g} pt too small"
                )
        yield from _wordy(slide)


def _small(slide: SlideFacts, shape: ShapeFacts) -> Iterator[Fault]:
    furniture = shape.name.startswith(FURNITURE) or shape.placeholder in _FURNITURE_ROLES or source_line(shape)
    least = _LEAST_FURNITURE if furniture else _LEAST_SIZE
    small = min((piece.size for para in shape.paras for piece in para.pieces if piece.text.strip()), default=99.0)
    if small < least - 0.05:
        said = f"the text is set in {small:g} pt, {least - small:g} pt too small"
        yield _size_fault(small)(slide.number, shape, said)


def _size_fault(size: float):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- one of the two makers of faults
    return error if size < _LEAST_AT_ALL - 0.05 else warning


def source_line(shape: ShapeFacts) -> bool:
    """Whether a shape is a source line, by its name or by how it begins."""
    return (
        shape.name == "Source"
        or re.match(r"\s*(sources?|quellen?|来源|资料来源|数据来源)\s*[:\uff1a]", shape.text, re.IGNORECASE) is not None
    )


def _wordy(slide: SlideFacts) -> Iterator[Fault]:
    said = 0
    for shape in slide.shapes:
        if shape.kind != "text" or shape.placeholder in ("title", "ctrTitle", *_FURNITURE_ROLES) or source_line(shape):
            continue
        counts = [len("".join(piece.text for piece in para.pieces).split()) for para in shape.paras]
        said += sum(count for count in counts if count >= _RUNNING)
    most = _MOST_WORDS if slide.exhibits else _MOST_WORDS_TEXT
    if said > most:
        yield warning(slide.number, "", f"the slide has {said} words of running text, {said - most} too many")


def contrasts(deck: Checked) -> Iterator[Fault]:
    """D08: text reaches 4.5:1 against what is behind it (3:1 when large); a mark under 3:1 has its value written at it."""
    for slide in deck.slides:
        for index, shape in enumerate(slide.shapes):
            behind = _behind(slide, index, shape)
            pieces = {
                (piece.color, _large(piece.size, bold=piece.bold)) for para in shape.paras for piece in para.pieces if piece.text.strip()
            }
            for colour, large in sorted(pieces):
                least = 3.0 if large else 4.5
                if behind and _COLOUR.fullmatch(colour) and (ratio := contrast(colour, behind)) < least - 0.05:
                    yield error(
                        slide.number, shape, f"text {colour} on {behind} has a contrast of {ratio:.1f}, {least - ratio:.1f} too little"
                    )
        yield from _marks(slide)


def _large(size: float, *, bold: bool) -> bool:
    return size >= _LARGE or (bold and size >= _LARGE_BOLD)


def _marks(slide: SlideFacts) -> Iterator[Fault]:
    for chart in slide.charts:
        for series in chart.series:
            if not chart.bars or series.hidden or series.labelled or series.fill is None or slide.background is None:
                continue
            if chart.written or _valued(slide, chart):
                continue
            ratio = contrast(series.fill, slide.background)
            if ratio < 2.95:
                yield error(slide.number, chart.name, f"bars {series.fill} have a contrast of {ratio:.1f} and no value written at them")


def _valued(slide: SlideFacts, chart: ChartFacts) -> bool:
    """Whether texts that lie on a chart write a value at each of its bars."""
    bars = sum(1 for series in chart.series if not series.hidden for value in series.values if value)
    return sum(1 for shape in texts_on(slide, chart) if any(char.isdigit() for char in shape.text)) >= bars


def texts_on(slide: SlideFacts, chart: ChartFacts) -> list[ShapeFacts]:
    """Return the texts whose middle lies on a chart."""
    frame = next((shape for shape in slide.shapes if shape.kind == "chart" and shape.name == chart.name), None)
    x, y, wide, tall = frame.box if frame else (0.0, 0.0, 0.0, 0.0)
    loose = [s for s in slide.shapes if s.kind == "text" and s.text.strip() and not s.placeholder]
    return [s for s in loose if x <= s.box[0] + s.box[2] / 2 <= x + wide and y <= s.box[1] + s.box[3] / 2 <= y + tall]


def _behind(slide: SlideFacts, index: int, shape: ShapeFacts) -> str | None:
    """Return the colour behind a shape's text, or None where it is not known to be one colour."""
    if shape.painted:
        return None
    if shape.fill:
        return shape.fill
    x, y = shape.box[0] + shape.box[2] / 2, shape.box[1] + shape.box[3] / 2
    for other in reversed(slide.shapes[:index]):
        left, top, wide, tall = other.box
        if left <= x <= left + wide and top <= y <= top + tall:
            if other.painted or other.kind in ("media", "other"):
                return None
            if other.fill and other.kind == "text":
                return other.fill
    return slide.background


def fonts(deck: Checked) -> Iterator[Fault]:
    """D18: only the typefaces of the deck's own theme."""
    allowed = deck.fonts | ({FONT, FONT_EAST_ASIAN} if deck.presented else frozenset())
    if not allowed:
        return
    for slide in deck.slides:
        for shape in slide.shapes:
            foreign = sorted({font for font in shape.fonts if font and not font.startswith("+")} - allowed)
            if foreign:
                yield error(slide.number, shape, f"{', '.join(foreign)} is not a typeface of the template ({', '.join(sorted(allowed))})")
