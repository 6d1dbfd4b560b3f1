"""A ratio compared between two periods, on the whole or group by group: where did the change come from?

With a cut, group g moves the total by w1 (r1 - r0), w1 being its share of today's bottom; the change of mix is
`ratio_mix`. The test is the sum over groups of squared changes in standard errors, chi-square with k degrees of freedom.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.analysis.findings import Finding, Window
from services.analysis.methods.contract import ALPHA, Candidate, Method, Outcome, Params
from services.analysis.methods.ratio_difference import added, proposals
from services.analysis.opinions import left_out
from services.analysis.ratio_opinions import now_and_before, second_opinion
from services.analysis.ratio_study import SMALLEST_GROUP, Question, capital, monthly_lines, plural, question, singular
from services.analysis.ratios import Part, Sums
from services.analysis.statistics import power
from services.analysis.statistics.tails import chi2_upper, critical_z
from services.analysis.study import Study
from services.analysis.writing import PLAIN, SHARE, Writer, listed

CLEAR = 2.0  # standard errors a group must have moved to be named before others
ALIKE = 0.5  # share of the largest move that another group must have moved to be named with it
MOST_LEADERS, FEWEST_GROUPS = 5, 6  # several groups are named together only where there are many


class Move(NamedTuple):
    """A group in both periods, and how far it moved the whole."""

    size: float
    now: Sums
    before: Sums

    @property
    def errors(self) -> float:
        """The move of the group itself in standard errors."""
        return abs((self.now.value or 0.0) - (self.before.value or 0.0)) / math.sqrt(self.now.variance + self.before.variance)


@dataclass(frozen=True)
class Moved:
    """Two periods compared: the group that moved the total most, or the whole."""

    question: Question
    names: tuple[str, ...]  # the groups that moved most, together
    leader: Sums
    before: Sums
    statistic: float
    groups: int
    n: int
    missing: int
    rare: int
    total_change: float

    @property
    def difference(self) -> float:
        """Today less before."""
        return (self.leader.value or 0.0) - (self.before.value or 0.0)


def test(study: Study, params: Params) -> Candidate | None:
    """Compare `params["current"]` with `params["earlier"]`, by `params["cut"]` where there is one; None with too few rows."""
    q = question(study, params)
    if q.current is None or q.earlier is None:
        return None
    now = q.ratios.sums(q.ratio, q.cut, q.parts, q.current)
    past = {s.group: s for s in q.ratios.sums(q.ratio, q.cut, q.parts, q.earlier)}
    pairs = [(s, past[s.group]) for s in now if s.group in past and (s.group or q.cut is None)]
    pairs = [(a, b) for a, b in pairs if min(a.rows, b.rows) >= SMALLEST_GROUP and a.value is not None and b.value is not None]
    pairs = [(a, b) for a, b in pairs if a.variance + b.variance > 0]
    if not pairs:
        return None
    bottom = sum(a.bottom or 0.0 for a, _ in pairs)
    moves = [Move(_share(a, bottom) * ((a.value or 0.0) - (b.value or 0.0)), a, b) for a, b in pairs]
    leaders = _leaders(q, moves)
    leader, before = added([x.now for x in leaders]), added([x.before for x in leaders])
    statistic = sum(((a.value or 0.0) - (b.value or 0.0)) ** 2 / (a.variance + b.variance) for a, b in pairs)
    n = sum(a.rows + b.rows for a, b in pairs)
    total = _value(now) - _value(list(past.values()))
    names = tuple(x.now.group for x in leaders if x.now.group)
    named = sum(s.rows for s in [*now, *past.values()] if s.group or q.cut is None)
    scope = sum(int(study.workspace.scalar(replace(q, current=p).rows())) for p in (q.current, q.earlier))
    moved = Moved(q, names, leader, before, statistic, len(pairs), n, scope - named, named - n, total)
    return Candidate(
        method="ratio_change",
        params={"dataset": study.dataset.name, **params},
        columns=q.columns,
        p_value=chi2_upper(statistic, len(pairs)),
        effect=math.sqrt(statistic / (statistic + n)),
        coverage=min(1.0, n / max(1, study.dataset.rows)),
        topic=("ratio_change", q.name, q.cut.column if q.cut else "", repr(q.parts)),
        detail=moved,
        detectable=power.detectable_w(n, len(pairs)),
        entities=names,
    )


def _leaders(q: Question, moves: list[Move]) -> list[Move]:
    """Return the group that moved the whole most, with those that moved alike where there are many groups."""
    clear = [move for move in moves if move.errors >= CLEAR] or moves
    ranked = sorted(clear, key=lambda move: (-q.weighed(move.size), move.now.group))
    first = ranked[0]
    if len(moves) < FEWEST_GROUPS or first.now.bottom is None:
        return [first]
    alike = [x for x in ranked if x.size * first.size > 0 and abs(x.size) >= ALIKE * abs(first.size) and x.errors >= 2 * CLEAR]
    return alike if first in alike and len(alike) <= MOST_LEADERS else [first]


def _share(group: Sums, bottom: float) -> float:
    return group.bottom / bottom if group.bottom is not None and bottom else 1.0


def _value(groups: list[Sums]) -> float:
    top = sum(g.top for g in groups)
    if any(g.bottom is None for g in groups):
        return top
    bottom = sum(g.bottom or 0.0 for g in groups)
    return top / bottom if bottom else 0.0


def write(study: Study, candidate: Candidate, outcome: Outcome) -> Finding | None:
    """Say how far the ratio moved, and in which group most."""
    m: Moved = candidate.detail
    q = m.question
    assert q.current is not None
    assert q.earlier is not None
    w = Writer(study, candidate, outcome)
    parts = [*q.parts, Part(cut=q.cut, values=list(m.names))] if q.cut else q.parts
    query = q.ratios.query(q.ratio, parts, q.current)
    value = w.sql("value", f"{q.name}, today", query, q.style)
    baseline = w.sql("baseline", f"{q.name}, earlier", q.ratios.query(q.ratio, parts, q.earlier), q.style)
    w.formula("difference", "change", "abs(value - baseline)", abs(value - baseline), q.change_style())
    margin = critical_z() * math.sqrt(m.leader.variance + m.before.variance)
    interval = w.interval("change", abs(m.difference) - margin, abs(m.difference) + margin, q.change_style())
    w.method("effect", "effect on the scale of a correlation", candidate.effect, PLAIN)
    _total_facts(w, m, parts)
    template = _sentence(m, outcome, w, interval)
    up, unsettled = m.difference > 0, outcome.undecided(candidate)
    return w.finding(
        kind="no_effect" if not outcome.significant and not unsettled else "difference",
        verdict="undecided" if unsettled else None,
        template=template,
        n=m.n,
        query=query,
        measure=q.name,
        by=[q.cut.column] if q.cut else [],
        entities={p.cut.column: p.values[0] if len(p.values) == 1 else p.values for p in parts},
        window=Window(start=q.current.start, end=q.current.end),
        direction=("increasing" if up else "decreasing") if outcome.significant else "none",
        baseline=baseline,
        unit=q.ratio.unit,
        effect_size=candidate.effect,
        effect_name="r",
        test="chi-square over changes of ratios",
        statistic=m.statistic,
        strength="association",
        **left_out(missing=m.missing, rare=m.rare),
        robustness=second_opinion(q, now_and_before(q, parts, q.current, q.earlier), m.difference, significant=outcome.significant),
        exhibit=monthly_lines(study, q, m.names),
        assumptions=["Rows are independent; the variance of each ratio is linearised.", "Both periods cover the same months."],
    )


def _total_facts(w: Writer, m: Moved, parts: list[Part]) -> None:
    """Facts on the whole, and how much of its change the group accounts for."""
    q = m.question
    if q.cut is None:
        return
    whole = w.sql("total_now", f"{q.name}, all groups, today", q.ratios.query(q.ratio, q.parts, q.current), q.style)
    old = w.sql("total_before", f"{q.name}, all groups, earlier", q.ratios.query(q.ratio, q.parts, q.earlier), q.style)
    w.formula("total_change", "change of the whole", "total_now - total_before", whole - old, q.change_style(signed=True))
    _, bottom = q.ratios.row(q.ratio)
    if bottom is None:
        weight = 1.0
        w.formula("moved", "what the group moved the whole by", "value - baseline", m.difference, q.change_style(signed=True))
    else:
        mine = q.ratios.select(q.ratio.dataset, f"sum({bottom})", parts, q.current)
        every = q.ratios.select(q.ratio.dataset, f"sum({bottom})", q.parts, q.current)
        weight = w.sql("weight", "share of the group", f"select ({mine}) / ({every})", SHARE)
        w.formula(
            "moved", "what the group moved the whole by", "weight * (value - baseline)", weight * m.difference, q.change_style(signed=True)
        )
    if abs(whole - old) > 1e-12:
        w.formula(
            "share_of_change", "share of the change of the whole", "moved / total_change", weight * m.difference / (whole - old), SHARE
        )


def _sentence(m: Moved, outcome: Outcome, w: Writer, interval: str) -> str:
    q = m.question
    sure = f"{interval}, {w.sureness(m.n)}" if interval else w.sureness(m.n)
    where = f" for {listed(list(m.names))} ({_noun(m)})" if q.cut else ""
    if not outcome.significant:
        sure_of_little = outcome.q_value is not None and outcome.q_value <= ALPHA
        how = "has hardly changed" if sure_of_little else "has not changed by more than chance allows"
        if outcome.undecided(w.candidate):
            how = "may or may not have changed; there are too few records to tell"
        return f"{capital(q.name)}{q.inside()} {how}: the largest move is from {{baseline}} to {{value}}{where}; {sure}."
    verb = "rose" if m.difference > 0 else "fell"
    sentence = f"{capital(q.name)}{where}{q.inside()} {verb} by {{difference}}, from {{baseline}} to {{value}}; {sure}"
    if "share_of_change" in w.facts and 0.05 <= w.facts["share_of_change"].value <= 1.5:
        whole = f"of the change{q.inside()}" if q.parts else "of the change of the whole"
        sentence += f"; that is {{share_of_change}} {whole} ({{total_change}})"
    return sentence + "."


def _noun(m: Moved) -> str:
    assert m.question.cut is not None
    word = singular(m.question.cut)
    return plural(word) if len(m.names) > 1 else word


METHOD = Method(
    name="ratio_change",
    version="1",
    title="Ratios compared between periods",
    needs="a ratio of two totals, a date, and at least five records in each of two periods",
    proposals=proposals,
    test=test,
    write=write,
)
