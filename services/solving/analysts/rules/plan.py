"""Step 4 by rules: one row per kept leaf, with the rule that decides it written before anything runs."""

import math
from dataclasses import dataclass
from datetime import date

from services.analysis.methods.contract import ALPHA
from services.solving.analysts.rules.drill import drill
from services.solving.analysts.rules.situation import Situation, situation
from services.solving.analysts.rules.wording import listed, said, sentence
from services.solving.analysts.rules.workdays import after, next_monday
from services.solving.evidence.ledger import Ledger
from services.solving.steps.contract import StepContext
from services.solving.steps.plan import AnalysisPlan, DataRequirement, DecisionRule, Plans, PlansResult
from services.solving.steps.prioritize import NodePriority
from services.solving.steps.tree import LeafTest, TreeNode
from shared.kit.cited import cite, name
from shared.kit.numbers import Style

HOURS_A_DAY = 6
ANALYSTS = 2
_WORTH_ASKING = 0.05  # share of a column's values missing from which they are asked for
_EFFECT = {
    "ratio_difference": 0.1,  # correlation scale: the smallest effect usually called small
    "ratio_change": 0.1,
    "ratio_association": 0.1,
    "ratio_mix": 0.2,  # share of the change
    "ratio_concentration": 0.4,  # Gini coefficient
    "ratio_ranking": 0.5,
}
_SCALE = {
    "ratio_mix": "of the change comes from the mix",
    "ratio_concentration": "is the Gini coefficient",
}
_CHARTS = {
    "ratio_difference": "Bar chart: {measure} of each {by}, largest first, the rest as a dashed line",
    "ratio_change": "Line chart: {measure} by month, the group that moved against all others",
    "ratio_mix": "Bar chart: the share of each {by} today beside its share before",
    "ratio_association": "Bar chart: {measure} in fifths of {other}",
    "ratio_concentration": "Bar chart: {measure} by {by}, largest first",
    "ratio_ranking": "Bar chart: {measure} of each {by} against the hurdle",
}


@dataclass
class Slot:
    """When an analyst is free again, and the work that keeps them busy until then."""

    free: date
    last: str | None = None


def plan(context: StepContext) -> PlansResult:
    """Return the work plan of the kept leaves, what to ask for, and the critical path."""
    assert context.tree is not None
    assert context.priorities is not None
    now, ledger = situation(context), Ledger(context.known)
    kept = [p for p in context.priorities.nodes if p.is_recommended]
    slots = [Slot(next_monday(context.problem.submitted_on)) for _ in range(ANALYSTS)]
    plans: list[AnalysisPlan] = []
    for priority in _in_order(kept, context):
        leaf = context.tree.node(priority.node_id)
        plans.append(_planned(leaf, priority, plans, slots, now, ledger))
    asks = [sentence(leaf.required_data[0]) for leaf in context.tree.leaves() if leaf.test is None and leaf.required_data]
    asks += [ask for plan in plans for ask in _gaps(plan.tests[0], now)]
    planned = Plans(plans=plans, asks=list(dict.fromkeys(asks)), critical_path=_critical_path(plans))
    return PlansResult(plans=planned, entries=ledger.entries)


def _in_order(kept: list[NodePriority], context: StepContext) -> list[NodePriority]:
    """Return the kept leaves so that what others wait for comes first, then by score."""
    assert context.tree is not None
    tree = context.tree
    return sorted(kept, key=lambda p: (_waits(tree.node(p.node_id)), -p.priority_score, p.node_id))


def _waits(leaf: TreeNode) -> bool:
    # simple cuts come before what explains them: a mix is read beside the change it is part of
    return leaf.test is not None and leaf.test.method in ("ratio_mix", "ratio_association")


def _planned(
    leaf: TreeNode, priority: NodePriority, done: list[AnalysisPlan], slots: list[Slot], now: Situation, ledger: Ledger
) -> AnalysisPlan:
    assert leaf.test is not None
    deeper = drill(leaf.test, now)
    second = deeper or _trend(leaf.test, now)
    tests = [leaf.test, *([second] if second else [])]
    needs = _dependencies(leaf, done)
    slot = min(slots, key=lambda s: s.free)
    start = max([slot.free, *[after(date.fromisoformat(p.due), 1) for p in done if p.question_id in needs]])
    due = after(start, max(0, math.ceil(priority.estimated_hours / HOURS_A_DAY) - 1))
    slot.free, slot.last = after(due, 1), leaf.id
    return AnalysisPlan(
        question_id=leaf.id,
        title=leaf.title,
        hypothesis=leaf.hypotheses[0],
        methods=list(dict.fromkeys(t.method for t in tests)),
        tests=tests,
        data_requirements=[_requirement(leaf.test, now)],
        estimated_hours=priority.estimated_hours,
        owner="analyst",
        start=start.isoformat(),
        due=due.isoformat(),
        dependencies=needs,
        acceptance_criteria=_criteria(leaf.test),
        decision_rule=_rule(leaf.test, ledger),
        end_product=_ghost(leaf.test),
        data_check=_data_check(leaf.test, now, ledger),
    )


def _trend(test: LeafTest, now: Situation) -> LeafTest | None:
    """Return the test for a steady rise or fall beside the one that compares two periods, where the engine follows the measure."""
    ratio = test.params.get("ratio")
    if test.method != "ratio_change" or test.by or not isinstance(ratio, dict) or now.ratios is None or test.dataset is None:
        return None
    used = [name for names in ratio["of"].values() for name in names]
    if len(used) != 1 or " / " in ratio["formula"] or used[0] not in now.ratios.measures(test.dataset):
        return None
    params: dict[str, object] = {"dataset": test.dataset, "measure": used[0], "where": {}}
    return LeafTest(method="trend", dataset=test.dataset, measure=test.measure, by=[], columns=test.columns, params=params)


