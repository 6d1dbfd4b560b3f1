"""docs/api.md names every operation there is, in the order of the reference."""

import re
from pathlib import Path

from services.api.app import create_app

DOC = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_doc_lists_every_operation_with_its_meaning() -> None:
    document = create_app().openapi()
    there = [(m.upper(), path, operation["summary"]) for path, methods in document["paths"].items() for m, operation in methods.items()]
    told = re.findall(r"^\| `(\w+)` \| `(\S+)` \| (.*) \|$", DOC, re.MULTILINE)
    assert told == there
