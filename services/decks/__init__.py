"""The deck engine: a deck model in, files out. Knows no problem, user or store.

`render_pptx(deck)`, `read_pptx(data)`, `compare(presented, displays, rows)`, `render_summary_md(deck)`,
`render_summary_pdf(deck)` and, in `services.decks.lint`, the checks are all a caller needs; each is loaded when first
asked for, because the command line must start quickly and python-pptx takes its time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.decks.pptx.read import read_pptx
    from services.decks.pptx.render import render_pptx
    from services.decks.summary import render_summary_md, render_summary_pdf
    from services.decks.truth import compare, shown_numbers

_HOMES = {
    "render_pptx": "services.decks.pptx.render",
    "read_pptx": "services.decks.pptx.read",
    "compare": "services.decks.truth",
    "shown_numbers": "services.decks.truth",
    "render_summary_md": "services.decks.summary",
    "render_summary_pdf": "services.decks.summary",
}

__all__ = ["compare", "read_pptx", "render_pptx", "render_summary_md", "render_summary_pdf", "shown_numbers"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
