"""A PDF as a reader meets it: its words page by page, its structure, its links and its fonts."""

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pypdf import PdfReader


def opened(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def catalog(data: bytes) -> Any:
    return opened(data).trailer["/Root"]


def words(text: str) -> str:
    """Return a text without what line breaks change: spaces, and the hyphens set before a break."""
    return re.sub(r"[\s\u200b]|\u2010(?=\s*\n)|\u00ad", "", text)


def pages(data: bytes) -> list[str]:
    """Return the words of every page."""
    return [words(page.extract_text()) for page in opened(data).pages]


def elements(data: bytes) -> Iterator[Any]:
    """Yield every element of the structure, in reading order."""
    open_elements = [catalog(data)["/StructTreeRoot"]]
    while open_elements:
        element = open_elements.pop(0).get_object()
        if isinstance(element, dict):
            if "/S" in element:
                yield element
            kids = element.get("/K", [])
            kids = kids.get_object() if hasattr(kids, "get_object") else kids
            open_elements = [kid for kid in (kids if isinstance(kids, list) else [kids]) if not isinstance(kid, int)] + open_elements


def linked_keys(page: Any) -> set[str]:
    """Return the keys of the evidence that a page links to."""
    found: set[str] = set()
    for annotation in page.get("/Annots", []):
        action = annotation.get_object().get("/A")
        if action is not None and "/URI" in action:
            found |= {key for ids in parse_qs(urlsplit(str(action["/URI"])).query).get("ids", []) for key in ids.split(",")}
    return found


def fonts(data: bytes) -> dict[str, bool]:
    """Return every font by its name, and whether its outlines are in the file."""
    found: dict[str, bool] = {}
    for page in opened(data).pages:
        for font in (page.get("/Resources", {}).get("/Font") or {}).values():
            for part in font.get_object()["/DescendantFonts"]:
                descriptor = part.get_object()["/FontDescriptor"]
                found[str(descriptor["/FontName"])] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    return found
