"""Step 3 by rules: impact from a quick sizing, feasibility from the data at hand, and what is left out, with the reason."""

import math
from dataclasses import dataclass

from services.solving.analysts.rules.influence import Influence, influence_on
from services.solving.analysts.rules.reach import Reach, reach_of
from services.solving.analysts.rules.situation import Situation, situation
from services.solving.analysts.rules.spread import named
from services.solving.analysts.rules.wording import sentence
from services.solving.evidence.ledger import Ledger
from services.solving.steps.contract import StepContext
from services.solving.steps.prioritize import NodePriority, Priorities, PrioritiesResult, Quadrant
from services.solving.steps.tree import TreeNode
from shared.kit.cited import cite
from shared.kit.numbers import Style

FORMULA = "impact (reach on the goal times our influence on it) times feasibility, divided by ten"
MOST_KEPT, FEWEST_KEPT = 9, 6
_WORTH = 1.5  # the score below which a leaf is left out, unless the text asks for it
_UNSIZED = 4  # the impact of a leaf that a quick look cannot size: below the middle
_HOURS = {
    "ratio_difference": 3,
    "ratio_change": 4,
    "ratio_mix": 4,
    "ratio_association": 4,
    "ratio_concentration": 2,
    "ratio_ranking": 6,
}
_HOURS_WITHOUT_DATA = 24  # to ask for the data, wait and read them
_HOUR_COST = 120.0  # for the budget column only; nobody is shown a sum of it
_MIDDLE = 5  # of both axes of the matrix
_SHIFT = (0.7, 1.0, 1.3)


@dataclass(frozen=True)
class Scored:
    """A leaf with its two scores and their reasons."""

    leaf: TreeNode
    reach: Reach
    influence: Influence
    impact: int
    impact_reason: str
    feasibility: int
    feasibility_reason: str
    asked_for: bool  # the text itself names what the leaf tests

    @property
    def score(self) -> float:
        """Impact times feasibility, divided by ten."""
        return round(self.impact * self.feasibility / 10, 2)


def prioritize(context: StepContext) -> PrioritiesResult:
    """Return all leaves scored, best first, with those left out and why."""
    assert context.tree is not None
    assert context.frame is not None
    now, ledger = situation(context), Ledger(context.known)
    kpi = context.frame.kpis[0] if context.frame.kpis else None
    gap = kpi.gap if kpi else None
    scored = [_scored(leaf, now, ledger, gap, kpi.gap_key if kpi else None) for leaf in context.tree.leaves()]
    ranked = sorted(scored, key=lambda s: (-s.score, -s.impact, s.leaf.id))
    kept = _kept(ranked)
    nodes = [_node(s, kept) for s in ranked]
    stability = _stability(ranked, kept)
    return PrioritiesResult(
        priorities=Priorities(nodes=nodes, formula=FORMULA, kept=len(kept), stability=stability),
        entries=ledger.entries,
    )


def _scored(leaf: TreeNode, now: Situation, ledger: Ledger, gap: float | None, gap_key: str | None) -> Scored:
    reach, influence = reach_of(leaf, now, ledger, gap), influence_on(leaf, now)
    impact = _UNSIZED if reach.share is None else max(1, min(10, round(1 + 9 * min(1.0, reach.share) * influence.share)))
    reason = reach.words
    if reach.key and gap_key:
        share = ledger.formula("reach / abs(gap)", {"reach": reach.key, "gap": gap_key}, label="share of the gap", style=Style.PERCENT)
        reason += f", {cite(share)} of the gap"
    feasibility, why = _feasibility(leaf, now, ledger)
    asked = leaf.test is not None and any(named(now, column) > 1 for column in _against(leaf))
    return Scored(leaf, reach, influence, impact, sentence(reason), feasibility, why, asked)


def _against(leaf: TreeNode) -> list[str]:
    raw = leaf.test.params.get("against") if leaf.test else None
    return [str(raw["column"])] if isinstance(raw, dict) else []


