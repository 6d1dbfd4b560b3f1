"""Our 16:9 template, built by code: theme colours and fonts, a master and three layouts with real placeholders."""

import io
from functools import cache
from typing import Any

from pptx import Presentation
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.util import Inches

from services.decks import palette
from services.decks.palette import FONT, FONT_EAST_ASIAN, HEIGHT, LEFT, NAVY, RIGHT, RULE, SPAN, WIDTH
from services.decks.pptx.shapes import Box, connector, identity, outline, transform

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
NAMESPACES = (
    f'xmlns:a="{A}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
TITLE_BOX: Box = (LEFT, 0.66, SPAN, 0.86)
BODY_BOX: Box = (LEFT, 1.70, SPAN, 4.88)
FOOTER_BOX: Box = (LEFT, 7.10, 9.0, 0.18)
PAGE_BOX: Box = (RIGHT - 1, 7.10, 1.0, 0.18)
COVER, CONTENT = 0, 1

_SCHEME = {
    "dk1": palette.INK, "lt1": palette.WHITE, "dk2": NAVY, "lt2": palette.PANEL, "accent1": palette.TEAL, "accent2": palette.HOT,
    "accent3": palette.GREY, "accent4": palette.AMBER, "accent5": "3D6E9E", "accent6": palette.MUTED, "hlink": palette.TEAL,
    "folHlink": palette.MUTED,
}  # fmt: skip
_BLANK = '<a:p><a:endParaRPr lang="en-US"/></a:p>'
_PAGE_NUMBER = (
    '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-US"/><a:t>&#8249;#&#8250;</a:t></a:fld></a:p>'
)
_EMPTY_TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)


@cache
def template() -> bytes:
    """Return the template as a .pptx without slides; made once in a process."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _keep_three_layouts(deck)
    master = deck.slide_master
    _theme(master)
    _refill(master, _master_shapes())
    _text_styles(master)
    for layout, (title, shapes) in zip(deck.slide_layouts, _layouts(), strict=True):
        layout.name = title
        _refill(layout, shapes)
    _dark(deck.slide_layouts[COVER])
    _drop_printer_settings(deck)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _keep_three_layouts(deck: Any) -> None:
    for layout in list(deck.slide_layouts)[3:]:
        deck.slide_layouts.remove(layout)


def _drop_printer_settings(deck: Any) -> None:
    part = deck.part
    for rel_id, relation in list(part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            part.drop_rel(rel_id)
            part.rels.pop(rel_id) if rel_id in part.rels else None


def _theme(master: Any) -> None:
    part = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    root = parse_xml(part.blob)
    root.set("name", "Seven Steps")
    scheme = root.find(f".//{{{A}}}clrScheme")
    scheme.set("name", "Seven Steps")
    for name, value in _SCHEME.items():
        entry = scheme.find(f"{{{A}}}{name}")
        for child in list(entry):
            entry.remove(child)
        entry.append(parse_xml(f'<a:srgbClr xmlns:a="{A}" val="{value}"/>'))
    for group in root.findall(f".//{{{A}}}fontScheme/*"):
        group.find(f"{{{A}}}latin").set("typeface", FONT)
        group.find(f"{{{A}}}ea").set("typeface", FONT_EAST_ASIAN)
        for script in group.findall(f"{{{A}}}font"):
            group.remove(script)
    part._blob = serialize_part_xml(root)  # noqa: SLF001 -- the library offers no way to set it


def _refill(holder: Any, shapes: str) -> None:
    tree = holder.shapes._spTree  # noqa: SLF001 -- the library's own name for the tree of shapes
    fresh = parse_xml(f"<p:spTree {NAMESPACES}>{_EMPTY_TREE}{shapes}</p:spTree>")
    tree.getparent().replace(tree, fresh)


def _holder(number: int, name: str, kind: str, box: Box, size: int, bold: str = "0", words: str = "", **looks: str) -> str:
    ink, align = looks.get("ink", '<a:schemeClr val="tx1"/>'), looks.get("align", "l")
    style = (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:lnSpc><a:spcPct val="{looks.get("spacing", "100000")}"/></a:lnSpc><a:buNone/>'
        f'<a:defRPr sz="{size}" b="{bold}"><a:solidFill>{ink}</a:solidFill></a:defRPr></a:lvl1pPr>'
    )
    return (
        f'<p:sp><p:nvSpPr>{identity(number, name)}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{transform(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        '<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle>{style}</a:lstStyle>{words or _BLANK}</p:txBody></p:sp>"
    )


def _words(text: str) -> str:
    return f'<a:p><a:r><a:rPr lang="en-US"/><a:t>{text}</a:t></a:r></a:p>'


def _chrome(first: int) -> str:
    muted = '<a:schemeClr val="accent6"/>'
    rule = connector(identity(first + 2, "Footer rule"), (LEFT, 7.02, SPAN, 0), outline(RULE, 0.5))
    return (
        _holder(first, "Footer", 'type="ftr" sz="quarter" idx="10"', FOOTER_BOX, 800, ink=muted)
        + _holder(first + 1, "Slide number", 'type="sldNum" sz="quarter" idx="11"', PAGE_BOX, 800, "1", _PAGE_NUMBER, ink=muted, align="r")
        + rule
    )


def _title(box: Box = TITLE_BOX, size: int = 2400, ink: str = '<a:schemeClr val="tx1"/>', kind: str = 'type="title"') -> str:
    return _holder(2, "Title", kind, box, size, "1", _words("The answer in one sentence, with its number"), ink=ink, spacing="98000")


def _master_shapes() -> str:
    body = _holder(3, "Body", 'type="body" idx="1"', BODY_BOX, 1400, words=_words("Text"))
    return _title() + body + _chrome(4)


def _layouts() -> tuple[tuple[str, str], ...]:
    cover = _title((LEFT, 1.25, palette.columns_width(11), 1.3), 3800, '<a:schemeClr val="bg1"/>')
    plain = _holder(3, "Body", 'idx="1"', BODY_BOX, 1400, words=_words("Text"))
    return (("Cover", cover), ("Action title", _title() + _chrome(3)), ("Action title and text", _title() + plain + _chrome(4)))


def _dark(layout: Any) -> None:
    background = parse_xml(f'<p:bg {NAMESPACES}><p:bgPr><a:solidFill><a:schemeClr val="tx2"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>')
    slide = layout._element.cSld  # noqa: SLF001 -- the library's own name for the element
    slide.insert(0, background)
    layout._element.set("showMasterSp", "0")  # noqa: SLF001


def _text_styles(master: Any) -> None:
    styles = master._element.find("{http://schemas.openxmlformats.org/presentationml/2006/main}txStyles")  # noqa: SLF001
    title = styles[0].find(f"{{{A}}}lvl1pPr")
    title.set("algn", "l")
    run = title.find(f"{{{A}}}defRPr")
    run.set("sz", "2400")
    run.set("b", "1")
    for level, size in zip(styles[1], ("1400", "1300", "1200", "1200", "1200"), strict=False):
        found = level.find(f"{{{A}}}defRPr")
        if found is not None:
            found.set("sz", size)
