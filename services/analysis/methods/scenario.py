"""Scenario: what a formula over stated ranges comes to, how sure that is, and which range matters most. It rests on assumptions only.

The base case is arithmetic, and so is each input alone at its lowest and highest (the tornado: a query gives them again); the
median, the 80% interval and the chance to reach a target come from a seeded simulation with the inputs drawn independently.
"""

import ast
import math
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from services.analysis.arithmetic import as_sql, evaluated, names_in, read
from services.analysis.errors import QueryError
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import opinion
from services.analysis.sql import literal
from services.analysis.statistics.simulation import Range, Shape, draws
from services.analysis.study import Floats, Study
from services.analysis.writing import COUNTED, SHARE, Writer, exhibit, said
from shared.kit.numbers import Style

DRAWS, MOST_DRAWS = 20_000, 200_000
INSIDE = 0.8  # of the simulated cases lie in the interval
CLOSE = 0.1  # of the interval's width, or of a chance: two shapes of the ranges no further apart than this say the same


@dataclass(frozen=True)
class Case:
    """The parameters read."""

    tree: ast.expr
    ranges: dict[str, Range]
    labels: dict[str, str]
    shape: Shape
    n: int
    seed: int
    target: float | None
    label: str
    style: dict[str, Any]

    def simulated(self, shape: Shape) -> Floats:
        """Return the formula's value in every draw, NaN where it has none."""
        values = {name: draws(name, stated, shape, self.n, self.seed) for name, stated in self.ranges.items()}
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            found = evaluated(self.tree, values)
        return np.where(np.isfinite(found), found, np.nan)

    def at(self, **moved: float) -> str:
        """SQL of the formula with every input at its base but those moved."""
        return as_sql(self.tree, {name: moved.get(name, stated.base) for name, stated in self.ranges.items()})


@dataclass(frozen=True)
class Simulated:
    """What came out: the cases with a value, those of the other shape, and the inputs by how far they move the result alone."""

    case: Case
    values: Floats
    again: Floats
    swings: list[tuple[str, float, float]]  # input, result at its lowest, result at its highest; the widest first


def proposals(study: Study, interest: Interest) -> list[Params]:
    """None: what may be assumed is for the plan to say."""
    del study, interest
    return []


def read_case(params: Params) -> Case:
    """Read the parameters. Raises QueryError for a formula that is no arithmetic, an input without a range, or a range out of order."""
    tree = read(str(params["formula"]))
    stated = params["inputs"]
    ranges, labels = {}, {}
    for name in names_in(tree):
        given = stated.get(name)
        if given is None:
            raise QueryError(f"the formula names {name[:60]!r}, which has no range")
        base = float(given["base"])
        ranges[name] = Range(float(given.get("low", base)), base, float(given.get("high", base)))
        labels[name] = str(given.get("label") or name.replace("_", " "))
        if not (math.isfinite(ranges[name].high - ranges[name].low) and ranges[name].low <= base <= ranges[name].high):
            raise QueryError(f"the range of {name[:60]!r} is not from low over base to high")
    shape = params.get("shape", "triangular")
    if not ranges or shape not in get_args(Shape):
        raise QueryError("a scenario needs at least one input, and ranges that are triangular or pert")
    target = params.get("target")
    style = {"style": Style(params.get("style", Style.NUMBER)), "unit": str(params.get("unit", ""))}
    n = min(MOST_DRAWS, max(1000, int(params.get("draws", DRAWS))))
    label = str(params.get("label") or "the result")
    return Case(tree, ranges, labels, shape, n, int(params.get("seed", 1)), None if target is None else float(target), label, style)


def test(study: Study, params: Params) -> Candidate | None:
    """Simulate `params["formula"]` over `params["inputs"]`; None where the base case has no value. Nothing is tested."""
    case = read_case(params)
    base = study.workspace.scalar(f"select {case.at()}")
    if base is None or not math.isfinite(base):
        return None
    other: Shape = "pert" if case.shape == "triangular" else "triangular"
    values, again = (found[~np.isnan(found)] for found in (case.simulated(case.shape), case.simulated(other)))
    if min(len(values), len(again)) < case.n / 2:
        return None
    swings = [(name, *_alone(study, case, name)) for name in case.ranges]
    swings = [s for s in swings if math.isfinite(s[1]) and math.isfinite(s[2])]
    swings.sort(key=lambda s: (-abs(round(s[2] - s[1], 9)), s[0]))
    return Candidate(
        method="scenario",
        params=dict(params),
        columns=(),
        p_value=None,
        effect=0.3,
        coverage=1.0,
        topic=("scenario", str(params["formula"]), case.label),
        detail=Simulated(case, values, again, swings),
    )


