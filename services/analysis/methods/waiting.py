"""Survival: how soon something happens, cases in which it has not happened yet counted for as long as they were seen."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import cuts_asked
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut
from services.analysis.methods import spells, waiting_checks
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, NO_VALUE, opinion, said_of
from services.analysis.sql import literal
from services.analysis.statistics import power, survival
from services.analysis.statistics.tails import Result
from services.analysis.study import Floats, Mask, Study
from services.analysis.writing import POINTS, SHARE, Writer, exhibit, group_words, said

SMALLEST_GROUP = 12
TOO_FEW = "groups of fewer than twelve records"
CLOSE = 0.05  # shares no further apart than this say the same
MOST_GROUPS = 12
MOST_CUTS = 4  # by which lengths with a mark are compared
MOST_GIVEN, MOST_LEVELS = 2, 6  # cuts held equal in the second look, and groups of each
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
    limit: float  # the longest any was seen
    median: float | None
    restricted: float  # mean time, each counted up to the limit at most
    missing: int
    rare: int
    second: str | None  # whether another way of counting agrees, in words


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every kind of spell that is unfinished for some: overall and by the smaller cuts, two others named to be held equal."""
    found: list[Params] = []
    for design in spells.designs(study):
        own = set(spells.spells_of(study, design).columns)
        cuts = [c for c in study.groupings if len(c.values) <= MOST_GROUPS and not c.status and not set(c.columns) & own]
        if "length" in design:  # the share of the mark by each cut is compared elsewhere already
            cuts = cuts_asked(interest, cuts)[:MOST_CUTS]
        found.append(design)
        found += [{**design, "by": cut.name, "given": _given(interest, cuts, cut)} for cut in cuts]
    return found


def _given(interest: Interest, cuts: list[Cut], cut: Cut) -> list[str]:
    """The cuts most asked about beside one: few groups each, on other columns, so that none says the same."""
    others = [c for c in cuts if len(c.values) <= MOST_LEVELS and not set(c.columns) & set(cut.columns)]
    return [c.name for c in cuts_asked(interest, others)[:MOST_GIVEN]]


def test(study: Study, params: Params) -> Candidate | None:
    """Estimate the share done within a horizon; with `params["by"]`, test by log-rank whether all groups wait alike."""
    if "end" in params and study.dataset.column(params["end"]).present < SMALLEST_GROUP:
        return None
    days, happened, keep = spells.gathered(study, params)
    if keep.sum() < 2 * SMALLEST_GROUP or happened[keep].sum() < SMALLEST_GROUP:
        return None
    own = spells.spells_of(study, params).columns
    horizon = min(HORIZONS, key=lambda h: abs(h - float(np.median(days[keep & happened]))))
    cut = study.cuts[params["by"]] if params.get("by") else None
    if cut is None:
        found: Waiting | None = _overall(study, params, days, happened, keep, horizon)
    else:
        found = _compared(study, cut, days, happened, keep, horizon)
    if found is None:
        return None
    return Candidate(
        method="waiting",
        params=dict(params),
        columns=(*(cut.columns if cut else ()), *own),
        p_value=found.result.p_value if found.result else None,
        effect=found.result.effect_size if found.result else 0.3,
        coverage=found.n / max(1, study.size),
        topic=("waiting", *own),
        detail=found,
        detectable=power.detectable_w(found.n, max(1, len(found.names) - 1)),
        interest=0.8,
        silent=True,
        entities=(found.names[found.leader],) if cut else (),
    )


def _overall(study: Study, params: Params, days: Floats, happened: Mask, keep: Mask, horizon: int) -> Waiting:
    curve, limit = survival.kaplan_meier(days[keep], happened[keep]), float(days[keep].max())
    waiting, low, high = curve.at(horizon)
    second = _plain_count(study, params, days, happened, keep, horizon, 1 - waiting) if "start" in params else None
    restricted, n = curve.restricted_mean(limit), int(keep.sum())
    return Waiting(
        horizon, ["all"], 0, [1 - waiting], (1 - high, 1 - low), None, n, limit, curve.median(), restricted, study.size - n, 0, second
    )


