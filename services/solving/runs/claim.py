"""Who works on a step: one statement gives it to exactly one worker, with a token that only the owner can record under."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Update, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from services.identity.actor import Actor, worker
from services.solving import events
from services.solving.errors import LeaseLostError
from services.solving.models import Execution, Problem, Run
from services.solving.runs.transitions import ExecutionStatus, ProblemMove, RunStatus, problem_after
from services.solving.steps.contract import StepName
from shared.db import transaction
from shared.jobs.host import this_host, this_process
from shared.settings import get_settings

MOST_ATTEMPTS = 3
_LOST = "Another worker took the step over, or it was cancelled."


@dataclass(frozen=True)
class Claim:
    """The right to work on one execution, for as long as the token is the row's."""

    execution_id: UUID
    problem_id: UUID
    organization_id: UUID
    run_id: UUID
    epoch: int
    step: StepName
    attempt: int
    token: UUID

    @property
    def actor(self) -> Actor:
        """Who the trail says did it."""
        return worker(self.organization_id)


def claim(execution_id: UUID) -> Claim | None:
    """Take a step that is ready, or whose owner's lease has run out; None when somebody else has it, or it is not its turn.

    A duplicate or late message therefore does nothing.
    """
    with transaction() as session:
        taken = session.execute(_take(execution_id)).one_or_none()
        if taken is None:
            return None
        mine = Claim(execution_id, taken.problem_id, taken.organization_id, taken.run_id, taken.epoch, StepName(taken.step), *taken[5:])
        status = session.scalars(select(Problem.status).where(Problem.id == mine.problem_id).with_for_update(key_share=True)).one()
        body = {"step": mine.step, "epoch": mine.epoch, "attempt": mine.attempt, "execution_status": "running", "progress": 0}
        entered = problem_after(status, ProblemMove.ENTER, mine.step)
        events.emit(session, mine.problem_id, mine.organization_id, "step_started", body, execution_id=execution_id, status=entered)
        return mine


def ready() -> list[ColumnElement[bool]]:
    """Return the conditions under which an execution may be claimed, as SQL."""
    earlier = aliased(Execution)
    undone = exists().where(
        earlier.run_id == Execution.run_id, earlier.ordinal < Execution.ordinal, earlier.status != ExecutionStatus.COMPLETED
    )
    active = exists().where(Run.id == Execution.run_id, Run.status == RunStatus.RUNNING)
    waiting = and_(Execution.status == ExecutionStatus.QUEUED, Execution.next_attempt_at <= func.now(), Execution.held.is_(False))
    abandoned = and_(Execution.status == ExecutionStatus.RUNNING, Execution.lease_until < func.now())
    return [or_(waiting, abandoned), Execution.attempt < MOST_ATTEMPTS, ~undone, active]


def _take(execution_id: UUID) -> "Update":
    pid, started = this_process()
    values = {
        "status": ExecutionStatus.RUNNING,
        "token": uuid4(),
        "lease_until": func.now() + timedelta(seconds=get_settings().lease_seconds),
        "lease_host": this_host(),
        "lease_pid": pid,
        "lease_pid_started": started,
        "attempt": Execution.attempt + 1,
        "started_at": func.coalesce(Execution.started_at, func.now()),
        "progress_percentage": 0,
        "current_activity": None,
        "error_details": None,
    }
    wanted = update(Execution).where(Execution.id == execution_id, *ready()).values(values)
    e = Execution
    return wanted.returning(e.problem_id, e.organization_id, e.run_id, e.epoch, e.step, e.attempt, e.token)


def owned(claimed: Claim) -> list[ColumnElement[bool]]:
    """Return the conditions under which the claim still holds, as SQL: every write of a worker carries them."""
    return [Execution.id == claimed.execution_id, Execution.token == claimed.token, Execution.status == ExecutionStatus.RUNNING]


def change(session: Session, claimed: Claim, **values: object) -> Execution:
    """Change the claimed execution. Raises LeaseLostError when it is no longer ours, which must roll the transaction back."""
    changed = session.scalars(
        update(Execution).where(*owned(claimed)).values(values).returning(Execution), execution_options={"populate_existing": True}
    ).one_or_none()
    if changed is None:
        raise LeaseLostError(_LOST)
    return changed


def extend(claimed: Claim) -> bool:
    """Extend the lease; False when it is no longer ours."""
    with transaction() as session:
        until = func.now() + timedelta(seconds=get_settings().lease_seconds)
        extended = session.execute(update(Execution).where(*owned(claimed)).values(lease_until=until).returning(Execution.id))
        return extended.one_or_none() is not None
