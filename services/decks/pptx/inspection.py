"""What a checker needs to know of a deck file: boxes, runs, fills, notes, in inches and points, nothing drawn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pptx.oxml.ns import qn

from services.decks.metrics import Para, Piece
from services.decks.palette import INK, NAVY, THEME, WHITE
from services.decks.pptx.shapes import Box

_EMU = 914400
_COLOURS = {theme: colour for colour, theme in THEME.items()}
_ANCHOR = {"t": "t", "ctr": "m", "b": "b", None: "t"}
_DEFAULT_SIZES = {"title": 24.0, "ftr": 8.0, "sldNum": 8.0}


@dataclass(frozen=True, slots=True)
class ShapeFacts:
    """A shape, or a cell of a table (`name!R1C2`)."""

    name: str
    kind: str  # text, cell, chart, table, picture, line
    box: tuple[float, float, float, float]
    paras: tuple[Para, ...] = ()
    pad: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    anchor: str = "t"
    fill: str | None = None
    alt: str = ""
    turned: bool = False
    placeholder: str = ""
    fonts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words, paragraphs joined by spaces."""
        return " ".join(filter(None, ("".join(piece.text for piece in para.pieces) for para in self.paras)))

    @property
    def inner(self) -> tuple[float, float]:
        """Width and height inside the padding."""
        return (self.box[2] - self.pad[0] - self.pad[2], self.box[3] - self.pad[1] - self.pad[3])


@dataclass(frozen=True, slots=True)
class SlideFacts:
    """A slide: its shapes in drawing order, its notes, its background and its bar axes that do not start at zero."""

    number: int
    slide_id: int
    shapes: tuple[ShapeFacts, ...]
    notes: str
    background: str = WHITE
    cut_axes: tuple[str, ...] = field(default=())


def facts(presentation: Any) -> list[SlideFacts]:
    """Return the facts of every slide of a python-pptx presentation."""
    return [_slide(slide, number) for number, slide in enumerate(presentation.slides, 1)]


def _slide(slide: Any, number: int) -> SlideFacts:
    layout = slide.slide_layout
    dark = layout.name == "Cover"
    notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
    shapes = tuple(_shapes(slide))
    return SlideFacts(number, slide.slide_id, shapes, notes, NAVY if dark else WHITE, tuple(_cut_axes(slide)))


def _shapes(slide: Any) -> Iterator[ShapeFacts]:
    for shape in slide.shapes:
        box = _box(shape)
        element = shape.element
        who = next(element.iter(qn("p:cNvPr")))
        alt = who.get("descr", "")
        if element.tag == qn("p:graphicFrame"):
            yield from _frame(shape, box, alt)
        elif element.tag == qn("p:pic"):
            yield ShapeFacts(shape.name, "picture", box, alt=alt)
        elif element.tag == qn("p:cxnSp"):
            yield ShapeFacts(shape.name, "line", box)
        elif element.tag == qn("p:sp"):
            yield _text(shape, box)


def _box(shape: Any) -> Box:
    left, top, width, height = ((side or 0) / _EMU for side in (shape.left, shape.top, shape.width, shape.height))
    return (left, top, width, height)


def _text(shape: Any, box: Box) -> ShapeFacts:
    body = shape.element.find(qn("p:txBody"))
    placed = next(shape.element.iter(qn("p:ph")), None)
    role = placed.get("type", "body") if placed is not None else ""
    paras = tuple(_paras(body, _DEFAULT_SIZES.get(role, 18.0))) if body is not None else ()
    properties = body.find(qn("a:bodyPr")) if body is not None else None
    pad = _pad(properties, role)
    return ShapeFacts(
        shape.name,
        "text",
        box,
        paras,
        pad,
        _ANCHOR.get(properties.get("anchor") if properties is not None else None, "t"),
        _fill(shape.element.find(qn("p:spPr"))),
        turned=bool(shape.rotation),
        placeholder=role,
        fonts=tuple(font.get("typeface", "") for font in shape.element.iter(qn("a:latin"), qn("a:ea"))),
    )


