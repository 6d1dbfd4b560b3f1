"""Ratios compared between groups: cost per customer by channel, margin by store; the rest is the benchmark.

Heterogeneity is Cochran's Q over the groups' ratios with linearised variances; the group named is the one
whose distance from all others moves the total most.
"""

import math
from dataclasses import dataclass, replace

from services.analysis.findings import Finding
from services.analysis.goal import Interest
from services.analysis.methods.contract import ALPHA, Candidate, Method, Outcome, Params
from services.analysis.opinions import left_out
from services.analysis.ratio_opinions import leader_and_rest, second_opinion
from services.analysis.ratio_study import SMALLEST_GROUP, Question, capital, group_bars, other_cuts, question, singular
from services.analysis.ratios import CutBy, Part, Sums
from services.analysis.sql import literal
from services.analysis.statistics import power
from services.analysis.statistics.tails import chi2_upper, critical_z
from services.analysis.study import Study
from services.analysis.writing import PLAIN, Writer, said


@dataclass(frozen=True)
class Reversal:
    """A second cut within whose groups the difference goes the other way (Simpson 1951)."""

    cut: CutBy
    difference: float  # within the groups, weighted by their share of the whole


@dataclass(frozen=True)
class Apart:
    """A cut compared: the group that stands out, the rest, and how sure that is."""

    question: Question
    leader: Sums
    rest: Sums
    statistic: float
    groups: int
    n: int
    missing: int
    dropped: int
    reversal: "Reversal | None" = None

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
    named = sum(g.rows for g in found if g.group)
    apart = _compare(q, used, int(study.workspace.scalar(q.rows())) - named, named - sum(g.rows for g in used))
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


def _compare(q: Question, used: list[Sums], missing: int, dropped: int) -> Apart:
    weights = [1 / g.variance for g in used]
    middle = sum(w * (g.value or 0.0) for w, g in zip(weights, used, strict=True)) / sum(weights)
    statistic = sum(w * ((g.value or 0.0) - middle) ** 2 for w, g in zip(weights, used, strict=True))
    pairs = [(g, added([o for o in used if o is not g])) for g in used]
    leader, rest = max(pairs, key=lambda pair: (q.weighed(_moved(pair[0], pair[1])), pair[0].group))
    apart = Apart(q, leader, rest, statistic, len(used), sum(g.rows for g in used), missing, dropped)
    return replace(apart, reversal=_reversal(apart))


def _reversal(a: Apart) -> Reversal | None:
    """Return the cut within whose groups the order of leader and rest is the reverse, nearly all rows in groups that hold both."""
    q = a.question
    if q.cut is None or a.leader.bottom is None:
        return None
    found = []
    for other in other_cuts(q):
        mine = {s.group: s for s in q.ratios.sums(q.ratio, other, [*q.parts, Part(cut=q.cut, values=[a.leader.group])], q.current)}
        every = [s for s in q.ratios.sums(q.ratio, other, q.parts, q.current) if s.group]
        pairs = [(s, mine[s.group]) for s in every if s.group in mine and mine[s.group].rows >= SMALLEST_GROUP]
        pairs = [(s, m) for s, m in pairs if s.rows - m.rows >= SMALLEST_GROUP and (s.bottom or 0) > (m.bottom or 0) > 0]
        weight, whole = sum(s.bottom or 0 for s, _ in pairs), sum(s.bottom or 0 for s in every)
        if len(pairs) < 2 or weight < 0.8 * whole:
            continue
        gaps = [(s.bottom or 0, m.top / (m.bottom or 1) - (s.top - m.top) / ((s.bottom or 0) - (m.bottom or 0))) for s, m in pairs]
        inside = sum(w * gap for w, gap in gaps) / weight
        against = sum(w for w, gap in gaps if gap * a.difference < 0) / weight
        if inside * a.difference < 0 and against >= 0.9 and abs(inside) > 2 * a.error:
            found.append(Reversal(other, inside))
    return max(found, key=lambda r: (round(abs(r.difference), 12), r.cut.column), default=None)


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
    if a.reversal is not None and outcome.significant:
        return _write_reversal(a, a.reversal, w, query)
    more = "higher" if a.difference > 0 else "lower"
    unsettled = outcome.undecided(candidate)
    template = f"{_told(a, outcome, more, unsettled=unsettled)}{interval}, {w.sureness(a.n)}."
    w.method("effect", "effect on the scale of a correlation", candidate.effect, PLAIN)
    return w.finding(
        kind="no_effect" if not outcome.significant and not unsettled else "difference",
        verdict="undecided" if unsettled else None,
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
        **left_out(missing=a.missing, rare=a.dropped),
        robustness=second_opinion(q, leader_and_rest(q, a.leader.group, a.groups), a.difference, significant=outcome.significant),
        test="Cochran's Q over ratios",
        statistic=a.statistic,
        strength="association",
        exhibit=group_bars(study, q, a.leader.group if outcome.significant else "", baseline, q.current),
        assumptions=["Rows are independent; the variance of each ratio is linearised."],
    )


