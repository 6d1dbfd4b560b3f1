"""From a decided test to a finding: facts gathered by query, the sentence rendered from them."""

import math
import re
from typing import Any

from services.analysis.findings import Exhibit, ExhibitKind, Fact, Finding, Kind, render
from services.analysis.measures import Cut, Measure, humanize
from services.analysis.methods.contract import Candidate, Outcome
from services.analysis.sql import quote_identifier
from services.analysis.statistics.tails import LEVEL
from services.analysis.study import Study, Where
from shared.kit.cited import name
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.kit.hashing import content_id
from shared.kit.numbers import Style

SIGNIFICANT_DIGITS = 12  # of every number that leaves the engine: floats sum differently on other thread counts
DIFFERENCE_DIGITS = 10  # of what one query subtracts: what cancels leaves fewer digits to trust; a re-run is held to nine
EXHIBIT_ROWS = 40


def rounded(value: float, digits: int = SIGNIFICANT_DIGITS) -> float:
    """Return a number to 12 significant digits, negative zero as zero."""
    if not math.isfinite(value) or value == 0:
        return 0.0
    return float(f"{value:.{digits - 1}e}")


def said(text: str) -> str:
    """Return a name from the data as it may stand in a sentence: quoted where it holds digits, braces or brackets."""
    return name(text) if any(c.isdigit() or c in "{}[]" for c in text) else text


