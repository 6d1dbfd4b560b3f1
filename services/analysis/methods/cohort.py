"""Cohorts: whether those who came later come back as often, within the same time, as those who came earlier."""

from dataclasses import dataclass

from services.analysis.dataset import ColumnProfile, Role
from services.analysis.findings import Exhibit, Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import humanize
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, opinion
from services.analysis.statistics import counts, power
from services.analysis.statistics.tails import Result
from services.analysis.study import Study
from services.analysis.writing import COUNTED, POINTS, SHARE, Writer, exhibit, said

WINDOWS = (90, 30, 7)  # days in which somebody may come back, the longest that fits six times into the data
FITS = 6
FEWEST = 40  # of those who come, in either half
MOST_COLUMNS = 2


@dataclass(frozen=True)
class Returns:
    """Those who came early and late, how many of each came back, the day that parts them, and the test."""

    early: int
    early_back: int
    late: int
    late_back: int
    parted: str
    first: str
    last: str
    result: Result


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Columns that name who a record is about: many values, each on several records."""
    days = _span(study)
    window = next((w for w in WINDOWS if days >= FITS * w), None)
    if window is None:
        return []
    who = [c for c in study.dataset.columns if _recurs(c)]
    who.sort(key=lambda c: (-round(interest.column(c.name), 9), -c.distinct))
    return [{"measure": "count", "entity": c.name, "days": window} for c in who[:MOST_COLUMNS]]


def _recurs(column: ColumnProfile) -> bool:
    named = column.role is Role.IDENTIFIER or column.looks_personal or column.role is Role.CATEGORY
    return named and column.distinct >= 2 * FEWEST and 1.3 * column.distinct <= column.present


def _span(study: Study) -> float:
    if study.time is None:
        return 0.0
    x = study.time.expression
    return float(study.workspace.scalar(f"select (epoch(max({x})) - epoch(min({x}))) / 86400 from {study.table}") or 0.0)


def test(study: Study, params: Params) -> Candidate | None:
    """Compare the halves of those first seen in time to come back within `params["days"]` of their first record.

    Who is first seen in the first such window may have come before the data begin; who is first seen in the last has not had the
    time: both are left out.
    """
    if study.time is None:
        return None
    column, days = study.dataset.column(params["entity"]), int(params["days"])
    cohorts = f"select first, back from ({_firsts(study, column, days)}) where {_mature(study, days)}"
    parted = study.workspace.scalar(f"select quantile_disc(first, 0.5)::date from ({cohorts})")
    if parted is None:
        return None
    halves = study.workspace.query(
        f"select first >= timestamp '{parted}' as late, count(*), sum(back), min(first)::date, max(first)::date from ({cohorts}) "
        "group by 1 order by 1"
    )
    if len(halves) < 2 or min(half[1] for half in halves) < FEWEST:
        return None
    (_, n1, back1, first, _), (_, n2, back2, _, last) = halves
    result = counts.two_proportions(float(back2), float(n2), float(back1), float(n1))
    returns = Returns(int(n1), int(back1), int(n2), int(back2), str(parted), str(first), str(last), result)
    return Candidate(
        method="cohort",
        params=dict(params),
        columns=(study.time.name, column.name),
        p_value=result.p_value,
        effect=min(1.0, abs(result.effect_size) / 2),
        coverage=1.0,
        topic=("cohort", column.name),
        detail=returns,
        detectable=power.detectable_w(returns.early + returns.late, 1),
    )


def _firsts(study: Study, column: ColumnProfile, days: int) -> str:
    """SQL of one row for each of those named: when first seen, and whether (1 or 0) seen again on a later day within the window."""
    assert study.time is not None
    who, when = column.expression, study.time.expression
    rows = f"select {who} as who, {when} as seen, min({when}) over (partition by {who}) as first from {study.table}"
    rows += f" where {who} is not null and {when} is not null"
    back = f"max(case when seen::date > first::date and seen <= first + interval {days} day then 1.0 else 0.0 end)"
    return f"select who, min(first) as first, {back} as back from ({rows}) group by who"


def _mature(study: Study, days: int) -> str:
    assert study.time is not None
    x = study.time.expression
    return (
        f"first >= (select min({x}) from {study.table}) + interval {days} day "
        f"and first <= (select max({x}) from {study.table}) - interval {days} day"
    )


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say what share comes back of those who came late and early, and whether that changed."""
    returns: Returns = candidate.detail
    column, days = study.dataset.column(candidate.params["entity"]), int(candidate.params["days"])
    w = Writer(study, candidate, outcome)
    shares = {"value": f"first >= timestamp '{returns.parted}'", "baseline": f"first < timestamp '{returns.parted}'"}
    queries = {}
    for fact, half in shares.items():
        queries[fact] = f"select avg(back) from ({_firsts(study, column, days)}) where {_mature(study, days)} and {half}"
        w.sql(fact, f"share that comes back, {'late' if fact == 'value' else 'early'} half", queries[fact], SHARE)
    w.method("days", "days within which they come back", float(days), COUNTED)
    value, baseline = w.facts["value"].value, w.facts["baseline"].value
    w.formula("difference", "change", "value - baseline", value - baseline, {**POINTS, "signed": True})
    interval = w.interval("change", returns.result.ci_low, returns.result.ci_high, {**POINTS, "signed": True})
    changed = outcome.significant
    word = "less often" if value < baseline else "more often"
    opening = (
        f"Later {said(humanize(column.name))} cohorts come back {word}" if changed else "Later cohorts come back as often as earlier ones"
    )
    n = returns.early + returns.late
    outside = int(study.workspace.scalar(f"select count(*) from ({_firsts(study, column, days)})")) - n
    return w.finding(
        kind="cohort" if changed else "no_effect",
        template=(
            f"{opening}: {{value}} of those first seen in the later half are seen again within {{days}} days, {{baseline}} of those in the "
            f"earlier ({{difference}}; {interval}), {w.sureness(n)}."
        ),
        n=n,
        query=queries["value"],
        measure="count",
        by=[column.name],
        window=Window(start=returns.first, end=returns.last),
        direction="none" if not changed else "decreasing" if value < baseline else "increasing",
        baseline=baseline,
        effect_size=returns.result.effect_size,
        effect_name=returns.result.effect_name,
        test=returns.result.test,
        statistic=returns.result.statistic,
        n_dropped=outside,
        dropped_why="those without a whole window before and after them in the data" if outside else "",
        strength="association",
        robustness=opinion("An exact test (Fisher)", agrees=(_exact(returns) < DISSENT) == (returns.result.p_value < DISSENT)),
        exhibit=_by_start(study, column, days),
        assumptions=["only those with a whole window before them and after them in the data are counted"],
    )


def _exact(returns: Returns) -> float:
    late, early = returns.late_back, returns.early_back
    return counts.fisher_exact(late, returns.late - late, early, returns.early - early)


def _by_start(study: Study, column: ColumnProfile, days: int) -> Exhibit:
    month = "date_trunc('month', first)::date"
    query = f"select {month} as start, avg(back) from ({_firsts(study, column, days)}) where {_mature(study, days)} group by 1 order by 1"
    labels = ("month first seen", "share that comes back")
    return exhibit(study, "line", query, title="Share that comes back, by cohort", labels=labels, columns=["start", "back"], style=SHARE)


METHOD = Method(
    name="cohort",
    version="1",
    title="Cohort retention",
    needs="a date and a column that names who the record is about, each on several records",
    proposals=proposals,
    test=test,
    write=write,
)
