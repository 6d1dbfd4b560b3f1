"""Change point: the day a measure's level steps up or down and stays there."""

from dataclasses import dataclass

import numpy as np

from services.analysis.findings import Finding, Window
from services.analysis.goal import Interest
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.trend import cut_off, line, may_move
from services.analysis.opinions import left_out, opinion, same_side
from services.analysis.periods import day_of
from services.analysis.statistics import groups, steps
from services.analysis.statistics.tails import Result
from services.analysis.study import Floats, Study
from services.analysis.writing import Writer, difference_in_units, in_units, said, value_name, within
from shared.kit.cited import name

FEWEST = 60


@dataclass(frozen=True)
class Change:
    """A step: the day it begins, the last day of the data, and the levels compared."""

    day: str
    last: str
    step: steps.Step
    contrast: Result
    n: int
    missing: int
    ranked: bool  # whether a search on ranks finds the step in the same place


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every measure over the table's main date."""
    del interest
    if study.time is None:
        return []
    return [{"measure": m.name, "where": {}} for m in study.measures.values() if m.kind != "count" and may_move(study, m)]


def test(study: Study, params: Params) -> Candidate | None:
    """Look for one step in `params["measure"]` over time, within `params["where"]`."""
    measure, where = study.measures[params["measure"]], params.get("where") or {}
    if study.time is None:
        return None
    seconds, values = study.seconds(study.time), study.values(measure)
    keep = study.mask(where) & ~np.isnan(seconds) & ~np.isnan(values)
    if keep.sum() < FEWEST:
        return None
    missing = int(study.mask(where).sum() - keep.sum())
    order = np.lexsort((values[keep], seconds[keep]))
    when, series = seconds[keep][order], values[keep][order]
    step = steps.one_step(series)
    if step is None or step.gain <= 0.02 or (step.after < step.before and cut_off(study, measure)):
        return None
    # Rows of one day belong together: the step lies at the start of the day it was found in.
    day = day_of(float(when[step.position]))
    before, after = series[when < day.timestamp()], series[when >= day.timestamp()]
    if min(len(before), len(after)) < 10:
        return None
    contrast = groups.welch_t(len(after), after.mean(), after.var(ddof=1), len(before), before.mean(), before.var(ddof=1))
    change = Change(f"{day:%Y-%m-%d}", f"{day_of(float(when[-1])):%Y-%m-%d}", step, contrast, len(series), missing, _on_ranks(series, step))
    return Candidate(
        method="change",
        params={"measure": measure.name, "where": where},
        columns=tuple(dict.fromkeys([study.time.name, *measure.columns, *study.columns_of(where)])),
        p_value=step.p_value,
        effect=step.effect,
        coverage=change.n / max(1, study.size),
        topic=("change", measure.name, *map(str, where.items())),
        detail=change,
        entities=tuple(str(v) for v in where.values()),
        silent=True,
    )


def _on_ranks(series: Floats, step: steps.Step) -> bool:
    """Whether ranks, which no far-out value can pull, step at about the same place (within a tenth of the series) and as surely."""
    again = steps.one_step(groups.rank(series))
    if again is None or abs(again.position - step.position) > 0.1 * len(series):
        return False
    return same_side(again.p_value, again.after - again.before, step.after - step.before)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say when the level changed and by how much; a step that chance explains is not mentioned."""
    if not outcome.significant or study.time is None:
        return None
    change: Change = candidate.detail
    measure, where = study.measures[candidate.params["measure"]], candidate.params["where"]
    w = Writer(study, candidate, outcome)
    style, column = in_units(measure), study.time.expression
    since, until = f"{column} >= timestamp '{change.day}'", f"{column} < timestamp '{change.day}'"
    query = f"select avg({measure.sql}) from {study.table}{study.condition(where, since)}"
    after = w.sql("value", f"{value_name(measure)} from the change on", query, style)
    earlier = f"select avg({measure.sql}) from {study.table}{study.condition(where, until)}"
    before = w.sql("baseline", f"{value_name(measure)} before", earlier, style)
    w.formula("difference", "change", "value - baseline", after - before, difference_in_units(measure, signed=True))
    interval = w.interval("change", change.contrast.ci_low, change.contrast.ci_high, difference_in_units(measure, signed=True))
    up = after > before
    subject = f"{said(value_name(measure))}{within(where)}"
    return w.finding(
        kind="change_point",
        template=(
            f"{subject[0].upper()}{subject[1:]} stepped {'up' if up else 'down'} around {name(change.day)}: "
            f"{{value}} since then, {{baseline}} before ({{difference}}; {interval}), {w.sureness(change.n)}."
        ),
        n=change.n,
        query=query,
        measure=measure.name,
        by=[study.time.name],
        entities=dict(where),
        window=Window(start=change.day, end=change.last),
        direction="shift_up" if up else "shift_down",
        baseline=before,
        unit=measure.unit,
        effect_size=change.contrast.effect_size,
        effect_name=change.contrast.effect_name,
        test="CUSUM",
        statistic=change.step.effect,
        strength="association",
        **left_out(missing=change.missing),
        robustness=opinion("The same search on ranks", agrees=change.ranked),
        exhibit=line(study, measure, where, study.calendar) if study.calendar else None,
        assumptions=["first-order autocorrelation allowed for", "a step fits better than a straight line"],
    )


METHOD = Method(
    name="change",
    version="1",
    title="Change point",
    needs="a date, a measure and sixty records",
    proposals=proposals,
    test=test,
    write=write,
)
