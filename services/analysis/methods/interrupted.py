"""Interrupted time series: what a measure did when a column switched for all records, its course before allowed for."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.designs import Switch, switches
from services.analysis.findings import Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import cut_off, line, may_move
from services.analysis.opinions import left_out_of_periods, opinion
from services.analysis.periods import Periods, periods
from services.analysis.statistics.regression import Fit, newey_west
from services.analysis.study import Floats, Mask, Study
from services.analysis.writing import PLAIN, Writer, difference_in_units, in_units, said, value_name
from shared.kit.cited import name

MOST_MEASURES = 8
FEWEST_PERIODS = 8  # before and after
UNITS = ("month", "week", "day")
PLACEBO = 0.05


@dataclass(frozen=True)
class Interrupted:
    """The switch, the calendar, the fit of level and slope on both sides, and p of a step half-way through the time before."""

    switch: Switch
    calendar: Periods
    fit: Fit
    placebo: float
    n: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every column that switches once for all records, by the count and the measures most asked about."""
    everywhere = [s for s in switches(study) if s.within is None]
    measures = [m for m in study.measures.values() if m.kind != "count" and may_move(study, m) and not cut_off(study, m)]
    measures = measures_asked(study, interest, measures)
    return [
        {"measure": m.name, "flag": switch.flag.name}
        for switch in everywhere
        for m in [study.measures["count"], *measures[:MOST_MEASURES]]
        if not set(m.columns) & set(switch.flag.columns)
    ]


def test(study: Study, params: Params) -> Candidate | None:
    """Fit the level and slope of `params["measure"]` before and after `params["flag"]` switched."""
    measure = study.measures[params["measure"]]
    switch = next((s for s in switches(study) if s.flag.name == params["flag"] and s.within is None), None)
    if switch is None or study.time is None:
        return None
    calendar = _calendar(study, switch)
    if calendar is None:
        return None
    values, n = study.series(measure, calendar)
    known = ~np.isnan(values)
    # The period in which it switched is of both sides and is left out.
    starts = np.array([calendar.begins(i) for i in range(len(calendar.starts))])
    after = starts >= f"{switch.day:%Y-%m-%d}"
    ends = np.array([calendar.ends(i) for i in range(len(calendar.starts))])
    known &= after | (ends < f"{switch.day:%Y-%m-%d}")
    if min((known & after).sum(), (known & ~after).sum()) < FEWEST_PERIODS:
        return None
    fit, placebo = _fit(values, known, int(np.argmax(after))), _placebo(values, known & ~after)
    if fit is None:
        return None
    return Candidate(
        method="interrupted",
        params=dict(params),
        columns=tuple(dict.fromkeys([*switch.flag.columns, study.time.name, *measure.columns])),
        p_value=fit.p_value(2),
        effect=abs(fit.partial_r(2)),
        coverage=n / max(1, study.size),
        topic=("interrupted", measure.name, switch.flag.name),
        detail=Interrupted(switch, calendar, fit, placebo, n),
        silent=True,
        interest=1.1 if placebo >= PLACEBO else 0.5,
    )


def _calendar(study: Study, switch: Switch) -> Periods | None:
    """Return the longest periods of which there are enough on both sides of the switch."""
    assert study.time is not None
    for unit in UNITS:
        calendar = periods(study.time, study.seconds(study.time), unit)
        if calendar is None:
            continue
        day = switch.day.replace(tzinfo=None)
        after = sum(start >= day for start in calendar.starts)
        if min(after, len(calendar.starts) - after - 1) >= FEWEST_PERIODS:
            return calendar
    return None


def _fit(values: Floats, known: Mask, place: int) -> Fit | None:
    """Segmented regression (Wagner and others 2002): time, the step at `place`, and the change of slope after it."""
    t = np.arange(len(values)) - place
    after = (t >= 0).astype(float)
    design = np.column_stack([np.ones(len(values)), t, after, after * t])[known]
    return newey_west(design, values[known])


def _placebo(values: Floats, before: Mask) -> float:
    """Return the p value of a step half-way through the time before, where nothing switched."""
    last = int(np.flatnonzero(before)[-1]) + 1
    fit = _fit(values[:last], before[:last], last // 2)
    return 1.0 if fit is None else fit.p_value(2)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say by how much a measure stepped when the column switched, its earlier course continued; nothing where chance explains it."""
    found: Interrupted = candidate.detail
    if not outcome.significant or study.time is None:
        return None
    measure, switch, column = study.measures[candidate.params["measure"]], found.switch, study.time.expression
    w, day = Writer(study, candidate, outcome), f"{switch.day:%Y-%m-%d}"
    style = PLAIN if measure.kind == "count" else in_units(measure)
    gap = {**PLAIN, "signed": True} if measure.kind == "count" else difference_in_units(measure, signed=True)
    after = _level(study, measure, found.calendar, f"{column} >= timestamp '{day}'", [p for p in _starts(found) if p >= day])
    value = w.sql("value", f"{value_name(measure)} since the switch", after, style)
    before = _level(study, measure, found.calendar, f"{column} < timestamp '{day}'", [p for p in _starts(found) if p < day])
    w.sql("baseline", f"{value_name(measure)} before", before, style)
    w.method("step", "step at the switch, the earlier course continued", float(found.fit.coefficients[2]), gap)
    interval = w.interval("step", *found.fit.interval(2), gap)
    noun = said(f"records per {found.calendar.unit}" if measure.kind == "count" else value_name(measure))
    up, clean = float(found.fit.coefficients[2]) > 0, found.placebo >= PLACEBO
    return w.finding(
        kind="change_point",
        template=(
            f"When {said(switch.flag.label)} became {said(switch.on)} around {name(day)}, {noun} stepped {'up' if up else 'down'} "
            f"by {{step}} beside its course before ({interval}): {{value}} since, {{baseline}} before, {w.sureness(found.n)}."
        ),
        n=found.n,
        query=after,
        value=value,
        measure=measure.name,
        by=[study.time.name],
        entities={switch.flag.name: switch.on},
        window=Window(start=day, end=found.calendar.ends(len(found.calendar.starts) - 1)),
        direction="shift_up" if up else "shift_down",
        baseline=w.facts["baseline"].value,
        unit=measure.unit,
        effect_size=found.fit.partial_r(2),
        effect_name="partial r",
        test="segmented regression, Newey-West errors",
        statistic=float(found.fit.coefficients[2] / found.fit.errors[2]),
        strength="quasi_experiment" if clean else "association",
        exhibit=line(study, measure, {}, found.calendar),
        assumptions=["the course before would have gone on", "nothing else switched on that day", "autocorrelation allowed for"],
        **left_out_of_periods(study.size - found.n),
        robustness=opinion("Looking for a step half-way through the time before", agrees=clean),
    )


def _starts(found: Interrupted) -> list[str]:
    return [found.calendar.begins(i) for i in range(len(found.calendar.starts))]


def _level(study: Study, measure: Measure, calendar: Periods, side: str, starts: list[str]) -> str:
    value = f"count(*) / {max(1, len(starts))}.0" if measure.kind == "count" else f"avg({measure.sql})"
    return f"select {value} from {study.table}{study.condition({}, calendar.condition, side)}"


METHOD = Method(
    name="interrupted",
    version="1",
    title="Interrupted time series",
    needs="a date and a yes/no column that switches once, with eight periods on either side",
    proposals=proposals,
    test=test,
    write=write,
)
