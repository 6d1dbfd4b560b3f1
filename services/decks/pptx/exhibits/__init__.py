"""The exhibits of finding slides, one module for each family of charts."""

from collections.abc import Callable

from services.decks.elements import Exhibit
from services.decks.page import Page
from services.decks.pptx.exhibits.area import Area
from services.decks.pptx.exhibits.bars import draw_bars
from services.decks.pptx.exhibits.columns import draw_histogram
from services.decks.pptx.exhibits.lines import draw_lines
from services.decks.pptx.exhibits.scatter import draw_scatter
from services.decks.pptx.exhibits.stacks import draw_stacks

EXHIBITS: dict[str, Callable[[Page, Exhibit, Area], None]] = {
    "bar": draw_bars,
    "line": draw_lines,
    "scatter": draw_scatter,
    "histogram": draw_histogram,
    "stacked": draw_stacks,
}
