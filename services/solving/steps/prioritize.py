"""Step 3, prioritize: which leaves are worth the work, and which are cut and why."""

from services.solving.evidence.ledger import EvidenceEntry
from shared.kit.value import Value


class NodePriority(Value):
    """The seed's scores for a leaf, with their reasons (cited text)."""

    node_id: str
    impact_score: int  # 1..10
    feasibility_score: int  # 1..10
    priority_score: float  # impact x feasibility / 10, two decimals
    rationale: str
    impact_reason: str
    feasibility_reason: str
    estimated_hours: int
    estimated_cost: float
    confidence: float  # 0..1
    is_recommended: bool
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
