"""The deck model: what a deck says, kind by kind, before anybody draws it.

What a slide does not have (no target, no cut, no range) is left out of the record and of the picture; nothing
is invented to fill a place. The texts are cited text: see `services.decks.elements`.
"""

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from services.decks.elements import (
    Branch,
    Callout,
    Cited,
    Exhibit,
    Gauge,
    Key,
    Level,
    Number,
    Option,
    SlideBase,
    StoryStep,
    TextColumn,
    Tone,
    Verdict,
)
from shared.kit.value import Value

_KEY = re.compile(r"(?:\[\[|\")(E[0-9a-f]{8})(?:\]\]|\")")


class CoverSlide(SlideBase):
    """The question and the answer, with the story drawn to scale in two to six levels, or without one the answer in words."""

    kind: Literal["cover"] = "cover"
    subtitle: Cited = ""
    answer: Cited = ""
    story: tuple[StoryStep, ...] = ()
    meta: Cited = ""
    mark: Cited = ""


class SummaryRow(Value):
    """One row of the executive summary: a label, a big number with its note, a sentence and its proof."""

    label: Cited
    hero: Cited = ""
    hero_note: Cited = ""
    heading: Cited
    text: Cited = ""
    tone: Tone = Tone.INK


class ExecutiveSummarySlide(SlideBase):
    """Answer first: situation, finding, recommendation (at most four rows) and the decision asked."""

    kind: Literal["executive_summary"] = "executive_summary"
    rows: tuple[SummaryRow, ...]
    decision: Cited = ""


class FrameSlide(SlideBase):
    """Where the KPI stands and must go, and what is in scope, out of it, and assumed. `missing` says what was not given."""

    kind: Literal["frame"] = "frame"
    gauge: Gauge | None = None
    missing: Cited = ""
    columns: tuple[TextColumn, ...] = ()


class TreeSlide(SlideBase):
    """The issue tree. More than ten leaves go on further pages, branch by branch."""

    kind: Literal["tree"] = "tree"
    root: Cited
    branches: tuple[Branch, ...]
    effect_heading: Cited = ""


class PrioritiesSlide(SlideBase):
    """Impact against feasibility, and the ranked list with the same cut line.

    `chart` names rows (id, x, y); `cut` names rows (x, y) of the cut line's points, in axis units.
    `options` come ranked, best first. Quadrant names go top left, top right, bottom left, bottom right.
    """

    kind: Literal["priorities"] = "priorities"
    chart: Key
    x_label: Cited
    y_label: Cited
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    quadrants: tuple[Cited, Cited, Cited, Cited] | None = None
    options: tuple[Option, ...]
    score_label: Cited = ""
    cut: Key | None = None
    cut_label: Cited = ""
    note_heading: Cited = ""
    note: Cited = ""


class FindingSlide(SlideBase):
    """One message and the exhibit that proves it; `points` stand below the callout or, without an exhibit, in its place."""

    kind: Literal["finding"] = "finding"
    exhibit: Exhibit | None = None
    callout: Callout
    points: tuple[Cited, ...] = ()


class Pillar(Value):
    """A supporting point of the governing answer."""

    heading: Cited
    hero: Cited = ""
    hero_note: Cited = ""
    text: Cited = ""
    evidence: Cited = ""
    tone: Tone = Tone.INK


class SynthesisSlide(SlideBase):
    """The governing answer in one sentence on two to five points; `open` says what remains undecided or contradicts."""

    kind: Literal["synthesis"] = "synthesis"
    answer: Cited
    pillars: tuple[Pillar, ...]
    open: Cited = ""


class Recommendation(Value):
    """An action: who, by when, what it brings and how sure that is; `evidence` are the numbers of the findings it rests on."""

    id: str
    action: Cited
    detail: Cited = ""
    owner: Cited = ""
    due: Cited = ""
    effect: Cited = ""
    range: Cited = ""
    confidence: Cited = ""
    why: Cited = ""
    evidence: tuple[Key, ...] = ()


class RecommendationsSlide(SlideBase):
    """The actions as a table, their sum where it has a ledger entry, and what is not recommended now."""

    kind: Literal["recommendations"] = "recommendations"
    rows: tuple[Recommendation, ...]
    effect_heading: Cited = ""
    range_heading: Cited = ""
    total: Recommendation | None = None
    rejected: Cited = ""


class WaterfallStep(Value):
    """How a bar of the waterfall is labelled; its numbers are in the row of the chart at the same place."""

    label: Cited
    value: Cited
    range: Cited = ""
    role: Literal["start", "saving", "rest"] = "saving"


