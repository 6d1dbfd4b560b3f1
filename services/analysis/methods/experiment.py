"""Experiment: what each arm of a trial did against the control arm, with what the trial could have seen."""

from dataclasses import dataclass

import numpy as np

from services.analysis.asked import measures_asked
from services.analysis.designs import Trial, trials
from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.measures import Measure
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.level import bars
from services.analysis.opinions import DISSENT, left_out, opinion
from services.analysis.statistics import counts, groups, power
from services.analysis.statistics.tails import Result
from services.analysis.study import Study
from services.analysis.writing import Writer, comparative, difference_in_units, in_units, listed, said, value_name

MOST_OUTCOMES = 4
FEWEST = 30
LOPSIDED = 0.001  # p below which the arms are not of the sizes an even draw gives


@dataclass(frozen=True)
class Readout:
    """The difference between an arm and the control, the smallest one the trial could have seen, and whether its arms are even."""

    trial: Trial
    result: Result
    second: str
    smallest: float
    even: bool
    n: int
    dropped: int


def proposals(study: Study, interest: Interest) -> list[Params]:
    """Every arm against the control, in the outcomes most asked about."""
    outcomes = [m for m in study.measures.values() if m.kind in {"rate", "number", "duration"}]
    outcomes = measures_asked(study, interest, outcomes)
    return [
        {"measure": m.name, "by": trial.cut.name, "group": arm}
        for trial in trials(study)
        for m in outcomes[: MOST_OUTCOMES + 1]
        if not set(m.columns) & set(trial.cut.columns)
        for arm in trial.arms
    ]


def test(study: Study, params: Params) -> Candidate | None:
    """Compare `params["group"]` with the control arm of `params["by"]` in `params["measure"]`."""
    measure, arm = study.measures[params["measure"]], str(params["group"])
    trial = next((t for t in trials(study) if t.cut.name == params["by"]), None)
    if trial is None:
        return None
    values, codes = study.values(measure), study.codes(trial.cut)
    known = ~np.isnan(values)
    first = values[known & (codes == trial.cut.values.index(arm))]
    control = values[known & (codes == trial.cut.values.index(trial.control))]
    if min(len(first), len(control)) < FEWEST:
        return None
    result = _difference(measure, first, control)
    d = power.detectable_difference(len(first), len(control))
    spread = float(np.sqrt((first.var(ddof=1) + control.var(ddof=1)) / 2))
    sizes = np.array([float(n) for n in trial.cut.sizes])
    even = counts.goodness_of_fit(sizes).p_value >= LOPSIDED
    n = len(first) + len(control)
    again = _again(measure, first, control)
    return Candidate(
        method="experiment",
        params=dict(params),
        columns=tuple(dict.fromkeys([*trial.cut.columns, *measure.columns])),
        p_value=result.p_value,
        effect=abs(result.effect_size) / float(np.sqrt(result.effect_size**2 + 4)),
        coverage=n / max(1, study.size),
        topic=("experiment", measure.name, trial.cut.name, arm),
        detail=Readout(trial, result, again, d * spread, even, n, int((codes >= 0).sum()) - int((known & (codes >= 0)).sum())),
        detectable=d / float(np.sqrt(d * d + 4)),
        entities=(arm,),
        interest=1.2,
    )


def _difference(measure: Measure, first: "groups.Floats", control: "groups.Floats") -> Result:
    n1, n2 = float(len(first)), float(len(control))
    if measure.kind == "rate":
        return counts.two_proportions(float(first.sum()), n1, float(control.sum()), n2)
    return groups.welch_t(n1, float(first.mean()), float(first.var(ddof=1)), n2, float(control.mean()), float(control.var(ddof=1)))


def _again(measure: Measure, first: "groups.Floats", control: "groups.Floats") -> str:
    """Say whether an exact test of shares, or a test on ranks, comes out on the same side of chance."""
    result = _difference(measure, first, control)
    if measure.kind == "rate":
        a, b = int(first.sum()), int(control.sum())
        what, p = "An exact test (Fisher)", counts.fisher_exact(a, len(first) - a, b, len(control) - b)
    else:
        ranks = groups.rank(np.concatenate([first, control]))
        arm = np.arange(len(ranks)) < len(first)
        what, p = "A rank test (Mann-Whitney)", groups.mann_whitney(ranks, arm, groups.tie_sum(ranks)).p_value
    return opinion(what, agrees=(p < DISSENT) == (result.p_value < DISSENT))


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding:
    """Say what an arm reached against the control; where no difference shows, what the trial would have seen."""
    readout: Readout = candidate.detail
    measure, arm, trial = study.measures[candidate.params["measure"]], str(candidate.params["group"]), readout.trial
    w, changed = Writer(study, candidate, outcome), outcome.significant
    queries = {
        fact: f"select avg({measure.sql}) from {study.table}{study.condition({}, trial.cut.equals(value))}"
        for fact, value in (("value", arm), ("baseline", trial.control))
    }
    style, gap = in_units(measure), difference_in_units(measure, signed=True)
    value = w.sql("value", f"{value_name(measure)}, {arm}", queries["value"], style)
    baseline = w.sql("baseline", f"{value_name(measure)}, {trial.control}", queries["baseline"], style)
    w.formula("difference", "difference", "value - baseline", value - baseline, gap)
    interval = w.interval("difference", readout.result.ci_low, readout.result.ci_high, gap)
    subject = f"{said(value_name(measure))} is {{value}} with {said(arm)} against {{baseline}} with {said(trial.control)}"
    if changed:
        tail = f"{comparative(measure, higher=value > baseline)} by {{difference}} ({interval}), {w.sureness(readout.n)}"
    else:
        w.method("smallest", "smallest difference found four times in five", readout.smallest, difference_in_units(measure))
        tail = f"a difference no larger than chance allows ({interval}), {w.sureness(readout.n)}; one of {{smallest}} would have shown"
    return w.finding(
        kind="difference" if changed else "no_effect",
        template=f"{subject[0].upper()}{subject[1:]}: {tail}.",
        n=readout.n,
        **left_out(missing=readout.dropped),
        query=queries["value"],
        measure=measure.name,
        by=[trial.cut.name],
        entities={trial.cut.name: arm},
        direction="none" if not changed else "higher" if value > baseline else "lower",
        baseline=baseline,
        unit=measure.unit,
        effect_size=readout.result.effect_size,
        effect_name=readout.result.effect_name,
        test=readout.result.test,
        statistic=readout.result.statistic,
        strength="quasi_experiment",
        exhibit=bars(study, measure, trial.cut, {}, [arm], None),
        robustness=readout.second,
        assumptions=_assumptions(readout),
    )


def _assumptions(readout: Readout) -> list[str]:
    alike = (
        f"the arms are made up alike by {listed(list(readout.trial.balanced))}"
        if readout.trial.balanced
        else "no other cut to compare arms by"
    )
    sizes = (
        "the arms are of the sizes an even draw gives"
        if readout.even
        else "the arms are of unequal sizes: an even draw would not give them"
    )
    return ["the column names the arms of a trial", alike, sizes]


METHOD = Method(
    name="experiment",
    version="1",
    title="Experiment",
    needs="a column that names a control arm and others, alike in every other circumstance",
    proposals=proposals,
    test=test,
    write=write,
)
