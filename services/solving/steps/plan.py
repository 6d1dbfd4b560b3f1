"""Step 4, plan: for every kept leaf, the test and the rule that decides it, written before anything runs."""

from services.solving.evidence.ledger import EvidenceEntry
from services.solving.steps.tree import LeafTest
from shared.kit.value import Value


class DataRequirement(Value):
    """The seed's data requirement: where the numbers come from."""

    source: str
    table: str
    columns: list[str]
    filters: str
    sample_size: int


class DecisionRule(Value):
    """What result confirms the hypothesis and what result kills it; fixed before the test runs."""

    confirms: str  # cited text
    kills: str
    minimum_effect: float  # standardised, in the effect the method reports
    alpha: float = 0.05  # on the Benjamini-Hochberg adjusted p


class AnalysisPlan(Value):
    """One row per kept leaf, with the seed's fields."""

    question_id: str  # the leaf's node id
    title: str
    hypothesis: str
    methods: list[str]
    tests: list[LeafTest]
    data_requirements: list[DataRequirement]
    estimated_hours: int
    owner: str
    start: str  # ISO dates
    due: str
    dependencies: list[str]  # question ids
    acceptance_criteria: list[str]
    decision_rule: DecisionRule
    end_product: str  # the ghost chart in words: kind, axes, cut
    data_check: str  # rows, window, missing; gaps become asks


class Plans(Value):
    """The work plan in order, with what must be asked for because the data lack it."""

    plans: list[AnalysisPlan]
    asks: list[str]
    critical_path: list[str]  # question ids


class PlansResult(Value):
    """What step 4 records."""

    plans: Plans
    entries: tuple[EvidenceEntry, ...]
