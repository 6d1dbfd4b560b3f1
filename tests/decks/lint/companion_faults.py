"""PDFs told from a deck, sound and broken (rule D20)."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from services.decks import render_summary_pdf
from services.decks.lint import Companions, Report, lint_file
from tests.decks.example import example_deck
from tests.decks.lint.decks import foreign

Case = tuple[str, bool, str, Report]


def companion_cases() -> Iterator[Case]:
    """Yield (rule, whether it must speak up, what was done, what it said)."""
    data = render_summary_pdf(example_deck())
    spoiled = {
        "untagged": re.sub(rb"/Marked true", rb"/Marked false", data),
        "without structure": data.replace(b"/StructTreeRoot", b"/StructTreeRuin"),
        "without language": data.replace(b"/Lang", b"/Lung"),
        "without title": data.replace(b"/Title", b"/Tiger").replace(b"<dc:title>", b"<dc:tiger>"),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "summary.pdf"
        for name, content in {"sound": data, **spoiled}.items():
            path.write_bytes(content)
            yield "D20", name != "sound", f"PDF {name}", lint_file(foreign(), companions=Companions(pdf=path))