def _feasibility(leaf: TreeNode, now: Situation, ledger: Ledger) -> tuple[int, str]:
    if leaf.test is None or now.data is None or leaf.test.dataset is None:
        return 2, "The data lack what it needs; asking for it takes time."
    dataset = now.data.dataset(leaf.test.dataset)
    query = f"select count(*) from {now.ratios.relation(dataset.name, [])[0]}" if now.ratios else ""
    rows = ledger.sql(float(dataset.rows), query, now.hashes, label=f"rows of {dataset.name}", style=Style.COUNT)
    score = 9
    limits: list[str] = []
    if dataset.rows < 100:
        score, limits = score - 4, [*limits, "few rows"]
    elif dataset.rows < 300:
        score, limits = score - 2, [*limits, "not many rows"]
    if any(c.missing > 0.1 * c.rows for c in dataset.columns if c.name in leaf.test.columns):
        score, limits = score - 2, [*limits, "gaps in a column it needs"]
    if _joined(leaf):
        score, limits = score - 1, [*limits, "a second table to be joined"]
    if leaf.test.method == "ratio_association":
        score, limits = score - 1, [*limits, "a relation that cannot show its cause"]
    why = f"All columns are in the data, with {cite(rows)} rows"
    return max(score, 1), sentence(why + (f"; against it speak {' and '.join(limits)}" if limits else ""))


def _joined(leaf: TreeNode) -> bool:
    params = leaf.test.params if leaf.test else {}
    return any(isinstance(value := params.get(name), dict) and value.get("table") for name in ("cut", "against"))


def _weighed(scored: Scored, impact_weight: float, feasibility_weight: float) -> float:
    return round(float(10 * (scored.impact / 10) ** impact_weight * (scored.feasibility / 10) ** feasibility_weight), 9)


def _kept(ranked: list[Scored]) -> frozenset[str]:
    """Return the leaves worth the work: those the text asks for, the best of every branch, then by score."""
    worth = [s for s in ranked if s.leaf.test is not None and s.score >= _WORTH]
    return _chosen(ranked, max(FEWEST_KEPT, min(MOST_KEPT, len(worth))), 1.0, 1.0)


def _chosen(ranked: list[Scored], count: int, impact_weight: float, feasibility_weight: float) -> frozenset[str]:
    testable = [s for s in ranked if s.leaf.test is not None]
    testable.sort(key=lambda s: (-_weighed(s, impact_weight, feasibility_weight), s.leaf.id))
    best = {s.leaf.parent_id: s.leaf.id for s in reversed(testable)}
    chosen = [s.leaf.id for s in testable if s.asked_for or s.leaf.id in best.values()]
    chosen += [s.leaf.id for s in testable if s.leaf.id not in chosen][: max(0, count - len(chosen))]
    return frozenset(chosen)


def _stability(ranked: list[Scored], kept: frozenset[str]) -> float:
    """Return the share of weight changes by three tenths, either way, that keep the same leaves."""
    tried = [(a, b) for a in _SHIFT for b in _SHIFT if (a, b) != (1.0, 1.0)]
    same = sum(_chosen(ranked, len(kept), a, b) == kept for a, b in tried)
    return round(same / len(tried), 2)


def _node(scored: Scored, kept: frozenset[str]) -> NodePriority:
    leaf = scored.leaf
    hours = _HOURS.get(leaf.test.method, 4) if leaf.test else _HOURS_WITHOUT_DATA
    recommended = leaf.id in kept
    return NodePriority(
        node_id=leaf.id,
        impact_score=scored.impact,
        feasibility_score=scored.feasibility,
        priority_score=scored.score,
        rationale=f"{scored.impact_reason} {scored.influence.reason} {scored.feasibility_reason}",
        impact_reason=scored.impact_reason,
        feasibility_reason=scored.feasibility_reason,
        influence=scored.influence.share,
        influence_reason=scored.influence.reason,
        estimated_hours=hours,
        estimated_cost=hours * _HOUR_COST,
        confidence=_confidence(scored),
        is_recommended=recommended,
        quadrant=_quadrant(scored),
        cut_reason=None if recommended else _why_cut(scored),
    )


def _quadrant(scored: Scored) -> Quadrant:
    if scored.impact > _MIDDLE:
        return "do first" if scored.feasibility > _MIDDLE else "valuable, hard"
    return "easy, small" if scored.feasibility > _MIDDLE else "leave"


def _why_cut(scored: Scored) -> str:
    if scored.leaf.test is None:
        return "no data to test it on; it is on the list of what to ask for"
    if scored.reach.key is not None and scored.score < _WORTH:
        return f"even if it held, it would move the number by {cite(scored.reach.key)} at most"
    return "other leaves promise more for the same work"


def _confidence(scored: Scored) -> float:
    if scored.leaf.test is None:
        return 0.2
    size = 0.4 + 0.1 * min(4.0, math.log10(max(scored.reach.rows, 1)))
    return round(min(0.9, size if scored.reach.share is not None else size - 0.2), 2)
