"""The Celery application with every job of every context registered on it."""

from collections.abc import Iterable

import structlog
from celery import Celery, Task

from services.solving.runs.jobs import JOBS
from shared.jobs.celery_app import get_app
from shared.jobs.job import Job
from shared.kit.errors import SevenStepsError

_GRACE_SECONDS = 30
_log = structlog.get_logger(__name__)


def build_app(jobs: Iterable[Job] = JOBS) -> Celery:
    """Return the application a worker runs."""
    app = get_app()
    for job in jobs:
        _register(app, job)
    return app


def _register(app: Celery, job: Job) -> "Task[..., None]":
    handler = job.handler

    def run(**body: object) -> None:
        try:
            handler(**body)
        except SevenStepsError as error:  # named: its sentence says all, and what is not done yet comes again
            _log.warning("job_not_done", job=job.name, code=error.code, reason=error.detail)

    task: Task[..., None] = app.task(
        name=job.name, soft_time_limit=job.time_limit, time_limit=job.time_limit + _GRACE_SECONDS, max_retries=0
    )(run)
    return task
