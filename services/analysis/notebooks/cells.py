"""Cells of the notebook format 4.5 as plain JSON, and what may stand in them. The same input gives the same cells."""

import html
import re
from typing import Any

Cell = dict[str, Any]

_MARKUP = re.compile(r"([\\`*_\[\]|$~])")


def markdown(cell_id: str, *paragraphs: str) -> Cell:
    """Return a text cell. Escape what comes from the data with `plain`."""
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": _lines("\n\n".join(paragraphs))}


def code(cell_id: str, lines: list[str]) -> Cell:
    """Return a code cell that has not been run."""
    return {"cell_type": "code", "id": cell_id, "execution_count": None, "metadata": {}, "outputs": [], "source": _lines("\n".join(lines))}


def document(cells: list[Cell]) -> dict[str, Any]:
    """Return the whole notebook."""
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def plain(text: str) -> str:
    """Return text from the data so that a notebook shows it as it is: no markup, no HTML, no formula, on one line."""
    return _MARKUP.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))


def _lines(text: str) -> list[str]:
    # Only "\n" ends a line here: str.splitlines would also cut at characters that names in the data may hold.
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + [parts[-1]]
