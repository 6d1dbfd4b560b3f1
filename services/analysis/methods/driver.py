"""Drivers: how much a group or a measure goes with an outcome once the other predictors are held equal.

The value of a finding is a least-squares coefficient. By the theorem of Frisch, Waugh and Lovell it is the slope of the outcome on
what is left of the predictor after the others are taken out, which SQL can compute: `regr_slope(y, x - (a + b z + ...))`.
"""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.findings import Direction, Finding
from services.analysis.goal import Interest
from services.analysis.kinship import kin_of
from services.analysis.measures import Cut, Measure, humanize
from services.analysis.methods import driver_checks
from services.analysis.methods.comparison import everywhere
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.level import bars
from services.analysis.modelling import Column, Design, design, indicator, inflating, predictors_of
from services.analysis.opinions import left_out, said_of
from services.analysis.statistics.regression import Fit, inflation, least_squares, logistic, marginal_effect
from services.analysis.study import Floats, Study
from services.analysis.writing import (
    DIFFERENCE_DIGITS,
    PLAIN,
    Writer,
    comparative,
    cut_label,
    difference_in_units,
    group_words,
    in_units,
    listed,
    rounded,
    said,
    value_name,
)

MOST_OUTCOMES = 2
AS_MUCH_ASKED = 0.8  # of the interest in the measure most asked about
FEWEST = 60


