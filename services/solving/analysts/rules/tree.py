"""Step 2 by rules: the question cut by each way its template knows, bound to the data, and the way kept that holds best."""

from dataclasses import dataclass

from services.solving.analysts.rules.checks import TOLERANCE, rebuilt, tree_checks
from services.solving.analysts.rules.kpi import name_of
from services.solving.analysts.rules.leaves import BoundLeaf, Used, bind_leaf, fillers
from services.solving.analysts.rules.situation import Situation, situation
from services.solving.analysts.rules.spread import ranked_cuts
from services.solving.analysts.rules.template import GENERIC, BranchTemplate, CutTemplate, LeafTemplate, library
from services.solving.analysts.rules.wording import listed, plural_of
from services.solving.evidence.ledger import Ledger
from services.solving.steps.contract import StepContext
from services.solving.steps.tree import AlternativeCut, IssueTree, TreeNode, TreeResult

FEWEST, MOST = 3, 4  # leaves of a branch
# What else could lie behind a branch for which the data hold too few tests: question, hypothesis, what to ask for.
_WIDER = (
    ("Did something outside change {m}?", "events outside moved {m}", "a list of outside events with their dates"),
    ("Did the way {m} is recorded change?", "a change of records moved {m}", "the history of how {m} is recorded"),
    ("Did a decision of ours change {m}?", "a decision of ours moved {m}", "a list of decisions with their dates"),
    ("Do the people who do the work explain {m}?", "who does the work moves {m}", "who worked on each record"),
    ("Do the tools in use explain {m}?", "the tools in use move {m}", "the tool used for each record"),
    ("Do suppliers or partners explain {m}?", "partners move {m}", "the partner of each record"),
    ("Do customers act otherwise than before?", "what customers do moves {m}", "what customers did, with dates"),
    ("Do rules or targets of ours explain {m}?", "rules and targets move {m}", "a list of rules and targets with their dates"),
    ("Does what competitors do explain {m}?", "competitors move {m}", "a list of competitors' moves with their dates"),
)
_GROUPS, _PERIODS = 0.8, 0.7  # what a cut that only sorts is worth beside one that explains
_PREFERRED = {"arithmetic": 1.15, "components": 1.1, "process": 1.1, "deductive": 1.0}  # a cut that adds up beats one that only sorts


@dataclass(frozen=True)
class Grown:
    """A cut with its leaves on the data."""

    cut: CutTemplate
    branches: list[tuple[BranchTemplate, list[BoundLeaf]]]
    rebuilds: bool | None  # whether the parts rebuild the KPI on the data; None where no formula can be tried

    @property
    def score(self) -> float:
        """Share of leaves the data can test, more for cuts that add up, less for branches without a test."""
        leaves = [leaf for _, found in self.branches for leaf in found]
        bound = sum(leaf.test is not None for leaf in leaves) / max(len(leaves), 1)
        empty = sum(not any(leaf.test for leaf in found) for _, found in self.branches)
        return round(bound * _PREFERRED[self.cut.logic] * (1.1 if self.rebuilds else 1.0) - 0.6 * empty / len(self.branches), 3)


def tree(context: StepContext) -> TreeResult:
    """Return the issue tree of a framed problem, with the cuts that lost and the checks on the data."""
    assert context.frame is not None
    now, ledger = situation(context), Ledger(context.known)
    grown = sorted((_grow(cut, now) for cut in _cuts(now)), key=lambda g: -g.score)
    kept, lost = grown[0], grown[1:]
    nodes = _nodes(context.frame.goal, kept)
    alternatives = [AlternativeCut(name=g.cut.name, logic=g.cut.words, reason=_why_lost(g, kept), score=g.score) for g in lost]
    built = IssueTree(
        nodes=nodes,
        template=now.template.name,
        tree_type="deductive" if kept.cut.logic == "deductive" else "component",
        alternatives=[*alternatives, *_segments(now, kept)],
        checks=tree_checks(nodes, kept.cut, now, ledger),
    )
    return TreeResult(tree=built, entries=ledger.entries)


def _cuts(now: Situation) -> list[CutTemplate]:
    general = library()[GENERIC].cut
    return [*now.template.cut, *general] if now.template.name != GENERIC else list(general)


def _grow(cut: CutTemplate, now: Situation) -> Grown:
    used = Used()
    branches = [(branch, _leaves(branch, now, used)) for branch in cut.branch]
    way = rebuilt(cut, now)
    if cut.logic == "arithmetic" and (way is None if now.data is not None else not cut.ways(now.kpi.measure if now.kpi else "")):
        cut = cut.model_copy(update={"logic": "components"})  # nothing shows that these parts add up to this KPI
    return Grown(cut, branches, None if way is None else way.misses <= TOLERANCE)