def _plain_count(study: Study, params: Params, days: Floats, happened: Mask, keep: Mask, horizon: int, done: float) -> str | None:
    """Say whether those that began long enough before the last day, counted plainly, give the same share."""
    start, end = (study.seconds(study.dataset.column(params[key])) for key in ("start", "end"))
    latest = max(float(np.nanmax(start)), float(np.nanmax(end)))
    old = keep & (latest - start >= (horizon + 1) * spells.DAY)
    if not old.any():
        return None
    plain = float((happened & (days <= horizon))[old].mean())
    return opinion("A plain count of the records old enough", agrees=abs(plain - done) <= CLOSE)


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
    names, interval = [cut.values[i] for i in used], (1 - high, 1 - low)
    # Restricted means can be compared only up to a time to which every group was seen.
    limit = min(float(days[inside][groups == g].max()) for g in range(len(used)))
    median, restricted = curves[leader].median(), curves[leader].restricted_mean(limit)
    again = survival.log_rank(days[inside], happened[inside], groups, len(used), early=True)
    second = opinion("A test that weighs early differences more (Gehan-Breslow)", agrees=again.p_value < DISSENT)
    grouped, n = int((keep & (codes >= 0)).sum()), int(inside.sum())
    missing, rare = study.size - grouped, grouped - n
    return Waiting(horizon, names, leader, done, interval, result, n, limit, median, restricted, missing, rare, second)


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
    if found.result is not None and not outcome.significant:
        return None
    seen = spells.spells_of(study, candidate.params)
    w = Writer(study, candidate, outcome)
    cut = study.cuts[candidate.params["by"]] if candidate.params.get("by") else None
    group = found.names[found.leader]
    condition = f" where {cut.equals(group)}" if cut else ""
    query = kaplan_meier_sql(study.table, seen.elapsed, seen.happened, condition, found.horizon)
    value = w.sql("value", "share done within the horizon (Kaplan-Meier)", query, SHARE)
    w.method("horizon", "horizon", float(found.horizon), seen.style)
    interval = w.interval("share done", *found.interval, SHARE)
    average = _average(w, found, seen)
    subject = f"of {group_words(cut, group)}" if cut else "of all records"
    against, assumption, second = _against(study, w, found, cut, seen) if cut else (average, "", None)
    return w.finding(
        kind="survival",
        template=(
            f"{{value}} ({interval}) {subject} {seen.predicate}{against}; "
            f"those still waiting count for as long as they were seen; {w.sureness(found.n)}."
        ),
        n=found.n,
        query=query,
        measure=seen.measure,
        by=[cut.name] if cut else [],
        entities={cut.name: group} if cut else {},
        direction=("higher" if value > w.facts["baseline"].value else "lower") if cut else "none",
        baseline=w.facts["baseline"].value if cut else None,
        effect_size=found.result.effect_size if found.result else None,
        effect_name=found.result.effect_name if found.result else "",
        test=found.result.test if found.result else "Kaplan-Meier",
        statistic=found.result.statistic if found.result else None,
        strength="association" if cut else "descriptive",
        exhibit=_curve(study, found, cut, seen),
        assumptions=["waiting ends unseen for reasons that have nothing to do with its length", *([assumption] if assumption else [])],
        n_dropped=found.missing + found.rare,
        dropped_why="; ".join(why for why, n in ((NO_VALUE, found.missing), (TOO_FEW, found.rare)) if n),
        robustness=said_of(found.second, second),
    )


def _average(w: Writer, found: Waiting, seen: spells.Spells) -> str:
    """Add the median, where it was reached, and the restricted mean; return their words."""
    style = {**seen.style, "decimals": 1}
    w.method("restricted_mean", "mean time, each counted up to the limit", found.restricted, style)
    w.method("limit", "limit of the mean", found.limit, seen.style)
    mean = "the mean, each counted up to {limit} at most, is {restricted_mean}"
    if found.median is None:
        return f"; {mean}"
    w.method("median", "time by which half are done", found.median, seen.style)
    return f"; half by {{median}}, and {mean}"


def _against(study: Study, w: Writer, found: Waiting, cut: Cut, seen: spells.Spells) -> tuple[str, str, str | None]:
    """Add the share of the rest and the second look; return the words, the assumption checked, and the robustness."""
    others = f" where {cut.equals([n for i, n in enumerate(found.names) if i != found.leader])}"
    rest = kaplan_meier_sql(study.table, seen.elapsed, seen.happened, others, found.horizon)
    value, baseline = w.facts["value"].value, w.sql("baseline", "share done elsewhere", rest, SHARE)
    w.formula("difference", "difference", "value - baseline", value - baseline, {**POINTS, "signed": True})
    check = waiting_checks.held_equal(study, w.candidate.params, found.names, found.names[found.leader])
    hazard, assumption, second = waiting_checks.told(w, check, sooner=value > baseline)
    return f", against {{baseline}} of the rest ({{difference}}){hazard}", assumption, second


def _curve(study: Study, found: Waiting, cut: Cut | None, seen: spells.Spells) -> Exhibit:
    if cut is not None:
        one = [kaplan_meier_sql(study.table, seen.elapsed, seen.happened, f" where {cut.equals(n)}", found.horizon) for n in found.names]
        parts = [f"select {literal(n)} as g, ({sql}) as done" for n, sql in zip(found.names, one, strict=True)]
        query = f"{' union all '.join(parts)} order by 2 desc, 1"
        title = f"share with {seen.ending} in time, by {said(cut.label)}"
        labels, columns = (cut.label, "share done"), [cut.name, "share"]
        return exhibit(study, "bar", query, title=title, labels=labels, columns=columns, style=SHARE, highlight=[found.names[found.leader]])
    rows = f"select {seen.elapsed} as t, {seen.happened}::int as d from {study.table}"
    grouped = f"select t, sum(d) as d, count(*) as n from ({rows}) where t >= 0 group by t"
    risk = f"select t, d, sum(n) over (order by t desc) as r from ({grouped})"
    steps = "sum(case when d < r then ln(1 - d / r::double) else -1e9 end) over (order by t)"
    query = f"select t, 1 - exp({steps}) as done from ({risk}) where d > 0 order by t limit 200"
    unit = seen.style["unit"]
    title = f"share with {seen.ending} by {seen.axis}"
    return exhibit(study, "scatter", query, title=title, labels=(unit or seen.axis, "share done"), columns=["time", "share"], style=SHARE)


METHOD = Method(
    name="waiting",
    version="1",
    title="Time until it happens (survival)",
    needs="two dates of which the later is missing where it has not happened yet, or the length of a relation and a mark of its end",
    proposals=proposals,
    test=test,
    write=write,
)
