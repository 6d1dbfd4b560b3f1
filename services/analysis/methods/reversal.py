"""Simpson check: does the order of two groups turn round once rows are compared within a third variable's groups."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.statistics.tails import critical_z, normal_two_sided
from services.analysis.study import Study
from services.analysis.writing import Writer, comparative, difference_in_units, exhibit, in_units, said, value_name

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

    @property
    def p_value(self) -> float:
        """p of the adjusted difference, normal approximation."""
        return normal_two_sided(self.difference / self.error) if self.error > 0 else 1.0


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every measure, group and stratifying cut of few enough values."""
    del interest
    small = [c for c in study.cuts.values() if len(c.values) <= MOST_GROUPS]
    strata = [c for c in study.cuts.values() if len(c.values) <= MOST_STRATA]
    found: list[Params] = []
    for measure in study.measures.values():
        for cut in small:
            for stratum in strata:
                columns = [*measure.columns, *cut.columns, *stratum.columns]
                if measure.kind == "count" or len(set(columns)) < len(columns):
                    continue
                found += [{"measure": measure.name, "by": cut.name, "group": v, "within": stratum.name} for v in cut.values]
    return found


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
    )


def _adjusted(study: Study, measure: Measure, cut: Cut, stratum: Cut, group: str) -> Adjusted | None:
    values, codes, strata = study.values(measure), study.codes(cut), study.codes(stratum)
    keep = ~np.isnan(values) & (codes >= 0) & (strata >= 0)
    values, inside, strata = values[keep], codes[keep] == cut.values.index(group), strata[keep]
    k = len(stratum.values)
    n1, n0 = np.bincount(strata[inside], minlength=k), np.bincount(strata[~inside], minlength=k)
    both = (n1 >= 2) & (n0 >= 2)
    if both.sum() < 2 or min(inside.sum(), (~inside).sum()) < 10:
        return None
    m1 = np.bincount(strata[inside], values[inside], minlength=k) / np.maximum(n1, 1)
    m0 = np.bincount(strata[~inside], values[~inside], minlength=k) / np.maximum(n0, 1)
    residual = values - np.where(inside, m1[strata], m0[strata])
    v1 = np.bincount(strata[inside], residual[inside] ** 2, minlength=k) / np.maximum(n1 - 1, 1)
    v0 = np.bincount(strata[~inside], residual[~inside] ** 2, minlength=k) / np.maximum(n0 - 1, 1)
    weight = np.where(both, n1 * n0 / np.maximum(n1 + n0, 1), 0.0)
    weight = weight / weight.sum()
    gaps = (m1 - m0)[both]
    difference = float((weight[both] * gaps).sum())
    error = math.sqrt(float((weight[both] ** 2 * (v1 / np.maximum(n1, 1) + v0 / np.maximum(n0, 1))[both]).sum()))
    crude = float(values[inside].mean() - values[~inside].mean())
    spread = math.sqrt(float(values[inside].var() / inside.sum() + values[~inside].var() / (~inside).sum()))
    crude_p = normal_two_sided(crude / spread) if spread > 0 else 1.0
    deviation = math.sqrt(float((residual**2).sum()) / len(values))
    agreeing = int((np.sign(gaps) == np.sign(difference)).sum())
    return Adjusted(crude, crude_p, difference, error, deviation, len(values), agreeing, int(both.sum())) if deviation > 0 else None


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
    value = w.sql("value", "difference within strata", query, signed)
    chosen = cut.equals(group)
    crude = f"avg({measure.sql}) filter ({chosen}) - avg({measure.sql}) filter (not ({chosen}))"
    baseline = w.sql("baseline", "crude difference", f"select {crude} from {study.table}", signed)
    margin = critical_z() * found.error
    interval = w.interval("difference within strata", found.difference - margin, found.difference + margin, signed)
    seems, truly = comparative(measure, higher=baseline > 0), comparative(measure, higher=value > 0)
    rows = _query(study, measure, cut, stratum, group, result="stratum, m1, m0") + " order by n1 + n0 desc, stratum limit 20"
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
        exhibit=exhibit(
            study,
            "stacked",
            rows,
            title=f"{value_name(measure)} by {said(stratum.label)}, {said(group)} against the rest",
            labels=(stratum.label, value_name(measure)),
            columns=[stratum.name, group, "the rest"],
            style=in_units(measure),
            highlight=[group],
        ),
        assumptions=["strata weighted by how much each tells of the difference"],
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
