"""What slides are made of: numbers, tones, texts, exhibits and callouts.

Every human text is *cited text* (`shared.kit.cited`): a number stands in it only as `[[Exxxxxxxx]]`, a key of
`Deck.numbers`, and a name that holds digits (a file, a period, a date, "Store 12") as `[[=...]]`. Charts take
their data from the `rows` of the number they name.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.kit.numbers import Style
from shared.kit.value import Value

Cited = str
"""Cited text: prose whose numbers are `[[Exxxxxxxx]]` and whose names with digits are `[[=...]]`."""

Key = Annotated[str, Field(pattern=r"^E[0-9a-f]{8}$")]
Cell = str | float | None
Row = tuple[Cell, ...]


class Tone(StrEnum):
    """What a mark means; the palette gives each its colour, and a word or shape always says it too."""

    INK = "ink"
    PROBLEM = "problem"
    GAIN = "gain"
    UNDECIDED = "undecided"
    MUTED = "muted"


class Verdict(StrEnum):
    """What the evidence says of a hypothesis."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    UNTESTED = "untested"


class Level(StrEnum):
    """A judgement in three steps."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Number(Value):
    """A ledger entry as the deck needs it: how it is written, and the rows when it is a table for a chart."""

    key: Key
    value: float | None = None
    display: str = ""
    label: str = ""
    unit: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] | None = None


class SlideBase(Value):
    """What every slide has: the kicker above, the action title, the source line below, the words to speak."""

    kicker: Cited = ""
    title: Cited
    source: Cited = ""
    notes: Cited = ""


class StoryStep(Value):
    """One level of the line drawn on the cover; its height is the number's value."""

    key: Key
    caption: Cited = ""
    tone: Tone = Tone.MUTED


class Gauge(Value):
    """The KPI on its scale. `gap` and `rise` are entries of the ledger, never subtracted here."""

    label: Cited
    today: Key
    baseline: Key | None = None
    target: Key | None = None
    gap: Key | None = None
    rise: Key | None = None
    context: tuple[Cited, ...] = ()


class TextColumn(Value):
    """A heading over short bullets."""

    heading: Cited
    items: tuple[Cited, ...]
    tone: Tone = Tone.INK


class Leaf(Value):
    """A testable hypothesis and what became of it."""

    id: str
    text: Cited
    effect: Cited = ""
    verdict: Verdict = Verdict.UNTESTED


class Branch(Value):
    """A branch of the issue tree; `note` is its count line, for example how many of its leaves hold."""

    id: str
    text: Cited
    note: Cited = ""
    leaves: tuple[Leaf, ...]


class Option(Value):
    """One entry of the ranked list; the matrix places it by the chart row that starts with its id."""

    id: str
    text: Cited
    short: Cited = ""
    score: Cited = ""
    go: bool = False


class Exhibit(Value):
    """A native chart. The first column of `key`'s rows is the category, date or x; the others are values.

    `highlight` names the categories (bars) or columns (lines) painted hot; `reference` names a level drawn
    dashed. A line with `change` (the first category after the break) is drawn as two regimes, `band` (two
    categories) is the interval of the change, `before` and `after` label the regimes and `before_level` and
    `after_level` draw their means. `rest` labels the bracket over all bars that are not highlighted.
    """

    kind: Literal["bar", "line", "scatter", "histogram", "stacked"]
    key: Key
    title: Cited
    note: Cited = ""
    x_label: Cited = ""
    y_label: Cited = ""
    style: Style = Style.NUMBER
    signed: bool = False
    decimals: int | None = None
    highlight: tuple[str, ...] = ()
    reference: Key | None = None
    reference_label: Cited = ""
    rest: Cited = ""
    change: str | None = None
    change_label: Cited = ""
    change_note: Cited = ""
    band: tuple[str, str] | None = None
    before: Cited = ""
    after: Cited = ""
    before_level: Key | None = None
    after_level: Key | None = None
    other: Literal["mean", "sum"] = "mean"
    ranked: bool = True


class Callout(Value):
    """The panel beside an exhibit: a hero number, its context, name and value rows, and what follows from it."""

    label: Cited
    hero: Cited
    context: Cited = ""
    rows: tuple[tuple[Cited, Cited], ...] = ()
    so_what: Cited = ""
    tone: Tone = Tone.PROBLEM
