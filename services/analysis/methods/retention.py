"""Retention: what share of those who began in one period is still open after a fixed time, and whether that moves from cohort to cohort.

Averages of finished durations fall towards the end of any table, because only the short ones have finished; cohorts that have all had
the time can be compared.
"""

from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Exhibit, Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import humanize
from services.analysis.methods import spells
from services.analysis.methods.contract import MEDIUM, Candidate, Method, Outcome, Params
from services.analysis.methods.waiting import HORIZONS
from services.analysis.opinions import opinion, same_side
from services.analysis.statistics import counts, power
from services.analysis.statistics.tails import Result
from services.analysis.study import Study
from services.analysis.writing import COUNTED, POINTS, SHARE, Writer, exhibit, said

UNITS = ("month", "quarter", "year")
FEWEST = 20  # who began, in each cohort
FEWEST_COHORTS = 4
MOST_PAIRS = 2


@dataclass(frozen=True)
class Cohorts:
    """Cohorts that had the time: when each began, who began, how many are still open after it, and the test of a trend."""

    unit: str
    starts: list[str]
    n: list[int]
    still: list[int]
    trend: Result
    gap: Result  # the newest against the oldest


def proposals(study: Study, interest: Interest) -> list[Params]:
    """The pairs of dates most asked about whose end some rows lack, with the usual time from one to the other."""
    pairs = [d for d in spells.designs(study) if "start" in d]
    pairs.sort(key=lambda d: -round(interest.measure(study.measures[spells.spells_of(study, d).measure]), 9))
    found: list[Params] = []
    for pair in pairs[:MOST_PAIRS]:
        days, happened, keep = spells.gathered(study, pair)
        if (usable := keep & happened).any():
            middle = float(np.median(days[usable]))
            found.append({"measure": spells.spells_of(study, pair).measure, **pair, "days": min(HORIZONS, key=lambda h: abs(h - middle))})
    return found


def _cohorts_sql(study: Study, params: Params, unit: str) -> str:
    """SQL of one row per cohort all of whose members had the time: its start, its size, and how many are still open after it."""
    seen = spells.spells_of(study, params)
    start = study.dataset.column(params["start"]).expression
    end = study.dataset.column(params["end"]).expression
    until = f"(select greatest(max(epoch({start})), max(epoch({end}))) from {study.table})"
    began, days = f"date_trunc('{unit}', {start})", int(params["days"])
    still = f"count(*) filter (not ({seen.happened} and {seen.elapsed} <= {days}))"
    mature = f"epoch({began} + interval 1 {unit} + interval {days} day) <= {until}"
    return (
        f"select {began}::date as began, count(*) as n, {still} as still from {study.table} "
        f"where {seen.elapsed} >= 0 and {mature} group by 1 having count(*) >= {FEWEST}"
    )


def test(study: Study, params: Params) -> Candidate | None:
    """Test whether the share still open after `params["days"]` rises or falls from cohort to cohort, over all rows."""
    cohorts = next((found for unit in UNITS if (found := _cohorts(study, params, unit)) is not None), None)
    if cohorts is None:
        return None
    n = sum(cohorts.n)
    return Candidate(
        method="retention",
        params=dict(params),
        columns=(params["start"], params["end"]),
        p_value=cohorts.trend.p_value,
        effect=min(1.0, abs(cohorts.trend.effect_size)),
        coverage=n / max(1, study.dataset.rows),
        topic=("retention", params["start"], params["end"]),
        detail=cohorts,
        detectable=power.detectable_w(n, 1),
        interest=0.9,
    )


