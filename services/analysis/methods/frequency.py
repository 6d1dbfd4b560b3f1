"""Counts per group against equal shares: which group has most records, or that none has more than its share."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.equivalence import MARGIN, Closeness, absence
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, left_out, opinion, said_of
from services.analysis.statistics import counts, power
from services.analysis.statistics.tails import Result, normal_two_sided
from services.analysis.study import Floats, Study, Where
from services.analysis.writing import COUNTED, EXHIBIT_ROWS, PLAIN, POINTS, SHARE, Writer, exhibit, said, within

FEWEST = 20


@dataclass(frozen=True)
class Spread:
    """How records spread over the groups of a cut."""

    names: list[str]
    sizes: Floats
    leaders: list[int]
    higher: bool
    result: Result
    share_low: float
    share_high: float


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every cut."""
    del interest
    return [{"measure": "count", "by": cut.name, "where": {}} for cut in study.groupings]


def test(study: Study, params: Params) -> Candidate | None:
    """Test the counts of the groups of `params["by"]`, within `params["where"]`, against equal shares."""
    cut, where = study.cuts[params["by"]], params.get("where") or {}
    sizes, _ = study.tally(cut, where)
    used = np.flatnonzero(sizes > 0)
    n = int(sizes.sum())
    if n < FEWEST or len(used) < 2:
        return None
    sizes = sizes[used]
    result = counts.goodness_of_fit(sizes)
    leaders, higher = standing_out(sizes)
    low, high = counts.wilson_interval(float(sizes[leaders[0]]), float(sizes.sum()))
    spread = Spread([cut.values[i] for i in used], sizes, leaders, higher, result, low, high)
    return Candidate(
        method="frequency",
        params={"measure": "count", "by": cut.name, "where": where},
        columns=tuple(dict.fromkeys([*cut.columns, *study.columns_of(where)])),
        p_value=result.p_value,
        effect=min(1.0, result.effect_size),
        coverage=n / max(1, study.dataset.rows),
        topic=("frequency", cut.name, *map(str, where.items())),
        detail=spread,
        detectable=power.detectable_w(n, len(used) - 1),
        interest=(0.6 if cut.ordered or cut.status else 1.0) * _telling(study, cut, where, spread),
        describes=True,
        entities=tuple(spread.names[i] for i in leaders),
    )


def _telling(study: Study, cut: Cut, where: Where, spread: Spread) -> float:
    """How telling a spread inside a group is: little where the same group leads with about the same share everywhere."""
    if not where:
        return 1.0
    first = spread.names[spread.leaders[0]]
    everywhere, _ = study.tally(cut, {})
    usual = everywhere[cut.values.index(first)] / everywhere.sum()
    share = spread.sizes[spread.leaders[0]] / spread.sizes.sum()
    return 0.6 if usual / 1.25 <= share <= usual * 1.25 else 1.0


