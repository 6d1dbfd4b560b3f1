"""Volume: whether a measure moves with the number of records per period, beyond the trend and the season that both may share."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.findings import Exhibit, Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import may_move
from services.analysis.opinions import left_out_of_periods, opinion, same_side
from services.analysis.periods import Periods, periods
from services.analysis.statistics.comovement import Comovement, beside_time, comovement
from services.analysis.statistics.correlation import pearson
from services.analysis.statistics.groups import rank
from services.analysis.study import Codes, Floats, Study
from services.analysis.writing import PLAIN, Writer, exhibit, in_units, said, value_name

MOST_MEASURES = 3  # the most asked about
FEWEST_PER_PERIOD = 5.0  # records on average
# The first that the dates allow: months where they are many, weeks, or few months. A week holds every weekday, so none stands out in it.
CALENDARS = (("month", 50), ("week", 20), ("month", 20))
FEWEST_COUNTS = 5  # different numbers of records, below which there is no volume to speak of


@dataclass(frozen=True)
class Moved:
    """The two series over the periods that have a value of the measure, and how they moved. `places` are the periods' indices."""

    calendar: Periods
    places: Codes
    counts: Floats
    averages: Floats
    together: Comovement
    n: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """The measures most asked about, against the records per period."""
    if study.time is None:
        return []
    measures = [m for m in study.measures.values() if m.kind in {"number", "duration", "rate"} and may_move(study, m)]
    return [{"measure": m.name, "other": "count"} for m in measures_asked(study, interest, measures)[:MOST_MEASURES]]


def test(study: Study, params: Params) -> Candidate | None:
    """Hold `params["measure"]` against the number of records, period by period; ranks of records, so that no long tail tells."""
    measure, calendar = study.measures[params["measure"]], study.memo(("volume calendar",), lambda: _calendar(study))
    if calendar is None or study.time is None:
        return None
    counts, _ = study.series(study.measures["count"], calendar)
    averages, n = study.series(measure, calendar)
    places = np.flatnonzero(~np.isnan(averages))
    ranks = _mean_ranks(study, measure, calendar)[places]
    if len(places) < CALENDARS[-1][1] or len(np.unique(counts[places])) < FEWEST_COUNTS or np.ptp(ranks) == 0:
        return None
    together = comovement(counts[places], ranks, places.astype(np.float64))
    return Candidate(
        method="volume",
        params=dict(params),
        columns=tuple(dict.fromkeys([study.time.name, *measure.columns])),
        p_value=together.p_value,
        effect=abs(together.level.effect_size),
        coverage=n / max(1, study.size),
        topic=("volume", measure.name),
        detail=Moved(calendar, places, counts[places], averages[places], together, n),
        interest=0.7,
        silent=True,
    )


def _calendar(study: Study) -> Periods | None:
    """Return the periods on which volume is looked at, None where they would be too few or too empty."""
    if study.time is None:
        return None
    for unit, fewest in CALENDARS:
        calendar = periods(study.time, study.seconds(study.time), unit)
        if calendar is None or len(calendar.starts) < fewest:
            continue
        if (calendar.index >= 0).sum() >= FEWEST_PER_PERIOD * len(calendar.starts):
            return calendar
    return None


def _mean_ranks(study: Study, measure: Measure, calendar: Periods) -> Floats:
    """Return the mean rank of each period's records. A mean of skewed values would rise with their number by itself; this does not."""
    values = study.values(measure)
    keep = ~np.isnan(values) & (calendar.index >= 0)
    index, size = calendar.index[keep], len(calendar.starts)
    totals = np.bincount(index, study.ranked(measure.name, values, keep)[0], minlength=size)
    return np.asarray(totals / np.maximum(np.bincount(index, minlength=size), 1), dtype=np.float64)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say the level in the busiest and in the quietest third of the periods; nothing where chance explains it or averages say otherwise."""
    moved: Moved = candidate.detail
    if not outcome.significant:
        return None
    measure, calendar, level = study.measures[candidate.params["measure"]], moved.calendar, moved.together.level
    quiet, busy = _thirds(moved)
    w, style = Writer(study, candidate, outcome), in_units(measure)
    query = _average(study, measure, calendar, busy)
    value = w.sql("value", f"{value_name(measure)}, busiest third of the {calendar.unit}s", query, style)
    least = _average(study, measure, calendar, quiet)
    baseline = w.sql("baseline", f"{value_name(measure)}, quietest third of the {calendar.unit}s", least, style)
    if (value - baseline) * level.effect_size <= 0:
        return None
    signed = {**PLAIN, "signed": True}
    w.method("rho", "rank correlation with the records, the trend taken out", level.effect_size, signed)
    interval, noun = w.interval("rank correlation", level.ci_low, level.ci_high, signed), said(value_name(measure))
    up = level.effect_size > 0
    return w.finding(
        kind="association",
        template=(
            f"{noun[0].upper()}{noun[1:]} is {'higher' if up else 'lower'} in {calendar.unit}s with more records: {{value}} in the busiest "
            f"third, {{baseline}} in the quietest, trend set aside; rank correlation {{rho}} ({interval}), {w.sureness(moved.n)}."
        ),
        n=moved.n,
        **left_out_of_periods(study.size - moved.n),
        query=query,
        measure=measure.name,
        by=["count"],
        window=Window(start=calendar.begins(0), end=calendar.ends(len(calendar.starts) - 1)),
        direction="positive" if up else "negative",
        baseline=baseline,
        unit=measure.unit,
        effect_size=level.effect_size,
        effect_name=level.test,
        test=level.test,
        statistic=level.statistic,
        strength="association",
        exhibit=_points(study, measure, calendar),
        assumptions=["a straight trend is taken out of both", "autocorrelation allowed for", "changes between periods show it as well"],
        robustness=opinion("Pearson's correlation of the averages beside their trend", agrees=_straight_agrees(moved)),
    )


def _thirds(moved: Moved) -> tuple[list[int], list[int]]:
    """Return the periods with the fewest and with the most records beside the trend of the records."""
    apart = beside_time(rank(moved.counts), moved.places.astype(np.float64))
    order, third = np.argsort(np.round(apart, 9), kind="stable"), len(moved.places) // 3
    return sorted(moved.places[order[:third]].tolist()), sorted(moved.places[order[-third:]].tolist())


def _straight_agrees(moved: Moved) -> bool:
    time = moved.places.astype(np.float64)
    again = pearson(beside_time(moved.counts, time), beside_time(moved.averages, time))
    return same_side(again.p_value, again.effect_size, moved.together.level.effect_size)


def _average(study: Study, measure: Measure, calendar: Periods, chosen: list[int]) -> str:
    days = ", ".join(f"date '{calendar.begins(i)}'" for i in chosen)
    return f"select avg({measure.sql}) from {study.table}{study.condition({}, f'{calendar.sql} in ({days})')}"


def _points(study: Study, measure: Measure, calendar: Periods) -> Exhibit:
    inner = f"select {calendar.sql} as period, count(*) as n, avg({measure.sql}) as v from {study.table}"
    query = f"select n, v from ({inner}{study.condition({}, calendar.condition)} group by 1) where v is not null order by n, v"
    labels = (f"records per {calendar.unit}", value_name(measure))
    title = f"{value_name(measure)} against records per {calendar.unit}"
    return exhibit(study, "scatter", query, title=title, labels=labels, columns=["count", measure.name], style=in_units(measure))


METHOD = Method(
    name="volume",
    version="1",
    title="Volume against a measure",
    needs="a date over at least twenty weeks or months of five records each, and a measure",
    proposals=proposals,
    test=test,
    write=write,
)
