"""Simpson check: does the order of two groups turn round once rows are compared within a third variable's groups."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import left_out, opinion
from services.analysis.statistics import counts
from services.analysis.statistics.tails import critical_z, normal_two_sided
from services.analysis.study import Floats, Study
from services.analysis.writing import DIFFERENCE_DIGITS, Writer, comparative, difference_in_units, exhibit, in_units, said, value_name

MOST_GROUPS = 8
MOST_STRATA = 15
CRUDE = 0.1  # the crude difference, in standard deviations, below which there is nothing to turn round


@dataclass(frozen=True)
class Adjusted:
    """A group against the rest: crudely, and within strata weighted by their information (as Mantel and Haenszel weigh)."""

    crude: float
    crude_p: float
    difference: float
    error: float
    deviation: float
    n: int
    agreeing: int
    strata: int
    standardised: float  # the same difference with strata weighted by their size (direct standardisation)

    @property
    def p_value(self) -> float:
        """p of the adjusted difference, normal approximation."""
        return normal_two_sided(self.difference / self.error) if self.error > 0 else 1.0


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every measure and group with every stratum that is not spread alike over the groups: only such can turn an order round."""
    del interest
    small = [c for c in study.groupings if len(c.values) <= MOST_GROUPS]
    strata = [c for c in study.groupings if len(c.values) <= MOST_STRATA]
    uneven = [(a, b) for a in small for b in strata if a.name != b.name and _spread_unevenly(study, a, b)]
    found: list[Params] = []
    for measure in study.measures.values():
        for cut, stratum in uneven:
            columns = [*measure.columns, *cut.columns, *stratum.columns]
            if measure.kind != "count" and len(set(columns)) == len(columns):
                found += [{"measure": measure.name, "by": cut.name, "group": v, "within": stratum.name} for v in cut.values]
    return found


def _spread_unevenly(study: Study, cut: Cut, stratum: Cut) -> bool:
    table = study.crossed(cut, stratum)
    return bool(table.sum() > 0) and counts.independence(table).p_value < 0.01


def test(study: Study, params: Params) -> Candidate | None:
    """Adjust one group's difference for a stratifying cut; a candidate only where the sign turns."""
    measure, cut, stratum = study.measures[params["measure"]], study.cuts[params["by"]], study.cuts[params["within"]]
    adjusted = _adjusted(study, measure, cut, stratum, params["group"])
    if adjusted is None or adjusted.crude * adjusted.difference >= 0:
        return None
    if len(cut.values) == 2 and adjusted.crude < 0:
        return None  # the other group of the two tells it
    if abs(adjusted.crude) < CRUDE * adjusted.deviation or adjusted.crude_p > 0.01 or adjusted.agreeing < 0.75 * adjusted.strata:
        return None
    d = adjusted.difference / adjusted.deviation
    return Candidate(
        method="reversal",
        params=dict(params),
        columns=tuple(dict.fromkeys([*cut.columns, *stratum.columns, *measure.columns])),
        p_value=adjusted.p_value,
        effect=abs(d) / math.sqrt(d * d + 4),
        coverage=adjusted.n / max(1, study.size),
        topic=("reversal", measure.name, cut.name),
        detail=adjusted,
        interest=1.5,
        entities=(params["group"],),
        silent=True,
    )


@dataclass(frozen=True)
class Cells:
    """Counts, sums and sums of squares of a measure (less its mean) per group and stratum."""

    n: Floats
    total: Floats
    square: Floats


def _cells(study: Study, measure: Measure, cut: Cut, stratum: Cut) -> Cells:
    values, codes, strata = study.values(measure), study.codes(cut), study.codes(stratum)
    keep = ~np.isnan(values) & (codes >= 0) & (strata >= 0)
    shape = (len(cut.values), len(stratum.values))
    index = codes[keep] * shape[1] + strata[keep]
    x = values[keep] - values[keep].mean() if keep.any() else values[keep]
    sums = (np.bincount(index, weight, minlength=shape[0] * shape[1]) for weight in (None, x, x * x))
    n, total, square = (s.astype(float).reshape(shape) for s in sums)
    return Cells(n, total, square)


def _adjusted(study: Study, measure: Measure, cut: Cut, stratum: Cut, group: str) -> Adjusted | None:
    key = ("cells", measure.name, cut.name, stratum.name)
    cells = study.memo(key, lambda: _cells(study, measure, cut, stratum))
    g = cut.values.index(group)
    n1, s1, q1 = cells.n[g], cells.total[g], cells.square[g]
    n0, s0, q0 = cells.n.sum(axis=0) - n1, cells.total.sum(axis=0) - s1, cells.square.sum(axis=0) - q1
    both = (n1 >= 2) & (n0 >= 2)
    if both.sum() < 2 or min(n1.sum(), n0.sum()) < 10:
        return None
    m1, m0 = s1 / np.maximum(n1, 1), s0 / np.maximum(n0, 1)
    r1, r0 = np.maximum(q1 - n1 * m1**2, 0), np.maximum(q0 - n0 * m0**2, 0)
    weight = (n1 * n0 / np.maximum(n1 + n0, 1))[both]
    weight = weight / weight.sum()
    gaps = (m1 - m0)[both]
    noise = (r1 / np.maximum(n1 - 1, 1) / np.maximum(n1, 1) + r0 / np.maximum(n0 - 1, 1) / np.maximum(n0, 1))[both]
    size = (n1 + n0)[both]
    standardised = float((size * gaps).sum() / size.sum())
    difference, error = float((weight * gaps).sum()), math.sqrt(float((weight**2 * noise).sum()))
    crude, crude_p = _crude(n1, s1, q1, n0, s0, q0)
    n = float(n1.sum() + n0.sum())
    deviation = math.sqrt(float(r1.sum() + r0.sum()) / n)
    agreeing = int((np.sign(gaps) == np.sign(difference)).sum())
    return (
        Adjusted(crude, crude_p, difference, error, deviation, int(n), agreeing, int(both.sum()), standardised) if deviation > 0 else None
    )


