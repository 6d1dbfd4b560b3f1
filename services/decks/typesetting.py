"""Typst as this engine uses it: which fonts, and how a drawing becomes a tagged PDF that is the same every time."""

import datetime as dt
from functools import cache
from typing import Any

import typst

from services.decks.metrics import FONTS, lacks


def compiler(template: str, content: str, **inputs: str) -> Any:
    """Return a template with its data, `content` as JSON. The shipped fonts serve unless the data hold letters they lack."""
    fonts = _fonts(system=any(lacks(char) for char in set(content)))
    return typst.Compiler(template, font_paths=fonts, sys_inputs={"data": content, **inputs})


def tagged_pdf(document: Any, date: dt.date) -> bytes:
    """Return a compiled document as PDF/UA-1, dated by the deck.

    Where no font of this machine has a letter, PDF/UA is not to be had: the file stays tagged and shows a box for the letter.
    """
    made = dt.datetime.combine(date, dt.time(), dt.UTC)
    try:
        pdf = document.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        pdf = document.compile(format="pdf", timestamp=made)
    assert isinstance(pdf, bytes), "one PDF is one file"
    return pdf


@cache
def _fonts(*, system: bool) -> Any:
    return typst.Fonts(include_system_fonts=system, include_embedded_fonts=False, font_paths=[str(FONTS)])
