"""What the messages of a run are called and where they wait."""

from services.solving.steps.contract import StepName

STEPS_QUEUE = "steps"
ANALYZE_QUEUE = "analyze"  # long and heavy: scaled by itself
PROJECTIONS_QUEUE = "projections"
QUEUES = (STEPS_QUEUE, ANALYZE_QUEUE, PROJECTIONS_QUEUE)

PLAN_JOB = ("solving.carry_out_plans", ANALYZE_QUEUE)  # "this analyze step has plans to carry out"
PROJECT_JOB = ("solving.project", PROJECTIONS_QUEUE)
REMEMBER_JOB = ("solving.remember", PROJECTIONS_QUEUE)


def step_job(step: StepName) -> tuple[str, str]:
    """Return the task of a step and its queue."""
    return f"solving.{step}", ANALYZE_QUEUE if step is StepName.ANALYZE else STEPS_QUEUE
