"""Seasonality: whether records, or a measure, follow the week or the year, and which weekday or month stands out."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.findings import Exhibit, Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import cut_off, may_move
from services.analysis.opinions import left_out_of_periods, opinion
from services.analysis.periods import Periods, periods
from services.analysis.statistics import groups, seasons
from services.analysis.study import Floats, Study
from services.analysis.writing import PLAIN, Writer, difference_in_units, exhibit, in_units, said, value_name

MOST_MEASURES = 2
FEWEST_PER_PERIOD = 1.0  # records on an average day, below which a week is mostly noughts
CLEAR = 0.3  # strength from which a second decomposition bears a season out


@dataclass(frozen=True)
class Cycle:
    """A cycle: the unit of its periods, its length, and SQL and names of its places."""

    unit: str
    length: int
    part: str
    names: tuple[str, ...]


CYCLES = {
    "week": Cycle("day", 7, "dayname", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")),
    "year": Cycle(
        "month",
        12,
        "monthname",
        tuple("January February March April May June July August September October November December".split()),  # noqa: SIM905
    ),
}


@dataclass(frozen=True)
class Seen:
    """The season found, the calendar it was found on, its series, and how many periods stand at its peak and elsewhere."""

    season: seasons.Season
    calendar: Periods
    values: Floats
    places: "seasons.Codes"
    at_peak: int
    elsewhere: int
    n: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Records by the week and by the year; the measures most asked about by the year (their weekdays are compared as levels)."""
    if study.time is None:
        return []
    measures = [m for m in study.measures.values() if m.kind in {"number", "duration"} and may_move(study, m) and not cut_off(study, m)]
    measures = measures_asked(study, interest, measures)
    by_year: list[Params] = [{"measure": m, "cycle": "year"} for m in ["count", *(m.name for m in measures[:MOST_MEASURES])]]
    return [{"measure": "count", "cycle": "week"}, *by_year]


