"""Step 3, prioritize: which leaves are worth the work, and which are cut and why."""

from typing import Literal

from services.solving.evidence.ledger import EvidenceEntry
from shared.kit.value import Value

Quadrant = Literal["do first", "valuable, hard", "easy, small", "leave"]


class NodePriority(Value):
    """The seed's scores for a leaf, with their reasons (cited text)."""

    node_id: str
    impact_score: int  # 1..10: reach times influence
    feasibility_score: int  # 1..10
    priority_score: float  # impact x feasibility / 10, two decimals
    rationale: str
    impact_reason: str
    feasibility_reason: str
    influence: float = 1.0  # 0..1, how far we can act on what the leaf tests
    influence_reason: str = ""
    estimated_hours: int
    estimated_cost: float
    confidence: float  # 0..1
    is_recommended: bool
    quadrant: Quadrant | None = None  # where the computed scores place it
    cut_reason: str | None = None  # why not, for a leaf that is left out


class Priorities(Value):
    """All leaves scored, best first."""

    nodes: list[NodePriority]
    formula: str  # in words, e.g. "impact x feasibility / 10"
    kept: int
    stability: float  # share of weight changes of +-30% that keep the same leaves, 0..1


class PrioritiesResult(Value):
    """What step 3 records."""

    priorities: Priorities
    entries: tuple[EvidenceEntry, ...]
