"""Step 5, analyze: run the planned tests and the full pass, and say of every hypothesis what became of it."""

from typing import Literal

from services.analysis.findings import Finding, Gap
from services.solving.evidence.ledger import EvidenceEntry
from shared.kit.value import Value

Verdict = Literal["supported", "refuted", "undecided"]


class PlanOutcome(Value):
    """What the tests of one plan gave, before the tests of all plans are adjusted together; written by whoever carried the plan out."""

    question_id: str
    tests: dict[str, str | None] = {}  # the engine's key of a test -> its candidate as text; None: the data do not allow it


class AnalysisResult(Value):
    """What one plan found."""

    question_id: str
    verdict: Verdict
    summary: str  # cited text
    key_findings: list[str]  # finding ids
    metrics: dict[str, str]  # name -> ledger key
    confidence_score: float  # 0..1, by the stated rules


class Analysis(Value):
    """All findings, sorted by score, and the result of every plan."""

    results: list[AnalysisResult]
    findings: list[Finding]
    statements: dict[str, str]  # finding id -> its sentence as cited text
    facts: dict[str, dict[str, str]]  # finding id -> fact name -> ledger key
    exhibits: dict[str, str]  # finding id -> ledger key of its chart's rows
    not_enough_data: list[Gap]
    tests_run: int
    one_day_answer: str  # the best answer at this moment, cited text


class AnalysisStepResult(Value):
    """What step 5 records."""

    analysis: Analysis
    entries: tuple[EvidenceEntry, ...]
