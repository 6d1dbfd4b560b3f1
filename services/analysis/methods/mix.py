"""Mix and rate: how much of a measure's change over time comes from a different mix of groups, and how much from inside them."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Finding, Window
from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import cut_off, may_move
from services.analysis.opinions import left_out, opinion
from services.analysis.periods import Periods
from services.analysis.sql import literal
from services.analysis.statistics import groups
from services.analysis.study import Study
from services.analysis.writing import DIFFERENCE_DIGITS, EXHIBIT_ROWS, Writer, difference_in_units, exhibit, in_units, said, value_name

MOST_GROUPS = 20
FEWEST = 60
CHANGED = 1e-3  # p of the change below which it is worth taking apart


@dataclass(frozen=True)
class Parts:
    """A change taken apart: the mix of groups, what happened inside them, and the group that gave most."""

    mix: float
    inside: float
    largest: str
    n: int
    missing: int  # rows of the two thirds without a group or a value
    bases: tuple[tuple[float, float], tuple[float, float]]  # mix and inside with the first, and with the last third as base


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every measure that may move in time, by every cut of few enough groups."""
    del interest
    if study.calendar is None:
        return []
    return [
        {"measure": m.name, "by": cut.name}
        for m in study.measures.values()
        if m.kind != "count" and may_move(study, m) and not cut_off(study, m)
        for cut in study.groupings
        if len(cut.values) <= MOST_GROUPS and not set(cut.columns) & set(m.columns)
    ]


