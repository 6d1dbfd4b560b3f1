"""What a step is: a frozen context in, a result out, and a name in the order of the seven."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from services.analysis.workspace import Workspace
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.steps.analyze import Analysis, AnalysisStepResult, PlanOutcome
from services.solving.steps.frame import Frame, FrameResult
from services.solving.steps.plan import AnalysisPlan, Plans, PlansResult
from services.solving.steps.present import PresentResult
from services.solving.steps.prioritize import Priorities, PrioritiesResult
from services.solving.steps.synthesize import Synthesis, SynthesisResult
from services.solving.steps.tree import IssueTree, TreeResult

StepResult = FrameResult | TreeResult | PrioritiesResult | PlansResult | AnalysisStepResult | SynthesisResult | PresentResult
Report = Callable[[int, int, str], None]  # k of n parts done, and which is next


class StepName(StrEnum):
    """The seven steps, in order; the names are the seed's."""

    FRAME = "frame"
    TREE = "tree"
    PRIORITIZE = "prioritize"
    PLAN = "plan"
    ANALYZE = "analyze"
    SYNTHESIZE = "synthesize"
    PRESENT = "present"


@dataclass(frozen=True)
class ProblemBrief:
    """The problem as it was submitted."""

    id: str
    organization_id: str
    raw_text: str
    title: str | None
    urgency: str
    submitted_on: date  # due dates are counted from here, so that a re-run gives the same plan


def silent(done: int, total: int, activity: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class StepContext:
    """Everything a step may look at, gathered before it decides. Steps read; their caller records."""

    problem: ProblemBrief
    data: Workspace | None = None  # None when nothing was attached
    known: dict[str, EvidenceEntry] = field(default_factory=dict)  # the ledger so far
    frame: Frame | None = None
    tree: IssueTree | None = None
    priorities: Priorities | None = None
    plans: Plans | None = None
    tested: Mapping[str, PlanOutcome] = field(default_factory=dict)  # for analyze: what each plan's tests gave, by question
    analysis: Analysis | None = None
    synthesis: Synthesis | None = None
    evidence_base_url: str = ""
    report: Report = silent


class Analyst(Protocol):
    """The seven decisions, and the work of one plan. The rules analyst and the LLM analyst are its two implementations."""

    def frame(self, context: StepContext) -> FrameResult:
        """Decide what question is answered."""

    def tree(self, context: StepContext) -> TreeResult:
        """Decide how the question is cut."""

    def prioritize(self, context: StepContext) -> PrioritiesResult:
        """Decide which parts are worth the work."""

    def plan(self, context: StepContext) -> PlansResult:
        """Decide which test settles each part."""

    def test_plan(self, context: StepContext, plan: AnalysisPlan) -> PlanOutcome:
        """Run the tests of one plan. Plans that do not depend on each other may be carried out by several workers at once."""

    def analyze(self, context: StepContext) -> AnalysisStepResult:
        """Say what the tests of all plans settle, with all that is found beside them."""

    def synthesize(self, context: StepContext) -> SynthesisResult:
        """Decide what it means and what to do."""

    def present(self, context: StepContext) -> PresentResult:
        """Decide the storyline."""
