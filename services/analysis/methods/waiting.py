"""Survival: how soon something happens, cases in which it has not happened yet counted for as long as they were seen."""

from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure, humanize
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, NO_VALUE, opinion
from services.analysis.sql import literal
from services.analysis.statistics import power, survival
from services.analysis.statistics.tails import Result
from services.analysis.study import Floats, Mask, Study
from services.analysis.writing import PLAIN, POINTS, SHARE, Writer, exhibit, group_words, said

DAY = 86400.0
UNFINISHED = (0.03, 0.97)  # share of cases without an end, between which waiting says more than a duration
SMALLEST_GROUP = 12
TOO_FEW = "groups of fewer than twelve records"
MOST_GROUPS = 12
CLOSE = 0.05  # shares no further apart than this say the same
HORIZONS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 545, 730, 1095, 1825)


@dataclass(frozen=True)
class Waiting:
    """Groups that wait: their share done within the horizon, who stands out, and the test of all."""

    horizon: int
    names: list[str]
    leader: int
    done: list[float]
    interval: tuple[float, float]
    result: Result | None
    n: int
    missing: int
    rare: int
    second: str | None  # whether another way of counting agrees, in words


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every pair of dates whose end is missing for some: overall and by the smaller cuts."""
    del interest
    found: list[Params] = []
    for measure in _pairs(study):
        start, end = measure.columns
        found.append({"start": start, "end": end})
        found += [
            {"start": start, "end": end, "by": cut.name}
            for cut in study.groupings
            if len(cut.values) <= MOST_GROUPS and not cut.status and not set(cut.columns) & {start, end}
        ]
    return found


def _pairs(study: Study) -> list[Measure]:
    rows = max(1, study.dataset.rows)
    pairs = [m for m in study.measures.values() if m.kind == "duration" and len(m.columns) == 2 and m.name.startswith("duration(")]
    return [m for m in pairs if UNFINISHED[0] <= study.dataset.column(m.columns[1]).missing / rows <= UNFINISHED[1]]


def _seen_until(study: Study, params: Params) -> str:
    """SQL of the last moment the table knows of: until then an unfinished case was seen to wait."""
    columns = [study.dataset.column(params[key]).expression for key in ("start", "end")]
    return f"(select greatest({', '.join(f'max(epoch({c}))' for c in columns)}) from {study.table})"


def _days_sql(study: Study, params: Params) -> tuple[str, str]:
    """SQL of the days waited, and of whether it happened."""
    start, end = (study.dataset.column(params[key]).expression for key in ("start", "end"))
    return f"floor((coalesce(epoch({end}), {_seen_until(study, params)}) - epoch({start})) / {DAY!r})", f"({end} is not null)"


def _gathered(study: Study, params: Params) -> tuple[Floats, Mask, Mask]:
    start, end = (study.seconds(study.dataset.column(params[key])) for key in ("start", "end"))
    latest = max(float(np.nanmax(start)), float(np.nanmax(end)))
    days = np.floor((np.where(np.isnan(end), latest, end) - start) / DAY)
    return days, ~np.isnan(end), ~np.isnan(days) & (days >= 0)


def test(study: Study, params: Params) -> Candidate | None:
    """Estimate the share done within a horizon; with `params["by"]`, test by log-rank whether all groups wait alike."""
    if study.dataset.column(params["end"]).present < SMALLEST_GROUP:
        return None
    days, happened, keep = _gathered(study, params)
    if keep.sum() < 2 * SMALLEST_GROUP or not happened[keep].any():
        return None
    horizon = min(HORIZONS, key=lambda h: abs(h - float(np.median(days[keep & happened]))))
    cut = study.cuts[params["by"]] if params.get("by") else None
    found = _compared(study, cut, days, happened, keep, horizon) if cut else _overall(study, params, days, happened, keep, horizon)
    if found is None:
        return None
    return Candidate(
        method="waiting",
        params=dict(params),
        columns=(*(cut.columns if cut else ()), params["start"], params["end"]),
        p_value=found.result.p_value if found.result else None,
        effect=found.result.effect_size if found.result else 0.3,
        coverage=found.n / max(1, study.size),
        topic=("waiting", params["start"], params["end"]),
        detail=found,
        detectable=power.detectable_w(found.n, max(1, len(found.names) - 1)),
        interest=0.8,
        silent=True,
        entities=(found.names[found.leader],) if cut else (),
    )


def _overall(study: Study, params: Params, days: Floats, happened: Mask, keep: Mask, horizon: int) -> Waiting:
    waiting, low, high = survival.kaplan_meier(days[keep], happened[keep]).at(horizon)
    start = study.seconds(study.dataset.column(params["start"]))
    # Those that began long enough before the last day can be counted plainly.
    latest = max(float(np.nanmax(start)), float(np.nanmax(study.seconds(study.dataset.column(params["end"])))))
    old = keep & (latest - start >= (horizon + 1) * DAY)
    plain = float((happened & (days <= horizon))[old].mean()) if old.any() else float("nan")
    second = opinion("A plain count of the records old enough", agrees=abs(plain - (1 - waiting)) <= CLOSE) if old.any() else None
    return Waiting(horizon, ["all"], 0, [1 - waiting], (1 - high, 1 - low), None, int(keep.sum()), int((~keep).sum()), 0, second)


def _compared(study: Study, cut: Cut, days: Floats, happened: Mask, keep: Mask, horizon: int) -> Waiting | None:
    codes = study.codes(cut)
    sizes = np.bincount(codes[keep & (codes >= 0)], minlength=len(cut.values))
    used = np.flatnonzero(sizes >= SMALLEST_GROUP)
    if len(used) < 2:
        return None
    places = np.full(len(cut.values) + 1, -1, dtype=np.int64)
    places[used] = np.arange(len(used))
    inside = keep & (places[codes] >= 0)
    groups = places[codes[inside]]
    result = survival.log_rank(days[inside], happened[inside], groups, len(used))
    curves = [survival.kaplan_meier(days[inside][groups == g], happened[inside][groups == g]) for g in range(len(used))]
    done = [1 - c.at(horizon)[0] for c in curves]
    everyone = 1 - survival.kaplan_meier(days[inside], happened[inside]).at(horizon)[0]
    gaps = [abs(round(d - everyone, 9)) * float(np.sqrt(sizes[used[g]])) for g, d in enumerate(done)]
    leader = int(np.argmax(gaps))
    _, low, high = curves[leader].at(horizon)
    again = survival.log_rank(days[inside], happened[inside], groups, len(used), early=True)
    second = opinion("A test that weighs early differences more (Gehan-Breslow)", agrees=again.p_value < DISSENT)
    grouped, n = int((keep & (codes >= 0)).sum()), int(inside.sum())
    missing, rare = study.size - grouped, grouped - n
    return Waiting(horizon, [cut.values[i] for i in used], leader, done, (1 - high, 1 - low), result, n, missing, rare, second)


def kaplan_meier_sql(source: str, days: str, happened: str, condition: str, horizon: int) -> str:
    """SQL of the Kaplan-Meier share done within `horizon` days: one minus the product of (1 - events / at risk)."""
    rows = f"select {days} as t, {happened}::int as d from {source}{condition}"
    grouped = f"select t, sum(d) as d, count(*) as n from ({rows}) where t >= 0 group by t"
    risk = f"select t, d, sum(n) over (order by t desc) as r from ({grouped})"
    steps = f"sum(case when d < r then ln(1 - d / r::double) else -1e9 end) filter (t <= {horizon} and d > 0)"
    return f"select 1 - exp(coalesce({steps}, 0)) from ({risk})"


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say what share is done within the horizon, overall or in the group that stands out."""
    found: Waiting = candidate.detail
    params = candidate.params
    if found.result is not None and not outcome.significant:
        return None
    days, happened = _days_sql(study, params)
    w = Writer(study, candidate, outcome)
    cut = study.cuts[params["by"]] if params.get("by") else None
    group = found.names[found.leader]
    condition = f" where {cut.equals(group)}" if cut else ""
    query = kaplan_meier_sql(study.table, days, happened, condition, found.horizon)
    value = w.sql("value", "share done within the horizon (Kaplan-Meier)", query, SHARE)
    w.method("horizon", "horizon", float(found.horizon), {**PLAIN, "unit": "days", "decimals": 0})
    interval = w.interval("share done", *found.interval, SHARE)
    ends, starts = said(humanize(params["end"])), said(humanize(params["start"]))
    if cut is None:
        subject, against = "of all records", ""
    else:
        others = f" where {cut.equals([n for i, n in enumerate(found.names) if i != found.leader])}"
        rest = w.sql("baseline", "share done elsewhere", kaplan_meier_sql(study.table, days, happened, others, found.horizon), SHARE)
        w.formula("difference", "difference", "value - baseline", value - rest, {**POINTS, "signed": True})
        subject, against = f"of {group_words(cut, group)}", ", against {baseline} of the rest ({difference})"
    return w.finding(
        kind="survival",
        template=(
            f"{{value}} ({interval}) {subject} have their {ends} within {{horizon}} of {starts}{against}; "
            f"those still waiting count for as long as they were seen; {w.sureness(found.n)}."
        ),
        n=found.n,
        query=query,
        measure=f"duration({params['start']} -> {params['end']})",
        by=[cut.name] if cut else [],
        entities={cut.name: group} if cut else {},
        direction=("higher" if value > w.facts["baseline"].value else "lower") if cut else "none",
        baseline=w.facts["baseline"].value if cut else None,
        effect_size=found.result.effect_size if found.result else None,
        effect_name=found.result.effect_name if found.result else "",
        test=found.result.test if found.result else "Kaplan-Meier",
        statistic=found.result.statistic if found.result else None,
        n_dropped=found.missing + found.rare,
        dropped_why="; ".join(why for why, n in ((NO_VALUE, found.missing), (TOO_FEW, found.rare)) if n),
        strength="association" if cut else "descriptive",
        robustness=found.second,
        exhibit=_curve(study, found, cut, days, happened, (starts, ends)),
        assumptions=["waiting ends unseen for reasons that have nothing to do with its length"],
    )


