"""What becomes of a step that did not get done: another attempt later, or failed with a sentence and a dead letter."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import worker
from services.solving import events
from services.solving.deliverables.lifecycle import give_up
from services.solving.errors import StepCrashedError, WorkerLostError
from services.solving.models import Execution, Problem, Run
from services.solving.runs import claim as claims
from services.solving.runs.claim import MOST_ATTEMPTS, Claim
from services.solving.runs.queues import step_job
from services.solving.runs.transitions import ExecutionStatus, ProblemMove, RunStatus, problem_after
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEP_BY_NAME
from shared.db import transaction
from shared.jobs.models import DeadLetter
from shared.kit.errors import SevenStepsError

_MOST_WAITS = 40  # about ten minutes for a store to come back
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Verdict:
    """What to do about an error: try again after `wait`, or give up. `counts` says whether the attempt is used up."""

    retry: bool
    wait: timedelta = timedelta()
    counts: bool = True


def judge(error: Exception, attempt: int, waits: int) -> Verdict:
    """Decide what an error means for the step. Pure.

    A store that is away is waited for, up to ten minutes, without using up an attempt. Any other named error is the answer: trying
    again would say the same. An error nobody foresaw gets three attempts.
    """
    if away(error) and waits < _MOST_WAITS:
        return Verdict(retry=True, wait=timedelta(seconds=min(2.0**waits, 15)), counts=False)
    if isinstance(error, SevenStepsError):
        return Verdict(retry=False)
    return Verdict(retry=attempt < MOST_ATTEMPTS, wait=timedelta(seconds=2.0 ** (attempt - 1)))


def away(error: Exception) -> bool:
    """Say whether an error means that a store does not answer for now: a restart, a lost connection, a lock held too long."""
    if isinstance(error, SevenStepsError):
        return error.retryable
    return isinstance(error, OperationalError | InterfaceError)


def describe(error: Exception, step: StepName, attempt: int) -> dict[str, Any]:
    """Return an error as people may read it: a code and a sentence; what was not foreseen keeps its details in the log."""
    if isinstance(error, SevenStepsError):
        return {"code": error.code, "detail": error.detail, "attempt": attempt}
    if away(error):
        return {"code": "database_unavailable", "detail": "The database did not answer in time.", "attempt": attempt}
    title = STEP_BY_NAME[step].title
    sentence = f"'{title}' failed in a way nobody foresaw ({type(error).__name__}); the worker's log has the details."
    return {"code": StepCrashedError.code, "detail": sentence, "attempt": attempt}


def settle(claimed: Claim, error: Exception) -> None:
    """Put the claimed step back or fail it, by the verdict on the error. Raises LeaseLostError when it is no longer ours."""
    details = describe(error, claimed.step, claimed.attempt)
    with transaction() as session:
        waits = session.scalars(select(Execution.waits).where(Execution.id == claimed.execution_id)).one()
        verdict = judge(error, claimed.attempt, waits)
        if verdict.retry:
            _put_back(session, claimed, verdict, details)
        else:
            failed = claims.change(session, claimed, **_failed(details))
            close_failed(session, failed, details)


def bury(session: Session, execution: Execution) -> None:
    """Fail a step whose last attempt ended with its worker gone. The caller holds the row's lock and saw its lease run out."""
    error = WorkerLostError(f"The worker died {execution.attempt} times while it worked on this step, so it was given up.")
    details = describe(error, StepName(execution.step), execution.attempt)
    for name, value in _failed(details).items():
        setattr(execution, name, value)
    session.flush()
    close_failed(session, execution, details)


def close_failed(session: Session, execution: Execution, details: dict[str, Any]) -> None:
    """End the run and the problem of a failed step: event, trail, dead letter."""
    step = StepName(execution.step)
    give_up(session, [execution.id], str(details["detail"]))
    run = session.scalars(select(Run).where(Run.id == execution.run_id).with_for_update(key_share=True)).one()
    run.status, run.finished_at = RunStatus.FAILED, execution.completed_at
    session.flush()
    problem = session.scalars(select(Problem).where(Problem.id == execution.problem_id).with_for_update(key_share=True)).one()
    body = {"step": step, "epoch": execution.epoch, "execution_status": ExecutionStatus.FAILED, "run_status": RunStatus.FAILED}
    events.emit(
        session,
        problem.id,
        execution.organization_id,
        "step_failed",
        body | {"error": details, "progress": execution.progress_percentage},
        execution_id=execution.id,
        status=problem_after(problem.status, ProblemMove.FAIL),
    )
    audit.record(
        session,
        worker(execution.organization_id),
        "step.failed",
        "execution",
        execution.id,
        problem_id=problem.id,
        details={"step": step, "epoch": execution.epoch} | details,
    )
    _dead_letter(session, execution, details)


def _failed(details: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": ExecutionStatus.FAILED,
        "token": None,
        "lease_until": None,
        "completed_at": func.now(),
        "error_details": details,
    }


def _put_back(session: Session, claimed: Claim, verdict: Verdict, details: dict[str, Any]) -> None:
    used = {} if verdict.counts else {"attempt": Execution.attempt - 1, "waits": Execution.waits + 1}
    claims.change(
        session,
        claimed,
        status=ExecutionStatus.QUEUED,
        token=None,
        lease_until=None,
        next_attempt_at=func.now() + verdict.wait,
        error_details=details,
        **used,
    )
    body = {"step": claimed.step, "epoch": claimed.epoch, "execution_status": ExecutionStatus.QUEUED, "error": details, "progress": 0}
    events.emit(session, claimed.problem_id, claimed.organization_id, "step_put_back", body, execution_id=claimed.execution_id)


def _dead_letter(session: Session, execution: Execution, details: dict[str, Any]) -> None:
    task, queue = step_job(StepName(execution.step))
    letter = {
        "organization_id": execution.organization_id,
        "task": task,
        "queue": queue,
        "body": {"execution_id": str(execution.id)},
        "attempts": execution.attempt,
        "error": details,
    }
    session.execute(insert(DeadLetter).values(letter))


def expire_leases_of(session: Session, execution_ids: list[UUID]) -> None:
    """End the leases of workers that are known to be gone."""
    ended = update(Execution).where(Execution.id.in_(execution_ids), Execution.status == ExecutionStatus.RUNNING)
    session.execute(ended.values(lease_until=func.now() - timedelta(seconds=1)).execution_options(synchronize_session=False))
