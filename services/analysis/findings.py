"""What the engine says: facts, exhibits and findings, each a record that a sentence is rendered from.

A number appears in a sentence only as a `Fact`, and a fact says how to get it again: a query that
returns it, a re-run of the method, or arithmetic over other facts of the same finding.
"""

import re
from typing import Any, Literal

from pydantic import Field

from shared.kit.cited import loose_numerals
from shared.kit.numbers import Style, display
from shared.kit.value import Value

Kind = Literal[
    "level",
    "difference",
    "trend",
    "change_point",
    "seasonality",
    "outlier_window",
    "association",
    "driver",
    "mix_shift",
    "contribution",
    "concentration",
    "distribution",
    "cohort",
    "survival",
    "funnel",
    "segment",
    "text_theme",
    "forecast",
    "data_quality",
    "no_effect",
]
Direction = Literal["higher", "lower", "increasing", "decreasing", "positive", "negative", "none", "shift_up", "shift_down"]
Strength = Literal["descriptive", "association", "adjusted", "quasi_experiment"]
Verdict = Literal["supported", "refuted", "undecided"]
ExhibitKind = Literal["bar", "line", "scatter", "histogram", "stacked"]
FactSource = Literal["sql", "method", "formula"]
Cell = str | float | None

_PLACEHOLDER = re.compile(r"\{[a-z][a-z0-9_]*\}")
_NAME_OR_SLOT = re.compile(r"\[\[=(?P<name>.*?)\]\](?!\])|\{(?P<slot>[a-z][a-z0-9_]*)\}", re.DOTALL)


class Fact(Value):
    """One number of a finding. `name` is an identifier (`value`, `baseline`, `ci_low`), unique within the finding."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    value: float
    unit: str = ""
    style: Style = Style.NUMBER
    signed: bool = False
    decimals: int | None = None
    source: FactSource
    query: str | None = None  # source "sql": returns exactly this number
    formula: str | None = None  # source "formula": arithmetic over names of facts that come before it

    @property
    def display(self) -> str:
        """The number as people read it."""
        return display(self.value, style=self.style, unit=self.unit, signed=self.signed, decimals=self.decimals)


class Exhibit(Value):
    """The rows behind a chart and how to draw them; a chart is derived from it by `charts.vega_lite`.

    The first column is the category, date or x; the rest are values (for `stacked`, one per series).
    """

    kind: ExhibitKind
    title: str
    x_label: str
    y_label: str
    unit: str = ""
    style: Style = Style.NUMBER
    columns: list[str]
    query: str  # returns `rows`
    rows: list[list[Cell]]
    highlight: list[str] = []
    reference: float | None = None


class Window(Value):
    """A period, ISO dates, both ends included."""

    start: str
    end: str


class Finding(Value):
    """One thing the data say. Fields as in the contract; `statement` is rendered from `template` and `facts`.

    Numbers are in the unit of `unit`, shares and rates as fractions; `level` is the confidence of the interval.
    """

    id: str
    kind: Kind
    columns: list[str]
    measure: str | None = None
    by: list[str] = []
    entities: dict[str, str | list[str]] = {}
    window: Window | None = None
    direction: Direction = "none"
    value: float
    baseline: float | None = None
    unit: str = ""
    effect_size: float | None = None
    effect_name: str = ""
    ci_low: float | None = None
    ci_high: float | None = None
    level: float = 0.95
    n: int
    n_dropped: int = 0
    dropped_why: str = ""
    test: str = ""
    statistic: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    strength: Strength = "descriptive"
    verdict: Verdict | None = None
    hypothesis_id: str | None = None
    dataset: str
    dataset_sha256: str
    query: str
    method: str
    method_version: str
    params: dict[str, Any]
    facts: list[Fact]
    template: str
    statement: str
    exhibit: Exhibit | None = None
    chart: dict[str, Any] | None = None
    so_what: str | None = None
    assumptions: list[str] = []
    robustness: str | None = None
    score: float = 0.0

    def fact(self, name: str) -> Fact:
        """Return a fact by name; raises KeyError when the finding has none of that name."""
        for fact in self.facts:
            if fact.name == name:
                return fact
        raise KeyError(name)


class Gap(Value):
    """A question the data cannot answer, with what is missing and why."""

    question: str
    missing: list[str]
    why: str


class DatasetInfo(Value):
    """What was analysed, in short."""

    name: str
    source: str
    sha256: str
    rows: int
    columns: list[str]
    notes: list[str] = []


class MethodRequest(Value):
    """A planned test: a registered method with its parameters, for a hypothesis."""

    method: str
    params: dict[str, Any]
    hypothesis_id: str | None = None


class Insights(Value):
    """The result of a pass over the data, findings sorted by score."""

    datasets: list[DatasetInfo]
    findings: list[Finding]
    not_enough_data: list[Gap]
    tests_run: int
    tests_passed: int = 0  # of them, how many hold after the adjustment (Benjamini-Hochberg) with an effect worth a sentence


def render(template: str, facts: list[Fact]) -> str:
    """Return the sentence: every `{fact}` replaced by its display, every quoted name by itself.

    Raises ValueError when a numeral of the template is neither a fact nor part of a quoted name.
    """
    slots = {fact.name: fact.display for fact in facts}
    plain = _PLACEHOLDER.sub(" ", template)
    if loose := loose_numerals(plain):
        raise ValueError(f"the number {loose[0]!r} in {template[:80]!r} is no fact of the finding")
    return _NAME_OR_SLOT.sub(lambda m: m["name"] if m["name"] is not None else slots.get(m["slot"], m[0]), template)
