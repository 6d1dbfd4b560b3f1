"""Steps 2, 3 and 4 of the bar: the tree, what is worth testing, and the plan written before anything runs."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from services.solving.steps.tree import TreeNode
from tests.quality.item import Item, Worked, has_data

_CHILDREN = range(3, 6)
_ALTERNATIVES = 2


def _children(done: Worked, node_id: str) -> list[TreeNode]:
    return [node for node in done.tree.nodes if node.parent_id == node_id]


def _root(done: Worked) -> Iterator[str]:
    if done.tree.nodes[0].kind != "root" or done.tree.nodes[0].title != done.frame.goal:
        yield "the root is not the frame's question"


def _branching(done: Worked) -> Iterator[str]:
    for node in done.tree.nodes:
        if node.kind == "leaf":
            continue
        children = _children(done, node.id)
        if len(children) not in _CHILDREN:
            yield f"{node.id} has {len(children)} children"
        if not node.logic:
            yield f"{node.id} does not say by which logic it is cut"
        if len({child.kind for child in children}) != 1 or not all(done.read(child.title).endswith("?") for child in children):
            yield f"the children of {node.id} are not of one kind, each a question"


def _no_overlap(done: Worked) -> Iterator[str]:
    leaves = done.tree.leaves()
    for one, other in combinations(leaves, 2):
        if one.hypotheses[:1] == other.hypotheses[:1] or one.title == other.title:
            yield f"{one.id} and {other.id} say the same"
    if not any(check.name == "no_overlap_in_words" and check.passed for check in done.tree.checks):
        yield "overlap of words was not checked, or found"


def _no_rest(done: Worked) -> Iterator[str]:
    for node in done.tree.nodes:
        if node.kind == "branch" and "other" in node.title.lower().split()[:2]:
            yield f"{node.id} is a rest"


def _leaves(done: Worked) -> Iterator[str]:
    for leaf in done.tree.leaves():
        if not (leaf.title.endswith("?") and leaf.hypotheses and leaf.required_data):
            yield f"{leaf.id} lacks its question, hypothesis or data"
        if leaf.test is None and not leaf.notes:
            yield f"{leaf.id} has neither a test nor the reason why not"


def _alternatives(done: Worked) -> Iterator[str]:
    if done.tree.tree_type not in ("component", "hypothesis", "deductive"):
        yield "the type of the tree is not named"
    if len(done.tree.alternatives) < _ALTERNATIVES or not all(cut.reason and cut.logic for cut in done.tree.alternatives):
        yield f"{len(done.tree.alternatives)} cuts lost with their reason"


def _reconciles(done: Worked) -> Iterator[str]:
    names = Counter(check.name for check in done.tree.checks)
    arithmetic = done.tree.nodes[0].logic.startswith("arithmetic")
    kpi = done.frame.kpis[0]
    if arithmetic and kpi.measure is not None and not names["parts_rebuild_whole"]:
        yield "arithmetic parts were not held against the KPI"
    cuts = [leaf for leaf in done.tree.leaves() if leaf.test is not None and leaf.test.params.get("cut")]
    if cuts and not names["segments_partition_rows"]:
        yield "no cut was checked for rows in exactly one part"
    for check in done.tree.checks:
        sized = check.name == "segments_partition_rows" and "[[" in check.detail
        if not check.passed and not sized:
            yield f"{check.name} fails on {check.node_id}: {done.read(check.detail)}"


def _criterion(done: Worked) -> Iterator[str]:
    if not done.priorities.formula:
        yield "no formula"
    if {node.node_id for node in done.priorities.nodes} != {leaf.id for leaf in done.tree.leaves()}:
        yield "not every leaf is scored"
    for node in done.priorities.nodes:
        if node.priority_score != round(node.impact_score * node.feasibility_score / 10, 2):
            yield f"{node.node_id} does not follow the formula"
        if not (node.impact_reason and node.feasibility_reason and node.influence_reason and 0 < node.confidence <= 1):
            yield f"{node.node_id} lacks a reason or a confidence"


def _cut_list(done: Worked) -> Iterator[str]:
    for node in done.priorities.nodes:
        if node.is_recommended == bool(node.cut_reason):
            yield f"{node.node_id} is cut without a reason, or kept with one"


def _sized(done: Worked) -> Iterator[str]:
    tests = {leaf.id: leaf.test for leaf in done.tree.leaves()}
    can = [n for n in done.priorities.nodes if (t := tests[n.node_id]) and t.method in ("ratio_difference", "ratio_change", "ratio_mix")]
    if can and not any("[[" in node.impact_reason for node in can):
        yield "nothing was sized before it was tested"


def _matrix(done: Worked) -> Iterator[str]:
    for node in done.priorities.nodes:
        high, easy = node.impact_score > 5, node.feasibility_score > 5
        want = ("do first" if easy else "valuable, hard") if high else ("easy, small" if easy else "leave")
        if node.quadrant != want:
            yield f"{node.node_id} stands in the wrong quarter"
    if not 0 <= done.priorities.stability <= 1:
        yield "no sensitivity"
    if not any(slide.kind == "priorities" for slide in done.deck.slides):
        yield "the matrix is not shown"


def _plan_rows(done: Worked) -> Iterator[str]:
    kept = {node.node_id for node in done.priorities.nodes if node.is_recommended}
    if kept != {plan.question_id for plan in done.plans.plans}:
        yield "kept leaves and plans differ"
    for plan in done.plans.plans:
        if not all((plan.title, plan.hypothesis, plan.methods, plan.tests, plan.data_requirements, plan.owner, plan.start, plan.due)):
            yield f"{plan.question_id} has an empty cell"


def _rules(done: Worked) -> Iterator[str]:
    for plan in done.plans.plans:
        rule = plan.decision_rule
        if not (plan.end_product and rule.confirms and rule.kills and rule.minimum_effect > 0 and 0 < rule.alpha < 1):
            yield f"{plan.question_id} has no ghost chart, or no rule written beforehand"


def _order(done: Worked) -> Iterator[str]:
    due = {plan.question_id: plan.due for plan in done.plans.plans}
    for plan in done.plans.plans:
        if any(due[need] >= plan.start for need in plan.dependencies):
            yield f"{plan.question_id} starts before what it waits for"
    if done.plans.plans and not done.plans.critical_path:
        yield "no critical path"


def _data_check(done: Worked) -> Iterator[str]:
    if not all(plan.data_check for plan in done.plans.plans):
        yield "a plan without a data check"
    asks = " ".join(done.plans.asks).lower()
    for leaf in done.tree.leaves():
        if leaf.test is None and leaf.required_data and leaf.required_data[0].lower().rstrip(".") not in asks:
            yield f"what {leaf.id} lacks is not asked for"


ITEMS = (
    Item("tree", "root is the frame's question", _root),
    Item("tree", "three to five children, one logic a level, parallel", _branching),
    Item("tree", "no two leaves say the same", _no_overlap),
    Item("tree", "no unsized rest", _no_rest),
    Item("tree", "leaves: question, hypothesis, data, test", _leaves),
    Item("tree", "type named, two cuts tried and their loss explained", _alternatives),
    Item("tree", "parts rebuild the KPI, cuts hold each row once or size the gap", _reconciles, has_data),
    Item("prioritize", "criterion stated, scores with reasons and confidence", _criterion),
    Item("prioritize", "cut list with reasons", _cut_list),
    Item("prioritize", "sized on the data before it is tested", _sized, has_data),
    Item("prioritize", "2x2 and sensitivity", _matrix),
    Item("plan", "one row a kept leaf, no cell empty", _plan_rows),
    Item("plan", "ghost chart and rule written before the test", _rules),
    Item("plan", "dependencies and critical path hold", _order),
    Item("plan", "data check; gaps become asks", _data_check),
)
