"""The rules analyst: the seven decisions with no model, from words, templates and statistics alone."""

from services.solving.analysts.rules.analyze import analyze, test_plan
from services.solving.analysts.rules.frame import frame
from services.solving.analysts.rules.plan import plan
from services.solving.analysts.rules.present import present
from services.solving.analysts.rules.prioritize import prioritize
from services.solving.analysts.rules.synthesize import synthesize
from services.solving.analysts.rules.tree import tree
from services.solving.steps.analyze import AnalysisStepResult, PlanOutcome
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import FrameResult
from services.solving.steps.plan import AnalysisPlan, PlansResult
from services.solving.steps.present import PresentResult
from services.solving.steps.prioritize import PrioritiesResult
from services.solving.steps.synthesize import SynthesisResult
from services.solving.steps.tree import TreeResult


class RulesAnalyst:
    """The seven decisions; each is a pure function of its context and lives in the module of its name."""

    def frame(self, context: StepContext) -> FrameResult:
        """Decide what question is answered."""
        return frame(context)

    def tree(self, context: StepContext) -> TreeResult:
        """Decide how the question is cut."""
        return tree(context)

    def prioritize(self, context: StepContext) -> PrioritiesResult:
        """Decide which parts are worth the work."""
        return prioritize(context)

    def plan(self, context: StepContext) -> PlansResult:
        """Decide which test settles each part."""
        return plan(context)

    def test_plan(self, context: StepContext, plan: AnalysisPlan) -> PlanOutcome:
        """Run the tests of one plan."""
        return test_plan(context, plan)

    def analyze(self, context: StepContext) -> AnalysisStepResult:
        """Say what the tests of all plans settle, with all that is found beside them."""
        return analyze(context)

    def synthesize(self, context: StepContext) -> SynthesisResult:
        """Decide what it means and what to do."""
        return synthesize(context)

    def present(self, context: StepContext) -> PresentResult:
        """Decide the storyline."""
        return present(context)
