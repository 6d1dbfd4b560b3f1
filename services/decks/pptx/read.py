"""Reads a deck file back: every text a reader meets, every chart's numbers, and what the manifest claims of them."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from services.decks.elements import Cell
from services.decks.manifest import (
    Manifest,
    ManifestChart,
    ManifestShape,
    ManifestSlide,
    PresentedChart,
    PresentedDeck,
    PresentedSeries,
    PresentedShape,
    PresentedSlide,
)  # fmt: skip
from services.decks.pptx.package import MANIFEST_NAMESPACE
from services.decks.pptx.render import NOTES
from shared.kit.errors import ErrorKind, SevenStepsError

_LARGEST = 400_000_000  # bytes a deck may unpack to
_EPOCH = dt.date(1899, 12, 30)
_MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"


class UnreadableDeckError(SevenStepsError):
    """A file is not a PowerPoint deck, or is broken."""

    code = "unreadable_deck"
    kind = ErrorKind.INVALID


class NotOurDeckError(SevenStepsError):
    """A deck carries no manifest of ours, so nothing in it can be traced."""

    code = "deck_without_manifest"
    kind = ErrorKind.INVALID


def read_pptx(data: bytes) -> PresentedDeck:
    """Return what the deck shows beside what its manifest claims.

    Raises UnreadableDeckError when the bytes are no .pptx and NotOurDeckError when it has no manifest.
    """
    presentation = opened(data)
    manifest = _manifest(presentation)
    by_id = {slide.slide_id: slide for slide in manifest.slides}
    slides = tuple(_slide(slide, number, by_id, manifest) for number, slide in enumerate(presentation.slides, 1))
    found = {slide.slide_id for slide in slides}
    return PresentedDeck(
        problem_id=manifest.problem_id,
        run_label=manifest.run_label,
        language=manifest.language,
        slides=slides,
        missing_slides=tuple(i for i, slide in enumerate(manifest.slides, 1) if slide.slide_id not in found),
        advice=manifest.advice,
    )


def opened(data: bytes) -> Any:
    """Return the bytes as a python-pptx presentation. Raises UnreadableDeckError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        presentation = Presentation(io.BytesIO(data)) if unpacked <= _LARGEST else None
    except Exception as error:
        # The library raises whatever its XML parser and zip reader raise on a broken file.
        raise UnreadableDeckError("the file is not a PowerPoint deck that can be opened") from error
    if presentation is None:
        raise UnreadableDeckError("the file unpacks to more than a deck can hold")
    return presentation


def _manifest(presentation: Any) -> Manifest:
    for relation in presentation.part.rels.values():
        if relation.reltype.endswith("/customXml") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            if root.tag == f"{{{MANIFEST_NAMESPACE}}}manifest":
                return _parsed(root.text or "")
    raise NotOurDeckError("the deck carries no manifest, so its numbers cannot be traced")


def _parsed(text: str) -> Manifest:
    try:
        return Manifest.model_validate(json.loads(text))
    except ValueError as error:
        raise NotOurDeckError("the deck's manifest is damaged, so its numbers cannot be traced") from error


def _slide(slide: Any, number: int, by_id: dict[int, ManifestSlide], manifest: Manifest) -> PresentedSlide:
    claimed = by_id.get(slide.slide_id, ManifestSlide(slide_id=slide.slide_id))
    claims = {shape.name: shape for shape in claimed.shapes}
    shown = [*_texts(slide.shapes._spTree), *_diagrams(slide), *_background(slide), *_notes(slide)]  # noqa: SLF001 -- the library's own name
    charts = {chart.name: chart for chart in manifest.charts if chart.slide == slide.slide_id}
    drawn = tuple(_charts(slide, charts))
    names = {name for name, _, _ in shown} | {f"{name}!alt" for name, _, alt in shown if alt} | {chart.name for chart in drawn}
    names |= {f"{chart.name}!alt" for chart in drawn}
    title = slide.shapes.title
    return PresentedSlide(
        number=number,
        slide_id=slide.slide_id,
        kind=claimed.kind,
        title=title.text_frame.text if title is not None else "",
        shapes=tuple(_shape(name, paragraphs, alt, claims) for name, paragraphs, alt in shown),
        charts=drawn,
        missing=tuple(name for name in (*claims, *charts) if name not in names),
    )


def _shape(name: str, paragraphs: tuple[str, ...], alt: str, claims: dict[str, ManifestShape]) -> PresentedShape:
    claim, alt_claim = claims.get(name), claims.get(f"{name}!alt")
    return PresentedShape(
        name=name,
        shown=paragraphs,
        template=claim.template if claim else None,
        alt=alt,
        alt_template=alt_claim.alt if alt_claim else None,
    )


Shown = tuple[str, tuple[str, ...], str]
"""Name, paragraphs and alternative text of a shape."""


