"""The rules analyst: the seven decisions with no model, from words, templates and statistics alone."""

from services.solving.analysts.rules.frame import frame
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import FrameResult


class RulesAnalyst:
    """The seven decisions; each is a pure function of its context and lives in the module of its name."""

    def frame(self, context: StepContext) -> FrameResult:
        """Decide what question is answered."""
        return frame(context)
