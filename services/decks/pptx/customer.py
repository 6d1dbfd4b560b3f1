"""A customer's own template: which of its layouts can carry our slides, matched by placeholder type, or why none can.

The file may be a .pptx or a .potx; slides it holds are dropped. What we draw names the theme's colours and typefaces, so
the template's own theme restyles it. A layout is refused for what would spoil a slide: another size, no title, a
dark ground, or drawings where our content stands.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Any, ClassVar

from pptx import Presentation
from pptx.oxml.ns import qn

from services.decks.palette import (
    DUSK,
    EMBER,
    FROST,
    HEIGHT,
    HOT,
    INK,
    LEFT,
    MIST,
    MUTED,
    RIGHT,
    RULE,
    SKY,
    SLATE,
    STEEL,
    TEAL,
    TEXT,
    WHITE,
    WIDTH,
    contrast,
)  # fmt: skip
from services.decks.pptx.inherited import Theme, background, darker, theme_of
from services.decks.pptx.shapes import colour, transform
from services.decks.pptx.template import FOOTER_BOX, PAGE_BOX
from services.decks.pptx.workbook import packed
from shared.kit.errors import ErrorKind, SevenStepsError

_EMU = 914400
_MAIN = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_LARGEST = 200_000_000  # bytes a template may unpack to
_SIZE_SLACK = 0.02  # inches
_BODY = (LEFT, 0.36, RIGHT, 7.02)  # left, top, right, bottom of what we draw on a slide
_GROUND = 0.8  # share of the slide from which a drawing is its background
_HAIRLINE = 0.05  # inches below which a drawing is a rule, over which text may stand
_LEAST_CONTRAST = 4.5
# Contrast to white that each of the theme's colours must have: texts stand on pale panels, too, and white on the last.
_TEXT_COLOURS = {"tx1": 7.0, "accent1": 5.4, "accent2": 5.2, "accent4": 5.2, "tx2": 9.5}
# Arial's metrics, or known to be narrower letter by letter on average.
_NO_WIDER = frozenset(
    (
        "Arial",
        "Arial Narrow",
        "Arimo",
        "Calibri",
        "Calibri Light",
        "Carlito",
        "Helvetica",
        "Liberation Sans",
        "Liberation Serif",
        "Times New Roman",
    )
)
_ON_LIGHT = {WHITE: INK, SKY: TEAL, MIST: TEXT, FROST: MUTED, DUSK: RULE, EMBER: HOT, STEEL: SLATE}


class TemplateRefusedError(SevenStepsError):
    """A template cannot carry our slides; the message says what is missing."""

    code: ClassVar[str] = "template_refused"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


@dataclass(frozen=True, slots=True)
class CustomerTemplate:
    """A template without slides, the places of the layouts for cover and content, and whether the cover is light."""

    data: bytes
    cover: int
    content: int
    light_cover: bool
    depths: tuple[tuple[str, int], ...]  # theme colours and the share of their lightness, in percent, at which they can carry text


def customer_template(data: bytes) -> CustomerTemplate:
    """Return a customer's template, its layouts matched. Raises TemplateRefusedError with the reason."""
    presentation = _opened(data)
    width, height = presentation.slide_width / _EMU, presentation.slide_height / _EMU
    if abs(width - WIDTH) > _SIZE_SLACK or abs(height - HEIGHT) > _SIZE_SLACK:
        raise TemplateRefusedError(
            f"The template's slides are {width:.2f} x {height:.2f} inches; ours are drawn for {WIDTH:.2f} x {HEIGHT:.2f} (16:9)."
        )
    layouts = list(presentation.slide_layouts)
    reasons = {layout.name: _unfit(layout) for layout in layouts}
    fit = [(_spare(layout), i) for i, layout in enumerate(layouts) if not reasons[layout.name]]
    if wide := _unmeasured(theme_of(layouts[min(fit)[1]].slide_master)) if fit else "":
        raise TemplateRefusedError(
            f"The template is set in {wide}, which may run wider than Arial, by whose widths we measure what fits; "
            f"known to run no wider: {', '.join(sorted(_NO_WIDER))}."
        )
    if not fit:
        told = "; ".join(f"{name!r} {reason}" for name, reason in reasons.items()) or "it has none"
        raise TemplateRefusedError(f"No layout of the template can carry our slides: {told}.")
    content = min(fit)[1]
    cover = next((i for i, layout in enumerate(layouts) if "ctrTitle" in _roles(layout)), content)
    ground = _ground(layouts[cover])
    _drop_slides(presentation)
    buffer = io.BytesIO()
    presentation.save(buffer)
    depths = _depths(theme_of(layouts[content].slide_master))
    light = ground is None or contrast(WHITE, ground) < _LEAST_CONTRAST
    return CustomerTemplate(buffer.getvalue(), cover, content, light_cover=light, depths=depths)


def _unmeasured(theme: Theme) -> str:
    """Return a Latin typeface of the theme that is not known to run no wider than Arial, or nothing."""
    return next((face for face in theme.latin if face not in _NO_WIDER), "")


def _depths(theme: Theme) -> tuple[tuple[str, int], ...]:
    """Return how dark the theme's colours must be made for the texts we set in them, or set white on them."""
    found = []
    for name, least in _TEXT_COLOURS.items():
        own = theme.colours.get(name, INK)
        percent = next((p for p in range(100, 0, -5) if contrast(darker(own, p / 100), WHITE) >= least), 5)
        found.append((name, percent))
    return tuple(found)


