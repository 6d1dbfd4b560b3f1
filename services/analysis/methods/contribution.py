"""Contribution: which groups make up most of a total."""

from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.opinions import left_out, opinion, said_of, without_far_out
from services.analysis.study import Floats, Mask, Study, Where
from services.analysis.writing import EXHIBIT_ROWS, PLAIN, SHARE, Writer, exhibit, in_units, said, within

FEWEST = 20


@dataclass(frozen=True)
class Shares:
    """Totals per group, and which of them stand out."""

    names: list[str]
    sizes: Floats
    totals: Floats
    leaders: list[int]
    n: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every measure that adds up, by every cut."""
    del interest
    return [
        {"measure": measure.name, "by": cut.name, "where": {}}
        for measure in study.measures.values()
        for cut in study.groupings
        if measure.adds_up and measure.kind == "number" and not set(cut.columns) & set(measure.columns)
    ]


def test(study: Study, params: Params) -> Candidate | None:
    """Total `params["measure"]` per group of `params["by"]`, within `params["where"]`. A description: nothing is tested."""
    measure, cut, where = study.measures[params["measure"]], study.cuts[params["by"]], params.get("where") or {}
    sizes, totals = study.tally(cut, where, measure)
    used = np.flatnonzero(sizes > 0)
    if sizes.sum() < FEWEST or len(used) < 2 or totals[used].min() < 0 or totals.sum() <= 0:
        return None
    totals = totals[used]
    leaders = making_up(totals)
    shares = Shares([cut.values[i] for i in used], sizes[used], totals, leaders, int(sizes.sum()))
    ahead = float(totals[leaders].sum() / totals.sum()) - len(leaders) / len(totals)
    return Candidate(
        method="contribution",
        params={"measure": measure.name, "by": cut.name, "where": where},
        columns=tuple(dict.fromkeys([*cut.columns, *measure.columns, *study.columns_of(where)])),
        p_value=None,
        effect=min(1.0, abs(ahead) * 2),
        coverage=shares.n / max(1, study.dataset.rows),
        topic=("contribution", measure.name, cut.name, *map(str, where.items())),
        detail=shares,
        interest=(0.9 + 0.6 * min(0.5, abs(ahead)) if ahead >= 0.05 else 0.8) * (0.6 if cut.status or cut.ordered else 1.0),
        entities=tuple(shares.names[i] for i in leaders),
    )


def making_up(totals: Floats) -> list[int]:
    """Return the fewest groups, at most three and half of all, that together make up two thirds of the total."""
    order = np.argsort(-totals, kind="stable")
    most = max(1, min(3, len(totals) // 2))
    enough = int(np.searchsorted(np.cumsum(totals[order]), 2 / 3 * totals.sum())) + 1
    return [int(i) for i in order[: min(most, enough)]]


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say which group makes up most of the total, and which come next."""
    shares: Shares = candidate.detail
    measure, cut, where = study.measures[candidate.params["measure"]], study.cuts[candidate.params["by"]], candidate.params["where"]
    w = Writer(study, candidate, outcome)
    leaders = [shares.names[i] for i in shares.leaders]
    style = in_units(measure)
    query = f"select sum({measure.sql}) from {study.table}{study.condition(where, cut.equals(leaders[0]))}"
    value = w.sql("value", f"total {measure.label}, {leaders[0]}", query, style)
    everything = study.condition(where, cut.equals(shares.names))
    total = w.sql("total", f"total {measure.label}", f"select sum({measure.sql}) from {study.table}{everything}", style)
    w.formula("share", f"share of {leaders[0]}", "value / total", value / total if total else 0.0, SHARE)
    w.method("groups", "groups", float(len(shares.names)), PLAIN)
    w.formula("baseline", "an equal share", "total / groups", total / len(shares.names), style)
    parts = []
    for i, leader in enumerate(leaders[1:], start=2):
        next_query = f"select sum({measure.sql}) from {study.table}{study.condition(where, cut.equals(leader))}"
        w.sql(f"value{i}", f"total {measure.label}, {leader}", next_query, style)
        parts.append(f"{said(leader)} with {{value{i}}}")
    together = f", followed by {', '.join(parts)}" if parts else ""
    rows = int(study.workspace.scalar(f"select count(*) from {study.table}{study.condition(where)}"))
    return w.finding(
        kind="contribution",
        template=(
            f"{said(leaders[0])} has the largest total {said(measure.label)} by {said(cut.label)}{within(where)}: {{value}}, "
            f"{{share}} of {{total}}{together}; an equal share would be {{baseline}}; {w.sureness(shares.n)}."
        ),
        n=shares.n,
        query=query,
        measure=measure.name,
        by=[cut.name],
        entities={**where, cut.name: leaders[0] if len(leaders) == 1 else leaders},
        direction="higher",
        baseline=w.facts["baseline"].value,
        unit=measure.unit,
        effect_size=w.facts["share"].value,
        effect_name="share of total",
        strength="descriptive",
        **left_out(missing=rows - shares.n),
        robustness=_second_opinion(study, measure, cut, where, shares),
        exhibit=_totals(study, measure, cut, where, highlight=leaders, reference=w.facts["baseline"].value),
    )


def _second_opinion(study: Study, measure: Measure, cut: Cut, where: Where, shares: Shares) -> str | None:
    """Whether the same group leads by its number of records, and in total without values far out."""
    first = shares.leaders[0]
    by_count = opinion("The order by number of records", agrees=int(np.argmax(shares.sizes)) == first)
    values, codes = study.values(measure), study.codes(cut)
    keep = study.mask(where) & (codes >= 0) & ~np.isnan(values)
    values, codes = values[keep], codes[keep]

    def leads(kept: Mask) -> bool:
        totals = np.bincount(codes[kept], values[kept], minlength=len(cut.values))
        return cut.values[int(np.argmax(np.round(totals, 9)))] == shares.names[first]

    return said_of(by_count, without_far_out(values, leads))


def _totals(study: Study, measure: Measure, cut: Cut, where: Where, *, highlight: list[str], reference: float) -> Exhibit:
    """Return the chart of a measure's total in every group."""
    condition = study.condition(where, f"{cut.sql} is not null")
    rows = f"select {cut.sql}, sum({measure.sql}), count(*) from {study.table}{condition} group by 1 order by 2 desc, 1"
    return exhibit(
        study,
        "bar",
        f"{rows} limit {EXHIBIT_ROWS}",
        title=f"total {said(measure.label)} by {said(cut.label)}{within(where)}",
        labels=(cut.label, f"total {measure.label}"),
        columns=[cut.name, measure.name, "records"],
        style=in_units(measure),
        highlight=highlight,
        reference=reference,
    )


METHOD = Method(
    name="contribution",
    version="1",
    title="Contribution to a total",
    needs="a measure that adds up, and a category",
    proposals=proposals,
    test=test,
    write=write,
)