def _told(a: Apart, outcome: Outcome, more: str, *, unsettled: bool) -> str:
    """The sentence up to how sure it is."""
    q = a.question
    assert q.cut is not None
    group = singular(q.cut)
    others = f"a typical other {group}" if q.ratio.total else "the rest"
    place = f"{said(a.leader.group)} ({group}){q.inside()}"
    if outcome.significant:
        return f"{capital(q.name)} is {{value}} for {place}, {{difference}} {more} than for {others} ({{baseline}}); "
    how = f"hardly differs by {group}" if _sure(outcome) else f"differs by {group} no more than chance allows"
    how = "may or may not differ; there are too few records to tell" if unsettled else how
    return f"{capital(q.name)} {how}: for {place} it is {{value}}, for {others} {{baseline}}; "


def _write_reversal(a: Apart, reversal: Reversal, w: Writer, query: str) -> Finding:
    """The crude difference is not the difference: within the groups of another cut it goes the other way."""
    q = a.question
    assert q.cut is not None
    top, bottom = q.ratios.row(q.ratio)
    source, expressions = q.ratios.relation(q.ratio.dataset, [q.cut, reversal.cut])
    is_leader = f"{expressions[q.cut.column]} = {literal(a.leader.group)}"
    sums = [f"sum({x}) filter ({c}) as {n}" for n, x, c in (("t1", top, is_leader), ("b1", bottom, is_leader))]
    sums += [f"sum({x}) filter (not {is_leader}) as {n}" for n, x in (("t0", top), ("b0", bottom))]
    stratum = expressions[reversal.cut.column]
    groups = f"select {', '.join(sums)} from {source} where {stratum} is not null group by {stratum}"
    inside = f"select sum((b1 + b0) * (t1 / b1 - t0 / b0)) / sum(b1 + b0) from ({groups}) where b1 > 0 and b0 > 0"
    adjusted = w.sql("adjusted", f"difference within each {singular(reversal.cut)}", inside, q.change_style(signed=True))
    crude, fair = ("higher", "lower") if a.difference > 0 else ("lower", "higher")
    other = singular(reversal.cut)
    template = (
        f"{said(a.leader.group)} ({singular(q.cut)}) only looks {crude} in {q.name} ({{value}} against {{baseline}}): compared within "
        f"each {other} it is {fair} ({{adjusted}}), so the crude difference comes from where it stands; {w.sureness(a.n)}."
    )
    return w.finding(
        kind="no_effect",
        template=template,
        n=a.n,
        query=query,
        measure=q.name,
        by=[q.cut.column, reversal.cut.column],
        entities={q.cut.column: a.leader.group},
        direction="higher" if adjusted > 0 else "lower",
        baseline=w.facts["baseline"].value,
        unit=q.ratio.unit,
        effect_size=w.candidate.effect,
        effect_name="r",
        **left_out(missing=a.missing, rare=a.dropped),
        test="Cochran's Q over ratios, then within groups",
        statistic=a.statistic,
        strength="adjusted",
        columns=[*w.candidate.columns, reversal.cut.column],
        exhibit=group_bars(w.study, q, "", w.facts["baseline"].value, q.current),
        assumptions=[f"Groups are compared within each {other}, weighted by their share of the whole."],
        robustness=f"Reversed: the order is the opposite within each {other}.",
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
