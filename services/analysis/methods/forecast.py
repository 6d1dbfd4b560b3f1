"""Forecast: what the next period is likely to bring, with an interval, and whether a target is within reach."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.findings import Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import cut_off, line, may_move
from services.analysis.opinions import left_out_of_periods, opinion
from services.analysis.periods import Periods, following
from services.analysis.statistics import forecasts
from services.analysis.study import Floats, Study
from services.analysis.writing import PLAIN, SHARE, Writer, in_units, rounded, said, value_name
from shared.kit.cited import name

MOST_MEASURES = 1
CYCLE = {"day": 7, "month": 12, "quarter": 4}
BEATS = 1.0  # scaled error below which a model does better than saying the last value again


@dataclass(frozen=True)
class Ahead:
    """A forecast with the calendar it goes on from."""

    forecast: forecasts.Forecast
    calendar: Periods
    values: Floats
    n: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Records per period, and the measure most asked about."""
    if study.time is None:
        return []
    measures = [m for m in study.measures.values() if m.kind in {"number", "duration"} and may_move(study, m) and not cut_off(study, m)]
    measures = measures_asked(study, interest, measures)
    return [{"measure": m} for m in ["count", *(m.name for m in measures[:MOST_MEASURES])]]


def test(study: Study, params: Params) -> Candidate | None:
    """Forecast `params["measure"]` one period ahead; `params["target"]`, where given, is what it is held against. Nothing is tested."""
    measure, calendar = study.measures[params["measure"]], study.calendar
    if calendar is None or study.time is None:
        return None
    periods = {str(period): (int(n), value) for period, n, value in study.workspace.query(_series(study, measure, calendar))}
    seen = [periods.get(calendar.begins(i), (0, 0.0 if measure.kind == "count" else None)) for i in range(len(calendar.starts))]
    if any(value is None for _, value in seen):
        return None
    values, n = np.array([float(value) for _, value in seen]), sum(n for n, _ in seen)
    found = forecasts.next_value(values, CYCLE.get(calendar.unit))
    if found is None or found.scaled_error >= BEATS:
        return None
    return Candidate(
        method="forecast",
        params=dict(params),
        columns=tuple(dict.fromkeys([study.time.name, *measure.columns])),
        p_value=None,
        effect=0.2,
        coverage=n / max(1, study.dataset.rows),
        topic=("forecast", measure.name),
        detail=Ahead(found, calendar, values, n),
        interest=0.6,
    )


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say what the next period is likely to bring and how far off such forecasts were."""
    ahead: Ahead = candidate.detail
    measure, found, calendar = study.measures[candidate.params["measure"]], ahead.forecast, ahead.calendar
    w = Writer(study, candidate, outcome)
    style = PLAIN if measure.kind == "count" else in_units(measure)
    query = _query(study, measure, ahead)
    following_label = _next_label(calendar)
    value = w.sql("value", f"forecast for {following_label}", query, style)
    last = _per_period(study, measure, calendar, len(calendar.starts) - 1)
    w.sql("baseline", f"{_noun(measure, calendar)}, last full {calendar.unit}", last, style)
    low = max(0.0, found.low) if ahead.values.min() >= 0 else found.low
    interval = w.interval("forecast", low, found.high, style).replace("CI", "prediction interval")
    w.method("mase", "error beside saying the last value again (MASE)", found.scaled_error, PLAIN)
    noun = said(_noun(measure, calendar))
    return w.finding(
        kind="forecast",
        template=(
            f"{noun[0].upper()}{noun[1:]} {'are' if measure.kind == 'count' else 'is'} expected at {{value}} in {name(following_label)} "
            f"({interval}; {{baseline}} in the last full {calendar.unit}) by {found.model}, which missed by {{mase}} times the average "
            f"step{_against(candidate, found, w, style)}; {w.sureness(ahead.n)}."
        ),
        n=ahead.n,
        query=query,
        measure=measure.name,
        by=[calendar.column.name],
        window=Window(start=calendar.begins(0), end=calendar.ends(len(calendar.starts) - 1)),
        direction="increasing" if value > w.facts["baseline"].value else "decreasing",
        baseline=w.facts["baseline"].value,
        unit=measure.unit,
        effect_size=found.scaled_error,
        effect_name="MASE",
        strength="descriptive",
        **left_out_of_periods(study.dataset.rows - ahead.n),
        robustness=opinion("The next best model", agrees=found.low <= found.second <= found.high),
        exhibit=line(study, measure, {}, calendar),
        assumptions=["what moved it goes on as before", "the interval is the spread of errors on periods the model had not seen"],
    )


def _against(candidate: Candidate, found: forecasts.Forecast, w: Writer, style: dict[str, object]) -> str:
    """Set the forecast against a target: the chance to be at or above it, from the spread of past errors."""
    target = candidate.params.get("target")
    if target is None:
        return ""
    spread = math.sqrt(float((found.errors**2).mean())) or 1e-300
    w.method("target", "target", float(target), style)
    w.method("chance", "chance to be at or above the target", 0.5 * math.erfc((float(target) - found.value) / spread / math.sqrt(2)), SHARE)
    return "; {chance} likely to be at or above {target}"


def _noun(measure: Measure, calendar: Periods) -> str:
    return f"records per {calendar.unit}" if measure.kind == "count" else value_name(measure)


def _next_label(calendar: Periods) -> str:
    start = following(calendar.starts[-1], calendar.unit)
    return Periods(calendar.unit, calendar.column, [start], calendar.index).label(0)


def _per_period(study: Study, measure: Measure, calendar: Periods, period: int) -> str:
    column = calendar.column.expression
    during = f"{column} >= timestamp '{calendar.begins(period)}' and {column} < timestamp '{calendar.ends(period)}' + interval 1 day"
    value = "count(*)" if measure.kind == "count" else f"avg({measure.sql})"
    return f"select {value} from {study.table}{study.condition({}, during)}"


def _query(study: Study, measure: Measure, ahead: Ahead) -> str:
    """The forecast as a weighted sum of the periods: every model here is linear in them."""
    calendar = ahead.calendar
    weights = ", ".join(
        f"(date '{calendar.begins(i)}', {rounded(float(weight))!r})"
        for i, weight in enumerate(ahead.forecast.weights)
        if rounded(float(weight)) != 0
    )
    return f"select sum(weight * v) from (values {weights}) as w(period, weight) join ({_series(study, measure, calendar)}) using (period)"


def _series(study: Study, measure: Measure, calendar: Periods) -> str:
    """SQL of the periods that have records: period, how many have a value, and the period's value as v."""
    counted, value = ("*", "count(*)") if measure.kind == "count" else (measure.sql, f"avg({measure.sql})")
    condition = study.condition({}, calendar.condition)
    return f"select {calendar.sql} as period, count({counted}) as n, {value} as v from {study.table}{condition} group by 1"


METHOD = Method(
    name="forecast",
    version="1",
    title="Forecast of the next period",
    needs="a date over at least twelve full periods, none of them empty",
    proposals=proposals,
    test=test,
    write=write,
)
