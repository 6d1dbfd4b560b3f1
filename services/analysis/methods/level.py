"""Level and difference between groups: which group's average or rate stands out, by how much, and how surely."""

import math
from dataclasses import dataclass, replace

import numpy as np

from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure, humanize
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.statistics import counts, groups, power
from services.analysis.statistics.tails import Result, critical_z
from services.analysis.study import Floats, Study, Where
from services.analysis.writing import (
    EXHIBIT_ROWS,
    PLAIN,
    Writer,
    comparative,
    difference_in_units,
    exhibit,
    in_units,
    listed,
    said,
    value_name,
)

SMALLEST_GROUP = 5
SMALLEST_TABLE = 12
NEAR = 0.5  # a standardised difference no larger than this counts as close


@dataclass(frozen=True)
class Comparison:
    """Groups compared: those used, which of them lead, and the tests behind it."""

    names: list[str]  # groups used, in the cut's order
    sizes: Floats
    means: Floats
    leaders: list[int]  # the group that stands out first, then those on its side of the widest gap
    highest: list[int]  # the groups with the highest averages, for a description where none stands out
    higher: bool
    overall: Result
    contrast: Result  # the first leader against all that do not lead
    second: str  # whether another test agrees, in words
    n: int
    dropped: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every measure by every cut it does not define."""
    del interest
    return [
        {"measure": measure.name, "by": cut.name, "where": {}}
        for measure in study.measures.values()
        for cut in study.cuts.values()
        if measure.kind != "count" and not set(cut.columns) & set(measure.columns)
    ]


def test(study: Study, params: Params) -> Candidate | None:
    """Compare the groups of `params["by"]` in `params["measure"]`, within `params["where"]`; None with too few rows."""
    measure, cut, where = study.measures[params["measure"]], study.cuts[params["by"]], params.get("where") or {}
    compared = compare(study, measure, cut, where) if where else _everywhere(study, measure, cut)
    if compared is None:
        return None
    k, n = len(compared.names), compared.n
    if measure.kind == "rate":
        detectable = power.detectable_w(n, k - 1)
    elif k == 2:
        d = power.detectable_difference(*compared.sizes)
        detectable = d / math.sqrt(d * d + 4)
    else:
        f = power.detectable_f(n, k)
        detectable = f / math.sqrt(1 + f * f)
    # Absence needs more than a quiet overall test: the group that stands out must be shown to be close to the rest.
    if abs(compared.contrast.effect_size) + _margin(compared) > NEAR:
        detectable = max(detectable, 1.0)
    return Candidate(
        method="level",
        params={"measure": measure.name, "by": cut.name, "where": where},
        columns=tuple(dict.fromkeys([*cut.columns, *measure.columns, *study.columns_of(where)])),
        p_value=compared.overall.p_value,
        effect=_as_correlation(compared),
        coverage=n / max(1, study.size),
        topic=("level", measure.name, cut.name, *map(str, where.items())),
        detail=compared,
        detectable=detectable,
        interest=_telling(study, measure, cut, where, compared),
        describes=True,
        entities=tuple(compared.names[i] for i in compared.leaders),
    )


def _everywhere(study: Study, measure: Measure, cut: Cut) -> Comparison | None:
    return study.memo(("compare", measure.name, cut.name), lambda: compare(study, measure, cut, {}))


def _telling(study: Study, measure: Measure, cut: Cut, where: Where, c: Comparison) -> float:
    """How telling a comparison is: little where it is so by definition, or inside a group where it is so everywhere."""
    if measure.kind == "rate" and c.overall.effect_size > 0.95:
        return 0.4
    if cut.calendar:
        return 0.7
    everywhere = _everywhere(study, measure, cut) if where else None
    if everywhere is None:
        return 1.0
    same = everywhere.names[everywhere.leaders[0]] == c.names[c.leaders[0]] and everywhere.higher == c.higher
    return 0.6 if same and abs(everywhere.contrast.effect_size - c.contrast.effect_size) < 0.5 else 1.0


def _margin(c: Comparison) -> float:
    """Half the interval of the standardised difference between the group that stands out and the rest."""
    n1 = float(c.sizes[c.leaders[0]])
    return critical_z() * math.sqrt(1 / n1 + 1 / max(1.0, c.n - n1))


def _as_correlation(c: Comparison) -> float:
    size = c.overall.effect_size
    return float(size) if c.overall.effect_name in {"Cramer V", "r"} else math.sqrt(max(0.0, size))


def compare(study: Study, measure: Measure, cut: Cut, where: Where) -> Comparison | None:
    """Return the comparison of a measure between the groups of a cut, or None where there are too few rows or groups."""
    values, codes = study.values(measure), study.codes(cut)
    keep = study.mask(where) & (codes >= 0) & ~np.isnan(values)
    values, codes = values[keep], codes[keep]
    present = np.bincount(codes, minlength=len(cut.values)) if len(codes) else np.zeros(len(cut.values))
    used = np.flatnonzero(present >= SMALLEST_GROUP)
    if len(used) < 2 or present[used].sum() < SMALLEST_TABLE:
        return None
    places = np.full(len(cut.values), -1, dtype=np.int64)
    places[used] = np.arange(len(used))
    inside = places[codes] >= 0
    dropped = int((~inside).sum())
    values, codes = values[inside], places[codes[inside]]
    if values.max() == values.min():
        return None
    names = [cut.values[i] for i in used]
    m = groups.moments(values, codes, len(used))
    overall, second = _overall(study, measure, codes, m, np.flatnonzero(keep)[inside])
    leaders, higher = leading(m)
    contrast = _contrast(measure, m, leaders)
    return Comparison(
        names,
        m.n,
        m.mean,
        leaders,
        ahead(m.mean, np.argsort(-m.mean, kind="stable")),
        higher,
        overall,
        contrast,
        second,
        len(values),
        dropped,
    )


def _overall(study: Study, measure: Measure, codes: "groups.Codes", m: groups.Moments, rows: "groups.Codes") -> tuple[Result, str]:
    k = len(m.n)
    if measure.kind == "rate":
        hits = m.n * m.mean
        return counts.independence(np.column_stack([hits, m.n - hits])), ""
    kept = np.zeros(study.size, dtype=np.bool_)
    kept[rows] = True
    ranks, ties = study.ranked(measure.name, study.values(measure), kept)
    by_ranks = groups.kruskal(ranks, codes, k, ties)
    trusted, why = groups.means_can_be_trusted(m)
    if not trusted or (m.variance <= 0).any():
        return _noted(by_ranks, why), ""
    by_means = groups.welch_anova(m)
    agree = (by_means.p_value < 0.05) == (by_ranks.p_value < 0.05)
    second = "A rank test (Kruskal-Wallis) agrees." if agree else "A rank test (Kruskal-Wallis) does not agree."
    return _noted(by_means, why), second


def _noted(result: Result, why: str) -> Result:
    return Result(
        result.test,
        result.statistic,
        result.p_value,
        result.n,
        effect_size=result.effect_size,
        effect_name=result.effect_name,
        assumptions=(why,),
    )


def leading(m: groups.Moments) -> tuple[list[int], bool]:
    """Return the groups that stand out (at most three, one side of the widest gap) and whether they stand out upwards."""
    k, total = len(m.n), m.n.sum()
    grand = float((m.n * m.mean).sum() / total)
    rest = (grand * total - m.n * m.mean) / np.maximum(total - m.n, 1)
    pooled = float(((m.n - 1) * m.variance).sum() / max(total - k, 1))
    z = (m.mean - rest) / np.sqrt(np.maximum(pooled, 1e-300) * (1 / m.n + 1 / np.maximum(total - m.n, 1)))
    strongest = int(np.argmax(np.abs(np.round(z, 9))))
    higher = bool(z[strongest] >= 0)
    order = np.argsort(-m.mean if higher else m.mean, kind="stable")
    if abs(z[order[0]]) < min(2.0, abs(z[strongest])):
        return [strongest], higher
    return ahead(m.mean, order), higher


def ahead(means: Floats, order: "groups.Codes") -> list[int]:
    """Return the groups before the widest gap in an order, at most three and at most half of them."""
    gaps = np.abs(np.diff(means[order]))[: max(1, min(3, len(means) // 2))]
    return [int(i) for i in order[: int(np.argmax(gaps)) + 1]]


def _contrast(measure: Measure, m: groups.Moments, leaders: list[int]) -> Result:
    first = leaders[0]
    others = np.array([i for i in range(len(m.n)) if i not in leaders])
    n2 = float(m.n[others].sum())
    mean2 = float((m.n[others] * m.mean[others]).sum()) / n2
    if measure.kind == "rate":
        return counts.two_proportions(float(round(m.n[first] * m.mean[first])), float(m.n[first]), float(round(mean2 * n2)), n2)
    within = float(((m.n[others] - 1) * m.variance[others] + m.n[others] * (m.mean[others] - mean2) ** 2).sum())
    return groups.welch_t(float(m.n[first]), float(m.mean[first]), float(m.variance[first]), n2, mean2, within / max(n2 - 1, 1))


def _against_rest(study: Study, params: Params, c: Comparison) -> Result:
    """The contrast of the highest groups, for a description."""
    measure, cut = study.measures[params["measure"]], study.cuts[params["by"]]
    values, codes = study.values(measure), study.codes(cut)
    used = np.array([cut.values.index(name) for name in c.names])
    keep = study.mask(params["where"]) & np.isin(codes, used) & ~np.isnan(values)
    places = np.zeros(len(cut.values), dtype=np.int64)
    places[used] = np.arange(len(used))
    return _contrast(measure, groups.moments(values[keep], places[codes[keep]], len(used)), c.highest)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say which group stands out; or that none does, and what would have been seen; or, undecided, which is highest."""
    if outcome.significant:
        return _write_leader(study, candidate, outcome)
    if outcome.undecided(candidate):
        c: Comparison = candidate.detail
        described = replace(c, leaders=c.highest, higher=True, contrast=_against_rest(study, candidate.params, c))
        return _write_leader(study, replace(candidate, detail=described), outcome)
    return _write_level_field(study, candidate, outcome)


