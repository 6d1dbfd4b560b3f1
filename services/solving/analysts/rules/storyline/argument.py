"""The argument's shape: the issue tree with its verdicts, and what was worth testing."""

from services.decks.elements import Branch, Leaf, Option, Verdict
from services.decks.model import PrioritiesSlide, TreeSlide
from services.solving.analysts.rules.storyline.material import Material
from services.solving.analysts.rules.storyline.opening import said_aloud
from services.solving.analysts.rules.wording import listed, safe
from services.solving.evidence.ledger import Cell, Ref
from services.solving.steps.prioritize import NodePriority
from services.solving.steps.tree import TreeNode
from shared.kit.cited import cite
from shared.kit.numbers import Style

_VERDICTS = {
    "supported": Verdict.SUPPORTED,
    "refuted": Verdict.REFUTED,
    "undecided": Verdict.UNDECIDED,
    "not_tested": Verdict.UNTESTED,
}
# one leaf, several leaves
_OUTCOMES = (
    (Verdict.SUPPORTED, ("holds", "hold")),
    (Verdict.REFUTED, ("does not", "do not")),
    (Verdict.UNDECIDED, ("stays open", "stay open")),
    (Verdict.UNTESTED, ("was left out", "were left out")),
)
_SCORE_RANGE = (0.0, 10.0)
_MATRIX_LABEL = 14
_CUT_AT = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
_QUADRANTS = ("Valuable, hard", "Do first", "Leave", "Easy, small")


def tree(material: Material) -> TreeSlide:
    """The issue tree, every leaf with its verdict."""
    branches = tuple(_branch(material, branch, f"{chr(65 + i)}") for i, branch in enumerate(material.branches))
    return TreeSlide(
        kicker="Issue tree",
        title=_tree_title(material),
        root=_root(material),
        branches=branches,
        effect_heading="Effect",
        source=_legend(material),
        notes=said_aloud(
            f"The question is cut by {material.tree.template.replace('_', ' ')}",
            "Every leaf is a question that data can answer; what was refuted is kept",
            material.synthesis.governing_answer,
        ),
    )


def _root(material: Material) -> str:
    """The question in a few words: the whole sentence stands on the frame slide."""
    kpi = material.kpi
    if kpi is None or kpi.target_key is None:
        return material.frame.title
    verb = {"decrease": "fall", "increase": "rise", "hold": "stay"}[kpi.direction]
    return f"How can {kpi.name} {verb} to {cite(kpi.target_key)}?"


def _branch(material: Material, node: TreeNode, letter: str) -> Branch:
    leaves = tuple(_leaf(material, leaf) for leaf in material.leaves_under(node))
    held = [leaf.id for leaf in leaves if leaf.verdict is Verdict.SUPPORTED]
    label = f"leaves supported under {node.id}"
    note = f"{cite(material.ledger.count(held, label=label))} supported" if held else "none supported"
    return Branch(id=letter, text=node.title, note=note, leaves=leaves)


def _leaf(material: Material, leaf: TreeNode) -> Leaf:
    found = material.verdicts.get(leaf.id)
    return Leaf(
        id=material.leaf_ids[leaf.id],
        text=claim(leaf),
        effect=cite(found.effect_key) if found and found.effect_key else "",
        verdict=_VERDICTS[found.verdict] if found else Verdict.UNTESTED,
    )


def claim(leaf: TreeNode) -> str:
    """Return what a leaf claims, in the words of its hypothesis."""
    return leaf.hypotheses[0].rstrip(".") if leaf.hypotheses else leaf.title


def verdict_of(material: Material, node_id: str) -> Verdict:
    """Return what became of a leaf."""
    found = material.verdicts.get(node_id)
    return _VERDICTS[found.verdict] if found else Verdict.UNTESTED


def _tree_title(material: Material) -> str:
    leaves = material.tree.leaves()
    total = cite(material.ledger.count([leaf.id for leaf in leaves], label="leaves of the issue tree"))
    groups = {verdict: [leaf for leaf in leaves if verdict_of(material, leaf.id) is verdict] for verdict in Verdict}
    parts = []
    for verdict, words in _OUTCOMES:
        if groups[verdict]:
            number = material.ledger.count([leaf.id for leaf in groups[verdict]], label=f"leaves {verdict.value}")
            bare = verdict is Verdict.REFUTED and not groups[Verdict.SUPPORTED]
            parts.append(f"{cite(number)} {words[len(groups[verdict]) > 1]}{' hold' if bare else ''}")
    if len(groups[Verdict.UNTESTED]) == len(leaves):
        return f"None of the {total} hypotheses could be tested with the data at hand"
    return f"Of {total} hypotheses, {listed(parts)}"


