"""D19: the file is whole and in the schema's order, and LibreOffice makes as many pages of it as it has slides, none blank."""

import io
import posixpath
import re
import shutil
import subprocess
import tempfile
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pptx.oxml import parse_xml

from services.decks.lint.contract import Checked, Fault, NotRunError, error

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@cache
def _order() -> dict[str, list[str]]:
    """Return the order of children by the element they stand in."""
    with (Path(__file__).parent / "order.toml").open("rb") as file:
        spaces = tomllib.load(file)
    return {f"{{{space}}}{tag}": children.split() for space, tags in spaces.items() for tag, children in tags.items()}


_REPEATED_IN_ANY_ORDER = {f"{_A}p"}  # runs, breaks and fields alternate
_PATIENCE = 120  # seconds


def package(deck: Checked) -> Iterator[Fault]:
    """D19: the parts are sound; and, where asked for, LibreOffice opens the file."""
    yield from _parts(deck.data)
    if not deck.open_it:
        raise NotRunError("the parts of the file were checked; opening it in LibreOffice was not asked for")
    yield from _opened(deck)


def _parts(data: bytes) -> Iterator[Fault]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        for name, count in Counter(names).items():
            if count > 1:
                yield error(0, name, f"the part is {count} times in the file")
        if (broken := archive.testzip()) is not None:
            yield error(0, broken, "the part's checksum is wrong")
            return
        parts = {name: archive.read(name) for name in names}
    yield from _types(parts)
    for name, content in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            root = parse_xml(content)
        except SyntaxError as trouble:
            yield error(0, name, f"the part is no well-formed XML: {trouble.msg}")
            continue
        number = _slide_number(name)
        if name.endswith(".rels"):
            yield from _relations(name, root, parts)
        else:
            yield from _ordered(number, name, root)
        if number:
            yield from _identities(number, root)


def _slide_number(name: str) -> int:
    found = re.fullmatch(r"ppt/slides/slide(\d+)\.xml", name)
    return int(found[1]) if found else 0


def _types(parts: dict[str, bytes]) -> Iterator[Fault]:
    try:
        types = parse_xml(parts["[Content_Types].xml"])
    except (KeyError, SyntaxError):
        yield error(0, "[Content_Types].xml", "the list of content types is missing or broken")
        return
    defaults = {str(e.get("Extension", "")).lower() for e in types if str(e.tag).endswith("Default")}
    overrides = {str(e.get("PartName", "")) for e in types if str(e.tag).endswith("Override")}
    for name in sorted(overrides):
        if name.lstrip("/") not in parts:
            yield error(0, name, "the file lists a part that it does not have")
    for name in parts:
        known = f"/{name}" in overrides or name.rpartition(".")[2].lower() in defaults
        if not known and name != "[Content_Types].xml" and not name.endswith("/"):
            yield error(0, name, "the part has no content type")


def _relations(name: str, root: Any, parts: dict[str, bytes]) -> Iterator[Fault]:
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in root:
        target = str(relation.get("Target", ""))
        if relation.get("TargetMode") == "External" or not target or target.startswith("#"):
            continue
        path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        if path not in parts:
            yield error(
                _slide_number(name.replace("_rels/", "").removesuffix(".rels")), name, f"a relationship leads to {path}, which is not there"
            )


def _ordered(number: int, name: str, root: Any) -> Iterator[Fault]:
    """Report the first element of a part whose children are unknown or out of the schema's order."""
    for element in root.iter(*_order()):
        wanted, last = _order()[element.tag], -1
        for child in element:
            if not isinstance(child.tag, str):
                continue
            space, _, local = child.tag.rpartition("}")
            if space + "}" not in (_A, _P, _C):
                continue
            place = wanted.index(local) if local in wanted else -1
            loose = element.tag in _REPEATED_IN_ANY_ORDER and local in ("r", "br", "fld")
            if place < 0 or (place < last and not loose):
                what = "is not allowed in" if place < 0 else "stands out of order in"
                yield error(number, name, f"<{local}> {what} <{element.tag.rpartition('}')[2]}>, so office programs repair the file")
                return
            last = max(last, 1 if loose else place)


def _identities(number: int, root: Any) -> Iterator[Fault]:
    counts = Counter(element.get("id") for element in root.iter(f"{_P}cNvPr"))
    for identity, count in counts.items():
        if count > 1:
            yield error(number, f"id {identity}", f"{count} shapes share one id")


def _opened(deck: Checked) -> Iterator[Fault]:
    soffice, counter = shutil.which("soffice"), shutil.which("pdfinfo")
    if soffice is None or counter is None:
        missing = "LibreOffice" if soffice is None else "pdfinfo (poppler)"
        raise NotRunError(f"the parts of the file were checked; {missing} is not here, so it was not opened")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "deck.pptx"
        source.write_bytes(deck.data)
        command = [
            soffice,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise NotRunError(f"the parts of the file were checked; LibreOffice did not finish within {_PATIENCE} seconds") from None
        made = source.with_suffix(".pdf")
        if not made.is_file():
            yield error(0, "", "LibreOffice cannot open the file")
            return
        told = subprocess.run([counter, str(made)], capture_output=True, timeout=_PATIENCE, check=False, text=True).stdout
        pages = int(found[1]) if (found := re.search(r"^Pages:\s+(\d+)", told, re.MULTILINE)) else 0
        if pages != len(deck.slides):
            yield error(0, "", f"LibreOffice makes {pages} pages of {len(deck.slides)} slides")
    for slide in deck.slides:
        if not slide.exhibits and not any(shape.text.strip() for shape in slide.shapes):
            yield error(slide.number, "", "the slide is blank")
