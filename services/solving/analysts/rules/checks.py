"""Machine checks on a tree: do the parts rebuild the whole, do segments hold each row once, can every leaf fail?"""

import ast
import re

from services.analysis.ratios import CutBy, Ratio
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.template import CutTemplate
from services.solving.analysts.rules.wording import listed, said
from services.solving.evidence.ledger import Ledger
from services.solving.steps.tree import Check, TreeNode
from shared.kit.cited import cite
from shared.kit.numbers import Style

TOLERANCE = 0.01  # share of the KPI that its parts may miss it by


def formula_value(cut: CutTemplate, now: Situation) -> dict[str, str] | None:
    """Return the measures an arithmetic cut multiplies or adds, with their queries, or None where the data lack one."""
    if not cut.formula or now.ratios is None or now.measure is None:
        return None
    names = sorted({node.id for node in ast.walk(ast.parse(cut.formula, mode="eval")) if isinstance(node, ast.Name)})
    if any(name not in now.measures for name in names):
        return None
    return {name: now.ratios.query(now.measures[name].ratio) for name in names}


def tree_checks(nodes: list[TreeNode], cut: CutTemplate | None, now: Situation, ledger: Ledger) -> list[Check]:
    """Return every check of a tree with what it found; `cut` None: its branches are parts of nothing arithmetic."""
    return [
        *(_rebuild(cut, now, ledger) if cut is not None else []),
        *_partition(nodes, now, ledger),
        _testable(nodes),
        _no_overlap(nodes),
        _branching(nodes),
    ]


def _rebuild(cut: CutTemplate, now: Situation, ledger: Ledger) -> list[Check]:
    queries = formula_value(cut, now)
    if queries is None or now.ratios is None or now.measure is None:
        return []
    inputs = {}
    for name, query in queries.items():
        ratio = now.measures[name].ratio
        inputs[name] = _written(ledger, now, query, ratio)
    ratio = now.measure.ratio
    whole = _written(ledger, now, now.ratios.query(ratio), ratio)
    product = ledger.formula(cut.formula, inputs, label=f"{ratio.label}, rebuilt from its parts", unit=ratio.unit, style=ratio.style)
    missed = ledger.formula(
        "abs(rebuilt / whole - 1)", {"rebuilt": product, "whole": whole}, label="share missed", style=Style.PERCENT, decimals=1
    )
    passed = ledger.value(missed) <= TOLERANCE
    detail = f"The parts rebuild {cite(product)} of {cite(whole)}: {cite(missed)} is missed."
    return [Check(name="parts_rebuild_whole", node_id="root", passed=passed, detail=detail)]


def _written(ledger: Ledger, now: Situation, query: str, ratio: Ratio) -> str:
    assert now.data is not None
    value = float(f"{float(now.data.scalar(query) or 0.0):.12g}")
    return ledger.sql(value, query, now.hashes, label=ratio.label, unit=ratio.unit, style=ratio.style)


def _partition(nodes: list[TreeNode], now: Situation, ledger: Ledger) -> list[Check]:
    """Each row in exactly one group: the groups of every cut used hold all rows."""
    checks, seen = [], set()
    for node in nodes:
        cut = node.test.params.get("cut") if node.test else None
        if not isinstance(cut, dict) or now.ratios is None or node.test is None or node.test.dataset is None:
            continue
        by = CutBy.model_validate(cut)
        if (node.test.dataset, by.column) in seen:
            continue
        seen.add((node.test.dataset, by.column))
        source, expressions = now.ratios.relation(node.test.dataset, [by])
        everything = _counted(ledger, now, f"select count(*) from {now.ratios.relation(node.test.dataset, [])[0]}", "rows of the table")
        grouped = _counted(ledger, now, f"select count({expressions[by.column]}) from {source}", f"rows with a {said(by.column)}")
        passed = ledger.value(grouped) == ledger.value(everything)
        outside = ledger.formula("rows - grouped", {"rows": everything, "grouped": grouped}, label="rows in no group", style=Style.COUNT)
        gap = "" if passed else f"; {cite(outside)} rows have none and are left out of that cut"
        detail = f"Cut by {said(by.column)}, {cite(grouped)} of {cite(everything)} rows are in one group each{gap}."
        checks.append(Check(name="segments_partition_rows", node_id=node.id, passed=passed, detail=detail))
    return checks


def _counted(ledger: Ledger, now: Situation, query: str, label: str) -> str:
    assert now.data is not None
    return ledger.sql(float(now.data.scalar(query)), query, now.hashes, label=label, style=Style.COUNT)


def _testable(nodes: list[TreeNode]) -> Check:
    leaves = [n for n in nodes if n.kind == "leaf"]
    bare = [n.id for n in leaves if not n.hypotheses or (n.test is None and not n.notes)]
    untested = [n for n in leaves if n.test is None]
    detail = "Every leaf has a hypothesis that can fail"
    detail += (
        f"; {listed([n.id for n in untested])} {'needs' if len(untested) == 1 else 'need'} data that nobody has attached."
        if untested
        else " and a test on the data."
    )
    return Check(name="leaves_testable", node_id="root", passed=not bare, detail=detail)


def _no_overlap(nodes: list[TreeNode]) -> Check:
    leaves = [n for n in nodes if n.kind == "leaf"]
    words = {n.id: frozenset(re.sub(r"[^a-z ]", "", (n.hypotheses[0] if n.hypotheses else n.title).lower()).split()) for n in leaves}
    twins = [f"{a.id} and {b.id}" for i, a in enumerate(leaves) for b in leaves[i + 1 :] if words[a.id] == words[b.id]]
    detail = f"{listed(twins)} say the same." if twins else "No two leaves say the same."
    return Check(name="no_overlap_in_words", node_id="root", passed=not twins, detail=detail)


def _branching(nodes: list[TreeNode]) -> Check:
    wrong = [n.id for n in nodes if n.kind != "leaf" and not 3 <= sum(child.parent_id == n.id for child in nodes) <= 5]
    detail = f"{listed(wrong)} have fewer than three or more than five children." if wrong else "Every node has three to five children."
    return Check(name="branching", node_id="root", passed=not wrong, detail=detail)
