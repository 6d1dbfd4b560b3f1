"""The ordered list of the seven steps. To add a step, add a row; see docs/guides/add-a-step.md."""

from collections.abc import Callable
from dataclasses import dataclass

from services.solving.steps.contract import Analyst, StepContext, StepName, StepResult


@dataclass(frozen=True)
class Step:
    """A row of the registry."""

    name: StepName
    title: str
    problem_status: str  # the seed's status while this step runs
    time_limit: int  # seconds a worker may spend before the attempt is given up
    decide: Callable[[Analyst, StepContext], StepResult]


STEPS: tuple[Step, ...] = (
    Step(StepName.FRAME, "Frame the problem", "framing", 300, lambda analyst, context: analyst.frame(context)),
    Step(StepName.TREE, "Build the issue tree", "tree_generation", 300, lambda analyst, context: analyst.tree(context)),
    Step(StepName.PRIORITIZE, "Set priorities", "prioritizing", 300, lambda analyst, context: analyst.prioritize(context)),
    Step(StepName.PLAN, "Plan the analyses", "planning", 300, lambda analyst, context: analyst.plan(context)),
    Step(StepName.ANALYZE, "Analyze", "analyzing", 3600, lambda analyst, context: analyst.analyze(context)),
    Step(StepName.SYNTHESIZE, "Synthesize", "synthesizing", 300, lambda analyst, context: analyst.synthesize(context)),
    Step(StepName.PRESENT, "Present", "presenting", 900, lambda analyst, context: analyst.present(context)),
)

STEP_BY_NAME: dict[StepName, Step] = {step.name: step for step in STEPS}


def following(name: StepName) -> tuple[StepName, ...]:
    """Return the steps that come after a step, in order: what an edit of it makes stale."""
    names = [step.name for step in STEPS]
    return tuple(names[names.index(name) + 1 :])
