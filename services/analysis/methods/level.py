"""Level and difference between groups: which group's average or rate stands out, by how much, and how surely."""

import math
from dataclasses import replace

from services.analysis.findings import Exhibit, Finding
from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure
from services.analysis.methods.comparison import (
    Comparison,
    as_correlation,
    compare,
    contrast,
    everywhere,
    margin,
    nothing_else,
    second_opinion,
)
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.reversal import held_within
from services.analysis.methods.sameness import write_same
from services.analysis.opinions import left_out, said_of
from services.analysis.statistics import power
from services.analysis.study import Study, Where
from services.analysis.writing import (
    EXHIBIT_ROWS,
    Writer,
    comparative,
    difference_in_units,
    exhibit,
    group_words,
    in_units,
    said,
    value_name,
    within,
)

BY_DEFINITION = 0.95  # Cramer's V above which a share and a cut are two words for one thing
NEAR = 0.5  # a standardised difference no larger than this counts as close


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
    """Compare the groups of `params["by"]` in `params["measure"]`, within `params["where"]`.

    None with too few rows, and where a share and a cut are two words for one thing.
    """
    measure, cut, where = study.measures[params["measure"]], study.cuts[params["by"]], params.get("where") or {}
    compared = compare(study, measure, cut, where) if where else everywhere(study, measure, cut)
    if compared is None or (measure.kind == "rate" and compared.overall.effect_size > BY_DEFINITION):
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
    if abs(compared.contrast.effect_size) + margin(compared) > NEAR:
        detectable = max(detectable, 1.0)
    return Candidate(
        method="level",
        params={"measure": measure.name, "by": cut.name, "where": where},
        columns=tuple(dict.fromkeys([*cut.columns, *measure.columns, *study.columns_of(where)])),
        p_value=compared.overall.p_value,
        effect=as_correlation(compared),
        coverage=n / max(1, study.size),
        topic=("level", measure.name, cut.name, *map(str, where.items())),
        detail=compared,
        detectable=detectable,
        interest=_telling(study, measure, cut, where, compared),
        describes=True,
        entities=tuple(compared.names[i] for i in compared.leaders),
    )


def _telling(study: Study, measure: Measure, cut: Cut, where: Where, c: Comparison) -> float:
    """How telling a comparison is: less inside a group where it is so everywhere."""
    if cut.calendar:
        return 0.7
    whole = everywhere(study, measure, cut) if where else None
    if whole is None:
        return 1.0
    same = whole.names[whole.leaders[0]] == c.names[c.leaders[0]] and whole.higher == c.higher
    return 0.6 if same and abs(whole.contrast.effect_size - c.contrast.effect_size) < 0.5 else 1.0


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say which group stands out; or that none does, and what would have been seen; or, undecided, which is highest."""
    if outcome.significant:
        return _write_leader(study, candidate, outcome)
    if outcome.undecided(candidate):
        c: Comparison = candidate.detail
        measure = study.measures[candidate.params["measure"]]
        described = replace(c, leaders=c.highest, higher=True, contrast=contrast(measure, c.moments, c.highest))
        return _write_leader(study, replace(candidate, detail=described), outcome)
    measure, cut, where, _ = _parts(study, candidate)
    return write_same(study, candidate, outcome, lambda average: bars(study, measure, cut, where, [], average))


def _parts(study: Study, candidate: Candidate) -> tuple[Measure, Cut, Where, Comparison]:
    p = candidate.params
    return study.measures[p["measure"]], study.cuts[p["by"]], p["where"], candidate.detail


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
        **left_out(missing=c.missing, rare=c.dropped),
        test=c.overall.test,
        statistic=c.overall.statistic,
        strength="association" if outcome.significant else "descriptive",
        exhibit=bars(study, measure, cut, where, leaders, baseline),
        assumptions=list(c.overall.assumptions),
        robustness=_robustness(study, candidate, outcome, leaders[0]),
    )


def _robustness(study: Study, candidate: Candidate, outcome: Outcome, leader: str) -> str | None:
    measure, cut, where, c = _parts(study, candidate)
    if not outcome.significant:
        return nothing_else(measure, c)
    return said_of(second_opinion(study, candidate.params, c), _held(study, measure, cut, where, leader, outcome))


def _held(study: Study, measure: Measure, cut: Cut, where: Where, leader: str, outcome: Outcome) -> str:
    """Whether the leader's difference lasts when rows are compared within the groups of the other categories, in words."""
    if where or not outcome.significant:
        return ""
    lasts, fades = held_within(study, measure, cut, leader)
    kept = f"The difference keeps its direction within each {' and each '.join(said(x) for x in lasts)}." if lasts else ""
    lost = f"It shrinks to less than half within each {' and each '.join(said(x) for x in fades)}." if fades else ""
    return " ".join(part for part in (kept, lost) if part)


def _lead(measure: Measure, cut: Cut, where: Where, leaders: list[str], w: Writer, study: Study) -> str:
    """The first clause: who stands out, with how much."""
    place = within(where)
    first, group = group_words(cut, leaders[0]), said(cut.label)
    if measure.kind == "rate":
        state = said(measure.label.removeprefix("share with "))
        clause = f"{{value}} of records with {group} {said(leaders[0])}{place} have {state}"
    elif measure.kind == "duration":
        clause = f"{first[0].upper()}{first[1:]} averages {{value}}{place} {said(measure.label.removeprefix('time '))}"
    else:
        clause = f"Average {said(measure.label)} is {{value}} in {first}{place}"
    if len(leaders) > 1:
        parts = []
        for i, other in enumerate(leaders[1:], start=2):
            query = f"select avg({measure.sql}) from {study.table}{study.condition(where, cut.equals(other))}"
            w.sql(f"value{i}", f"{value_name(measure)}, {other}", query, in_units(measure))
            parts.append(f"{said(other)} {{value{i}}}")
        clause += f" ({', '.join(parts)})"
    return clause


METHOD = Method(
    name="level",
    version="1",
    title="Level and difference between groups",
    needs="a measure or a status, and a category of at least two groups of five records",
    proposals=proposals,
    test=test,
    write=write,
)
