"""What a checker needs to know of a deck file, ours or not: boxes, runs, fills, notes, charts, in inches and points."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pptx.oxml.ns import qn

from services.decks.metrics import Para, Piece
from services.decks.palette import INK
from services.decks.pptx.chart_facts import ChartFacts, chart_facts
from services.decks.pptx.inherited import Inherited, Theme, background, theme_of
from services.decks.pptx.shapes import Box

_EMU = 914400
_ANCHOR = {"t": "t", "ctr": "m", "b": "b", None: "t"}
_INSETS = (("lIns", 91440), ("tIns", 45720), ("rIns", 91440), ("bIns", 45720))
Move = tuple[float, float, float, float]
"""How a group places its members: x = dx + sx * x, y = dy + sy * y, as (dx, dy, sx, sy) in EMU."""
_STILL: Move = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class ShapeFacts:
    """A shape, or a cell of a table (`name!R1C2`). `fill` is None where nothing or nothing known is painted."""

    name: str
    kind: str  # text, cell, chart, table, picture, line, media, other
    box: tuple[float, float, float, float]
    paras: tuple[Para, ...] = ()
    pad: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    anchor: str = "t"
    fill: str | None = None
    alt: str = ""
    turned: bool = False
    placeholder: str = ""
    fonts: tuple[str, ...] = ()
    wraps: bool = True
    grows: bool = False
    painted: bool = False  # with something whose colour is not known: a picture, a gradient, a pattern

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
    """A slide: its shapes in drawing order, its notes, what is behind it (None: not one colour), and its charts."""

    number: int
    slide_id: int
    shapes: tuple[ShapeFacts, ...]
    notes: str
    background: str | None
    charts: tuple[ChartFacts, ...] = field(default=())

    @property
    def title(self) -> ShapeFacts | None:
        """The shape in the title's placeholder."""
        return next((shape for shape in self.shapes if shape.placeholder in ("title", "ctrTitle")), None)

    @property
    def exhibits(self) -> list[ShapeFacts]:
        """Charts, tables and pictures."""
        return [shape for shape in self.shapes if shape.kind in ("chart", "table", "picture")]


def facts(presentation: Any) -> list[SlideFacts]:
    """Return the facts of every slide of a python-pptx presentation."""
    themes: dict[int, Theme] = {}
    return [_slide(slide, number, themes) for number, slide in enumerate(presentation.slides, 1)]


def _slide(slide: Any, number: int, themes: dict[int, Theme]) -> SlideFacts:
    master = slide.slide_layout.slide_master
    theme = themes.get(id(master.part)) or themes.setdefault(id(master.part), theme_of(master))
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    shapes = tuple(_Walk(slide, theme).shapes(slide.shapes, _STILL))
    charts = tuple(
        chart_facts(slide.part.related_part(found.get(qn("r:id"))), frame, theme)
        for frame in slide.shapes._spTree.iter(qn("p:graphicFrame"))  # noqa: SLF001 -- the library's own name
        if (found := next(frame.iter(qn("c:chart")), None)) is not None
    )
    return SlideFacts(number, slide.slide_id, shapes, notes.text if notes is not None else "", background(slide, theme), charts)