class ImpactSlide(SlideBase):
    """What the actions close of the gap. `chart` names rows (label, value, low, high), one for each step.

    A saving's value is what it takes off (positive), low and high the range of that; the start and the
    rest stand on zero, and a rest's low and high are the range of its level. low and high may be null.
    """

    kind: Literal["impact"] = "impact"
    chart: Key
    heading: Cited
    note: Cited = ""
    steps: tuple[WaterfallStep, ...]
    zero_label: Cited = ""
    callout: Callout | None = None


class PlanTask(Value):
    """A bar of the Gantt, from its first to its last day."""

    text: Cited
    start: dt.date
    end: dt.date
    phase: Literal["prepare", "go_live", "measure", "background"] = "prepare"


class PlanGroup(Value):
    """The tasks of one recommendation or of the review."""

    id: str = ""
    text: Cited
    tasks: tuple[PlanTask, ...]


class Gate(Value):
    """A date on which something is decided or live; `decisive` paints it hot."""

    date: dt.date
    text: Cited
    decisive: bool = False


class PlanSlide(SlideBase):
    """The work as a Gantt. More than fourteen rows go on further pages, group by group."""

    kind: Literal["plan"] = "plan"
    groups: tuple[PlanGroup, ...]
    gates: tuple[Gate, ...] = ()


class Risk(Value):
    """What may go wrong and how it is covered."""

    text: Cited
    likelihood: Level
    effect: Level
    cover: Cited


class Trigger(Value):
    """A result that would change the recommendation, and what is done then."""

    threshold: Cited
    measure: Cited = ""
    action: Cited


class RisksSlide(SlideBase):
    """At most five risks, and at most three results that would change our mind."""

    kind: Literal["risks"] = "risks"
    risks: tuple[Risk, ...]
    triggers: tuple[Trigger, ...] = ()


class Ask(Value):
    """One thing to be decided."""

    text: Cited
    owner: Cited = ""
    due: Cited = ""
    effect: Cited = ""


class DecisionSlide(SlideBase):
    """What the reader is asked to decide, what was considered instead, and the next steps by horizon."""

    kind: Literal["decision"] = "decision"
    question: Cited
    asks: tuple[Ask, ...]
    alternatives: tuple[Cited, ...] = ()
    next_steps: tuple[TextColumn, ...] = ()


class Column(Value):
    """A column of an appendix table; `weight` is its share of the width."""

    heading: Cited
    weight: float = 1.0
    numeric: bool = False


class TableRow(Value):
    """A row of an appendix table; `verdict` colours it and starts a group where it changes."""

    cells: tuple[Cited, ...]
    verdict: Verdict | None = None


class AppendixSlide(SlideBase):
    """A dense table (sixteen rows a page, further pages follow) or columns of definitions, or both."""

    kind: Literal["appendix"] = "appendix"
    columns: tuple[Column, ...] = ()
    rows: tuple[TableRow, ...] = ()
    text: tuple[TextColumn, ...] = ()


Slide = Annotated[
    CoverSlide
    | ExecutiveSummarySlide
    | FrameSlide
    | TreeSlide
    | PrioritiesSlide
    | FindingSlide
    | SynthesisSlide
    | RecommendationsSlide
    | ImpactSlide
    | PlanSlide
    | RisksSlide
    | DecisionSlide
    | AppendixSlide,
    Field(discriminator="kind"),
]


class Deck(Value):
    """A whole deck. `date` is the caller's, never the clock's; the same deck always gives the same bytes.

    Raises a validation error when a text cites a key that is not in `numbers`.
    """

    title: Cited
    subtitle: Cited = ""
    date: dt.date
    problem_id: str
    run_label: Cited = ""
    language: Literal["en", "de", "zh"] = "en"
    evidence_base_url: str = ""
    slides: tuple[Slide, ...] = Field(min_length=1)
    numbers: dict[str, Number]

    @model_validator(mode="after")
    def _every_key_is_known(self) -> "Deck":
        unknown = sorted(set(_KEY.findall(self.model_dump_json(exclude={"numbers"}))) - self.numbers.keys())
        if unknown:
            raise ValueError(f"the deck cites {unknown[0]}, which is not among its numbers")
        return self

    @property
    def displays(self) -> dict[str, str]:
        """How every number is written, by key."""
        return {key: number.display for key, number in self.numbers.items()}
