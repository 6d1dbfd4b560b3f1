"""Shapes as DrawingML text: written whole and parsed once a slide, many times faster than property by property."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from services.decks.metrics import INDENT, Para, Piece
from services.decks.palette import FONT_EAST_ASIAN, THEME

Box = tuple[float, float, float, float]
"""Left, top, width and height in inches."""

Point3 = tuple[float, float, float]

_ALIGN = {"l": "l", "c": "ctr", "r": "r"}
_ANCHOR = {"t": "t", "m": "ctr", "b": "b"}


def emu(inches: float) -> int:
    """Return inches in English metric units, the integer unit of the format."""
    return round(inches * 914400)


def colour(value: str) -> str:
    """Return a colour, by the theme's name for it where it has one."""
    themed = THEME.get(value)
    return f'<a:schemeClr val="{themed}"/>' if themed else f'<a:srgbClr val="{value}"/>'


def solid(value: str | None) -> str:
    """Return a fill, or none."""
    return f"<a:solidFill>{colour(value)}</a:solidFill>" if value else "<a:noFill/>"


def outline(value: str | None, width: float = 0.75, dash: str | None = None) -> str:
    """Return a line's properties; width in points."""
    if not value:
        return "<a:ln><a:noFill/></a:ln>"
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(width * 12700)}">{solid(value)}{dashed}</a:ln>'


def transform(box: Box, *, tag: str = "a:xfrm", turn: float = 0, flip: str = "") -> str:
    """Return a position; `turn` in degrees, `flip` an attribute such as flipV."""
    x, y, w, h = (emu(side) for side in box)
    rotation = f' rot="{round(turn * 60000)}"' if turn else ""
    flipped = f' {flip}="1"' if flip else ""
    return f'<{tag}{rotation}{flipped}><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></{tag}>'


def run(piece: Piece, lang: str) -> str:
    """Return a run; breaks that we set inside a word become line breaks."""
    bold = ' b="1"' if piece.bold else ' b="0"'
    properties = (
        f'<a:rPr lang="{lang}" sz="{round(piece.size * 100)}"{bold} dirty="0">{solid(piece.color)}'
        f'<a:ea typeface="{FONT_EAST_ASIAN}"/></a:rPr>'
    )
    parts = piece.text.split("\v")
    return "<a:br/>".join(f"<a:r>{properties}<a:t>{escape(part)}</a:t></a:r>" for part in parts)


def paragraph(para: Para, lang: str) -> str:
    """Return a paragraph."""
    bullet, margin = "<a:buNone/>", ' marL="0" indent="0"'
    if para.bullet:
        margin = f' marL="{emu(INDENT)}" indent="-{emu(INDENT)}"'
        bullet = f'<a:buClr>{colour(para.bullet)}</a:buClr><a:buFont typeface="Arial"/><a:buChar char="&#8226;"/>'
    return (
        f'<a:p><a:pPr algn="{_ALIGN[para.align]}"{margin}><a:lnSpc><a:spcPct val="{round(para.spacing * 100000)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:spcAft><a:spcPts val="{round(para.after * 100)}"/></a:spcAft>{bullet}</a:pPr>'
        f"{''.join(run(piece, lang) for piece in para.pieces if piece.text)}{_end(para, lang)}</a:p>"
    )


def _end(para: Para, lang: str) -> str:
    """Return the mark that keeps an empty paragraph as small as its text would be."""
    if any(piece.text for piece in para.pieces):
        return ""
    size = para.pieces[-1].size if para.pieces else 10
    return f'<a:endParaRPr lang="{lang}" sz="{round(size * 100)}"/>'


