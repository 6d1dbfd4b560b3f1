"""The machine checks of step 2 on a tree that somebody changed: the same checks, on the same data, of the tree as it is now."""

from services.solving.analysts.rules.checks import tree_checks
from services.solving.analysts.rules.situation import Situation, situation
from services.solving.analysts.rules.template import CutTemplate, library
from services.solving.evidence.ledger import Ledger
from services.solving.steps.contract import StepContext
from services.solving.steps.tree import Check, IssueTree


def rechecked(context: StepContext, tree: IssueTree, ledger: Ledger) -> IssueTree:
    """Return the tree with every check run again; the numbers they found are written into the ledger."""
    now = situation(context)
    cut = _cut(tree, now)
    whole = cut is not None and _branches(tree) == len(cut.branch)
    checks = tree_checks(tree.nodes, cut if whole else None, now, ledger)
    if cut is not None and cut.formula and not whole:
        checks.insert(0, _torn(tree))
    return tree.model_copy(update={"checks": checks})


def _cut(tree: IssueTree, now: Situation) -> CutTemplate | None:
    """Return the cut the tree was grown from, which its root names."""
    logic = next((node.logic for node in tree.nodes if node.parent_id is None), "")
    cuts = [cut for template in (now.template, *library().values()) for cut in template.cut]
    return next((cut for cut in cuts if f"{cut.logic}: {cut.words}" == logic), None)


def _branches(tree: IssueTree) -> int:
    root = next(node.id for node in tree.nodes if node.parent_id is None)
    return sum(node.parent_id == root for node in tree.nodes)


def _torn(tree: IssueTree) -> Check:
    root = next(node for node in tree.nodes if node.parent_id is None)
    detail = f"The branches are no longer the parts of {root.logic.partition(': ')[2]}, so nothing says that they rebuild the whole."
    return Check(name="parts_rebuild_whole", node_id=root.id, passed=False, detail=detail)