def _legend(material: Material) -> str:
    source = material.source([i for result in material.analysis.results for i in result.key_findings])
    return f"Supported and refuted by the rule written in the plan; undecided: neither. {source}"


def priorities(material: Material) -> PrioritiesSlide:
    """Impact against feasibility, ranked, with what was left out."""
    scored = material.priorities.nodes
    rows: list[list[Cell | Ref]] = [
        [material.leaf_ids.get(node.node_id, node.node_id), _feasibility(material, node), _impact(material, node)] for node in scored
    ]
    chart = material.ledger.grid(rows, columns=["leaf", "feasibility", "impact"], label="impact and feasibility of every leaf")
    kept = [node for node in scored if node.is_recommended]
    cut = [node for node in scored if not node.is_recommended]
    count = cite(material.ledger.count([node.node_id for node in kept], label="leaves kept"))
    total = cite(material.ledger.count([node.node_id for node in scored], label="leaves scored"))
    reasons = " ".join(node.impact_reason for node in scored)
    top = safe_title(material, kept[0].node_id) if kept else ""
    return PrioritiesSlide(
        kicker="Priorities",
        title=f"{count} of {total} hypotheses were worth testing first" + (f"; on top: {top}" if top else ""),
        chart=chart,
        x_label="Feasibility",
        y_label="Impact on the goal",
        x_range=_SCORE_RANGE,
        y_range=_SCORE_RANGE,
        quadrants=_QUADRANTS,
        cut=_cut_line(material, kept, cut),
        cut_label="Cut line" if cut else "",
        options=tuple(_option(material, node) for node in scored),
        score_label="Impact x feasibility",
        note_heading="Left out" if cut else "Nothing left out",
        note=_left_out(material, cut),
        source=f"Scores from quick sizing on the data; {material.priorities.formula}. {material.source([], behind=reasons)}",
        notes=said_aloud(
            f"Scores are {material.priorities.formula}, each with its reason",
            *(node.impact_reason for node in kept[:2]),
            "A person may override a score; the reason is kept beside the computed one",
        ),
    )


def _cut_line(material: Material, kept: list[NodePriority], cut: list[NodePriority]) -> str | None:
    """Return the rows of the line of equal score through the last leaf kept; None where scores do not part kept from cut."""
    if not kept or not cut or min(node.priority_score for node in kept) <= max(node.priority_score for node in cut):
        return None
    last = min(kept, key=lambda node: node.priority_score)
    inputs = {"impact": _impact(material, last).key, "feasibility": _feasibility(material, last).key}
    points: list[list[Cell | Ref]] = []
    for x in _CUT_AT:
        height = material.ledger.formula(f"min(10, impact * feasibility / {x})", inputs, label="height of the cut line")
        points.append([float(x), Ref(height)])
    return material.ledger.grid(points, columns=["feasibility", "impact"], label="cut line")


def _impact(material: Material, node: NodePriority) -> Ref:
    return Ref(material.ledger.assumption(float(node.impact_score), node.impact_reason, label="impact score", style=Style.COUNT))


def _feasibility(material: Material, node: NodePriority) -> Ref:
    reason = node.feasibility_reason
    return Ref(material.ledger.assumption(float(node.feasibility_score), reason, label="feasibility score", style=Style.COUNT))


def _option(material: Material, node: NodePriority) -> Option:
    inputs = {"impact": _impact(material, node).key, "feasibility": _feasibility(material, node).key}
    score = material.ledger.formula("impact * feasibility / 10", inputs, label="priority score", decimals=1)
    label = material.leaf_ids.get(node.node_id, node.node_id)
    text = claim(material.tree.node(node.node_id))
    return Option(id=label, text=text, short=_in_the_matrix(material, node), score=cite(score), go=node.is_recommended)


def _in_the_matrix(material: Material, node: NodePriority) -> str:
    """The label beside a point: what the leaf measures, where there is room for it."""
    test = material.tree.node(node.node_id).test
    words = (test.by[0] if test and test.by else test.measure if test and test.measure else "").replace("_", " ")
    return safe(words) if len(words) <= _MATRIX_LABEL else ""


def _left_out(material: Material, cut: list[NodePriority]) -> str:
    if not cut:
        return "Every leaf was tested."
    return " ".join(
        f"{material.leaf_ids.get(node.node_id, '')}: {node.cut_reason or node.feasibility_reason}." for node in cut[:2]
    ).replace("..", ".")


def safe_title(material: Material, node_id: str) -> str:
    """Return a leaf's title as part of a sentence."""
    title = claim(material.tree.node(node_id))
    return title if "[[" in title else safe(title[:1].lower() + title[1:])