def _dependencies(leaf: TreeNode, done: list[AnalysisPlan]) -> list[str]:
    """A test of what lies behind a measure waits for the plainer test of the same measure in its branch."""
    if not _waits(leaf) or leaf.test is None:
        return []
    return [p.question_id for p in done if p.tests[0].measure == leaf.test.measure and not p.dependencies][:1]


def _requirement(test: LeafTest, now: Situation) -> DataRequirement:
    dataset = now.data.dataset(test.dataset or "") if now.data else None
    period = test.params.get("current")
    filters = "both periods" if period else "all rows"
    return DataRequirement(
        source=dataset.source if dataset else "",
        table=test.dataset or "",
        columns=test.columns,
        filters=filters,
        sample_size=dataset.rows if dataset else 0,
    )


def _criteria(test: LeafTest) -> list[str]:
    criteria = ["The number of rows, the effect and its interval are shown", "The query runs again to the same number"]
    if test.method in ("ratio_difference", "ratio_association"):
        criteria.append("Nothing is said about causes: the data were not made by an experiment")
    return criteria


def _rule(test: LeafTest, ledger: Ledger) -> DecisionRule:
    effect = _EFFECT.get(test.method, 0.1)
    least = ledger.assumption(effect, "the smallest effect worth acting on, fixed before the test", label="minimum effect")
    if test.method in _SCALE:
        share = ledger.assumption(
            effect, "the smallest share worth acting on, fixed before the test", label="minimum share", style=Style.PERCENT
        )
        shown = cite(share) if test.method == "ratio_mix" else cite(least)
        words = _SCALE[test.method]
        return DecisionRule(confirms=f"At least {shown} {words}.", kills=f"Less than {shown} {words}.", minimum_effect=effect, alpha=ALPHA)
    if test.method == "ratio_ranking":
        return DecisionRule(
            confirms="At least one group passes the hurdle.", kills="No group passes the hurdle.", minimum_effect=effect, alpha=ALPHA
        )
    level = ledger.assumption(
        ALPHA, "adjusted for all tests of the problem, Benjamini and Hochberg", label="level of the test", style=Style.PERCENT
    )
    return DecisionRule(
        confirms=f"The adjusted p value is at most {cite(level)} and the effect, as a correlation, at least {cite(least)}.",
        kills=f"The effect is below {cite(least)} although the test could have seen one of that size.",
        minimum_effect=effect,
        alpha=ALPHA,
    )


def _ghost(test: LeafTest) -> str:
    against = test.params.get("against")
    other = said(str(against["column"])) if isinstance(against, dict) else ""
    by = said(test.by[0]) if test.by else "group"
    words = _CHARTS.get(test.method, "Table: {measure}")
    if test.method == "ratio_change" and not test.by:
        words = "Line chart: {measure} by month, both periods marked"
    return words.replace("{measure}", test.measure or "").replace("{by}", by).replace("{other}", other)


def _data_check(test: LeafTest, now: Situation, ledger: Ledger) -> str:
    if now.data is None or now.ratios is None or test.dataset is None:
        return "No data are attached."
    dataset = now.data.dataset(test.dataset)
    query = f"select count(*) from {now.ratios.relation(dataset.name, [])[0]}"
    rows = ledger.sql(float(dataset.rows), query, now.hashes, label=f"rows of {dataset.name}", style=Style.COUNT)
    parts = [f"{name(dataset.source)} has {cite(rows)} rows"]
    holes = [c for c in dataset.columns if c.name in test.columns and c.missing]
    if holes:
        worst = max(holes, key=lambda c: (c.missing, c.name))
        count = f"select count(*) - count({worst.expression}) from {now.ratios.relation(dataset.name, [])[0]}"
        missing = ledger.sql(float(worst.missing), count, now.hashes, label=f"rows without {worst.name}", style=Style.COUNT)
        parts.append(f"{said(worst.name)} is missing in {cite(missing)} of them")
    else:
        parts.append("no value of a column it needs is missing")
    personal = [said(c.name) for c in dataset.columns if c.name in test.columns and c.looks_personal]
    if personal:
        parts.append(f"{listed(personal)} {'look' if len(personal) > 1 else 'looks'} personal, so only groups are shown")
    return sentence("; ".join(parts))


def _gaps(test: LeafTest, now: Situation) -> list[str]:
    """Return what to ask for where the data have the columns of a test but not their values: a gap is asked for, not filled."""
    if now.data is None or test.dataset is None:
        return []
    dataset = now.data.dataset(test.dataset)
    holes = [c for c in dataset.columns if c.name in test.columns and c.missing > _WORTH_ASKING * c.rows]
    return [sentence(f"the values of {said(c.name)} that are missing in {name(dataset.source)}") for c in holes]


def _critical_path(plans: list[AnalysisPlan]) -> list[str]:
    """Return the chain of work that ends last: each piece with the one that had to end before it could start."""
    if not plans:
        return []
    by_id = {p.question_id: p for p in plans}
    path = [max(plans, key=lambda p: (p.due, p.question_id))]
    while True:
        first = path[0]
        before = [by_id[i] for i in first.dependencies] or [
            p for p in plans if after(date.fromisoformat(p.due), 1).isoformat() == first.start
        ]
        earlier = [p for p in before if p.due < first.start]
        if not earlier:
            return [p.question_id for p in path]
        path.insert(0, max(earlier, key=lambda p: (p.due, p.question_id)))
