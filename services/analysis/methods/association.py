"""Association of two measures: do they go together, how strongly, overall and within each group."""

from dataclasses import dataclass

import numpy as np

from services.analysis.equivalence import Closeness, absence
from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import SMALL, Candidate, Method, Outcome, Params
from services.analysis.opinions import DISSENT, WITHOUT, far_out, left_out, opinion, said_of, same_side
from services.analysis.statistics import correlation, power
from services.analysis.statistics.tails import Result
from services.analysis.study import Floats, Mask, Study, Where
from services.analysis.writing import PLAIN, Writer, difference_in_units, exhibit, said, within

FEWEST = 20
MOST_GROUPS = 12
MOST_TESTS = 120
ASKED, MOST_RATES = 0.6, 2  # shares are paired with measures where the goal asks about them
PLACES = 9  # of a correlation: near zero its last digits depend on the order of summing
IDENTICAL = 0.9999  # two columns this alike are one column twice
POINTS_SHOWN = 400


@dataclass(frozen=True)
class Pair:
    """Two measures compared: the correlation that speaks, a second opinion, and the rows outside the narrowing."""

    result: Result
    second: Result
    rest: Result | None
    trusted: bool
    n: int
    missing: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every pair of measures that share no column, overall and within the groups of the smaller cuts."""
    asked = [m for m in study.measures.values() if m.kind == "rate" and interest.words and interest.measure(m) >= ASKED]
    numbers = [m for m in study.measures.values() if m.kind in {"number", "duration"}] + asked[:MOST_RATES]
    wanted: list[tuple[float, Params]] = []
    for i, a in enumerate(numbers):
        for b in numbers[i + 1 :]:
            if set(a.columns) & set(b.columns) or a.kind == "rate":
                continue
            weight = interest.measure(a) * interest.measure(b)
            wanted.append((2.0 + weight, {"measure": b.name, "other": a.name, "where": {}}))
            for cut in study.groupings:
                if len(cut.values) > MOST_GROUPS or set(cut.columns) & {*a.columns, *b.columns}:
                    continue
                groups = zip(cut.values, cut.sizes, strict=True)
                weighed = weight * interest.cut(cut)
                wanted += [(weighed, {"measure": b.name, "other": a.name, "where": {cut.name: v}}) for v, n in groups if n >= FEWEST]
    wanted.sort(key=lambda pair: -pair[0])
    return [params for _, params in wanted[:MOST_TESTS]]


def test(study: Study, params: Params) -> Candidate | None:
    """Correlate `params["measure"]` with `params["other"]`, within `params["where"]`."""
    y, x, where = study.measures[params["measure"]], study.measures[params["other"]], params.get("where") or {}
    pair = _pair(study, x, y, where)
    if pair is None:
        return None
    return Candidate(
        method="association",
        params={"measure": y.name, "other": x.name, "where": where},
        columns=tuple(dict.fromkeys([*x.columns, *y.columns, *study.columns_of(where)])),
        p_value=pair.result.p_value,
        effect=abs(pair.result.effect_size),
        coverage=pair.n / max(1, study.size),
        topic=("association", x.name, y.name, *map(str, where.items())),
        detail=pair,
        detectable=power.detectable_correlation(pair.n),
        interest=(0.3 if abs(pair.result.effect_size) >= IDENTICAL else contrast_interest(pair.result, pair.rest))
        * (0.6 if y.kind == "rate" else 1.0),
        entities=tuple(str(v) for v in where.values()),
    )


def contrast_interest(result: Result, rest: Result | None) -> float:
    """Return how telling a group's result is beside the rest's: little where the rest shows the same."""
    if rest is None or (result.p_value > 0.05 and rest.p_value > 0.05):
        return 1.0
    return 0.55 if abs(result.effect_size - rest.effect_size) < 0.3 else 1.1


def _pair(study: Study, x: Measure, y: Measure, where: Where) -> Pair | None:
    a, b = study.values(x), study.values(y)
    known = ~np.isnan(a) & ~np.isnan(b)
    mask = study.mask(where)
    keep = known & mask
    if keep.sum() < FEWEST or np.ptp(a[keep]) == 0 or np.ptp(b[keep]) == 0:
        return None

    def spearman(rows: Mask) -> Result:
        return correlation.spearman_of_ranks(study.ranked(x.name, a, rows)[0], study.ranked(y.name, b, rows)[0])

    ranked, straight = spearman(keep), correlation.pearson(a[keep], b[keep])
    trusted, why = correlation.straight_enough(a[keep], b[keep])
    others = known & ~mask
    rest = spearman(others) if where and others.sum() >= FEWEST else None
    # Ranks speak for a curve that only rises; Pearson where the two agree and nothing lies far out.
    use_straight = trusted and abs(straight.effect_size) >= abs(ranked.effect_size) - 0.02
    spoken = straight if use_straight else ranked
    return Pair(_noted(spoken, why), ranked if use_straight else straight, rest, use_straight, int(keep.sum()), int((mask & ~known).sum()))


def _noted(r: Result, why: str) -> Result:
    return Result(r.test, r.statistic, r.p_value, r.n, r.estimate, r.ci_low, r.ci_high, r.effect_size, r.effect_name, (why,))


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say that two measures rise together, move against each other, or do neither."""
    p, pair = candidate.params, candidate.detail
    assert isinstance(pair, Pair)
    x, y, where = study.measures[p["other"]], study.measures[p["measure"]], p["where"]
    w = Writer(study, candidate, outcome)
    query = _query(study, x, y, where, ranked=not pair.trusted)
    w.sql("value", f"{pair.result.test}", query, PLAIN)
    template = _together(x, y, where, pair, w) if outcome.significant else _apart(study, x, y, where, pair, w)
    r = pair.result.effect_size
    return w.finding(
        kind="association" if outcome.significant else "no_effect",
        template=template,
        n=pair.n,
        query=query,
        measure=y.name,
        by=[x.name],
        entities=dict(where),
        direction=("positive" if r > 0 else "negative") if outcome.significant else "none",
        effect_size=r,
        effect_name=pair.result.test,
        test=pair.result.test,
        statistic=pair.result.statistic,
        strength="association",
        exhibit=_points(study, x, y, where),
        assumptions=list(pair.result.assumptions),
        **left_out(missing=pair.missing),
        robustness=_second_opinion(study, x, y, where, pair),
    )