def _texts(tree: Any) -> Iterator[Shown]:
    """Yield every shape that can hold words; the cells of a table one by one, as name!R1C2."""
    for element in tree.iter(qn("p:sp"), qn("p:graphicFrame"), qn("p:pic"), qn("p:cxnSp"), f"{{{_MARKUP}}}AlternateContent"):
        if element.tag == f"{{{_MARKUP}}}AlternateContent":
            loose = tuple(_paragraph(p) for p in element.iter(qn("a:p")))
            yield ("Alternate content", loose, "")
            continue
        who = next(element.iter(qn("p:cNvPr")), None)
        name, alt = (who.get("name", ""), who.get("descr", "")) if who is not None else ("", "")
        rows = list(element.iter(qn("a:tr")))
        yield (name, () if rows else tuple(_paragraph(p) for p in element.iter(qn("a:p"))), alt)
        for r, row in enumerate(rows, 1):
            for c, cell in enumerate(row.iter(qn("a:tc")), 1):
                yield (f"{name}!R{r}C{c}", tuple(_paragraph(p) for p in cell.iter(qn("a:p"))), "")


def _paragraph(paragraph: Any) -> str:
    """Return a paragraph's words; a line break is a vertical tab, the page-number field is left out."""
    words = []
    for child in paragraph:
        if child.tag == qn("a:br"):
            words.append("\v")
        elif child.tag == qn("a:r") or (child.tag == qn("a:fld") and child.get("type") != "slidenum"):
            words += [text.text or "" for text in child.iter(qn("a:t"))]
    return "".join(words)


def _diagrams(slide: Any) -> Iterator[Shown]:
    for relation in slide.part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/diagramData"):
            root = parse_xml(relation.target_part.blob)
            yield ("Diagram", tuple(text.text or "" for text in root.iter(qn("a:t"))), "")


def _background(slide: Any) -> Iterator[Shown]:
    """Yield the words that layout and master put behind every slide; their placeholders show only in the editor."""
    for holder in (slide.slide_layout, slide.slide_layout.slide_master):
        for shape in holder.shapes:
            if not shape.is_placeholder:
                yield from ((f"Layout: {name}", words, "") for name, words, _ in _texts_of(shape.element))


def _texts_of(element: Any) -> Iterator[Shown]:
    who = next(element.iter(qn("p:cNvPr")), None)
    yield (who.get("name", "") if who is not None else "", tuple(_paragraph(p) for p in element.iter(qn("a:p"))), "")


def _notes(slide: Any) -> Iterator[Shown]:
    if not slide.has_notes_slide:
        return
    notes = slide.notes_slide
    body = notes.notes_placeholder
    for shape in notes.shapes:
        if shape.has_text_frame:
            name = NOTES if body is not None and shape.shape_id == body.shape_id else f"{NOTES}: {shape.name}"
            yield (name, tuple(_paragraph(p) for p in shape.element.iter(qn("a:p"))), "")


def _charts(slide: Any, claims: dict[str, ManifestChart]) -> Iterator[PresentedChart]:
    for frame in slide.shapes._spTree.iter(qn("p:graphicFrame")):  # noqa: SLF001 -- the library's own name
        chart = next(frame.iter(qn("c:chart")), None)
        if chart is None:
            continue
        part = slide.part.related_part(chart.get(qn("r:id")))
        name = next(frame.iter(qn("p:cNvPr"))).get("name", "")
        claim = claims.get(name)
        root = part._element  # noqa: SLF001 -- the library's own name
        rich = [p for holder in root.iter(qn("c:rich")) for p in holder.iter(qn("a:p"))]
        yield PresentedChart(
            name=name,
            spec=claim.spec if claim else None,
            labels=tuple(text for p in rich if (text := _paragraph(p))),
            label_templates=claim.labels if claim else (),
            series=tuple(_series(element) for element in root.iter(qn("c:ser"))),
            workbook=_workbook(part),
        )


def _series(element: Any) -> PresentedSeries:
    name = next((v.text or "" for tx in element.findall(qn("c:tx")) for v in tx.iter(qn("c:v"))), "")
    x = element.find(qn("c:cat")) if element.find(qn("c:cat")) is not None else element.find(qn("c:xVal"))
    y = element.find(qn("c:val")) if element.find(qn("c:val")) is not None else element.find(qn("c:yVal"))
    bars = element.find(qn("c:errBars"))
    plus, minus = (bars.find(qn(f"c:{side}")) if bars is not None else None for side in ("plus", "minus"))
    return PresentedSeries(name=name, x=_cache(x), y=_cache(y), plus=_cache(plus), minus=_cache(minus))


def _cache(holder: Any) -> tuple[Cell, ...]:
    if holder is None:
        return ()
    numeric = next(holder.iter(qn("c:strCache"), qn("c:strLit")), None) is None
    count = next((int(found.get("val", "0")) for found in holder.iter(qn("c:ptCount"))), 0)
    cells: list[Cell] = [None] * min(count, 100_000)
    for point in holder.iter(qn("c:pt")):
        index, value = int(point.get("idx", "0")), next(point.iter(qn("c:v"))).text or ""
        if index < len(cells):
            cells[index] = _number(value) if numeric else value
    return tuple(cells)


def _number(text: str) -> Cell:
    try:
        return float(text)
    except ValueError:
        return text


def _workbook(part: Any) -> tuple[tuple[Cell, ...], ...]:
    book = part.chart_workbook.xlsx_part
    if book is None:
        return ()
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(book.blob)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:
        # calamine raises its own errors and those of its zip reader; any of them means a broken workbook.
        raise UnreadableDeckError("the workbook behind a chart cannot be opened") from error
    return tuple(tuple(_cell(cell) for cell in row) for row in rows)


def _cell(cell: Any) -> Cell:
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return float((cell - _EPOCH).days)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell) if cell not in ("", None) else None
    return float(cell)