def text_body(paras: Sequence[Para], lang: str, *, anchor: str, pad: tuple[float, float, float, float], tag: str = "p:txBody") -> str:
    """Return the text of a shape; `pad` is left, top, right, bottom in inches."""
    left, top, right, bottom = (emu(side) for side in pad)
    words = "".join(paragraph(para, lang) for para in paras) or f'<a:p><a:endParaRPr lang="{lang}" sz="1000"/></a:p>'
    return (
        f'<{tag}><a:bodyPr wrap="square" lIns="{left}" tIns="{top}" rIns="{right}" bIns="{bottom}" rtlCol="0" '
        f'anchor="{_ANCHOR[anchor]}"><a:noAutofit/></a:bodyPr><a:lstStyle/>{words}</{tag}>'
    )


def identity(number: int, name: str, *, link: str = "", tip: str = "", alt: str = "") -> str:
    """Return the non-visual properties: id, name, alternative text and the click that opens the evidence."""
    described = f" descr={quoteattr(alt)}" if alt else ""
    click = f'<a:hlinkClick r:id="{link}" tooltip={quoteattr(tip)}/>' if link else ""
    return f'<p:cNvPr id="{number}" name={quoteattr(name)}{described}>{click}</p:cNvPr>'


def shape(who: str, box: Box, looks: str, words: str = "", *, textbox: bool = False, turn: float = 0) -> str:
    """Return an autoshape; `looks` are geometry, fill and line."""
    kind = ' txBox="1"' if textbox else ""
    return f"<p:sp><p:nvSpPr>{who}<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr><p:spPr>{transform(box, turn=turn)}{looks}</p:spPr>{words}</p:sp>"


def placeholder(who: str, kind: str, box: Box | None, words: str) -> str:
    """Return a placeholder of the layout filled with text."""
    place = transform(box) if box else ""
    return (
        f'<p:sp><p:nvSpPr>{who}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}</p:spPr>{words}</p:sp>"
    )


def geometry(kind: str, adjust: float | None = None) -> str:
    """Return a preset geometry, its first handle set as a fraction."""
    handles = f'<a:avLst><a:gd name="adj" fmla="val {round(adjust * 100000)}"/></a:avLst>' if adjust is not None else "<a:avLst/>"
    return f'<a:prstGeom prst="{kind}">{handles}</a:prstGeom>'


def polygon(points: Sequence[tuple[float, float]], *, closed: bool) -> tuple[Box, str]:
    """Return the box and the custom geometry of a polyline; points in inches on the slide."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    path = "".join(
        f'<a:{"lnTo" if i else "moveTo"}><a:pt x="{emu(x - box[0])}" y="{emu(y - box[1])}"/></a:{"lnTo" if i else "moveTo"}>'
        for i, (x, y) in enumerate(points)
    )
    end = "<a:close/>" if closed else ""
    fill = "" if closed else ' fill="none"'
    return box, (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f'<a:pathLst><a:path w="{emu(box[2])}" h="{emu(box[3])}"{fill}>{path}{end}</a:path></a:pathLst></a:custGeom>'
    )


def connector(who: str, box: Box, line: str, *, kind: str = "line", flip: str = "", ends: tuple[int, int, int, int] | None = None) -> str:
    """Return a connector; `ends` glues it: (shape id, site, shape id, site)."""
    glue = f'<a:stCxn id="{ends[0]}" idx="{ends[1]}"/><a:endCxn id="{ends[2]}" idx="{ends[3]}"/>' if ends else ""
    return (
        f"<p:cxnSp><p:nvCxnSpPr>{who}<p:cNvCxnSpPr>{glue}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>"
        f"<p:spPr>{transform(box, flip=flip)}{geometry(kind)}{line}</p:spPr></p:cxnSp>"
    )


def graphic_frame(who: str, box: Box, content: str) -> str:
    """Return the frame of a table or a chart."""
    return (
        f'<p:graphicFrame><p:nvGraphicFramePr>{who}<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr>'
        f"<p:nvPr/></p:nvGraphicFramePr>{transform(box, tag='p:xfrm')}<a:graphic>{content}</a:graphic></p:graphicFrame>"
    )
