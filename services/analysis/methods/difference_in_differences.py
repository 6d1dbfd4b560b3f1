"""Difference in differences: what a switch in one group did, beside what happened in the others at the same time."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.designs import Switch, switches
from services.analysis.findings import Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import cut_off, line, may_move
from services.analysis.opinions import left_out, opinion
from services.analysis.statistics.regression import Fit, least_squares
from services.analysis.study import Floats, Mask, Study
from services.analysis.writing import DIFFERENCE_DIGITS, Writer, difference_in_units, group_words, said, value_name
from shared.kit.cited import name

MOST_MEASURES = 8
FEWEST = 20  # records in each of the four cells
APART = 0.05  # p below which the groups already moved apart before


@dataclass(frozen=True)
class Twice:
    """The switch, the fit (constant, group, after, both), and whether the groups moved alike before it."""

    switch: Switch
    fit: Fit
    apart_before: float
    last: str
    n: int
    dropped: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every switch within one group, by the measures most asked about."""
    measures = [m for m in study.measures.values() if m.kind != "count" and may_move(study, m) and not cut_off(study, m)]
    measures = measures_asked(study, interest, measures)
    return [
        {"measure": m.name, "flag": switch.flag.name, "by": switch.within.name}
        for switch in switches(study)
        if switch.within is not None
        for m in measures[:MOST_MEASURES]
        if not set(m.columns) & {*switch.flag.columns, *switch.within.columns}
    ]


def test(study: Study, params: Params) -> Candidate | None:
    """Estimate the change of `params["measure"]` in the group that `params["flag"]` switched for, less the change in the others.

    None where the groups already moved apart before the switch: the others are then no measure of what would have been.
    """
    measure = study.measures[params["measure"]]
    switch = next((s for s in switches(study) if s.flag.name == params["flag"] and s.within is not None), None)
    if switch is None or switch.within is None or switch.group is None or study.time is None:
        return None
    values, seconds, codes = study.values(measure), study.seconds(study.time), study.codes(switch.within)
    keep = ~np.isnan(values) & ~np.isnan(seconds) & (codes >= 0)
    y, t = values[keep], seconds[keep]
    group = (codes[keep] == switch.within.values.index(switch.group)).astype(float)
    after = (t >= switch.day.timestamp()).astype(float)
    cells = np.bincount((2 * group + after).astype(int), minlength=4)
    if cells.min() < FEWEST:
        return None
    fit = least_squares(np.column_stack([np.ones(len(y)), group, after, group * after]), y)
    apart = _apart_before(y, t, group, after == 0)
    if fit is None or apart < APART:
        return None
    last = str(study.workspace.scalar(f"select max({study.time.expression})::date from {study.table}"))
    return Candidate(
        method="difference_in_differences",
        params=dict(params),
        columns=tuple(dict.fromkeys([*switch.flag.columns, *switch.within.columns, study.time.name, *measure.columns])),
        p_value=fit.p_value(3),
        effect=abs(fit.partial_r(3)),
        coverage=len(y) / max(1, study.size),
        topic=("difference_in_differences", measure.name, switch.flag.name),
        detail=Twice(switch, fit, apart, last, len(y), study.size - len(y)),
        entities=(switch.group,),
        silent=True,
        interest=1.2,
    )


def _apart_before(y: Floats, t: Floats, group: Floats, before: Mask) -> float:
    """Return the p value of a difference in slope between the groups before the switch."""
    time = (t[before] - t[before].mean()) / 86400
    fit = least_squares(np.column_stack([np.ones(int(before.sum())), group[before], time, group[before] * time]), y[before])
    return 0.0 if fit is None else fit.p_value(3)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say what changed in the group beyond what changed in the others; nothing where chance explains it."""
    found: Twice = candidate.detail
    switch, measure = found.switch, study.measures[candidate.params["measure"]]
    if not outcome.significant or study.time is None or switch.within is None or switch.group is None:
        return None
    w, gap, day = Writer(study, candidate, outcome), difference_in_units(measure, signed=True), f"{switch.day:%Y-%m-%d}"
    inside = switch.within.equals(switch.group)
    own, others = _change(study, measure, inside, day), _change(study, measure, f"{switch.within.sql} is not null and not ({inside})", day)
    changed = w.sql("changed", f"change in {switch.group}", f"select {own}", gap, digits=DIFFERENCE_DIGITS)
    baseline = w.sql("baseline", "change in the others", f"select {others}", gap, digits=DIFFERENCE_DIGITS)
    query = f"select {own} - {others}"
    value = w.sql("value", "difference of the changes", query, gap, digits=DIFFERENCE_DIGITS)
    interval = w.interval("difference of the changes", *found.fit.interval(3), gap)
    noun, up, there = said(value_name(measure)), value > 0, group_words(switch.within, switch.group)
    return w.finding(
        kind="difference",
        template=(
            f"Since {said(switch.flag.label)} became {said(switch.on)} in {there} around {name(day)}, "
            f"{noun} changed there by {{changed}} and elsewhere by {{baseline}}: {{value}} beyond the others "
            f"({interval}), {w.sureness(found.n)}."
        ),
        n=found.n,
        **left_out(missing=found.dropped),
        query=query,
        measure=measure.name,
        by=[switch.within.name],
        entities={switch.within.name: switch.group, switch.flag.name: switch.on},
        window=Window(start=day, end=found.last),
        direction="higher" if up else "lower",
        baseline=baseline,
        unit=measure.unit,
        effect_size=found.fit.partial_r(3),
        effect_name="partial r",
        test="difference in differences, HC3 errors",
        statistic=float(found.fit.coefficients[3] / found.fit.errors[3]),
        strength="quasi_experiment",
        exhibit=line(study, measure, {switch.within.name: switch.group}, study.calendar) if study.calendar else None,
        assumptions=["the groups moved alike before the switch (slopes compared)", "they would have gone on moving alike"],
        robustness=opinion("The change in the group alone", agrees=(changed > 0) == up),
    )


def _change(study: Study, measure: Measure, inside: str, day: str) -> str:
    """SQL of the average from a day on less that before, of some records."""
    assert study.time is not None
    x, table = study.time.expression, study.table
    average = f"select avg({measure.sql}) from {table}"
    since = study.condition({}, inside, f"{x} >= timestamp '{day}'")
    until = study.condition({}, inside, f"{x} < timestamp '{day}'")
    return f"(({average}{since}) - ({average}{until}))"


METHOD = Method(
    name="difference_in_differences",
    version="1",
    title="Difference in differences",
    needs="a date, a yes/no column that only one group carries from some day on, and twenty records on either side in and out of it",
    proposals=proposals,
    test=test,
    write=write,
)