def _parts(study: Study, candidate: Candidate) -> tuple[Measure, Cut, Where, Comparison]:
    p = candidate.params
    return study.measures[p["measure"]], study.cuts[p["by"]], p["where"], candidate.detail


def within(where: Where) -> str:
    """The narrowing in words, to follow a noun: " within department Finance and priority High"."""
    parts = [f"{said(cut_label(cut))} {listed([v] if isinstance(v, str) else v)}" for cut, v in sorted(where.items())]
    return f" within {' and '.join(parts)}" if parts else ""


def cut_label(cut: str) -> str:
    """Return what a cut is called in a sentence, from its name: `bracket(unit_price)` is "unit price bracket"."""
    bracket = cut.removeprefix("bracket(").removesuffix(")")
    return humanize(cut) if bracket == cut else f"{humanize(bracket)} bracket"


def group_words(cut: Cut, value: str) -> str:
    """Return a group with the column it is of: "HR (department)", but "goal met true" and "grade 3" for bare marks."""
    bare = value.lower() in {"true", "false", "yes", "no"} or not any(c.isalpha() for c in value) or cut.ordered
    return f"{said(cut.label)} {said(value)}" if bare else f"{said(value)} ({said(cut.label)})"


def bars(study: Study, measure: Measure, cut: Cut, where: Where, highlight: list[str], reference: float | None) -> Exhibit:
    """Return the chart of a measure's average by group, largest first."""
    condition = study.condition(where, f"{cut.sql} is not null", f"{measure.sql} is not null")
    query = (
        f"select {cut.sql}, {measure.aggregate}, count(*) from {study.table}{condition} group by 1 order by 2 desc, 1 limit {EXHIBIT_ROWS}"
    )
    return exhibit(
        study,
        "bar",
        query,
        title=f"{value_name(measure)} by {said(cut.label)}",
        labels=(cut.label, value_name(measure)),
        columns=[cut.name, measure.name, "records"],
        style=in_units(measure),
        highlight=highlight,
        reference=reference,
    )