def _curve(study: Study, found: Waiting, cut: Cut | None, days: str, happened: str, names: tuple[str, str]) -> Exhibit:
    if cut is not None:
        parts = [
            f"select {literal(n)} as g, ({kaplan_meier_sql(study.table, days, happened, f' where {cut.equals(n)}', found.horizon)}) as done"
            for n in found.names
        ]
        query = f"{' union all '.join(parts)} order by 2 desc, 1"
        title = f"share with {names[1]} in time, by {said(cut.label)}"
        labels, columns = (cut.label, "share done"), [cut.name, "share"]
        return exhibit(study, "bar", query, title=title, labels=labels, columns=columns, style=SHARE, highlight=[found.names[found.leader]])
    rows = f"select {days} as t, {happened}::int as d from {study.table}"
    grouped = f"select t, sum(d) as d, count(*) as n from ({rows}) where t >= 0 group by t"
    risk = f"select t, d, sum(n) over (order by t desc) as r from ({grouped})"
    steps = "sum(case when d < r then ln(1 - d / r::double) else -1e9 end) over (order by t)"
    query = f"select t, 1 - exp({steps}) as done from ({risk}) where d > 0 order by t limit 200"
    title = f"share with {names[1]} by days since {names[0]}"
    return exhibit(study, "scatter", query, title=title, labels=("days", "share done"), columns=["days", "share"], style=SHARE)


METHOD = Method(
    name="waiting",
    version="1",
    title="Time until it happens (survival)",
    needs="two dates of which the later is missing where it has not happened yet",
    proposals=proposals,
    test=test,
    write=write,
)
