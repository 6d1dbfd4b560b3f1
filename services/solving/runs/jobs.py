"""The jobs of this context: one per step, help with the plans of an analysis, the copies in the graph and the vector store."""

from uuid import UUID

from services.solving.runs.perform import help_with_plans, perform
from services.solving.runs.queues import PLAN_JOB, PROJECT_JOB, REMEMBER_JOB, step_job
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEP_BY_NAME, STEPS
from shared.jobs.job import Job


def _step(execution_id: str) -> None:
    perform(UUID(execution_id))


def _plan(execution_id: str) -> None:
    help_with_plans(UUID(execution_id))


def _project(message_id: int) -> None:
    from services.solving.tree.projection import project_message  # the graph's driver takes a second to import

    project_message(message_id)


def _remember(message_id: int) -> None:
    from services.solving.memory.index import remember_message  # so do the vector store's client and the model

    remember_message(message_id)


JOBS: tuple[Job, ...] = (
    *(Job(*step_job(step.name), _step, step.time_limit) for step in STEPS),
    Job(*PLAN_JOB, _plan, STEP_BY_NAME[StepName.ANALYZE].time_limit),
    Job(*PROJECT_JOB, _project, 120),
    Job(*REMEMBER_JOB, _remember, 120),
)