def _crude(n1: Floats, s1: Floats, q1: Floats, n0: Floats, s0: Floats, q0: Floats) -> tuple[float, float]:
    """The difference of the two means with the strata thrown together, and its p."""
    m1, m0 = s1.sum() / n1.sum(), s0.sum() / n0.sum()
    spread = math.sqrt(max(0.0, float((q1.sum() / n1.sum() - m1**2) / n1.sum() + (q0.sum() / n0.sum() - m0**2) / n0.sum())))
    return float(m1 - m0), normal_two_sided(float(m1 - m0) / spread) if spread > 0 else 1.0


def held_within(study: Study, measure: Measure, cut: Cut, group: str) -> tuple[list[str], list[str]]:
    """Return the categories (their labels, at most three each) within which a group's difference lasts, and those within which it fades.

    Only categories that are spread unevenly over the groups are looked at: no other can explain the difference.
    """
    lasts: list[str] = []
    fades: list[str] = []
    for stratum in study.groupings:
        columns = [*measure.columns, *cut.columns, *stratum.columns]
        if len(stratum.values) > MOST_STRATA or len(set(columns)) < len(columns) or not _spread_unevenly(study, cut, stratum):
            continue
        adjusted = _adjusted(study, measure, cut, stratum, group)
        if adjusted is not None and adjusted.crude != 0:
            (lasts if adjusted.difference / adjusted.crude >= 0.5 else fades).append(stratum.label)
    return lasts[:3], fades[:3]


def _query(study: Study, measure: Measure, cut: Cut, stratum: Cut, group: str, *, result: str) -> str:
    """SQL of the adjusted difference: per stratum the difference of means, weighted by n1 n0 / (n1 + n0)."""
    known = f"{measure.sql} is not null and {cut.sql} is not null and {stratum.sql} is not null"
    chosen = cut.equals(group)
    inner = (
        f"select {stratum.sql} as stratum, avg({measure.sql}) filter ({chosen}) as m1, avg({measure.sql}) filter (not ({chosen})) as m0, "
        f"count(*) filter ({chosen}) as n1, count(*) filter (not ({chosen})) as n0 from {study.table} where {known} group by 1"
    )
    return f"select {result} from ({inner}) where n1 >= 2 and n0 >= 2"


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say that the crude order reverses within the strata."""
    if not outcome.significant:
        return None
    p, found = candidate.params, candidate.detail
    assert isinstance(found, Adjusted)
    measure, cut, stratum, group = study.measures[p["measure"]], study.cuts[p["by"]], study.cuts[p["within"]], p["group"]
    w = Writer(study, candidate, outcome)
    weighted = "sum((m1 - m0) * n1 * n0 / (n1 + n0)) / sum(n1 * n0 / (n1 + n0)::double)"
    query = _query(study, measure, cut, stratum, group, result=weighted)
    signed = difference_in_units(measure, signed=True)
    value = w.sql("value", "difference within strata", query, signed, digits=DIFFERENCE_DIGITS)
    chosen = cut.equals(group)
    crude = f"avg({measure.sql}) filter ({chosen}) - avg({measure.sql}) filter (not ({chosen}))"
    baseline = w.sql("baseline", "crude difference", f"select {crude} from {study.table}", signed, digits=DIFFERENCE_DIGITS)
    margin = critical_z() * found.error
    interval = w.interval("difference within strata", found.difference - margin, found.difference + margin, signed)
    seems, truly = comparative(measure, higher=baseline > 0), comparative(measure, higher=value > 0)
    return w.finding(
        kind="difference",
        template=(
            f"{said(group)} ({said(cut.label)}) only seems to have {seems} {said(value_name(measure))}: {{baseline}} against the rest, "
            f"but {{value}} ({interval}), {truly}, when compared within each {said(stratum.label)}; the order reverses (Simpson); "
            f"{w.sureness(found.n)}."
        ),
        n=found.n,
        query=query,
        measure=measure.name,
        by=[cut.name, stratum.name],
        entities={cut.name: group},
        direction="higher" if value > 0 else "lower",
        baseline=baseline,
        unit=measure.unit,
        effect_size=found.difference / found.deviation,
        effect_name="standardised adjusted difference",
        test="stratified difference",
        statistic=found.difference / found.error if found.error > 0 else 0.0,
        strength="adjusted",
        **left_out(missing=study.size - found.n),
        robustness=opinion("Weighing strata by their size (direct standardisation)", agrees=found.standardised * found.difference > 0),
        exhibit=_by_stratum(study, measure, cut, stratum, group),
        assumptions=["strata weighted by how much each tells of the difference"],
    )


def _by_stratum(study: Study, measure: Measure, cut: Cut, stratum: Cut, group: str) -> Exhibit:
    """Return the chart of the group and the rest within every stratum."""
    rows = _query(study, measure, cut, stratum, group, result="stratum, m1, m0") + " order by n1 + n0 desc, stratum limit 20"
    return exhibit(
        study,
        "stacked",
        rows,
        title=f"{value_name(measure)} by {said(stratum.label)}, {said(group)} against the rest",
        labels=(stratum.label, value_name(measure)),
        columns=[stratum.name, group, "the rest"],
        style=in_units(measure),
        highlight=[group],
    )


METHOD = Method(
    name="reversal",
    version="1",
    title="Simpson check",
    needs="a measure and two categories",
    proposals=proposals,
    test=test,
    write=write,
)
