"""Ratios compared between groups: cost per customer by channel, margin by store; the rest is the benchmark.

Heterogeneity is Cochran's Q over the groups' ratios with linearised variances; the group named is the one
whose distance from all others moves the total most.
"""

import math
from dataclasses import dataclass

from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.methods.contract import ALPHA, Candidate, Method, Outcome, Params
from services.analysis.ratio_study import SMALLEST_GROUP, Question, capital, group_bars, question, singular
from services.analysis.ratios import Part, Sums
from services.analysis.statistics import power
from services.analysis.statistics.tails import chi2_upper, critical_z
from services.analysis.study import Study
from services.analysis.writing import PLAIN, Writer, said


@dataclass(frozen=True)
class Apart:
    """A cut compared: the group that stands out, the rest, and how sure that is."""

    question: Question
    leader: Sums
    rest: Sums
    statistic: float
    groups: int
    n: int
    dropped: int

    @property
    def difference(self) -> float:
        """Leader less rest."""
        return (self.leader.value or 0.0) - (self.rest.value or 0.0)

    @property
    def error(self) -> float:
        """Standard error of the difference."""
        return math.sqrt(self.leader.variance + self.rest.variance)


def proposals(study: Study, interest: Interest) -> list[Params]:
    """None: which ratio means something is for the plan to say."""
    del study, interest
    return []


def test(study: Study, params: Params) -> Candidate | None:
    """Compare the groups of `params["cut"]` in `params["ratio"]`; None with fewer than two groups of five rows."""
    q = question(study, params)
    assert q.cut is not None
    found = q.ratios.sums(q.ratio, q.cut, q.parts, q.current)
    used = [g for g in found if g.group and g.rows >= SMALLEST_GROUP and g.value is not None and g.variance > 0]
    if len(used) < 2:
        return None
    apart = _compare(q, used, sum(g.rows for g in found) - sum(g.rows for g in used))
    p = chi2_upper(apart.statistic, apart.groups - 1)
    return Candidate(
        method="ratio_difference",
        params={"dataset": study.dataset.name, **params},
        columns=q.columns,
        p_value=p,
        effect=math.sqrt(apart.statistic / (apart.statistic + apart.n)),
        coverage=min(1.0, apart.n / max(1, study.dataset.rows)),
        topic=("ratio_difference", q.name, q.cut.column, repr(q.parts)),
        detail=apart,
        detectable=power.detectable_w(apart.n, apart.groups - 1),
        entities=(apart.leader.group,),
    )


def _compare(q: Question, used: list[Sums], dropped: int) -> Apart:
    weights = [1 / g.variance for g in used]
    middle = sum(w * (g.value or 0.0) for w, g in zip(weights, used, strict=True)) / sum(weights)
    statistic = sum(w * ((g.value or 0.0) - middle) ** 2 for w, g in zip(weights, used, strict=True))
    pairs = [(g, added([o for o in used if o is not g])) for g in used]
    leader, rest = max(pairs, key=lambda pair: (q.weighed(_moved(pair[0], pair[1])), pair[0].group))
    return Apart(q, leader, rest, statistic, len(used), sum(g.rows for g in used), dropped)


def _moved(group: Sums, rest: Sums) -> float:
    """How far the total would move if the group were like the rest."""
    if group.bottom is None or rest.bottom is None:
        return group.top - rest.top
    return ((group.value or 0.0) - (rest.value or 0.0)) * group.bottom / ((group.bottom + rest.bottom) or 1.0)


def added(groups: list[Sums]) -> Sums:
    """Return several groups as one; of totals, their mean, so that one group is compared with a typical other."""
    squares = (sum(g.squares[0] for g in groups), sum(g.squares[1] for g in groups), sum(g.squares[2] for g in groups))
    rows, top = sum(g.rows for g in groups), sum(g.top for g in groups)
    if any(g.bottom is None for g in groups):
        k = len(groups)
        return Sums("", rows, top / k, None, (squares[0] / k**2, 0.0, 0.0))
    return Sums("", rows, top, sum(g.bottom or 0.0 for g in groups), squares)


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say which group stands out from the others, or that none does."""
    a: Apart = candidate.detail
    q = a.question
    assert q.cut is not None
    w = Writer(study, candidate, outcome)
    part = Part(cut=q.cut, values=[a.leader.group])
    inside = [*q.parts, part]
    query = q.ratios.query(q.ratio, inside, q.current)
    value = w.sql("value", f"{q.name}, {a.leader.group}", query, q.style)
    rest = _rest_query(a, part)
    baseline = w.sql("baseline", f"{q.name}, all others", rest, q.style)
    w.formula("difference", "difference", "abs(value - baseline)", abs(value - baseline), q.change_style())
    margin = critical_z() * a.error
    low, high = sorted((abs(a.difference) - margin, abs(a.difference) + margin))
    interval = w.interval("difference", low, high, q.change_style())
    more = "higher" if a.difference > 0 else "lower"
    group = singular(q.cut)
    others = f"a typical other {group}" if q.ratio.total else "the rest"
    place = f"{said(a.leader.group)} ({group}){q.inside()}"
    if outcome.significant:
        template = f"{capital(q.name)} is {{value}} for {place}, {{difference}} {more} than for {others} ({{baseline}}); "
    else:
        how = "hardly differs" if _sure(outcome) else "differs no more than chance allows"
        template = f"{capital(q.name)} {how} by {group}: for {place} it is {{value}}, for {others} {{baseline}}; "
    template += f"{interval}, {w.sureness(a.n)}."
    w.method("effect", "effect on the scale of a correlation", candidate.effect, PLAIN)
    return w.finding(
        kind="difference" if outcome.significant else "no_effect",
        template=template,
        n=a.n,
        query=query,
        measure=q.name,
        by=[q.cut.column],
        entities={p.cut.column: p.values[0] for p in inside},
        direction=more if outcome.significant else "none",
        baseline=baseline,
        unit=q.ratio.unit,
        effect_size=candidate.effect,
        effect_name="r",
        n_dropped=a.dropped,
        dropped_why="groups of fewer than five records" if a.dropped else "",
        test="Cochran's Q over ratios",
        statistic=a.statistic,
        strength="association",
        exhibit=group_bars(study, q, a.leader.group if outcome.significant else "", baseline, q.current),
        assumptions=["Rows are independent; the variance of each ratio is linearised."],
    )


def _sure(outcome: Outcome) -> bool:
    """Whether the difference is beyond chance, if too small to matter."""
    return outcome.q_value is not None and outcome.q_value <= ALPHA


def _rest_query(a: Apart, part: Part) -> str:
    q = a.question
    assert q.cut is not None
    inner = q.ratios.query(q.ratio, [part], q.current, apart=True)
    if q.parts:
        others = [g.group for g in q.ratios.sums(q.ratio, q.cut, q.parts, q.current) if g.group and g.group != a.leader.group]
        inner = q.ratios.query(q.ratio, [*q.parts, Part(cut=q.cut, values=others)], q.current)
    return f"select ({inner}) / {a.groups - 1}.0" if q.ratio.total else inner


METHOD = Method(
    name="ratio_difference",
    version="1",
    title="Ratios compared between groups",
    needs="a ratio of two totals, and a category of at least two groups of five records",
    proposals=proposals,
    test=test,
    write=write,
)
