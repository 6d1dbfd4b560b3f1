"""Machine checks on a tree: do the parts rebuild the whole, do segments hold each row once, can every leaf fail?"""

import ast
import math
import re
from dataclasses import dataclass
from itertools import combinations

from services.analysis.ratios import CutBy, Ratio
from services.solving.analysts.rules.kpi import name_of
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.template import CutTemplate
from services.solving.analysts.rules.wording import listed, said
from services.solving.evidence.formula import FormulaError, evaluate
from services.solving.evidence.ledger import Ledger
from services.solving.steps.tree import Check, TreeNode
from shared.kit.cited import cite
from shared.kit.numbers import Style

NEARLY = 0.75  # share of words in common from which two leaves overlap
_SILENT = frozenset({"the", "a", "an", "of", "by", "in", "and", "not", "other", "some", "ha", "i", "are", "it"})
TOLERANCE = 0.01  # share of the KPI that its parts may miss it by


@dataclass(frozen=True)
class Rebuilt:
    """A formula that gives the KPI from its parts, and the queries of the parts."""

    formula: str
    queries: dict[str, str]
    misses: float  # share of the KPI by which the parts fall short of it


def rebuilt(cut: CutTemplate, now: Situation) -> Rebuilt | None:
    """Return the way in which an arithmetic cut rebuilds the KPI on the data best, or None where the data lack a part of every way."""
    if now.ratios is None or now.measure is None or now.data is None or now.kpi is None:
        return None
    whole = float(now.data.scalar(now.ratios.query(now.measure.ratio)) or 0.0)
    found = []
    for formula in cut.ways(now.kpi.measure):
        names = sorted({node.id for node in ast.walk(ast.parse(formula, mode="eval")) if isinstance(node, ast.Name)})
        if whole and all(name in now.measures for name in names):
            queries = {name: now.ratios.query(now.measures[name].ratio) for name in names}
            found.append(Rebuilt(formula, queries, _missed(formula, queries, whole, now)))
    # a fuller formula comes first; a shorter one is taken only where it alone fits
    return next((way for way in found if way.misses <= TOLERANCE), found[0] if found else None)


def _missed(formula: str, queries: dict[str, str], whole: float, now: Situation) -> float:
    assert now.data is not None
    values = {name: float(now.data.scalar(query) or 0.0) for name, query in queries.items()}
    try:
        return abs(evaluate(formula, values) / whole - 1)
    except FormulaError:
        return math.inf


def tree_checks(nodes: list[TreeNode], cut: CutTemplate | None, now: Situation, ledger: Ledger) -> list[Check]:
    """Return every check of a tree with what it found; `cut` None: its branches are parts of nothing arithmetic."""
    return [
        *(_rebuild(cut, now, ledger) if cut is not None else []),
        *_partition(nodes, now, ledger),
        _testable(nodes),
        _no_overlap(nodes, now),
        _branching(nodes),
    ]


def _rebuild(cut: CutTemplate, now: Situation, ledger: Ledger) -> list[Check]:
    way = rebuilt(cut, now)
    if way is None or math.isinf(way.misses) or now.ratios is None or now.measure is None:
        return []
    inputs = {}
    for name, query in way.queries.items():
        ratio = now.measures[name].ratio
        inputs[name] = _written(ledger, now, query, ratio)
    ratio = now.measure.ratio
    whole = _written(ledger, now, now.ratios.query(ratio), ratio)
    product = ledger.formula(way.formula, inputs, label=f"{ratio.label}, rebuilt from its parts", unit=ratio.unit, style=ratio.style)
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


def _no_overlap(nodes: list[TreeNode], now: Situation) -> Check:
    """Flag leaves that say nearly the same: what they measure aside, most of their words are shared."""
    leaves = [n for n in nodes if n.kind == "leaf"]
    measured = frozenset(word for name in (name_of(now), *(m.name for m in now.template.measure.values())) for word in _words(name))
    words = {leaf.id: _words((leaf.hypotheses[0] if leaf.hypotheses else leaf.title).lower()) for leaf in leaves}
    twins = [f"{a.id} and {b.id}" for a, b in combinations(leaves, 2) if _same(words[a.id], words[b.id], measured)]
    detail = f"{listed(twins)} say nearly the same." if twins else "No two leaves say the same."
    return Check(name="no_overlap_in_words", node_id="root", passed=not twins, detail=detail)


def _words(text: str) -> frozenset[str]:
    """Return the words of a text in the singular, without those that carry no claim."""
    plain = [re.sub(r"(?:ies|y)$", "i", word).removesuffix("s") for word in re.findall(r"[^\W\d_]+", text.lower())]
    return frozenset(word for word in plain if word not in _SILENT)


def _same(said: frozenset[str], other: frozenset[str], measured: frozenset[str]) -> bool:
    one, two = said - measured, other - measured
    if said == other or not (one and two):
        return said == other
    same_measure = said & measured == other & measured
    return same_measure and len(one & two) / len(one | two) >= NEARLY


def _branching(nodes: list[TreeNode]) -> Check:
    wrong = [n.id for n in nodes if n.kind != "leaf" and not 3 <= sum(child.parent_id == n.id for child in nodes) <= 5]
    detail = f"{listed(wrong)} have fewer than three or more than five children." if wrong else "Every node has three to five children."
    return Check(name="branching", node_id="root", passed=not wrong, detail=detail)
