"""The deck engine: a deck model in, files out. Knows no problem, user or store.

`render_pptx(deck)`, `render_pdf(deck)`, `slide_images(deck)`, `render_summary_md(deck)`, `render_summary_pdf(deck)`,
`render_summary_docx(deck)`, `render_audio(deck, narrator)`, `render_video(deck, pictures, narrator)` with `voice(name)` and
`render_transcript(deck, of)` write; `read_pptx(data)`, `compare(presented, displays, rows)` read;
the checks are in `services.decks.lint`.
Each is loaded when first asked for, because the command line must start quickly and python-pptx takes its time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.decks.narration.telling import captions_hold, render_audio, render_transcript, render_video
    from services.decks.narration.voices import voice
    from services.decks.pdf.render import render_pdf, slide_images
    from services.decks.pptx.read import read_pptx
    from services.decks.pptx.render import render_pptx
    from services.decks.summary import render_summary_docx, render_summary_md, render_summary_pdf
    from services.decks.truth import compare, shown_numbers

_HOMES = {
    "render_pptx": "services.decks.pptx.render",
    "render_pdf": "services.decks.pdf.render",
    "slide_images": "services.decks.pdf.render",
    "read_pptx": "services.decks.pptx.read",
    "compare": "services.decks.truth",
    "captions_hold": "services.decks.narration.telling",
    "shown_numbers": "services.decks.truth",
    "render_summary_docx": "services.decks.summary",
    "render_summary_md": "services.decks.summary",
    "render_summary_pdf": "services.decks.summary",
    "render_audio": "services.decks.narration.telling",
    "render_transcript": "services.decks.narration.telling",
    "render_video": "services.decks.narration.telling",
    "voice": "services.decks.narration.voices",
}

__all__ = [
    "captions_hold",
    "compare",
    "read_pptx",
    "render_audio",
    "render_pdf",
    "render_pptx",
    "render_summary_docx",
    "render_summary_md",
    "render_summary_pdf",
    "render_transcript",
    "render_video",
    "shown_numbers",
    "slide_images",
    "voice",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