def listed(values: list[str]) -> str:
    """Return names as a list in words: "A", "A and B", "A, B and C"."""
    words = [said(v) for v in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def within(where: Where) -> str:
    """The narrowing in words, to follow a noun: " within department Finance and priority High"."""
    parts = [f"{said(cut_label(cut))} {listed([v] if isinstance(v, str) else v)}" for cut, v in sorted(where.items())]
    return f" within {' and '.join(parts)}" if parts else ""


def cut_label(cut: str) -> str:
    """Return what a cut is called in a sentence, from its name: `bracket(unit_price)` is "unit price bracket"."""
    if (looked_up := re.fullmatch(r"via\(.*?\)\.(.+)", cut, re.DOTALL)) is not None:
        return humanize(looked_up[1])
    bracket = cut.removeprefix("bracket(").removesuffix(")")
    return humanize(cut) if bracket == cut else f"{humanize(bracket)} bracket"


def group_words(cut: Cut, value: str) -> str:
    """Return a group with the column it is of: "HR (department)", but "goal met true" and "grade 3" for bare marks."""
    bare = value.lower() in {"true", "false", "yes", "no"} or not any(c.isalpha() for c in value) or cut.ordered
    return f"{said(cut.label)} {said(value)}" if bare else f"{said(value)} ({said(cut.label)})"


class NoValueError(SevenStepsError):
    """A sentence needs a number that no row of the data gives: there is nothing to say."""

    code = "no_value"
    kind = ErrorKind.INVALID


class Writer:
    """Collects the facts of one finding. `fact*` methods return the number; the template names it by `{name}`."""

    def __init__(self, study: Study, candidate: Candidate, outcome: Outcome) -> None:
        self.study, self.candidate, self.outcome = study, candidate, outcome
        self.facts: dict[str, Fact] = {}

    def sql(self, fact: str, label: str, query: str, style: dict[str, Any], *, digits: int = SIGNIFICANT_DIGITS) -> float:
        """Add a fact that a query returns, to `digits` significant digits. Raises NoValueError when no row has a value."""
        found = self.study.workspace.scalar(query)
        if found is None:
            raise NoValueError(f"No record has a value for {label}.", query=query)
        value = rounded(float(found), digits)
        self.facts[fact] = Fact(name=fact, label=label, value=value, source="sql", query=query, **style)
        return value

    def method(self, fact: str, label: str, value: float, style: dict[str, Any]) -> float:
        """Add a fact that only the method computes: a re-run gives it again."""
        self.facts[fact] = Fact(name=fact, label=label, value=rounded(value), source="method", **style)
        return self.facts[fact].value

    def formula(self, fact: str, label: str, formula: str, value: float, style: dict[str, Any]) -> float:
        """Add a fact that is arithmetic over facts already there."""
        self.facts[fact] = Fact(name=fact, label=label, value=rounded(value), source="formula", formula=formula, **style)
        return self.facts[fact].value

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on all the data."""
        return self.study.workspace.query(query)

    def sureness(self, n: int) -> str:
        """Add n and q and return the end of a sentence that says how sure it is."""
        self.method("n", "records used", float(n), COUNTED)
        if self.outcome.q_value is None or self.outcome.undecided(self.candidate):
            return "n = {n}"
        self.method("q", "adjusted p value", self.outcome.q_value, {"style": Style.P_VALUE})
        written = self.facts["q"].display
        return "n = {n}, q {q}" if written.startswith("<") else "n = {n}, q = {q}"

    def interval(self, label: str, low: float, high: float, style: dict[str, Any]) -> str:
        """Add an interval's ends and return its words, nothing where it has no finite ends."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        self.method("level", "confidence level", LEVEL, {"style": Style.PERCENT})
        self.method("ci_low", f"{label}, lower end", low, style)
        self.method("ci_high", f"{label}, upper end", high, style)
        return "{level} CI {ci_low} to {ci_high}"

    def finding(self, *, kind: Kind, template: str, n: int, query: str, **fields: Any) -> Finding:
        """Return the finding; `value` must be a fact. Extra fields go to the record as they are."""
        c, dataset = self.candidate, self.study.dataset
        low, high = self.facts.get("ci_low"), self.facts.get("ci_high")
        facts = list(self.facts.values())
        value = fields.pop("value") if "value" in fields else self.facts["value"].value
        settled = not self.outcome.undecided(c)
        params: dict[str, Any] = {"dataset": dataset.name, **c.params}
        if c.p_value is not None:
            params["adjustment"] = rounded(self.outcome.adjustment)
        return Finding(
            id=content_id("F", dataset.sha256, dataset.name, c.method, c.params, kind),
            kind=kind,
            value=rounded(value),
            n=n,
            query=query,
            columns=list(dict.fromkeys(fields.pop("columns", c.columns))),
            ci_low=low.value if low else None,
            ci_high=high.value if high else None,
            p_value=rounded(c.p_value) if c.p_value is not None and settled else None,
            q_value=rounded(self.outcome.q_value) if self.outcome.q_value is not None and settled else None,
            dataset=dataset.name,
            dataset_sha256=dataset.sha256,
            method=c.method,
            method_version=VERSION,
            params=params,
            facts=facts,
            template=template,
            assumptions=[*fields.pop("assumptions", []), *([SAMPLED] if self.study.sampled and c.p_value is not None else [])],
            statement=render(template, facts),
            **{k: rounded(v) if isinstance(v, float) else v for k, v in fields.items()},
        )


VERSION = "1"
SAMPLED = "tested on an even sample of the records; the values are of all of them"
COUNTED: dict[str, Any] = {"style": Style.COUNT}
SHARE: dict[str, Any] = {"style": Style.PERCENT}
POINTS: dict[str, Any] = {"style": Style.POINTS}
PLAIN: dict[str, Any] = {"style": Style.NUMBER}
TIMES: dict[str, Any] = {"style": Style.RATIO}


def in_units(measure: Measure) -> dict[str, Any]:
    """Return how a value of the measure is written."""
    return {"style": measure.style, "unit": measure.unit}


def difference_in_units(measure: Measure, *, signed: bool = False) -> dict[str, Any]:
    """Return how a difference of two values of the measure is written: points where they are shares."""
    style = Style.POINTS if measure.style is Style.PERCENT else measure.style
    return {"style": style, "unit": measure.unit, "signed": signed}


def value_name(measure: Measure) -> str:
    """Return what the average of a measure is called in a sentence."""
    if measure.kind in {"count", "rate"}:
        return measure.label
    return f"average {said(measure.label)}"


def comparative(measure: Measure, *, higher: bool) -> str:
    """Return the word for more or less of a measure."""
    if measure.kind == "duration":
        return "longer" if higher else "shorter"
    if measure.kind == "count":
        return "more" if higher else "fewer"
    return "higher" if higher else "lower"


def exhibit(
    study: Study,
    kind: ExhibitKind,
    query: str,
    *,
    title: str,
    labels: tuple[str, str],
    columns: list[str],
    style: dict[str, Any],
    highlight: list[str] | None = None,
    reference: float | None = None,
) -> Exhibit:
    """Run a chart's query and return its rows, dates as ISO text and numbers to 12 digits."""
    rows = [[_cell(value) for value in row] for row in study.workspace.query(query)]
    return Exhibit(
        kind=kind,
        title=title,
        x_label=labels[0],
        y_label=labels[1],
        unit=style.get("unit", ""),
        style=style.get("style", Style.NUMBER),
        columns=columns,
        query=query,
        rows=rows,
        highlight=highlight or [],
        reference=None if reference is None else rounded(reference),
    )


def _cell(value: Any) -> str | float | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return rounded(float(value)) if math.isfinite(value) else None
    return str(value)


def table_of(study: Study) -> str:
    """Return the table's name in SQL."""
    return quote_identifier(study.dataset.name)
