"""Step 1, frame: what question is answered, for whom, by when, and how success is measured."""

from typing import Literal

from services.solving.evidence.ledger import EvidenceEntry
from shared.kit.value import Value

Confidence = Literal["low", "medium", "high"]
Direction = Literal["increase", "decrease", "hold"]


class Scope(Value):
    """What is inside and what is outside the question."""

    include: list[str]
    exclude: list[str]


class Kpi(Value):
    """How success is measured. Numbers are kept beside the ledger keys that vouch for them."""

    name: str
    definition: str
    unit: str
    direction: Direction
    baseline: float | None = None  # the figure the gap is counted from: the data's where a column gives it
    baseline_key: str | None = None
    baseline_stated: float | None = None  # what the text says, kept beside it
    baseline_stated_key: str | None = None
    baseline_source: Literal["data", "stated", "none"] = "none"
    target: float | None = None
    target_key: str | None = None
    gap: float | None = None  # target - baseline, in the KPI's unit
    gap_key: str | None = None
    window: str = ""  # the period as people say it, cited text
    dataset: str | None = None  # the table, measure and filter that give the KPI, when the data have it
    measure: str | None = None
    expression: str | None = None  # SQL aggregate over the dataset, e.g. sum("spend") / sum("customers")


class Stakeholder(Value):
    """Somebody with a say, named by role as the text names them or as the domain implies."""

    role: str
    interest: str
    can_veto: bool


class Assumption(Value):
    """What we take as true until somebody says otherwise."""

    text: str
    confidence: Confidence


class ClarifyingQuestion(Value):
    """A question whose answer would change the work, with what we do until it is answered."""

    id: str
    question: str
    category: str
    required: bool
    default: str
    why: str
    would_change: str
    answer: str | None = None


class Answer(Value):
    """What somebody answered to a clarifying question; the question stands in its own words, since ids move when a frame is made again."""

    question: str
    answer: str


class Frame(Value):
    """The problem worksheet. Every text is cited text."""

    goal: str  # one question: specific, measurable, time-bound, pointing to a decision
    title: str  # the short name of the problem, without numbers
    domain: str  # the driver-tree family the problem belongs to, e.g. acquisition_cost
    decision: str
    decision_maker: str
    deadline: str
    scope: Scope
    kpis: list[Kpi]
    stakeholders: list[Stakeholder]
    assumptions: list[Assumption]
    constraints: list[str]
    success_criteria: list[str]  # the desired outcome, testable
    decision_criteria: list[str] = []  # what an option is judged by
    accuracy_needed: str = ""  # how exact an answer must be before it changes the decision
    ambition: str = ""  # how far the number is to move, and in what time
    confidence: Confidence
    clarifying_questions: list[ClarifyingQuestion]
    language: Literal["en", "zh", "de"] = "en"


class FrameResult(Value):
    """What step 1 records."""

    frame: Frame
    entries: tuple[EvidenceEntry, ...]