def _cohorts(study: Study, params: Params, unit: str) -> Cohorts | None:
    rows = study.workspace.query(f"{_cohorts_sql(study, params, unit)} order by 1")
    n, still = [int(row[1]) for row in rows], [int(row[2]) for row in rows]
    if len(rows) < FEWEST_COHORTS or sum(still) in {0, sum(n)}:
        return None
    trend = counts.cochran_armitage(np.array(still, dtype=np.float64), np.array(n, dtype=np.float64))
    gap = counts.two_proportions(float(still[-1]), float(n[-1]), float(still[0]), float(n[0]))
    return Cohorts(unit, [str(row[0]) for row in rows], n, still, trend, gap)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say what share of the newest cohort that had the time is still open, beside the oldest; nothing where the two belie the trend."""
    cohorts: Cohorts = candidate.detail
    changed = outcome.significant
    rising = cohorts.trend.statistic > 0
    if (changed and (cohorts.gap.estimate > 0) != rising) or (not changed and candidate.detectable > MEDIUM):
        return None
    table, n = _cohorts_sql(study, candidate.params, cohorts.unit), sum(cohorts.n)
    w = Writer(study, candidate, outcome)
    query = f"select arg_max(still / n::double, began) from ({table})"
    value = w.sql("value", f"share of the newest {cohorts.unit} still open", query, SHARE)
    baseline = w.sql("baseline", f"share of the oldest {cohorts.unit} still open", query.replace("arg_max", "arg_min", 1), SHARE)
    w.formula("difference", "difference", "value - baseline", value - baseline, {**POINTS, "signed": True})
    interval = w.interval("difference", cohorts.gap.ci_low, cohorts.gap.ci_high, {**POINTS, "signed": True})
    w.method("days", "days after which they are counted", float(candidate.params["days"]), COUNTED)
    w.method("cohorts", "cohorts that had the time", float(len(cohorts.n)), COUNTED)
    ending, starting = said(humanize(candidate.params["end"])), said(humanize(candidate.params["start"]))
    moves = ("rises" if rising else "falls") + f" from {cohorts.unit} to {cohorts.unit}" if changed else "shows no trend"
    return w.finding(
        kind="cohort" if changed else "no_effect",
        template=(
            f"The share without {ending} {{days}} days after {starting} {moves} over the {{cohorts}} cohorts that have had the time: "
            f"{{baseline}} in the oldest, {{value}} in the newest ({{difference}}; {interval}), {w.sureness(n)}."
        ),
        n=n,
        n_dropped=study.dataset.rows - n,
        dropped_why="in cohorts that are too small or have not had the time" if study.dataset.rows > n else "",
        query=query,
        measure=candidate.params["measure"],
        by=[candidate.params["start"]],
        window=Window(start=cohorts.starts[0], end=cohorts.starts[-1]),
        direction="none" if not changed else "increasing" if rising else "decreasing",
        baseline=baseline,
        effect_size=cohorts.trend.effect_size,
        effect_name=cohorts.trend.effect_name,
        test=cohorts.trend.test,
        statistic=cohorts.trend.statistic,
        strength="association",
        exhibit=_exhibit(study, table, cohorts.unit, (starting, ending)),
        robustness=opinion("A comparison of the later half of the cohorts with the earlier", agrees=_halves_differ(cohorts) == changed),
        assumptions=[*cohorts.trend.assumptions, "a row without an end was still open at the last date of the table"],
    )


def _halves_differ(cohorts: Cohorts) -> bool:
    half = len(cohorts.n) // 2
    early, late = (sum(cohorts.still[:half]), sum(cohorts.n[:half])), (sum(cohorts.still[half:]), sum(cohorts.n[half:]))
    again = counts.two_proportions(float(late[0]), float(late[1]), float(early[0]), float(early[1]))
    return same_side(again.p_value, again.estimate, cohorts.trend.statistic)


def _exhibit(study: Study, table: str, unit: str, names: tuple[str, str]) -> Exhibit:
    query = f"select began, still / n::double as share from ({table}) order by 1"
    labels = (f"{unit} of {names[0]}", "share still open")
    title = f"share without {names[1]} after the same time, by {labels[0]}"
    return exhibit(study, "line", query, title=title, labels=labels, columns=["began", "share"], style=SHARE)


METHOD = Method(
    name="retention",
    version="1",
    title="Retention of start cohorts",
    needs="two dates of which the later is missing where it has not happened yet, and four or more periods that have had the time",
    proposals=proposals,
    test=test,
    write=write,
)
