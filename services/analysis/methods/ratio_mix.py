"""How much of a ratio's change came from the mix: the sum over groups of (w1 - w0) r0, shares times the earlier ratios.

With what changed within groups, sum of w1 (r1 - r0), it makes up the whole change exactly.
"""

import math
from dataclasses import dataclass, replace

from services.analysis.findings import Exhibit, Finding, Window
from services.analysis.methods.contract import Candidate, Method, Outcome, Params
from services.analysis.methods.ratio_difference import added, proposals
from services.analysis.opinions import left_out, opinion
from services.analysis.ratio_study import Question, question, singular
from services.analysis.sql import literal
from services.analysis.statistics import power
from services.analysis.statistics.tails import critical_z, normal_two_sided
from services.analysis.study import Study
from services.analysis.writing import SHARE, Writer, exhibit, said


@dataclass(frozen=True)
class Mix:
    """The parts of a change."""

    question: Question
    effect: float
    other_base: float  # the effect with today's ratios instead of the earlier ones
    total: float
    error: float  # standard error of the total
    leader: str
    share_now: float
    share_before: float
    n: int
    missing: int


def test(study: Study, params: Params) -> Candidate | None:
    """Take the change from `params["earlier"]` to `params["current"]` apart by `params["cut"]`; None without both periods."""
    q = question(study, params)
    if q.current is None or q.earlier is None or q.cut is None or q.ratios.row(q.ratio)[1] is None:
        return None
    now = {s.group: s for s in q.ratios.sums(q.ratio, q.cut, q.parts, q.current)}
    past = {s.group: s for s in q.ratios.sums(q.ratio, q.cut, q.parts, q.earlier)}
    bottom_now, bottom_past = sum(s.bottom or 0 for s in now.values()), sum(s.bottom or 0 for s in past.values())
    if bottom_now <= 0 or bottom_past <= 0 or len(set(now) | set(past)) < 2:
        return None
    old = sum(s.top for s in past.values()) / bottom_past
    total = sum(s.top for s in now.values()) / bottom_now - old
    new, other = old + total, 0.0
    moves: dict[str, tuple[float, float, float]] = {}
    for group in sorted(set(now) | set(past)):
        before = past[group].value if group in past else None
        share_now = (now[group].bottom or 0.0) / bottom_now if group in now else 0.0
        share_before = (past[group].bottom or 0.0) / bottom_past if group in past else 0.0
        level = before if before is not None else old
        after = now[group].value if group in now else None
        other += (share_now - share_before) * ((after if after is not None else level) - new)
        moves[group] = ((share_now - share_before) * (level - old), share_now, share_before)
    leader = max((g for g in moves if g), key=lambda g: (round(abs(moves[g][0]), 12), g))
    effect = sum(move[0] for move in moves.values())
    n = sum(s.rows for s in [*now.values(), *past.values()])
    scope = sum(int(study.workspace.scalar(replace(q, current=p).rows())) for p in (q.current, q.earlier))
    error = math.sqrt(added(list(now.values())).variance + added(list(past.values())).variance)
    mix = Mix(q, effect, other, total, error, leader, moves[leader][1], moves[leader][2], n, scope - n)
    return Candidate(
        method="ratio_mix",
        params={"dataset": study.dataset.name, **params},
        columns=q.columns,
        p_value=normal_two_sided(total / error) if error > 0 else 1.0,
        effect=min(1.0, abs(effect) / abs(total)) if total else 0.0,
        coverage=min(1.0, n / max(1, study.dataset.rows)),
        topic=("ratio_mix", q.name, q.cut.column),
        detail=mix,
        detectable=power.detectable_correlation(n),
        entities=(leader,),
    )