def _pad(properties: Any, role: str) -> tuple[float, float, float, float]:
    usual = (0.0, 0.0, 0.0, 0.0) if role else (0.1, 0.05, 0.1, 0.05)
    if properties is None:
        return usual
    given = [properties.get(name) for name in ("lIns", "tIns", "rIns", "bIns")]
    left, top, right, bottom = (int(value) / _EMU if value is not None else usual[i] for i, value in enumerate(given))
    return (left, top, right, bottom)


def _paras(body: Any, size: float) -> Iterator[Para]:
    for paragraph in body.iter(qn("a:p")):
        properties = paragraph.find(qn("a:pPr"))
        pieces = tuple(_pieces(paragraph, size))
        align = {"ctr": "c", "r": "r"}.get(properties.get("algn", "l") if properties is not None else "l", "l")
        spacing = next((int(found.get("val")) / 100000 for found in paragraph.iter(qn("a:spcPct"))), 1.0)
        after = next((int(pts.get("val")) / 100 for found in paragraph.iter(qn("a:spcAft")) for pts in found), 0.0)
        bullet = INK if next(paragraph.iter(qn("a:buChar")), None) is not None else None
        if pieces:
            yield Para(pieces, align, spacing, after, bullet)  # type: ignore[arg-type]


def _pieces(paragraph: Any, size: float) -> Iterator[Piece]:
    last = size
    for child in paragraph:
        if child.tag == qn("a:br"):
            yield Piece("\v", last, INK)
        elif child.tag in (qn("a:r"), qn("a:fld")):
            properties = child.find(qn("a:rPr"))
            own = properties.get("sz") if properties is not None else None
            bold = properties is not None and properties.get("b") == "1"
            text = "".join(found.text or "" for found in child.iter(qn("a:t")))
            capitals = properties is not None and properties.get("cap") == "all"
            colour = _fill(properties) or INK
            last = int(own) / 100 if own else size
            yield Piece(text.upper() if capitals else text, last, colour, bold=bold)


def _fill(properties: Any) -> str | None:
    """Return a solid fill's colour, theme names looked up in our theme."""
    solid = properties.find(qn("a:solidFill")) if properties is not None else None
    if solid is None or not len(solid):
        return None
    value = str(solid[0].get("val", ""))
    return _COLOURS.get(value, value) if solid[0].tag == qn("a:schemeClr") else value.upper()


def _frame(shape: Any, box: Box, alt: str) -> Iterator[ShapeFacts]:
    if next(shape.element.iter(qn("a:tbl")), None) is None:
        kind = "chart" if next(shape.element.iter(qn("c:chart")), None) is not None else "picture"
        yield ShapeFacts(shape.name, kind, box, alt=alt)
        return
    yield ShapeFacts(shape.name, "table", box, alt=alt)
    widths = [int(column.get("w")) / _EMU for column in shape.element.iter(qn("a:gridCol"))]
    y = box[1]
    for r, row in enumerate(shape.element.iter(qn("a:tr")), 1):
        tall, x = int(row.get("h")) / _EMU, box[0]
        for c, (cell, width) in enumerate(zip(row.iter(qn("a:tc")), widths, strict=False), 1):
            yield _cell(f"{shape.name}!R{r}C{c}", cell, (x, y, width, tall))
            x += width
        y += tall


def _cell(name: str, cell: Any, box: Box) -> ShapeFacts:
    properties = cell.find(qn("a:tcPr"))
    given = [
        int(properties.get(key, default)) / _EMU for key, default in (("marL", 91440), ("marT", 45720), ("marR", 91440), ("marB", 45720))
    ]
    paras = tuple(_paras(cell.find(qn("a:txBody")), 18.0))
    anchor = _ANCHOR.get(properties.get("anchor"), "t")
    return ShapeFacts(name, "cell", box, paras, (given[0], given[1], given[2], given[3]), anchor, _fill(properties))


def _cut_axes(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if not getattr(shape, "has_chart", False):
            continue
        root = shape.chart.part._element  # noqa: SLF001 -- the library's own name
        if next(root.iter(qn("c:barChart")), None) is None:
            continue
        for axis in root.iter(qn("c:valAx")):
            least = next((float(found.get("val")) for found in axis.iter(qn("c:min"))), 0.0)
            if least > 0:
                yield shape.name