def _write_leader(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    measure, cut, where, c = _parts(study, candidate)
    leaders = [c.names[i] for i in c.leaders]
    others = [name for i, name in enumerate(c.names) if i not in c.leaders]
    w = Writer(study, candidate, outcome)
    present = f"{measure.sql} is not null"
    query = f"select avg({measure.sql}) from {study.table}{study.condition(where, cut.equals(leaders[0]))}"
    value = w.sql("value", f"{value_name(measure)}, {leaders[0]}", query, in_units(measure))
    base = f"select avg({measure.sql}) from {study.table}{study.condition(where, cut.equals(others), present)}"
    baseline = w.sql("baseline", f"{value_name(measure)}, the rest", base, in_units(measure))
    w.formula("difference", "difference", "abs(value - baseline)", abs(value - baseline), difference_in_units(measure))
    sign = 1 if c.higher else -1
    low, high = sorted((sign * c.contrast.ci_low, sign * c.contrast.ci_high))
    interval = w.interval("difference", low, high, difference_in_units(measure))
    lead, more = _lead(measure, cut, where, leaders, w, study), comparative(measure, higher=c.higher)
    template = f"{lead}, {{difference}} {more} than the rest ({{baseline}})"
    template += f"; {interval}, " if interval else "; "
    template += w.sureness(c.n)
    if not outcome.significant:
        template += "; this could be chance"
    return w.finding(
        kind="level",
        template=f"{template}.",
        n=c.n,
        query=query,
        measure=measure.name,
        by=[cut.name],
        entities={**where, cut.name: leaders[0] if len(leaders) == 1 else leaders},
        direction="higher" if c.higher else "lower",
        baseline=baseline,
        unit=measure.unit,
        effect_size=c.contrast.effect_size,
        effect_name=c.contrast.effect_name,
        n_dropped=c.dropped,
        dropped_why="groups of fewer than five records" if c.dropped else "",
        test=c.overall.test,
        statistic=c.overall.statistic,
        strength="association" if outcome.significant else "descriptive",
        exhibit=bars(study, measure, cut, where, leaders, baseline),
        assumptions=list(c.overall.assumptions),
        robustness=c.second or None,
    )


def _lead(measure: Measure, cut: Cut, where: Where, leaders: list[str], w: Writer, study: Study) -> str:
    """The first clause: who stands out, with how much."""
    place = within(where)
    first, group = group_words(cut, leaders[0]), said(cut.label)
    if measure.kind == "rate":
        state = said(measure.label.removeprefix("share with "))
        clause = f"{{value}} of records with {group} {said(leaders[0])}{place} have {state}"
    elif measure.kind == "duration":
        clause = f"{first[0].upper()}{first[1:]} averages {{value}}{place} for {said(measure.label)}"
    else:
        clause = f"{said(measure.label).capitalize()} averages {{value}} in {first}{place}"
    if len(leaders) > 1:
        parts = []
        for i, other in enumerate(leaders[1:], start=2):
            query = f"select avg({measure.sql}) from {study.table}{study.condition(where, cut.equals(other))}"
            w.sql(f"value{i}", f"{value_name(measure)}, {other}", query, in_units(measure))
            parts.append(f"{said(other)} {{value{i}}}")
        clause += f" ({', '.join(parts)})"
    return clause


def _write_level_field(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    measure, cut, where, c = _parts(study, candidate)
    w = Writer(study, candidate, outcome)
    condition = study.condition(where, cut.equals(c.names), f"{measure.sql} is not null")
    query = f"select avg({measure.sql}) from {study.table}{condition}"
    value = w.sql("value", value_name(measure), query, in_units(measure))
    for fact, pick in (("lowest", "min"), ("highest", "max")):
        inner = f"select {cut.sql}, avg({measure.sql}) as a from {study.table}{condition} group by 1"
        w.sql(fact, f"{fact} group average", f"select {pick}(a) from ({inner})", in_units(measure))
    w.method("detectable", "smallest effect (as a correlation) found four times in five", candidate.detectable, PLAIN)
    subject = f"{said(value_name(measure)[0].upper() + value_name(measure)[1:])}{within(where)}"
    template = (
        f"{subject} is about the same in every {said(cut.label)}: groups lie between {{lowest}} and {{highest}} around {{value}}, "
        f"no more than chance allows; {w.sureness(c.n)}; an effect of r = {{detectable}} would have shown."
    )
    return w.finding(
        kind="no_effect",
        template=template,
        n=c.n,
        query=query,
        measure=measure.name,
        by=[cut.name],
        entities=dict(where),
        unit=measure.unit,
        baseline=value,
        effect_size=c.overall.effect_size,
        effect_name=c.overall.effect_name,
        n_dropped=c.dropped,
        dropped_why="groups of fewer than five records" if c.dropped else "",
        test=c.overall.test,
        statistic=c.overall.statistic,
        strength="association",
        exhibit=bars(study, measure, cut, where, [], value),
        assumptions=list(c.overall.assumptions),
        robustness=c.second or None,
    )


METHOD = Method(
    name="level",
    version="1",
    title="Level and difference between groups",
    needs="a measure or a status, and a category of at least two groups of five records",
    proposals=proposals,
    test=test,
    write=write,
)