@dataclass(frozen=True)
class Effect:
    """One predictor's adjusted effect for a step of it, beside the crude one; `controls` are the columns held equal."""

    design: Design
    x: Floats
    x_sql: str
    step: float  # 1 for a group; the distance between the quartiles of a measure
    fit: Fit
    crude: float
    chosen_among: int  # groups that the one that stands out was chosen from
    inflated: float
    group: str | None

    @property
    def adjusted(self) -> float:
        """The effect of a step, the others held equal."""
        return float(self.fit.coefficients[1]) * self.step

    @property
    def p_value(self) -> float:
        """The p value of the coefficient, multiplied by the groups it was chosen among (Bonferroni)."""
        return min(1.0, self.fit.p_value(1) * self.chosen_among)


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Each predictor of the measures most asked about, beside the others."""
    kin = kin_of(study)
    outcomes = [m for m in study.measures.values() if m.kind in {"number", "duration", "rate"} and kin.get(m.name) == m.name]
    outcomes = measures_asked(study, interest, outcomes)
    asked = [m for m in outcomes if interest.measure(m) >= AS_MUCH_ASKED * interest.measure(outcomes[0])][:MOST_OUTCOMES]
    found: list[Params] = []
    for outcome in asked:
        # What is itself asked about as a result explains no other result: held equal, it would bend the effects on it.
        predictors = [p for p in predictors_of(study, interest, outcome) if all(p != m.name for m in asked)]
        made = design(study, outcome, predictors)
        if made is None or len(made.outcome) < FEWEST:
            continue
        dropped = inflating(study, outcome, list(made.predictors), [p for p in predictors if p not in made.predictors])
        said_so: Params = {"without": dropped} if dropped else {}
        for name in made.predictors:
            key = "by" if name in study.cuts else "other"
            found.append({"measure": outcome.name, key: name, "given": [p for p in made.predictors if p != name], **said_so})
    return found


def test(study: Study, params: Params) -> Candidate | None:
    """Estimate what `params["by"]` (a cut) or `params["other"]` (a measure) adds to `params["measure"]`, `params["given"]` held equal."""
    outcome, name = study.measures[params["measure"]], str(params.get("by") or params["other"])
    made = design(study, outcome, sorted([name, *params["given"]]))  # in one order whoever asks, so that sums are the same
    if made is None or name not in made.predictors:
        return None
    effect = _cut_effect(study, made, outcome, study.cuts[name]) if name in study.cuts else _slope(study, made, study.measures[name])
    if effect is None:
        return None
    held = [c for p in made.predictors for c in (study.cuts[p].columns if p in study.cuts else study.measures[p].columns)]
    turned = effect.crude * effect.adjusted < 0
    moved = abs(effect.adjusted - effect.crude) > 0.25 * abs(effect.crude)
    return Candidate(
        method="driver",
        params=dict(params),
        columns=tuple(dict.fromkeys([*outcome.columns, *held])),
        p_value=effect.p_value,
        effect=abs(effect.fit.partial_r(1)),
        coverage=len(made.outcome) / max(1, study.size),
        topic=("driver", outcome.name, name),
        detail=effect,
        interest=1.2 if turned else 0.9 if moved else 0.7,
        entities=() if effect.group is None else (effect.group,),
        silent=True,
    )


def _cut_effect(study: Study, made: Design, outcome: Measure, cut: Cut) -> Effect | None:
    """The group that stands out crudely against all others; its p counts that it was chosen among them (Bonferroni)."""
    compared = everywhere(study, outcome, cut)
    if compared is None:
        return None
    group = compared.names[compared.leaders[0]]
    x = (study.codes(cut)[made.keep] == cut.values.index(group)).astype(np.float64)
    return _effect(made, cut.name, x, indicator(cut, group), 1.0, len(compared.names), group)


def _slope(study: Study, made: Design, measure: Measure) -> Effect | None:
    x = study.values(measure)[made.keep]
    low, high = np.quantile(x, [0.25, 0.75])
    step = float(f"{high - low:.3g}") or float(f"{x.std():.3g}")
    return _effect(made, measure.name, x, measure.sql, step, 1, None)


def _effect(made: Design, name: str, x: Floats, x_sql: str, step: float, chosen_among: int, group: str | None) -> Effect | None:
    if np.ptp(x) == 0:
        return None
    matrix = made.matrix([x, *(c.values for c in made.without(name))])
    fit, crude = least_squares(matrix, made.outcome), least_squares(made.matrix([x]), made.outcome)
    if fit is None or crude is None:
        return None
    return Effect(made, x, x_sql, step, fit, float(crude.coefficients[1]) * step, chosen_among, float(inflation(matrix)[0]), group)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say what a predictor goes with, the others held equal, and what it goes with crudely; nothing where chance explains it."""
    if not outcome.significant:
        return None
    p, effect = candidate.params, candidate.detail
    assert isinstance(effect, Effect)
    measure, name = study.measures[p["measure"]], str(p.get("by") or p["other"])
    held = [n for n in effect.design.predictors if n != name]
    w = Writer(study, candidate, outcome)
    style = difference_in_units(measure, signed=True)
    query = _query(study, measure, effect, effect.design.without(name))
    value = w.sql("value", f"difference in {value_name(measure)}, the others held equal", query, style, digits=DIFFERENCE_DIGITS)
    crude = _query(study, measure, effect, [])
    w.sql("baseline", "difference without holding them equal", crude, style, digits=DIFFERENCE_DIGITS)
    second = driver_checks.second_opinions(study, measure, name, effect.design, effect.x, effect.fit)
    return w.finding(
        kind="driver",
        template=_sentence(study, measure, name, effect, held, w),
        n=len(effect.design.outcome),
        **left_out(missing=study.size - len(effect.design.outcome)),
        query=query,
        measure=measure.name,
        by=[name],
        entities={name: effect.group} if effect.group is not None else {},
        direction=_direction(effect, value),
        baseline=w.facts["baseline"].value,
        unit=measure.unit,
        effect_size=effect.fit.partial_r(1),
        effect_name="partial r",
        test="least squares, HC3 errors",
        statistic=float(effect.fit.coefficients[1] / effect.fit.errors[1]),
        strength="adjusted",
        exhibit=bars(study, measure, study.cuts[name], {}, [effect.group], None) if effect.group is not None else None,
        assumptions=_assumptions(study, measure, effect, held, list(p.get("without", []))),
        robustness=said_of(*second),
    )