def _alone(study: Study, case: Case, name: str) -> tuple[float, float]:
    row = study.workspace.query(f"select {case.at(**{name: case.ranges[name].low})}, {case.at(**{name: case.ranges[name].high})}")[0]
    return tuple(math.nan if x is None else float(x) for x in row)  # type: ignore[return-value]


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say what the base case comes to, where most cases lie, the chance to reach the target, and on which range it turns most."""
    s: Simulated = candidate.detail
    case = s.case
    w = Writer(study, candidate, outcome)
    query = f"select {case.at()}"
    value = w.sql("value", f"{case.label}, base case", query, case.style)
    low, median, high = (float(x) for x in np.quantile(s.values, [(1 - INSIDE) / 2, 0.5, (1 + INSIDE) / 2]))
    w.method("median", f"{case.label}, median of the cases", median, case.style)
    w.method("level", "share of the cases inside the interval", INSIDE, SHARE)
    w.method("ci_low", f"{case.label}, lower end", low, case.style)
    w.method("ci_high", f"{case.label}, upper end", high, case.style)
    w.method("draws", "simulated cases", float(len(s.values)), COUNTED)
    spread = (high - low) / 2 / abs(value) if value else 0.0
    template = (
        f"{said(case.label[:1].upper() + case.label[1:])} comes to {{value}} in the base case, if the stated ranges hold: {{level}} of "
        "{draws} simulated cases lie between {ci_low} and {ci_high}, half of them above {median}"
    )
    template += _target(case, s.values, w) + _turns_on(s, w)
    return w.finding(
        kind="forecast",
        template=f"{template}; this rests on assumptions, not on records.",
        n=0,
        query=query,
        measure=case.label,
        direction="none",
        baseline=case.target,
        unit=case.style["unit"],
        effect_size=spread,
        effect_name="half the interval's width over the base case",
        level=INSIDE,
        n_dropped=case.n - len(s.values),
        dropped_why="simulated cases in which the formula has no value" if len(s.values) < case.n else "",
        strength="descriptive",
        exhibit=_tornado(study, s, value),
        assumptions=[f"ranges are {case.shape}", "inputs are drawn independently of each other"],
        robustness=opinion("The other usual shape of the ranges (triangular or PERT)", agrees=_shapes_agree(s, high - low)),
    )


def _target(case: Case, values: Floats, w: Writer) -> str:
    if case.target is None:
        return ""
    w.method("target", "target", case.target, case.style)
    w.method("chance", "share of the cases that reach the target", float((values >= case.target).mean()), SHARE)
    return "; {chance} of the cases reach {target}"


def _turns_on(s: Simulated, w: Writer) -> str:
    if not s.swings or s.swings[0][1] == s.swings[0][2]:
        return ""
    name = s.swings[0][0]
    stated, label = s.case.ranges[name], s.case.labels[name]
    w.sql("swing_low", f"{s.case.label}, {label} at its lowest", f"select {s.case.at(**{name: stated.low})}", s.case.style)
    w.sql("swing_high", f"{s.case.label}, {label} at its highest", f"select {s.case.at(**{name: stated.high})}", s.case.style)
    return f"; it turns most on {said(label)}, which alone moves it from {{swing_low}} to {{swing_high}}"


def _shapes_agree(s: Simulated, width: float) -> bool:
    if s.case.target is not None:
        return abs(float((s.values >= s.case.target).mean()) - float((s.again >= s.case.target).mean())) <= CLOSE
    return abs(float(np.median(s.values)) - float(np.median(s.again))) <= CLOSE * width


def _tornado(study: Study, s: Simulated, base: float) -> Exhibit:
    """Return the chart of the result with each input alone at its lowest and its highest, the widest first."""
    rows = [
        f"select {literal(s.case.labels[name])}, {s.case.at(**{name: s.case.ranges[name].low})}, "
        f"{s.case.at(**{name: s.case.ranges[name].high})}, {place}"
        for place, (name, _, _) in enumerate(s.swings)
    ]
    query = f"select i, lowest, highest from ({' union all '.join(rows)}) as t(i, lowest, highest, place) order by place"
    return exhibit(
        study,
        "stacked",
        query,
        title=f"{said(s.case.label)} with one input at a time at its lowest and highest",
        labels=("input", s.case.label),
        columns=["input", "at its lowest", "at its highest"],
        style=s.case.style,
        reference=base,
    )


METHOD = Method(
    name="scenario",
    version="1",
    title="Scenario from stated ranges",
    needs="a formula over inputs, each with a lowest, a likeliest and a highest value",
    proposals=proposals,
    test=test,
    write=write,
)