def _query(study: Study, x: Measure, y: Measure, where: Where, *, ranked: bool) -> str:
    condition = study.condition(where, f"{x.sql} is not null", f"{y.sql} is not null")
    if not ranked:
        return f"select round(corr({y.sql}, {x.sql}), {PLACES}) from {study.table}{condition}"
    pairs = f"select {y.sql} as y, {x.sql} as x from {study.table}{condition}"
    ties = "rank() over (order by {0}) + (count(*) over (partition by {0}) - 1) / 2.0"
    return f"select round(corr(ry, rx), {PLACES}) from (select {ties.format('y')} as ry, {ties.format('x')} as rx from ({pairs}))"


def _together(x: Measure, y: Measure, where: Where, pair: Pair, w: Writer) -> str:
    up = pair.result.effect_size > 0
    interval = w.interval("correlation", pair.result.ci_low, pair.result.ci_high, PLAIN)
    tail = ""
    if pair.rest is not None:
        same = pair.rest.p_value < 0.01 and (pair.rest.effect_size > 0) == up
        tail = ", as in the rest" if same else ", which is not so in the rest"
    first = said(y.label)
    return (
        f"{first[0].upper()}{first[1:]} and {said(x.label)} {'move together' if up else 'move against each other'}{within(where)}{tail}: "
        f"{pair.result.test.split()[0]} correlation {{value}} ({interval}), {w.sureness(pair.n)}."
    )


def _apart(study: Study, x: Measure, y: Measure, where: Where, pair: Pair, w: Writer) -> str:
    w.method("detectable", "smallest correlation found four times in five", w.candidate.detectable, PLAIN)
    interval = w.interval("correlation", pair.result.ci_low, pair.result.ci_high, {**PLAIN, "signed": True})
    first = f"{said(y.label)[0].upper()}{said(y.label)[1:]}"
    close = Closeness(pair.result.ci_low, pair.result.ci_high, SMALL, w.candidate.detectable)
    told = f"{pair.result.test.split()[0]} correlation {{value}} ({interval}), {w.sureness(pair.n)}"
    kind = absence(close, w.outcome)
    if kind == "small":
        return f"{first} hardly goes with {said(x.label)}{within(where)}, though by more than chance: {told}."
    if kind == "same":
        w.method("margin", "correlation below which two measures count as unrelated", SMALL, {**PLAIN, "decimals": 1})
        return f"{first} does not go with {said(x.label)}{within(where)}, within {{margin}} either way: {told}."
    a, b, keep = _kept(study, x, y, where)
    w.method("spread", f"standard deviation of {x.label}", float(a[keep].std()), difference_in_units(x))
    w.method(
        "change",
        f"{y.label} per standard deviation that would have shown",
        w.candidate.detectable * float(b[keep].std()),
        difference_in_units(y),
    )
    return (
        f"{first} does not go with {said(x.label)}{within(where)}: {told}; a correlation of {{detectable}}, {{change}} of {said(y.label)} "
        f"for every {{spread}} of {said(x.label)}, would have shown."
    )


def _kept(study: Study, x: Measure, y: Measure, where: Where) -> tuple[Floats, Floats, Mask]:
    a, b = study.values(x), study.values(y)
    return a, b, study.mask(where) & ~np.isnan(a) & ~np.isnan(b)


def _second_opinion(study: Study, x: Measure, y: Measure, where: Where, pair: Pair) -> str | None:
    first, second = pair.result, pair.second
    clear = first.p_value < DISSENT

    def agrees(again: Result) -> bool:
        return same_side(again.p_value, again.effect_size, first.effect_size) if clear else again.p_value >= DISSENT

    a, b, keep = _kept(study, x, y, where)
    far = far_out(a[keep]) | far_out(b[keep])
    if not far.any() or (~far).sum() < FEWEST:
        return opinion(second.test, agrees=agrees(second))
    again = (correlation.pearson if pair.trusted else correlation.spearman)(a[keep][~far], b[keep][~far])
    return said_of(opinion(second.test, agrees=agrees(second)), opinion(WITHOUT, agrees=agrees(again)))


def _points(study: Study, x: Measure, y: Measure, where: Where) -> Exhibit:
    condition = study.condition(where, f"{x.sql} is not null", f"{y.sql} is not null")
    pairs = f"select {x.sql} as x, {y.sql} as y from {study.table}{condition}"
    inner = f"select x, y, row_number() over (order by x, y) as i, count(*) over () as n from ({pairs})"
    query = f"select x, y from ({inner}) where i % greatest(1, (n / {POINTS_SHOWN})::bigint) = 0 order by x, y"
    labels = (f"{x.label} ({x.unit})" if x.unit else x.label, y.label)
    style = {"style": y.style, "unit": y.unit}
    title = f"{y.label} against {x.label}{within(where)}"
    return exhibit(study, "scatter", query, title=title, labels=labels, columns=[x.name, y.name], style=style)


METHOD = Method(
    name="association",
    version="1",
    title="Association of two measures",
    needs="two measures and at least twenty records with both",
    proposals=proposals,
    test=test,
    write=write,
)