def _leaves(branch: BranchTemplate, now: Situation, used: Used) -> list[BoundLeaf]:
    found = [bound for leaf in branch.leaf if (bound := bind_leaf(leaf, now, used)) is not None]
    for extra in fillers(branch):
        if len(found) >= FEWEST:
            break
        bound = bind_leaf(extra, now, used)
        if bound is not None and bound.test is not None:
            found.append(bound)
    for asked in _WIDER:
        if len(found) >= FEWEST:
            break
        bound = bind_leaf(_wider(branch, asked, now), now, used)
        if bound is not None:
            found.append(bound)
    return found[:MOST]


def _wider(branch: BranchTemplate, asked: tuple[str, str, str], now: Situation) -> LeafTemplate:
    """Return a leaf that no attached data can test, so that a branch says what else could lie behind it."""
    measure = now.template.measure.get(branch.measure)
    label = measure.name if measure else name_of(now)
    question, hypothesis, ask = (words.replace("{m}", label) for words in asked)
    return LeafTemplate(test="none", measure="", question=question, hypothesis=hypothesis, ask=ask)


def _nodes(goal: str, grown: Grown) -> list[TreeNode]:
    nodes = [
        TreeNode(id="root", parent_id=None, position=0, level=0, kind="root", title=goal, logic=f"{grown.cut.logic}: {grown.cut.words}")
    ]
    for i, (branch, leaves) in enumerate(grown.branches):
        letter = "ABCDE"[i]
        available = any(leaf.test for leaf in leaves)
        nodes.append(
            TreeNode(
                id=letter,
                parent_id="root",
                position=i,
                level=1,
                kind="branch",
                title=branch.title,
                logic="deductive: where, when and with what this part moves",
                data_available=available,
            )
        )
        nodes += [_leaf(letter, place, leaf) for place, leaf in enumerate(leaves)]
    return nodes


def _leaf(letter: str, place: int, leaf: BoundLeaf) -> TreeNode:
    return TreeNode(
        id=f"{letter}{place + 1}",
        parent_id=letter,
        position=place,
        level=2,
        kind="leaf",
        title=leaf.question,
        hypotheses=[leaf.hypothesis],
        required_data=leaf.needs,
        priority_hint="medium" if leaf.test else "low",
        notes="" if leaf.test else f"Not in the data: {leaf.ask}.",
        test=leaf.test,
        data_available=leaf.test is not None,
    )


def _why_lost(lost: Grown, kept: Grown) -> str:
    without = [branch.title for branch, leaves in lost.branches if not any(leaf.test for leaf in leaves)]
    if without:
        return f"The data cannot answer {listed([f'“{title}”' for title in without])}"
    if _PREFERRED[lost.cut.logic] < _PREFERRED[kept.cut.logic]:
        return f"It says where the number moves and not which part of it; the kept cut follows {kept.cut.words}."
    return "Fewer of its leaves can be tested on the data."


def _segments(now: Situation, kept: Grown) -> list[AlternativeCut]:
    """Return the plain cuts that were weighed too: one branch a group, one branch a period."""
    return [_by_group(now, kept), _by_period(now, kept)]


def _by_group(now: Situation, kept: Grown) -> AlternativeCut:
    cuts = ranked_cuts(now, now.measure) if now.measure is not None else []
    known = next((concept.label for concept in now.template.concept.values() if concept.need == "cut"), "group")
    label = cuts[0].label if cuts else known
    held = "of the data" if cuts else "that data would name"
    why = f"the kept tree asks by {label} in its branches" if cuts else f"no data say which {plural_of(label)} there are"
    return AlternativeCut(
        name=f"one branch for each {label}",
        logic=f"segments: the {plural_of(label)} {held}",
        reason=f"It shows where {name_of(now)} is high or low but not why; {why}.",
        score=round(_GROUPS * kept.score, 3) if cuts else 0.0,
    )


def _by_period(now: Situation, kept: Grown) -> AlternativeCut:
    dated = now.measure is not None and now.periods(now.measure) is not None
    why = "the kept tree compares periods inside its branches" if dated else "no data hold its values by date"
    return AlternativeCut(
        name="one branch for each period",
        logic=f"segments: the months {'of the data' if dated else 'that data would cover'}",
        reason=f"It shows when {name_of(now)} moved but not where; {why}.",
        score=round(_PERIODS * kept.score, 3) if dated else 0.0,
    )
