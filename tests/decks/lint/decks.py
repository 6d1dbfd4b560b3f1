"""Sound decks to put faults into: our synthetic one, those of the bundled problems, and foreign ones that carry no manifest."""

import datetime as dt
import io
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Inches, Pt

from services.decks.lint import Report, lint_file
from services.decks.model import Deck
from services.decks.pptx.render import render_pptx
from services.solving.samples import catalogue
from tests.decks.example import example_deck
from tests.solving.analysts.runs import problem, worked

NOTES = "Say first what the picture shows, then what follows from it, and leave the rest for questions. It takes a minute at most."


@cache
def sample_deck(name: str) -> Deck:
    """Return the deck of a bundled problem, its seven steps decided without any store."""
    chosen = catalogue.sample(name)
    with problem(chosen.text, list(chosen.files), day=dt.date(2026, 7, 6), title=chosen.title) as context:
        deck: Deck = worked(context, until="present")[1]["present"].deck
    return deck


@dataclass(frozen=True)
class File:
    """A deck file, and the ledger of ours."""

    data: bytes
    deck: Deck | None = None

    @cached_property
    def clean(self) -> Report:
        """The report of the file as it is."""
        return self.lint()

    def lint(self, data: bytes | None = None) -> Report:
        """Check the file, or a changed copy of it, against its own ledger."""
        deck = self.deck
        rows = {key: number.rows for key, number in deck.numbers.items() if number.rows is not None} if deck else None
        return lint_file(self.data if data is None else data, displays=deck.displays if deck else None, rows=rows)


@cache
def ours(*, samples: bool) -> dict[str, File]:
    """Return decks of ours as files."""
    decks = {"example": example_deck()}
    if samples:
        decks |= {name: sample_deck(name) for name in ("saas", "retail", "market")}
    return {name: File(render_pptx(deck), deck) for name, deck in decks.items()}


@cache
def foreign(seed: int = 0) -> bytes:
    """Return a deck as somebody draws it with another program: bullets by layout, charts with legends, a table with its total."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    _text(
        deck,
        f"We propose {3 + seed} steps that halve the waiting time",
        ("Open a second desk", "Ask for papers beforehand", "Move the queue"),
    )
    _chart(deck, f"Waiting fell by {20 + seed} minutes after the second desk opened", XL_CHART_TYPE.LINE_MARKERS, 2, seed)
    _chart(deck, f"The hall in the north waits {7 + seed} minutes longer than the others", XL_CHART_TYPE.COLUMN_CLUSTERED, 1, seed)
    _chart(deck, f"Three in four of the {90 + seed} cases come from two sources", XL_CHART_TYPE.PIE, 0, seed)
    _table(deck, f"Staff costs rise by {4 + seed} places if all three steps are taken")
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _slide(deck: Any, layout: int, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    box = slide.shapes.title
    box.text_frame.text = title
    box.left, box.top, box.width, box.height = Inches(0.6), Inches(0.4), Inches(12), Inches(1.1)
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(28)
    slide.notes_slide.notes_text_frame.text = NOTES
    return slide


def _source(slide: Any) -> None:
    box = slide.shapes.add_textbox(Inches(0.6), Inches(6.8), Inches(8), Inches(0.35))
    box.name = "Fine print"
    box.text_frame.text = "Source: waiting.csv, all desks; own count"
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(11)


def _text(deck: Any, title: str, bullets: tuple[str, ...]) -> None:
    slide = _slide(deck, 1, title)
    body = slide.placeholders[1]
    body.left, body.top, body.width, body.height = Inches(0.6), Inches(1.8), Inches(11), Inches(4)
    body.text_frame.text = "\n".join(bullets)
    box = slide.shapes.add_textbox(Inches(8), Inches(6), Inches(4.5), Inches(0.9))
    box.text_frame.text = "This is a remark that explains the steps above to everybody."
    box.text_frame.word_wrap = True
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(14)


def _chart(deck: Any, title: str, kind: Any, count: int, seed: int) -> None:
    slide = _slide(deck, 5, title)
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["North", "East", "South", "West"]
    if kind == XL_CHART_TYPE.PIE:
        data.add_series("Share", (0.4, 0.35, 0.15, 0.1), number_format="0%")
    for i in range(count):
        data.add_series(f"Hall {i + 1}", [5 + seed + i, 9 + i, 7, 8 - i])
    frame = slide.shapes.add_chart(kind, Inches(0.6), Inches(1.7), Inches(9), Inches(4.9), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", "A chart of the waiting times, hall by hall")
    chart = frame.chart
    chart.has_title = False
    chart.has_legend = kind != XL_CHART_TYPE.COLUMN_CLUSTERED
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    chart.font.size = Pt(12)
    _source(slide)


def _table(deck: Any, title: str) -> None:
    slide = _slide(deck, 5, title)
    rows = (
        ("Step", "Places", "Cost"),
        ("Second desk", "2", "80.5"),
        ("Papers", "1", "30.0"),
        ("Queue", "1", "12.5"),
        ("Total", "4", "123.0"),
    )
    frame = slide.shapes.add_table(len(rows), 3, Inches(0.6), Inches(1.8), Inches(9), Inches(2.5))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", "A table of the steps with their places and costs")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            frame.table.cell(r, c).text = text
            frame.table.cell(r, c).text_frame.paragraphs[0].runs[0].font.size = Pt(14)
    _source(slide)