def test(study: Study, params: Params) -> Candidate | None:
    """Look for the cycle `params["cycle"]` (week or year) in `params["measure"]` over the table's main date."""
    measure, cycle = study.measures[params["measure"]], CYCLES[params["cycle"]]
    if study.time is None:
        return None
    calendar = periods(study.time, study.seconds(study.time), cycle.unit)
    if calendar is None or len(calendar.starts) < (seasons.FEWEST_CYCLES + 1) * cycle.length:
        return None
    values, n = study.series(measure, calendar)
    places = np.array([s.weekday() if cycle.unit == "day" else s.month - 1 for s in calendar.starts])
    if np.isnan(values).any() or n < FEWEST_PER_PERIOD * len(values):
        return None
    found = seasons.season(values, places, cycle.length)
    if found is None:
        return None
    at_peak = int((places == found.peak).sum())
    return Candidate(
        method="seasonality",
        params=dict(params),
        columns=tuple(dict.fromkeys([study.time.name, *measure.columns])),
        p_value=found.result.p_value,
        effect=float(np.sqrt(found.result.effect_size)),
        coverage=n / max(1, study.size),
        topic=("seasonality", measure.name, params["cycle"]),
        detail=Seen(found, calendar, values, places, at_peak, len(values) - at_peak, n),
        interest=0.7,
        entities=(cycle.names[found.peak],),
        silent=True,
    )


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say which weekday or month stands out and how strong the pattern is; nothing where chance explains it."""
    if not outcome.significant or study.time is None:
        return None
    seen: Seen = candidate.detail
    measure, cycle = study.measures[candidate.params["measure"]], CYCLES[candidate.params["cycle"]]
    w = Writer(study, candidate, outcome)
    place = cycle.names[seen.season.peak]
    inside = f"{cycle.part}({seen.calendar.column.expression}) = '{place}'"
    query = _level(study, measure, seen, inside, seen.at_peak)
    style = PLAIN if measure.kind == "count" else in_units(measure)
    value = w.sql("value", f"{_noun(measure, cycle)}, {place}", query, style)
    gap = {**PLAIN, "signed": True} if measure.kind == "count" else difference_in_units(measure, signed=True)
    interval = w.interval("difference", *_apart(seen), gap)
    others = _level(study, measure, seen, f"not ({inside})", seen.elsewhere)
    baseline = w.sql("baseline", f"{_noun(measure, cycle)}, all other {cycle.unit}s", others, style)
    strength = w.method("strength", "strength of the season (STL)", seasons.strength(seen.values, cycle.length), PLAIN)
    noun, on = said(_noun(measure, cycle)), "on" if cycle.unit == "day" else "in"
    return w.finding(
        kind="seasonality",
        template=(
            f"{noun[0].upper()}{noun[1:]} follow{'' if measure.kind == 'count' else 's'} the {candidate.params['cycle']}: {{value}} "
            f"{on} {place}, {{baseline}} otherwise ({interval}); seasonal strength {{strength}}, {w.sureness(seen.n)}."
        ),
        n=seen.n,
        **left_out_of_periods(study.size - seen.n),
        query=query,
        measure=measure.name,
        by=[study.time.name],
        entities={study.time.name: place},
        window=Window(start=seen.calendar.begins(0), end=seen.calendar.ends(len(seen.calendar.starts) - 1)),
        direction="higher" if value > baseline else "lower",
        baseline=baseline,
        unit=measure.unit,
        effect_size=seen.season.result.effect_size,
        effect_name=seen.season.result.effect_name,
        test="Kruskal-Wallis on the detrended series",
        statistic=seen.season.result.statistic,
        strength="association",
        exhibit=_by_place(study, measure, cycle, seen, place),
        assumptions=[f"the trend is taken out by a moving average over one {candidate.params['cycle']}", "ranks used"],
        robustness=opinion("A robust decomposition (STL)", agrees=strength >= CLEAR),
    )


def _apart(seen: Seen) -> tuple[float, float]:
    """Return the interval of the difference between the periods at the peak and all others."""
    at = seen.values[seen.places == seen.season.peak]
    rest = seen.values[seen.places != seen.season.peak]
    apart = groups.welch_t(len(at), at.mean(), at.var(ddof=1), len(rest), rest.mean(), rest.var(ddof=1))
    return apart.ci_low, apart.ci_high


def _noun(measure: Measure, cycle: Cycle) -> str:
    return f"records per {cycle.unit}" if measure.kind == "count" else value_name(measure)


def _level(study: Study, measure: Measure, seen: Seen, inside: str, spans: int) -> str:
    value = f"count(*) / {spans}.0" if measure.kind == "count" else f"avg({measure.sql})"
    return f"select {value} from {study.table}{study.condition({}, seen.calendar.condition, inside)}"


def _by_place(study: Study, measure: Measure, cycle: Cycle, seen: Seen, place: str) -> Exhibit:
    column = seen.calendar.column.expression
    spans = f"count(distinct date_trunc('{cycle.unit}', {column}))"
    value = f"count(*) / {spans}::double" if measure.kind == "count" else f"avg({measure.sql})"
    number = f"isodow({column})" if cycle.unit == "day" else f"month({column})"
    condition = study.condition({}, seen.calendar.condition)
    query = f"select {cycle.part}({column}), {value} from {study.table}{condition} group by 1, {number} order by {number}"
    labels = ("weekday" if cycle.unit == "day" else "month", _noun(measure, cycle))
    style = PLAIN if measure.kind == "count" else in_units(measure)
    title = f"{_noun(measure, cycle)} by {labels[0]}"
    return exhibit(study, "bar", query, title=title, labels=labels, columns=list(labels), style=style, highlight=[place])


METHOD = Method(
    name="seasonality",
    version="1",
    title="Seasonality",
    needs="a date over at least three weeks of days or three years of months",
    proposals=proposals,
    test=test,
    write=write,
)
