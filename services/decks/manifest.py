"""What a deck file says of itself: for every shape the cited text behind its words, for every chart its recipe.

The manifest travels inside the file, so that a deck alone, without the store it came from, can be held against a
ledger. It vouches for nothing: a number is true when the ledger's display for its key stands in the file.
"""

from typing import Literal

from services.decks.elements import Cell, Cited, Key
from services.decks.series import ChartSpec
from shared.kit.value import Value


class ManifestShape(Value):
    """A shape (or a table cell, `name!R1C2`, or the notes) and the cited text of its paragraphs and alternative text."""

    name: str
    template: tuple[Cited, ...] = ()
    keys: tuple[Key, ...] = ()
    alt: Cited = ""


class ManifestSlide(Value):
    """A slide's own number inside the file, and its shapes."""

    slide_id: int
    kind: str = ""
    shapes: tuple[ManifestShape, ...] = ()


class ManifestChart(Value):
    """A chart, the slide it is on (its number inside the file), its recipe and the cited texts drawn inside it."""

    slide: int
    name: str
    key: Key
    spec: ChartSpec
    labels: tuple[Cited, ...] = ()


class ManifestAdvice(Value):
    """A recommendation: the numbers of the findings it rests on, and whether it promises an effect."""

    id: str
    evidence: tuple[Key, ...] = ()
    sized: bool = False


class Manifest(Value):
    """All of it."""

    schema_name: Literal["sevensteps.deck/1"] = "sevensteps.deck/1"
    problem_id: str
    run_label: str = ""
    language: str = "en"
    slides: tuple[ManifestSlide, ...] = ()
    charts: tuple[ManifestChart, ...] = ()
    advice: tuple[ManifestAdvice, ...] = ()


class PresentedShape(Value):
    """A shape as the file shows it, beside what the manifest says of it (`template` None: the manifest knows it not)."""

    name: str
    shown: tuple[str, ...]
    template: tuple[Cited, ...] | None = None
    alt: str = ""
    alt_template: Cited | None = None


class PresentedSeries(Value):
    """A series as drawn: the cached numbers that programs show before anybody opens the workbook."""

    name: str
    x: tuple[Cell, ...]
    y: tuple[Cell, ...]
    plus: tuple[Cell, ...] = ()
    minus: tuple[Cell, ...] = ()


class PresentedChart(Value):
    """A chart as the file holds it: cached series, workbook, texts; `spec` None means the manifest knows it not."""

    name: str
    spec: ChartSpec | None = None
    labels: tuple[str, ...] = ()
    label_templates: tuple[Cited, ...] = ()
    series: tuple[PresentedSeries, ...] = ()
    workbook: tuple[tuple[Cell, ...], ...] = ()


class PresentedSlide(Value):
    """A slide as the file shows it; `missing` names shapes and charts that the manifest lists and the file lacks."""

    number: int
    slide_id: int
    kind: str = ""
    title: str = ""
    shapes: tuple[PresentedShape, ...] = ()
    charts: tuple[PresentedChart, ...] = ()
    missing: tuple[str, ...] = ()


class PresentedDeck(Value):
    """A deck file as a reader meets it, with the claim behind every word."""

    problem_id: str
    run_label: str
    language: str
    slides: tuple[PresentedSlide, ...]
    missing_slides: tuple[int, ...] = ()
    advice: tuple[ManifestAdvice, ...] = ()