def restyled(root: Any, template: CustomerTemplate) -> None:
    """Darken the theme's colours in a slide or chart where text needs it; context and asides stay grey, panels pale."""
    depths = dict(template.depths)
    for named in root.iter(qn("a:schemeClr")):
        name = str(named.get("val"))
        if len(named):
            continue
        if name in ("accent3", "bg2"):
            named.set("val", "bg1")
            depth = 75 if name == "accent3" else 95
        elif name == "accent6":
            named.set("val", "tx1")
            depth = 65
        else:
            depth = depths.get(name, 100)
        if depth < 100:
            named.append(named.makeelement(qn("a:lumMod"), {"val": str(depth * 1000)}))
        if name == "accent6":
            named.append(named.makeelement(qn("a:lumOff"), {"val": "35000"}))


def _opened(data: bytes) -> Any:
    """Return a .pptx or .potx as a presentation; the library knows the second only by the first's content type."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            fits = sum(entry.file_size for entry in archive.infolist()) <= _LARGEST
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist()} if fits else {}
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(_TEMPLATE, _MAIN)
        return Presentation(io.BytesIO(packed(parts)))
    except Exception as error:
        # The library raises whatever its XML parser and zip reader raise on a broken file.
        raise TemplateRefusedError("The file is no PowerPoint presentation or template that can be opened.") from error


def _roles(layout: Any) -> list[str]:
    return [placed.get("type", "obj") for shape in layout.placeholders for placed in shape.element.iter(qn("p:ph"))]


def _spare(layout: Any) -> int:
    """Return how many placeholders of a layout we would leave empty: the fewer, the better it fits."""
    return sum(1 for role in _roles(layout) if role not in ("title", "ctrTitle", "dt", "ftr", "sldNum"))


def _unfit(layout: Any) -> str:
    """Return why a layout cannot carry our content slides, or nothing."""
    if "title" not in _roles(layout):
        return "has no title placeholder"
    ground = _ground(layout)
    if ground is None:
        return "has a picture or gradient behind its text"
    if contrast(TEXT, ground) < _LEAST_CONTRAST:
        return f"has a background of {ground}, too dark for text"
    for holder in (layout, layout.slide_master):
        for shape in holder.shapes:
            if not shape.is_placeholder and _in_the_way(shape):
                return f"has the drawing {shape.name!r} where our content stands"
    return ""


def _ground(layout: Any) -> str | None:
    """Return the colour behind a layout's slides, or None where it is not one colour."""
    theme = theme_of(layout.slide_master)
    return background(_AsSlide(layout), theme)


class _AsSlide:
    """A layout looked at as the slide that would be made from it."""

    def __init__(self, layout: Any) -> None:
        self.slide_layout = layout
        self._element = layout._element  # noqa: SLF001 -- the library's own name


def _in_the_way(shape: Any) -> bool:
    if shape.width is None or shape.height is None:
        return False
    x, y, wide, tall = (float(side) / _EMU for side in (shape.left, shape.top, shape.width, shape.height))
    if wide * tall >= _GROUND * WIDTH * HEIGHT or min(wide, tall) <= _HAIRLINE:
        return False
    left, top, right, bottom = _BODY
    return min(x + wide, right) - max(x, left) > _HAIRLINE and min(y + tall, bottom) - max(y, top) > _HAIRLINE


def _drop_slides(presentation: Any) -> None:
    ids = presentation.slides._sldIdLst  # noqa: SLF001 -- the library's own name
    for entry in list(ids):
        presentation.part.drop_rel(entry.rId)
        ids.remove(entry)


def adapted(xml: str, layout: Any, template: CustomerTemplate, *, cover: bool) -> str:
    """Return a slide's shapes with footer and page number tied to the layout's placeholders, a light cover in dark ink."""
    for kind, ours, box in (("ftr", "10", FOOTER_BOX), ("sldNum", "11", PAGE_BOX)):
        index = next((p.get("idx") for s in layout.placeholders for p in s.element.iter(qn("p:ph")) if p.get("type") == kind), ours)
        bare = f'<p:ph type="{kind}" sz="quarter" idx="{ours}"/></p:nvPr></p:nvSpPr><p:spPr></p:spPr>'
        placed = f'<p:ph type="{kind}" sz="quarter" idx="{index}"/></p:nvPr></p:nvSpPr><p:spPr>{transform(box)}</p:spPr>'
        xml = xml.replace(bare, placed)
    xml = xml.replace("<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:fld ", f"<p:txBody>{_FLAT}<a:lstStyle/><a:p>{_RIGHT}<a:fld ")
    if cover and "ctrTitle" in _roles(layout):
        xml = xml.replace('<p:ph type="title"/>', '<p:ph type="ctrTitle"/>')
    return _darkened(xml) if cover and template.light_cover else xml


_FLAT = '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"><a:noAutofit/></a:bodyPr>'
_RIGHT = '<a:pPr algn="r"/>'


def _darkened(xml: str) -> str:
    """Return shapes drawn for a dark ground in the colours of a light one."""
    for i, dark in enumerate(_ON_LIGHT):
        xml = xml.replace(colour(dark), f"@{i}@")
    for i, light in enumerate(_ON_LIGHT.values()):
        xml = xml.replace(f"@{i}@", colour(light))
    return xml