def standing_out(sizes: Floats) -> tuple[list[int], bool]:
    """Return the groups furthest from an equal share, at most three before the widest gap, and whether they have more."""
    k, total = len(sizes), sizes.sum()
    z = (sizes - total / k) / np.sqrt(total / k * (1 - 1 / k))
    higher = bool(z.max() >= 0.5 * abs(z.min()))
    order = np.argsort(-sizes if higher else sizes, kind="stable")
    gaps = np.abs(np.diff(sizes[order]))[: max(1, min(3, k // 2))]
    return [int(i) for i in order[: int(np.argmax(gaps)) + 1]], higher


def _bars(study: Study, cut: Cut, where: Where, highlight: list[str], reference: float) -> Exhibit:
    condition = study.condition(where, f"{cut.sql} is not null")
    query = f"select {cut.sql}, count(*) from {study.table}{condition} group by 1 order by 2 desc, 1 limit {EXHIBIT_ROWS}"
    return exhibit(
        study,
        "bar",
        query,
        title=f"records by {said(cut.label)}{within(where)}",
        labels=(cut.label, "records"),
        columns=[cut.name, "records"],
        style=COUNTED,
        highlight=highlight,
        reference=reference,
    )


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say which group has most (or fewest) records, or that they spread evenly."""
    spread: Spread = candidate.detail
    cut, where = study.cuts[candidate.params["by"]], candidate.params["where"]
    w = Writer(study, candidate, outcome)
    first = spread.names[spread.leaders[0]]
    query = f"select count(*) from {study.table}{study.condition(where, cut.equals(first))}"
    value = w.sql("value", f"records, {first}", query, COUNTED)
    total = w.sql("total", "all records", f"select count(*) from {study.table}{study.condition(where, cut.equals(spread.names))}", COUNTED)
    w.formula("share", f"share of {first}", "value / total", value / total, SHARE)
    w.method("groups", "groups", float(len(spread.names)), COUNTED)
    w.formula("baseline", "an equal share", "total / groups", total / len(spread.names), PLAIN)
    uneven = outcome.significant or outcome.undecided(candidate)
    outside = study.workspace.scalar(f"select count(*) from {study.table}{study.condition(where)}") - total
    if uneven:
        template, highlight = _uneven(study, cut, where, spread, w), [spread.names[i] for i in spread.leaders]
    else:
        template, highlight = _even(cut, where, spread, w), []
    return w.finding(
        kind="distribution" if uneven else "no_effect",
        template=template,
        n=int(total),
        query=query,
        measure="count",
        by=[cut.name],
        entities={**where, cut.name: highlight[0] if len(highlight) == 1 else highlight} if highlight else dict(where),
        direction=("higher" if spread.higher else "lower") if uneven else "none",
        baseline=w.facts["baseline"].value,
        effect_size=spread.result.effect_size,
        effect_name=spread.result.effect_name,
        test=spread.result.test,
        statistic=spread.result.statistic,
        strength="descriptive",
        exhibit=_bars(study, cut, where, highlight, w.facts["baseline"].value),
        assumptions=list(spread.result.assumptions),
        **left_out(missing=int(outside)),
        robustness=_second_opinion(spread, outcome),
    )


def _even(cut: Cut, where: Where, spread: Spread, w: Writer) -> str:
    """The sentence that no group has more than its share: within a margin, little beside it, or what would have shown."""
    n, k = float(spread.sizes.sum()), len(spread.names)
    ends = [counts.wilson_interval(float(size), n) for size in spread.sizes]
    needed = power.detectable_proportion(n, 1 / k)
    close = Closeness(min(low for low, _ in ends) - 1 / k, max(high for _, high in ends) - 1 / k, MARGIN, needed)
    interval = w.interval("a group's share less an equal one", close.low, close.high, {**POINTS, "signed": True})
    w.method("detectable", "smallest departure from an equal share found four times in five", close.detectable, POINTS)
    first, kind = said(spread.names[spread.leaders[0]]), absence(close, w.outcome)
    how = f"{first}, one of {{groups}}, has {{value}} ({{share}}) where an equal share is {{baseline}}"
    start, sure = f"Records{within(where)} spread", f"{w.sureness(int(n))}"
    lies = f"every group is inside {interval} of an equal share"
    if kind == "same":
        w.method("margin", "margin within which shares count as equal", MARGIN, {**POINTS, "decimals": 0})
        return f"{start} evenly over {said(cut.label)}, within {{margin}}: {how}; {lies}; {sure}."
    if kind == "small":
        return f"{start} almost evenly over {said(cut.label)}, though not quite: {how}; {lies}; {sure}."
    return (
        f"{start} evenly over {said(cut.label)}: {how}, no more than chance allows ({lies}); {sure}; {{detectable}} off would have shown."
    )


def _second_opinion(spread: Spread, outcome: Outcome) -> str | None:
    """Whether a likelihood-ratio test agrees, and whether the first group is ahead of the next by more than chance."""
    again = counts.likelihood_ratio(spread.sizes)
    told = opinion("A likelihood-ratio test", agrees=(again.p_value < DISSENT) == (spread.result.p_value < DISSENT))
    if not outcome.significant:
        return told
    others = [size for i, size in enumerate(spread.sizes) if i not in spread.leaders]
    a, b = float(spread.sizes[spread.leaders[0]]), float(max(others) if spread.higher else min(others))
    ahead = normal_two_sided((a - b) / math.sqrt(a + b)) < DISSENT
    return told if ahead else said_of(told, "The lead over the next group could be chance.")


def _uneven(study: Study, cut: Cut, where: Where, spread: Spread, w: Writer) -> str:
    parts = []
    for i, leader in enumerate(spread.leaders[1:], start=2):
        name = spread.names[leader]
        w.sql(f"value{i}", f"records, {name}", f"select count(*) from {study.table}{study.condition(where, cut.equals(name))}", COUNTED)
        parts.append(f"{said(name)} with {{value{i}}}")
    together = f", followed by {', '.join(parts)}" if parts else ""
    interval = w.interval("share", spread.share_low, spread.share_high, SHARE)
    most = "most" if spread.higher else "fewest"
    chance = "" if w.outcome.significant else "; this could be chance"
    first = said(spread.names[spread.leaders[0]])
    return (
        f"{first} has the {most} records by {said(cut.label)}{within(where)}: {{value}}, {{share}} of {{total}} ({interval}){together}; "
        f"an equal share would be {{baseline}}; {w.sureness(int(w.facts['total'].value))}{chance}."
    )


METHOD = Method(
    name="frequency",
    version="1",
    title="Counts per group",
    needs="a category and at least twenty records",
    proposals=proposals,
    test=test,
    write=write,
)
