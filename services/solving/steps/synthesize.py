"""Step 6, synthesize: the answer, what it rests on, and what to do about it."""

from typing import Literal

from services.solving.evidence.ledger import EvidenceEntry
from services.solving.steps.analyze import Verdict
from shared.kit.value import Value

Level = Literal["low", "medium", "high"]


class SupportingPoint(Value):
    """One argument for the answer, with the findings it rests on."""

    text: str  # cited text
    finding_ids: list[str]
    so_what: str


class LeafVerdict(Value):
    """What became of a leaf, kept or cut."""

    node_id: str
    verdict: Verdict | Literal["not_tested"]
    reason: str
    finding_ids: list[str]
    effect_key: str | None = None  # the ledger key of its headline number


class Action(Value):
    """The seed's action."""

    step: str
    description: str
    owner: str  # a role
    due_date: str  # ISO date
    estimated_effort: str
    success_criteria: str
    resources_needed: list[str]


class ExpectedImpact(Value):
    """The seed's expected impact, as a range with its arithmetic; all numbers are ledger keys."""

    kpi: str
    delta_percentage_key: str | None = None
    delta_absolute_key: str | None = None
    low_key: str | None = None
    high_key: str | None = None
    timeframe: str
    assumptions: list[str]
    arithmetic: str  # cited text: the formula with its numbers
    overlap_removed: str  # what was taken off because another recommendation already counts it


class Risk(Value):
    """The seed's risk."""

    risk: str
    mitigation: str
    probability: Level
    impact: Level


class Recommendation(Value):
    """One thing to do, with the evidence for it. Texts are cited text."""

    title: str
    summary: str
    evidence: list[str]  # finding ids
    actions: list[Action]
    expected_impact: ExpectedImpact
    risks: list[Risk]
    confidence: float  # 0..1
    confidence_reason: str
    priority: int  # 1..3


class Impact(Value):
    """The sum of the recommendations against the gap; ledger keys."""

    gap_key: str | None
    total_key: str | None
    remaining_key: str | None
    statement: str


class Synthesis(Value):
    """The argument on one page."""

    governing_answer: str
    situation: str
    complication: str
    supporting_points: list[SupportingPoint]
    leaf_verdicts: list[LeafVerdict]
    contradictions: list[str]
    recommendations: list[Recommendation]
    impact: Impact
    what_would_change_our_mind: list[str]
    first_step: str
    decision_asked: str
    confidence: Level
    confidence_reason: str
    next_data: list[str]  # what to collect, where the data could not decide


class SynthesisResult(Value):
    """What step 6 records."""

    synthesis: Synthesis
    entries: tuple[EvidenceEntry, ...]
