"""How long the files of a deck take: `make bench-deliverables`. Each figure is the best of a few runs, with the first beside it.

The .pptx is held against python-pptx drawing the same texts, tables, charts and lines of the same deck, shape by shape.
"""

import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from services import decks
from services.decks.model import Deck
from services.decks.pptx.inspection import ShapeFacts, SlideFacts, facts
from services.decks.pptx.template import template
from services.solving.deliverables.behind import Behind
from services.solving.deliverables.pack import data_pack
from tests.decks.example import example_deck
from tests.decks.stress import charts_deck

_RUNS = 3


def main() -> None:
    """Measure decks of 14 and of 20 slides and print the figures as JSON."""
    example, charts = example_deck(), charts_deck()
    slides = (*example.slides, *charts.slides[1:5])
    numbers = {**example.numbers, **charts.numbers}
    found = {str(count): measured(example.model_copy(update={"slides": slides[:count], "numbers": numbers})) for count in (14, 20)}
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


def measured(deck: Deck) -> dict[str, Any]:
    """Return seconds by file, and how the .pptx compares with the bare library."""
    rendered = facts(Presentation(io.BytesIO(decks.render_pptx(deck))))
    files: dict[str, Callable[[], object]] = {
        "bare python-pptx": lambda: bare(rendered),
        "deck.pptx": lambda: decks.render_pptx(deck),
        "deck.pdf": lambda: decks.render_pdf(deck),
        "slides 1920 x 1080 png": lambda: decks.slide_images(deck),
        "slides 480 x 270 png": lambda: decks.slide_images(deck, width=480),
        "slides svg": lambda: decks.slide_images(deck, image_format="svg"),
        "summaries, six files": lambda: summaries(deck),
        "data-pack.zip": lambda: data_pack(deck, Behind()),
    }
    seconds = {name: timed(make) for name, make in files.items()}
    ratio = seconds["deck.pptx"]["processor"] / seconds["bare python-pptx"]["processor"]
    return {"slides": len(rendered), "seconds": seconds, "pptx over bare python-pptx": round(ratio, 2)}


def timed(make: Callable[[], object]) -> dict[str, float]:
    """Return the seconds of the first run, of the best, and the processor's seconds of the best (which other work does not swell)."""
    taken, busy = [], []
    for _ in range(_RUNS):
        began, worked = time.perf_counter(), time.process_time()
        make()
        taken.append(round(time.perf_counter() - began, 3))
        busy.append(round(time.process_time() - worked, 3))
    return {"first": taken[0], "best": min(taken), "processor": min(busy)}


def summaries(deck: Deck) -> None:
    """Write all forms of the summary."""
    for form in ("short", "long"):
        decks.render_summary_md(deck, form)
        decks.render_summary_pdf(deck, form)
        decks.render_summary_docx(deck, form)


def bare(slides: list[SlideFacts]) -> bytes:
    """Return a deck with the same shapes made by the library's own calls, texts in their sizes and nothing more."""
    presentation = Presentation(io.BytesIO(template()))
    for drawn in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        for shape in drawn.shapes:
            _DRAWN.get(shape.kind, _nothing)(slide.shapes, shape, drawn)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def _box(shape: ShapeFacts) -> tuple[Any, Any, Any, Any]:
    left, top, width, height = shape.box
    return (Inches(left), Inches(top), Inches(width), Inches(height))


def _nothing(_shapes: Any, _shape: ShapeFacts, _slide: SlideFacts) -> None:
    """Draw nothing: a cell is drawn with its table."""


def _text(shapes: Any, shape: ShapeFacts, _slide: SlideFacts) -> None:
    frame = shapes.add_textbox(*_box(shape)).text_frame
    frame.word_wrap = True
    for i, para in enumerate(shape.paras):
        paragraph = frame.paragraphs[0] if not i else frame.add_paragraph()
        for piece in para.pieces:
            run = paragraph.add_run()
            run.text, run.font.size, run.font.bold = piece.text, Pt(piece.size), piece.bold


def _line(shapes: Any, shape: ShapeFacts, _slide: SlideFacts) -> None:
    left, top, width, height = _box(shape)
    shapes.add_connector(1, left, top, left + width, top + height)


def _table(shapes: Any, shape: ShapeFacts, slide: SlideFacts) -> None:
    cells = [cell for cell in slide.shapes if cell.kind == "cell" and cell.name.startswith(f"{shape.name}!R")]
    places = [tuple(int(part) for part in cell.name.rpartition("!R")[2].split("C")) for cell in cells]
    table = shapes.add_table(max(r for r, _ in places), max(c for _, c in places), *_box(shape)).table
    for (row, column), cell in zip(places, cells, strict=True):
        table.cell(row - 1, column - 1).text = cell.text


def _chart(shapes: Any, shape: ShapeFacts, _slide: SlideFacts) -> None:
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = [f"Category {i}" for i in range(8)]
    data.add_series("Value", [float(i) for i in range(8)])
    shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *_box(shape), data)


_DRAWN: dict[str, Callable[[Any, ShapeFacts, SlideFacts], None]] = {"text": _text, "line": _line, "table": _table, "chart": _chart}


if __name__ == "__main__":
    main()