class _Walk:
    """One slide's shapes, members of groups where they stand."""

    def __init__(self, slide: Any, theme: Theme) -> None:
        self._slide, self._theme = slide, theme

    def shapes(self, holder: Any, move: Move) -> Iterator[ShapeFacts]:
        for shape in holder:
            element = shape.element
            box = _box(shape, move)
            alt = next(element.iter(qn("p:cNvPr"))).get("descr", "")
            if element.tag == qn("p:grpSp"):
                yield from self.shapes(shape.shapes, _inside(element, move))
            elif element.tag == qn("p:graphicFrame"):
                yield from self._frame(shape, box, alt)
            elif element.tag == qn("p:pic"):
                media = next(element.iter(qn("a:videoFile"), qn("a:audioFile")), None) is not None
                yield ShapeFacts(shape.name, "media" if media else "picture", box, alt=alt, painted=True)
            elif element.tag == qn("p:cxnSp"):
                yield ShapeFacts(shape.name, "line", box)
            elif element.tag == qn("p:sp"):
                yield self._text(shape, box)

    def _text(self, shape: Any, box: Box) -> ShapeFacts:
        element = shape.element
        body, properties = element.find(qn("p:txBody")), element.find(qn("p:spPr"))
        inherited = Inherited(shape, self._slide, self._theme)
        fitting = inherited.body_child("a:normAutofit", "a:spAutoFit", "a:noAutofit")
        scale = int(fitting.get("fontScale", "100000")) / 100000 if fitting is not None and fitting.tag == qn("a:normAutofit") else 1.0
        left, top, right, bottom = (int(inherited.body(name) or usual) / _EMU for name, usual in _INSETS)
        turn = float(shape.rotation) % 180
        upright = (inherited.body("vert") or "horz") in ("horz", "wordArtVert")
        return ShapeFacts(
            shape.name,
            "text",
            box,
            tuple(self._paras(body, inherited, scale)) if body is not None else (),
            (left, top, right, bottom),
            _ANCHOR.get(inherited.body("anchor"), "t"),
            self._theme.colour(properties.find(qn("a:solidFill"))) or _styled(element, properties, self._theme),
            turned=45 <= turn < 135 or not upright,
            placeholder=inherited.role,
            fonts=tuple(font.get("typeface", "") for font in element.iter(qn("a:latin"), qn("a:ea"), qn("a:cs"))),
            wraps=inherited.body("wrap") != "none",
            grows=fitting is not None and fitting.tag == qn("a:spAutoFit"),
            painted=any(properties.find(qn(f"a:{kind}")) is not None for kind in ("gradFill", "blipFill", "pattFill")),
        )

    def _paras(self, body: Any, inherited: Inherited | None, scale: float = 1.0) -> Iterator[Para]:
        for paragraph in body.iter(qn("a:p")):
            properties = paragraph.find(qn("a:pPr"))
            given = properties.get("algn") if properties is not None else None
            level = int(properties.get("lvl", "0")) + 1 if properties is not None else 1
            around = [properties] if properties is not None else []
            around += list(inherited.levels(level)) if inherited else []
            align = given or next((found.get("algn") for found in around if found.get("algn")), "l")
            pieces = tuple(self._pieces(paragraph, inherited, level, scale))
            if pieces:
                spacing, after = _spacing(around), _after(around)
                bullet = INK if _bulleted(properties, inherited, level) else None
                yield Para(pieces, {"ctr": "c", "r": "r"}.get(align, "l"), spacing, after, bullet)  # type: ignore[arg-type]

    def _pieces(self, paragraph: Any, inherited: Inherited | None, level: int, scale: float) -> Iterator[Piece]:
        usual = int((inherited.run(level, "sz") if inherited else None) or 1800) / 100
        heavy = inherited is not None and inherited.run(level, "b") == "1"
        last = usual * scale
        for child in paragraph:
            if child.tag == qn("a:br"):
                yield Piece("\v", last, INK)
            elif child.tag in (qn("a:r"), qn("a:fld")):
                own = child.find(qn("a:rPr"))
                size, bold = (own.get("sz"), own.get("b")) if own is not None else (None, None)
                text = "".join(found.text or "" for found in child.iter(qn("a:t")))
                capitals = own is not None and own.get("cap") == "all"
                last = (int(size) / 100 if size else usual) * scale
                yield Piece(text.upper() if capitals else text, last, self._ink(own, inherited, level), bold=bold == "1" if bold else heavy)

    def _ink(self, own: Any, inherited: Inherited | None, level: int) -> str:
        """Return a run's colour; empty where it is painted with something else than one colour."""
        if own is not None:
            if any(own.find(qn(f"a:{kind}")) is not None for kind in ("gradFill", "blipFill", "pattFill")):
                return ""
            if (fill := own.find(qn("a:solidFill"))) is not None:
                return self._theme.colour(fill) or ""
        return inherited.colour(level) if inherited else self._theme.colours.get("tx1", INK)

    def _frame(self, shape: Any, box: Box, alt: str) -> Iterator[ShapeFacts]:
        if next(shape.element.iter(qn("a:tbl")), None) is None:
            kind = "chart" if next(shape.element.iter(qn("c:chart")), None) is not None else "other"
            yield ShapeFacts(shape.name, kind, box, alt=alt)
            return
        yield ShapeFacts(shape.name, "table", box, alt=alt)
        widths = [int(column.get("w")) / _EMU for column in shape.element.iter(qn("a:gridCol"))]
        y = box[1]
        for r, row in enumerate(shape.element.iter(qn("a:tr")), 1):
            tall, x = int(row.get("h")) / _EMU, box[0]
            for c, (cell, width) in enumerate(zip(row.findall(qn("a:tc")), widths, strict=False), 1):
                wide = sum(widths[c - 1 : c - 1 + int(cell.get("gridSpan", "1"))])
                if cell.get("hMerge") != "1" and cell.get("vMerge") != "1":
                    yield self._cell(f"{shape.name}!R{r}C{c}", cell, (x, y, wide, tall))
                x += width
            y += tall

    def _cell(self, name: str, cell: Any, box: Box) -> ShapeFacts:
        properties, body = cell.find(qn("a:tcPr")), cell.find(qn("a:txBody"))
        sides = (("marL", 91440), ("marT", 45720), ("marR", 91440), ("marB", 45720))
        left, top, right, bottom = (int(properties.get(key, usual) if properties is not None else usual) / _EMU for key, usual in sides)
        paras = tuple(self._paras(body, None)) if body is not None else ()
        fill = self._theme.colour(properties.find(qn("a:solidFill"))) if properties is not None else None
        anchor = _ANCHOR.get(properties.get("anchor") if properties is not None else None, "t")
        fonts = tuple(font.get("typeface", "") for font in cell.iter(qn("a:latin"), qn("a:ea"), qn("a:cs")))
        return ShapeFacts(name, "cell", box, paras, (left, top, right, bottom), anchor, fill, fonts=fonts)


