"""An override of a leaf's scores as a value and as a pure function: priorities in, priorities out, or a sentence why not."""

from services.solving.errors import InvalidEditError
from services.solving.steps.prioritize import NodePriority, Priorities
from shared.kit.value import Value

OVERRIDDEN = "priority_overridden"


class Override(Value):
    """A leaf's scores as a person sees them, whether it is worked on, and why; what is None stays as it was computed."""

    kind: str = OVERRIDDEN
    node_id: str
    reason: str  # cited text
    impact_score: int | None = None
    feasibility_score: int | None = None
    is_recommended: bool | None = None


def overridden(priorities: Priorities, override: Override) -> Priorities:
    """Return the priorities with one leaf as a person sees it, best first.

    Raises InvalidEditError for a score outside 1..10, a leaf that is not there or would not change, and no leaf left to work on.
    """
    wanted = override.model_dump(include={"impact_score", "feasibility_score", "is_recommended"}, exclude_none=True)
    if any(not 1 <= wanted[name] <= 10 for name in ("impact_score", "feasibility_score") if name in wanted):
        raise InvalidEditError("Scores go from 1 to 10.")
    nodes = [_rescored(node, wanted, override.reason) if node.node_id == override.node_id else node for node in priorities.nodes]
    if nodes == priorities.nodes:
        raise InvalidEditError(f"There is no leaf {override.node_id[:100]!r} whose scores this would change.")
    kept = sum(node.is_recommended for node in nodes)
    if kept == 0:
        raise InvalidEditError("At least one leaf must be worked on.")
    return priorities.model_copy(update={"nodes": sorted(nodes, key=lambda node: (-node.priority_score, node.node_id)), "kept": kept})


def _rescored(node: NodePriority, wanted: dict[str, int | bool], reason: str) -> NodePriority:
    rescored = node.model_copy(update=wanted)
    score = round(rescored.impact_score * rescored.feasibility_score / 10, 2)
    if (rescored.impact_score, rescored.feasibility_score) == (node.impact_score, node.feasibility_score):
        score = node.priority_score
    cut = None if rescored.is_recommended else (node.cut_reason or reason)
    return rescored.model_copy(update={"priority_score": score, "cut_reason": cut, "rationale": f"{node.rationale} Overridden: {reason}"})