def test(study: Study, params: Params) -> Candidate | None:
    """Take the change of `params["measure"]` between the first and last third of the time apart; None where it hardly changed."""
    measure, cut, calendar = study.measures[params["measure"]], study.cuts[params["by"]], study.calendar
    if calendar is None:
        return None
    third = max(1, len(calendar.starts) // 3)
    values, codes = study.values(measure), study.codes(cut)
    known = ~np.isnan(values) & (codes >= 0) & (calendar.index >= 0)
    early, late = known & (calendar.index < third), known & (calendar.index >= len(calendar.starts) - third)
    if min(early.sum(), late.sum()) < FEWEST / 2:
        return None
    x, y = values[early], values[late]
    change = groups.welch_t(len(y), y.mean(), y.var(ddof=1), len(x), x.mean(), x.var(ddof=1))
    if change.p_value > CHANGED or abs(change.effect_size) < 0.1:
        return None
    k = len(cut.values)
    n0, n1 = (np.bincount(codes[part], minlength=k).astype(float) for part in (early, late))
    m0 = np.bincount(codes[early], x, minlength=k) / np.maximum(n0, 1)
    m1 = np.bincount(codes[late], y, minlength=k) / np.maximum(n1, 1)
    # A group seen in one period only has no change of its own: all it does is mix.
    m0, m1 = np.where(n0 > 0, m0, m1), np.where(n1 > 0, m1, m0)
    s0, s1 = n0 / n0.sum(), n1 / n1.sum()
    mix, inside = (s1 - s0) * (m0 + m1) / 2, (m1 - m0) * (s0 + s1) / 2
    largest = cut.values[int(np.argmax(np.abs(np.round(inside, 9))))]
    bases = ((float(((s1 - s0) * m0).sum()), float(((m1 - m0) * s1).sum())), (float(((s1 - s0) * m1).sum()), float(((m1 - m0) * s0).sum())))
    ends = (calendar.index >= 0) & ((calendar.index < third) | (calendar.index >= len(calendar.starts) - third))
    n = int(early.sum() + late.sum())
    parts = Parts(float(mix.sum()), float(inside.sum()), largest, n, int(ends.sum()) - n, bases)
    shifted = abs(parts.mix) / max(abs(parts.mix) + abs(parts.inside), 1e-300)
    size = abs(change.effect_size)
    return Candidate(
        method="mix",
        params=dict(params),
        columns=(calendar.column.name, *cut.columns, *measure.columns),
        p_value=None,
        effect=size / math.sqrt(size * size + 4),
        coverage=parts.n / max(1, study.size),
        topic=("mix", measure.name),
        detail=parts,
        interest=0.5 + 0.6 * shifted,
        entities=(largest,),
    )


def _shares(study: Study, measure: Measure, cut: Cut, calendar: Periods) -> str:
    """SQL of each group's share and mean in the first and the last third of the periods."""
    third = max(1, len(calendar.starts) // 3)
    x, column = f"({measure.sql})", calendar.column.expression
    spans = ((0, third), (len(calendar.starts) - third, len(calendar.starts)))
    then, now = (
        f"({column} >= timestamp '{calendar.begins(a)}' and {column} < timestamp '{calendar.ends(b - 1)}' + interval 1 day)"
        for a, b in spans
    )
    known = f"{measure.sql} is not null and {cut.equals(list(cut.values))}"
    counted = (
        f"select {cut.sql} as g, count(*) filter ({then}) as n0, count(*) filter ({now}) as n1, "
        f"avg({x}) filter ({then}) as m0, avg({x}) filter ({now}) as m1 from {study.table} where {known} group by 1"
    )
    return (
        "select g, n0 / sum(n0) over () as s0, n1 / sum(n1) over () as s1, coalesce(m0, m1, 0) as m0, coalesce(m1, m0, 0) as m1 "
        f"from ({counted}) where n0 + n1 > 0"
    )


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say how much of the change comes from the mix and how much from inside the groups."""
    parts: Parts = candidate.detail
    measure, cut, calendar = study.measures[candidate.params["measure"]], study.cuts[candidate.params["by"]], study.calendar
    if calendar is None:
        return None
    w, rows, signed = Writer(study, candidate, outcome), _shares(study, measure, cut, calendar), difference_in_units(measure, signed=True)
    early = w.sql("early", f"{value_name(measure)}, first third of the time", f"select sum(s0 * m0) from ({rows})", in_units(measure))
    late = w.sql("late", f"{value_name(measure)}, last third of the time", f"select sum(s1 * m1) from ({rows})", in_units(measure))
    w.formula("baseline", "change", "late - early", late - early, signed)
    query = f"select sum((s1 - s0) * (m0 + m1) / 2) from ({rows})"
    w.sql("value", "from the mix of groups", query, signed, digits=DIFFERENCE_DIGITS)
    w.sql("inside", "from inside the groups", f"select sum((m1 - m0) * (s0 + s1) / 2) from ({rows})", signed, digits=DIFFERENCE_DIGITS)
    own = f"select sum((m1 - m0) * (s0 + s1) / 2) from ({rows}) where g = {literal(parts.largest)}"
    w.sql("largest", f"from inside {parts.largest}", own, signed, digits=DIFFERENCE_DIGITS)
    subject = said(value_name(measure))
    chart = f"select g, (m1 - m0) * (s0 + s1) / 2, (s1 - s0) * (m0 + m1) / 2 from ({rows}) order by abs((m1 - m0) * (s0 + s1)) desc, g"
    return w.finding(
        kind="mix_shift",
        template=(
            f"{subject[0].upper()}{subject[1:]} went from {{early}} in the first third of the time to {{late}} in the last ({{baseline}}): "
            f"{{value}} from a different mix by {said(cut.label)}, {{inside}} from change inside the groups, most of it inside "
            f"{said(parts.largest)} ({{largest}}); {w.sureness(parts.n)}."
        ),
        n=parts.n,
        query=query,
        measure=measure.name,
        by=[cut.name],
        entities={cut.name: parts.largest},
        window=Window(start=calendar.begins(0), end=calendar.ends(len(calendar.starts) - 1)),
        direction="increasing" if late > early else "decreasing",
        baseline=w.facts["baseline"].value,
        unit=measure.unit,
        effect_size=parts.mix / (late - early) if late != early else 0.0,
        effect_name="share of the change from the mix",
        strength="descriptive",
        **left_out(missing=parts.missing),
        robustness=opinion("Weighing by the first or by the last period alone", agrees=_same_whatever_the_base(parts)),
        exhibit=exhibit(
            study,
            "stacked",
            f"{chart} limit {EXHIBIT_ROWS}",
            title=f"what changed {subject}, by {said(cut.label)}",
            labels=(cut.label, f"contribution to the change of {subject}"),
            columns=[cut.name, "inside the group", "from the mix"],
            style=signed,
        ),
    )


def _same_whatever_the_base(parts: Parts) -> bool:
    """Whether the larger of the two parts is the larger, in the same direction, with either period as base (Laspeyres and Paasche)."""
    mixed = abs(parts.mix) > abs(parts.inside)
    size = parts.mix if mixed else parts.inside
    return all((abs(a) > abs(b)) == mixed and (a if mixed else b) * size > 0 for a, b in parts.bases)


METHOD = Method(
    name="mix",
    version="1",
    title="Mix and rate of a change",
    needs="a date over at least eight periods, a measure that changed, and a category",
    proposals=proposals,
    test=test,
    write=write,
)