def _assumptions(study: Study, measure: Measure, effect: Effect, held: list[str], without: list[str]) -> list[str]:
    found = ["unequal spread allowed for (HC3)", "no predictor kept that the others explain (variance inflation above ten)"]
    dropped = inflating(study, measure, list(effect.design.predictors), without)
    if dropped:
        found.append(f"left out because the others explain it: {listed([_named(study, n) for n in dropped])}")
    if any(n in study.cuts for n in held):
        found.append("of each category held equal the largest group is the reference, groups of fewer than ten records stay with it")
    if effect.group is not None:
        found.append("the group was chosen among all of them: its p value is multiplied by their number")
    return [*found, "second opinions look at ten thousand records at most; those held out and their shuffling are drawn from a fixed seed"]


def _named(study: Study, name: str) -> str:
    return cut_label(name) if name in study.cuts else humanize(name)


def _direction(effect: Effect, value: float) -> Direction:
    up = value > 0
    if effect.group is not None:
        return "higher" if up else "lower"
    return "positive" if up else "negative"


def _query(study: Study, measure: Measure, effect: Effect, controls: list[Column]) -> str:
    """SQL of the coefficient: the slope on the predictor less what its controls say of it, for one step of it."""
    left = effect.x_sql
    if controls:
        auxiliary = np.linalg.lstsq(effect.design.matrix([c.values for c in controls]), effect.x, rcond=None)[0]
        parts = [f"{rounded(float(b))!r} * {c.sql}" for b, c in zip(auxiliary[1:], controls, strict=True)]
        left = f"{effect.x_sql} - ({' + '.join([repr(rounded(float(auxiliary[0]))), *parts])})"
    scale = "" if effect.step == 1.0 else f" * {effect.step!r}"
    return f"select regr_slope({measure.sql}, {left}){scale} from {study.table}{effect.design.condition}"


def _sentence(study: Study, measure: Measure, name: str, effect: Effect, held: list[str], w: Writer) -> str:
    low, high = effect.fit.interval(1)
    interval = w.interval(
        "difference, the others held equal", low * effect.step, high * effect.step, difference_in_units(measure, signed=True)
    )
    equal = f"With {listed([_named(study, n) for n in held])} held equal"
    turned = effect.crude * effect.adjusted < 0
    crude = "the other way round without that: {baseline}" if turned else "{baseline} without that"
    if effect.group is not None:
        word = comparative(measure, higher=effect.adjusted > 0)
        where = f"{word} in {group_words(study.cuts[name], effect.group)} than elsewhere: {{value}}"
    else:
        other = study.measures[name]
        w.method("step", f"distance between the quartiles of {other.label}", effect.step, in_units(other))
        where = f"{'higher' if effect.adjusted > 0 else 'lower'} where {said(other.label)} is higher: {{value}} for each {{step}} more"
    w.method("inflation", "variance inflation factor", effect.inflated, PLAIN)
    odds = _odds(measure, effect, name, w)
    sure = f"{w.sureness(len(effect.design.outcome))}, variance inflation {{inflation}}"
    return f"{equal}, {said(value_name(measure))} is {where} ({interval}; {crude}{odds}), {sure}."


def _odds(measure: Measure, effect: Effect, name: str, w: Writer) -> str:
    """The odds ratio of a rate and its average marginal effect by a logistic regression, nothing where that has no answer."""
    if measure.kind != "rate":
        return ""
    matrix = effect.design.matrix([effect.x, *(c.values for c in effect.design.without(name))])
    fit = logistic(matrix, effect.design.outcome)
    if fit is None:
        return ""
    marginal = marginal_effect(fit, matrix, 1, binary=effect.group is not None) * effect.step
    w.method("odds_ratio", "odds ratio", math.exp(float(fit.coefficients[1]) * effect.step), PLAIN)
    w.method("marginal", "average marginal effect", marginal, difference_in_units(measure, signed=True))
    return "; by a logistic regression {marginal} on average, odds ratio {odds_ratio}"


METHOD = Method(
    name="driver",
    version="1",
    title="Drivers, the others held equal",
    needs="a measure and two predictors at least, with fifteen records for each coefficient",
    proposals=proposals,
    test=test,
    write=write,
)
