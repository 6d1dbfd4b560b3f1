"""The message that has a problem remembered. Apart from `index`, so that recording a step does not load the vector store's client."""

from sqlalchemy.orm import Session

from services.solving.models import Problem
from services.solving.runs.queues import REMEMBER_JOB
from shared.jobs.outbox import enqueue


def remember_later(session: Session, problem: Problem) -> None:
    """Have a problem's vectors made what PostgreSQL says they are once the transaction has committed: none when the problem is gone."""
    body = {"problem_id": str(problem.id), "organization_id": str(problem.organization_id)}
    enqueue(session, problem.organization_id, REMEMBER_JOB, body, keep_until="done")
