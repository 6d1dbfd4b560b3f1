"""What a comparison of groups says where none stands out: the same within a margin, little apart, or nothing that would have shown."""

from collections.abc import Callable

import numpy as np

from services.analysis.equivalence import MARGIN, Absence, absence, groups_apart, margin_of, margin_style
from services.analysis.findings import Exhibit, Finding
from services.analysis.measures import Cut, Measure
from services.analysis.methods.comparison import Comparison, nothing_else
from services.analysis.methods.contract import Candidate, Outcome
from services.analysis.opinions import left_out
from services.analysis.study import Study, Where
from services.analysis.writing import Writer, difference_in_units, in_units, said, value_name, within


def write_same(study: Study, candidate: Candidate, outcome: Outcome, drawn: Callable[[float], Exhibit]) -> Finding:
    """Say that no group stands out, with the interval that holds every group's difference from the rest.

    `drawn` returns the chart, given the average of all.
    """
    p, c = candidate.params, candidate.detail
    assert isinstance(c, Comparison)
    measure, cut, where = study.measures[p["measure"]], study.cuts[p["by"]], p["where"]
    w = Writer(study, candidate, outcome)
    condition = study.condition(where, cut.equals(c.names), f"{measure.sql} is not null")
    query = f"select avg({measure.sql}) from {study.table}{condition}"
    value = w.sql("value", value_name(measure), query, in_units(measure))
    for fact, pick in (("lowest", "min"), ("highest", "max")):
        inner = f"select {cut.sql}, avg({measure.sql}) as a from {study.table}{condition} group by 1"
        w.sql(fact, f"{fact} group average", f"select {pick}(a) from ({inner})", in_units(measure))
    values = study.values(measure)
    close = groups_apart(measure, c, margin_of(measure, values[~np.isnan(values)], value))
    apart = difference_in_units(measure, signed=True)
    interval = w.interval("a group's difference from the rest", close.low, close.high, apart)
    label = "smallest difference of a group from the rest found four times in five"
    w.method("detectable", label, close.detectable, difference_in_units(measure))
    template = _told(measure, cut, where, absence(close, outcome), interval, w)
    return w.finding(
        kind="no_effect",
        template=f"{template}; {w.sureness(c.n)}.",
        n=c.n,
        query=query,
        measure=measure.name,
        by=[cut.name],
        entities=dict(where),
        unit=measure.unit,
        baseline=value,
        effect_size=c.overall.effect_size,
        effect_name=c.overall.effect_name,
        **left_out(missing=c.missing, rare=c.dropped),
        test=c.overall.test,
        statistic=c.overall.statistic,
        strength="association",
        exhibit=drawn(value),
        assumptions=list(c.overall.assumptions),
        robustness=nothing_else(measure, c),
    )


def _told(measure: Measure, cut: Cut, where: Where, kind: Absence, interval: str, w: Writer) -> str:
    """The sentence up to how sure it is."""
    subject, group = f"{said(value_name(measure)[0].upper() + value_name(measure)[1:])}{within(where)}", said(cut.label)
    lies = f"groups lie between {{lowest}} and {{highest}} around {{value}}, every one's difference from the rest is inside {interval}"
    if kind == "same":
        w.method("margin", "margin within which groups count as the same", MARGIN, margin_style(measure))
        of = "" if measure.kind == "rate" else " of the average"
        return f"{subject} is about the same in every {group}, within {{margin}}{of}: {lies}"
    if kind == "small":
        return f"{subject} differs little by {group}, though by more than chance: {lies}"
    return (
        f"{subject} is about the same in every {group}: groups lie between {{lowest}} and {{highest}} around {{value}}, no more than "
        f"chance allows (difference from the rest {interval}); a group {{detectable}} from the rest would have shown"
    )