def _same_whatever_the_base(mix: Mix) -> bool:
    """Whether the mix is the larger part, or the smaller, with either period's ratios, and moves the whole the same way."""
    larger = [abs(part) > abs(mix.total - part) for part in (mix.effect, mix.other_base)]
    return larger[0] == larger[1] and mix.effect * mix.other_base >= 0


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say how much of the change came from the mix."""
    mix: Mix = candidate.detail
    q = mix.question
    assert q.cut is not None
    assert q.current is not None
    w = Writer(study, candidate, outcome)
    now = w.sql("total_now", f"{q.name}, today", q.ratios.query(q.ratio, q.parts, q.current), q.style)
    old = w.sql("total_before", f"{q.name}, earlier", q.ratios.query(q.ratio, q.parts, q.earlier), q.style)
    w.formula("total_change", "change of the whole", "total_now - total_before", now - old, q.change_style(signed=True))
    query = _effect_query(q)
    value = w.sql("value", "effect of the mix", query, q.change_style(signed=True))
    w.formula("within", "effect within groups", "total_change - value", now - old - value, q.change_style(signed=True))
    shares = {name: _share_query(q, mix.leader, period) for name, period in (("share_now", q.current), ("share_before", q.earlier))}
    for name, text in shares.items():
        w.sql(name, f"share of {mix.leader}, {'today' if name == 'share_now' else 'earlier'}", text, SHARE)
    if abs(now - old) > 1e-12:
        w.formula("share_of_change", "share of the change", "value / total_change", value / (now - old), SHARE)
    reach = critical_z() * mix.error
    interval = w.interval("change of the whole", mix.total - reach, mix.total + reach, q.change_style(signed=True))
    sure = w.sureness(mix.n)
    went = "from {share_before} to {share_now}"
    template = (
        f"Of the change of {{total_change}} ({interval}) in {q.name}, {{value}} comes from the mix by {singular(q.cut)} "
        "and {within} from inside; "
        f"{said(mix.leader)} went {went} of the total; {sure}."
    )
    return w.finding(
        kind="mix_shift",
        template=template,
        n=mix.n,
        query=query,
        measure=q.name,
        by=[q.cut.column],
        entities={q.cut.column: mix.leader},
        window=Window(start=q.current.start, end=q.current.end),
        direction="shift_up" if value > 0 else "shift_down",
        baseline=now - old,
        unit=q.ratio.unit,
        effect_size=candidate.effect,
        effect_name="share of the change",
        strength="descriptive",
        **left_out(missing=mix.missing),
        test="normal test of the change",
        statistic=mix.total / mix.error if mix.error > 0 else None,
        robustness=opinion("Weighing by today's levels instead of the earlier", agrees=_same_whatever_the_base(mix)),
        verdict="undecided" if outcome.undecided(candidate) else None,
        exhibit=_bars(study, q, mix.leader),
    )


def _bars(study: Study, q: Question, leader: str) -> Exhibit:
    """The chart of every group's share, today beside before."""
    assert q.cut is not None
    return exhibit(
        study,
        "bar",
        _shares_query(q),
        title=f"Share of each {singular(q.cut)}, today",
        labels=(singular(q.cut), "share"),
        columns=[q.cut.column, "share today", "share earlier"],
        style=SHARE,
        highlight=[leader],
    )


def _group_sums(q: Question) -> str:
    """SQL of every group's top and bottom in both periods."""
    assert q.cut is not None
    assert q.current is not None
    assert q.earlier is not None
    top, bottom = q.ratios.row(q.ratio)
    now, past = (q.ratios.during(q.ratio.dataset, p) for p in (q.current, q.earlier))
    source, expressions = q.ratios.relation(q.ratio.dataset, [q.cut])
    bottoms = f"coalesce(sum({bottom}) filter ({now}), 0) as b1, coalesce(sum({bottom}) filter ({past}), 0) as b0"
    return f"select {expressions[q.cut.column]} as g, sum({top}) filter ({past}) as t0, {bottoms} from {source} group by 1"


def _effect_query(q: Question) -> str:
    groups = _group_sums(q)
    whole = "sum(t0) over () / sum(b0) over ()"
    inner = f"select (b1 / sum(b1) over () - b0 / sum(b0) over ()) * coalesce(t0 / nullif(b0, 0), {whole}) as effect from ({groups})"
    return f"select sum(effect) from ({inner})"


def _shares_query(q: Question) -> str:
    inner = f"select g, b1 / sum(b1) over () as now, b0 / sum(b0) over () as before from ({_group_sums(q)})"
    return f"select g, now, before from ({inner}) where g is not null order by now desc, g limit 40"


def _share_query(q: Question, group: str, period: object) -> str:
    column = "now" if period is q.current else "before"
    inner = f"select g, b1 / sum(b1) over () as now, b0 / sum(b0) over () as before from ({_group_sums(q)})"
    return f"select {column} from ({inner}) where g = {literal(group)}"


METHOD = Method(
    name="ratio_mix",
    version="1",
    title="Effect of the mix on a ratio",
    needs="a ratio of two totals, a category and a date",
    proposals=proposals,
    test=test,
    write=write,
)
