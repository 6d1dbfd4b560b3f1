"""Outlier window: the days, weeks or months in which far more (or fewer) records fall than in the others."""

import math

import numpy as np

from services.analysis.findings import Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import COUNT
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import line
from services.analysis.opinions import DISSENT, left_out_of_periods, opinion
from services.analysis.statistics import steps
from services.analysis.statistics.tails import critical_t, t_two_sided
from services.analysis.study import Floats, Study, Where
from services.analysis.writing import PLAIN, TIMES, Writer, within
from shared.kit.cited import name

FEWEST = 80
MOST_GROUPS = 12


def proposals(study: Study, interest: Interest) -> list[Params]:
    """All records, and those of each larger group of the cuts asked about."""
    if study.time is None:
        return []
    found: list[Params] = [{"measure": "count", "where": {}}]
    for cut in study.groupings:
        if len(cut.values) <= MOST_GROUPS and interest.cut(cut) > 0.5:
            found += [{"measure": "count", "where": {cut.name: v}} for v, n in zip(cut.values, cut.sizes, strict=True) if n >= FEWEST]
    return found


def test(study: Study, params: Params) -> Candidate | None:
    """Look for periods whose count of records stands out, within `params["where"]`."""
    where, calendar = params.get("where") or {}, study.calendar
    if calendar is None or study.time is None:
        return None
    counts = _counted(study, where)
    if counts.sum() < FEWEST:
        return None
    peak = steps.standing_periods(counts)
    if peak is None or (peak.inside < 1.5 * peak.outside and peak.inside > 0.5 * peak.outside):
        return None
    ratio = peak.inside / max(peak.outside, 0.5)
    return Candidate(
        method="window",
        params={"measure": "count", "where": where},
        columns=tuple(dict.fromkeys([study.time.name, *study.columns_of(where)])),
        p_value=peak.p_value,
        effect=min(1.0, abs(ratio - 1) / (ratio + 1)),
        coverage=1.0,
        topic=("window", *map(str, where.items())),
        detail=peak,
        entities=tuple(str(v) for v in where.values()),
        silent=True,
    )


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say which periods stand out and by how much; nothing when none does beyond chance."""
    calendar, peak, where = study.calendar, candidate.detail, candidate.params["where"]
    if not outcome.significant or calendar is None or study.time is None:
        return None
    assert isinstance(peak, steps.Peak)
    w = Writer(study, candidate, outcome)
    first, last, column = calendar.begins(peak.first), calendar.ends(peak.last), calendar.column.expression
    inside = f"{column} >= timestamp '{first}' and {column} < timestamp '{last}' + interval 1 day"
    length = peak.last - peak.first + 1
    query = f"select count(*) / {length}.0 from {study.table}{study.condition(where, inside)}"
    value = w.sql("value", f"records per {calendar.unit} in the window", query, PLAIN)
    outside = study.condition(where, calendar.condition, f"not ({inside})")
    others = f"select count(*) / {len(calendar.starts) - length}.0 from {study.table}{outside}"
    baseline = w.sql("baseline", f"records per {calendar.unit} outside it", others, PLAIN)
    if baseline > 0:
        w.formula("ratio", "times as many", "value / baseline", value / baseline, TIMES)
    up = value > baseline
    reach = critical_t(len(calendar.starts) - 2) * peak.spread * math.sqrt(1 / length + 1 / (len(calendar.starts) - length))
    interval = w.interval("difference", peak.inside - peak.outside - reach, peak.inside - peak.outside + reach, {**PLAIN, "signed": True})
    when = name(calendar.label(peak.first)) if length == 1 else f"{name(calendar.label(peak.first))} to {name(calendar.label(peak.last))}"
    times = ", {ratio} as many" if baseline > 0 else ""
    rows = study.workspace.scalar(f"select count(*) from {study.table}{study.condition(where)}")
    n = int(study.workspace.scalar(f"select count(*) from {study.table}{study.condition(where, calendar.condition)}"))
    return w.finding(
        kind="outlier_window",
        template=(
            f"Records{within(where)} {'pile up' if up else 'are few'} in {when}: {{value}} per {calendar.unit} "
            f"against {{baseline}} in the other {calendar.unit}s{times}; difference {interval}, {w.sureness(n)}."
        ),
        n=n,
        query=query,
        measure="count",
        by=[study.time.name],
        entities=dict(where),
        window=Window(start=first, end=last),
        direction="higher" if up else "lower",
        baseline=baseline,
        effect_size=peak.z,
        effect_name="robust z",
        test="robust outlier t",
        statistic=peak.z,
        strength="association",
        **left_out_of_periods(int(rows) - n),
        robustness=opinion("A test against the ordinary spread of the other periods", agrees=_among_the_others(study, where, peak)),
        exhibit=line(study, COUNT, where, calendar),
        assumptions=["the other periods' spread is taken from their median deviation, never below Poisson"],
    )


def _counted(study: Study, where: Where) -> Floats:
    calendar = study.calendar
    assert calendar is not None
    return np.bincount(calendar.index[study.mask(where) & (calendar.index >= 0)], minlength=len(calendar.starts)).astype(float)


def _among_the_others(study: Study, where: Where, peak: steps.Peak) -> bool:
    """Whether the periods stand out from the ordinary spread of the others too, which other peaks widen (as for quasi-Poisson counts)."""
    counts = _counted(study, where)
    others = np.delete(counts, np.arange(peak.first, peak.last + 1))
    length = len(counts) - len(others)
    variance = max(float(others.var(ddof=1)), float(others.mean()), 1e-9) * (1 / length + 1 / len(others))
    return t_two_sided((peak.inside - peak.outside) / math.sqrt(variance), len(others) - 1) * len(counts) < DISSENT


METHOD = Method(
    name="window",
    version="1",
    title="Outlier window",
    needs="a date over at least eight periods and eighty records",
    proposals=proposals,
    test=test,
    write=write,
)
