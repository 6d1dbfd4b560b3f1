"""Native tables: hairlines only, every border written to both cells it belongs to."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.decks.metrics import Para
from services.decks.palette import RULE
from services.decks.pptx.shapes import emu, outline, solid, text_body

Border = tuple[str, float] | None
"""Colour and width in points."""

PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_TABLE_URI = "http://schemas.openxmlformats.org/drawingml/2006/table"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its paragraphs, anchor (t, m, b), fill, and padding at its left and right in inches."""

    paras: tuple[Para, ...] = ()
    anchor: str = "m"
    fill: str | None = None
    left: float = 0.06
    right: float = 0.06


@dataclass(frozen=True, slots=True)
class Line:
    """A row of cells with its height in inches and the rules above and below it."""

    height: float
    cells: tuple[Cell, ...]
    top: Border = None
    bottom: Border = field(default=(RULE, 0.5))


PADDING = 0.02  # above and below the text of a cell


def table(widths: Sequence[float], lines: Sequence[Line], lang: str) -> str:
    """Return the graphic data of a table; the rule between two rows is the stronger wish of the two."""
    grid = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in widths)
    edges = rules(lines)
    rows = "".join(_row(line, edges[i], edges[i + 1], lang) for i, line in enumerate(lines))
    return (
        f'<a:graphicData uri="{_TABLE_URI}"><a:tbl><a:tblPr firstRow="1"><a:tableStyleId>{PLAIN_STYLE}</a:tableStyleId></a:tblPr>'
        f"<a:tblGrid>{grid}</a:tblGrid>{rows}</a:tbl></a:graphicData>"
    )


def rules(lines: Sequence[Line]) -> list[Border]:
    """Return the rule above each row and the one below the last."""
    found: list[Border] = [lines[0].top]
    for above, below in itertools.pairwise(lines):
        found.append(below.top or above.bottom)
    return [*found, lines[-1].bottom]


def _row(line: Line, above: Border, below: Border, lang: str) -> str:
    cells = "".join(_cell(cell, above, below, lang) for cell in line.cells)
    return f'<a:tr h="{emu(line.height)}">{cells}</a:tr>'


def _cell(cell: Cell, above: Border, below: Border, lang: str) -> str:
    words = text_body(cell.paras, lang, anchor="t", pad=(0, 0, 0, 0), tag="a:txBody")
    # A table cell keeps its insets and anchor in its own properties.
    start = words.index("<a:lstStyle/>")
    words = f"<a:txBody><a:bodyPr/>{words[start:]}"
    anchor = {"t": "t", "m": "ctr", "b": "b"}[cell.anchor]
    borders = _edge("lnL", None) + _edge("lnR", None) + _edge("lnT", above) + _edge("lnB", below)
    return (
        f'<a:tc>{words}<a:tcPr marL="{emu(cell.left)}" marR="{emu(cell.right)}" marT="{emu(PADDING)}" marB="{emu(PADDING)}" '
        f'anchor="{anchor}">{borders}{solid(cell.fill)}</a:tcPr></a:tc>'
    )


def _edge(tag: str, border: Border) -> str:
    if border is None:
        return f'<a:{tag} w="6350"><a:noFill/></a:{tag}>'
    return outline(border[0], border[1]).replace("<a:ln ", f"<a:{tag} ").replace("</a:ln>", f"</a:{tag}>")