def _box(shape: Any, move: Move) -> Box:
    left, top, width, height = (float(side or 0) for side in (shape.left, shape.top, shape.width, shape.height))
    dx, dy, sx, sy = move
    return ((dx + sx * left) / _EMU, (dy + sy * top) / _EMU, sx * width / _EMU, sy * height / _EMU)


def _inside(group: Any, move: Move) -> Move:
    """Return how the members of a group are placed, the group itself being placed by `move`."""
    transform: Any = next(group.iter(qn("a:xfrm")), None)
    parts: list[Any] = [transform.find(qn(f"a:{name}")) for name in ("off", "ext", "chOff", "chExt")] if transform is not None else [None]
    if any(part is None for part in parts):
        return move
    off, ext, inner_off, inner_ext = parts
    x, y, wide, tall = int(off.get("x")), int(off.get("y")), int(ext.get("cx")), int(ext.get("cy"))
    sx, sy = wide / max(int(inner_ext.get("cx")), 1), tall / max(int(inner_ext.get("cy")), 1)
    dx, dy, mx, my = move
    return (dx + mx * (x - sx * int(inner_off.get("x"))), dy + my * (y - sy * int(inner_off.get("y"))), mx * sx, my * sy)


def _styled(element: Any, properties: Any, theme: Theme) -> str | None:
    """Return the fill a shape takes from its theme style, unless it says itself that it has another or none."""
    own = ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
    reference = next(element.iter(qn("a:fillRef")), None)
    if reference is None or reference.get("idx") == "0" or any(properties.find(qn(f"a:{kind}")) is not None for kind in own):
        return None
    return theme.colour(reference)


def _spacing(around: list[Any]) -> float:
    for found in around:
        line = found.find(qn("a:lnSpc"))
        if line is not None:
            return next((int(part.get("val")) / 100000 for part in line.iter(qn("a:spcPct"))), 1.0)
    return 1.0


def _after(around: list[Any]) -> float:
    """Return the points between paragraphs: what stands after one and before the next."""
    total = 0.0
    for name in ("a:spcAft", "a:spcBef"):
        holder = next((held for found in around if (held := found.find(qn(name))) is not None), None)
        total += next((int(part.get("val")) / 100 for part in holder.iter(qn("a:spcPts"))), 0.0) if holder is not None else 0.0
    return total


def _bulleted(properties: Any, inherited: Inherited | None, level: int) -> bool:
    if properties is not None:
        if properties.find(qn("a:buNone")) is not None:
            return False
        if properties.find(qn("a:buChar")) is not None or properties.find(qn("a:buAutoNum")) is not None:
            return True
    return inherited.bulleted(level) if inherited else False
