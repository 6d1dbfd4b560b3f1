"""The plans of an analyze step as jobs of their own: any worker may take one, in the order their dependencies allow.

The worker that holds the step opens a row per plan, rings for helpers, and works through the plans itself until none is left: helpers
make it faster, and none of them is needed. A plan is claimed with a token and a lease like a step; what its tests gave is written once,
under that token, while the step is still running. A step that is taken over goes on with the plans that are left.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.solving import events
from services.solving.errors import LeaseLostError, PlanFailedError, WorkerLostError
from services.solving.models import AnalysisPlan as PlanRow
from services.solving.models import Execution, PlanExecution
from services.solving.runs import claim as claims
from services.solving.runs import failure
from services.solving.runs.claim import MOST_ATTEMPTS, Claim
from services.solving.runs.heartbeat import Pulse, beating
from services.solving.runs.queues import PLAN_JOB
from services.solving.runs.transitions import ExecutionStatus
from services.solving.steps.analyze import PlanOutcome
from services.solving.steps.contract import Analyst, StepContext, StepName
from services.solving.steps.plan import AnalysisPlan
from shared.crash import crashpoint
from shared.db import after_commit, reading, transaction
from shared.jobs.host import gone, this_host, this_process
from shared.jobs.outbox import enqueue
from shared.jobs.timeouts import JobTimeoutError
from shared.settings import get_settings

_LOOK_SECONDS = 0.1  # between two looks while others work on the last plans
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PlanClaim:
    """The right to carry out one plan, for as long as the token is the row's."""

    plan_id: UUID
    execution_id: UUID
    problem_id: UUID
    organization_id: UUID
    question_id: str
    attempt: int
    token: UUID

    def extend(self) -> bool:
        """Extend the lease; False when it is no longer ours."""
        with transaction() as session:
            extended = update(PlanExecution).where(*self.owned()).values(lease_until=_lease()).returning(PlanExecution.id)
            return session.execute(extended).one_or_none() is not None

    def owned(self) -> list[ColumnElement[bool]]:
        """Return the conditions under which the claim still holds, as SQL: every write of a worker carries them."""
        p = PlanExecution
        return [p.id == self.plan_id, p.token == self.token, p.status == "running", _step_runs()]


def carried_out(claimed: Claim, context: StepContext, input_hash: str, analyst: Analyst, pulse: Pulse) -> dict[str, PlanOutcome]:
    """Carry out every plan of the claimed analyze step, with whatever helpers come, and return what each gave, by question.

    Raises PlanFailedError when a plan cannot be carried out, and LeaseLostError when the step is no longer ours.
    """
    plans = context.plans.plans if context.plans is not None else []
    open_plans(claimed, plans, input_hash)
    while True:
        pulse.check()
        mine = claim_next(claimed.execution_id, input_hash)
        if mine is not None:
            _carry_out(mine, context, analyst)
            continue
        rows = _state(claimed.execution_id)
        if all(row.status == "completed" for row in rows):
            return {row.question_id: PlanOutcome.model_validate_json(row.outcome or "") for row in rows}
        _raise_if_failed(rows)
        _free_what_the_dead_hold(claimed.execution_id)
        time.sleep(_LOOK_SECONDS)


def open_plans(claimed: Claim, plans: Sequence[AnalysisPlan], input_hash: str) -> None:
    """Write a row for every plan that has none yet and ring for helpers; rows made from other inputs go.

    Raises PlanFailedError when plans wait for each other, and LeaseLostError when the step is no longer ours.
    """
    waits_for = needs(plans)
    whose = {"organization_id": claimed.organization_id, "problem_id": claimed.problem_id, "execution_id": claimed.execution_id}
    with transaction() as session:
        if session.scalars(select(Execution.id).where(*claims.owned(claimed)).with_for_update(key_share=True)).one_or_none() is None:
            raise LeaseLostError("Another worker took the step over, or it was cancelled.")
        other = or_(PlanExecution.input_hash != input_hash, PlanExecution.question_id.not_in(waits_for))
        session.execute(delete(PlanExecution).where(PlanExecution.execution_id == claimed.execution_id, other))
        for place, (question, before) in enumerate(waits_for.items()):
            row = whose | {"question_id": question, "position": place, "dependencies": before, "input_hash": input_hash}
            session.execute(insert(PlanExecution).values(row).on_conflict_do_nothing(constraint="unique_plan_execution"))
        _ring_helpers(session, claimed.execution_id, claimed.organization_id)


def needs(plans: Sequence[AnalysisPlan]) -> dict[str, list[str]]:
    """Return for every plan the plans it waits for, by question, in the order of the work plan. Pure.

    Raises PlanFailedError when plans wait for each other.
    """
    known = {plan.question_id for plan in plans}
    found = {plan.question_id: [one for one in plan.dependencies if one in known] for plan in plans}
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        waiting = ", ".join(str(one) for one in error.args[1])
        raise PlanFailedError(f"The plans {waiting} wait for each other, so that none can begin.") from None
    return found


def claim_next(execution_id: UUID, input_hash: str) -> PlanClaim | None:
    """Take the first plan of a step that is ready and that nobody holds; None when there is none now."""
    pid, started = this_process()
    p = PlanExecution
    due = select(p.id).where(p.execution_id == execution_id, p.input_hash == input_hash, *_ready()).order_by(p.position).limit(1)
    values = {
        "status": "running",
        "token": uuid4(),
        "lease_until": _lease(),
        "lease_host": this_host(),
        "lease_pid": pid,
        "lease_pid_started": started,
        "attempt": p.attempt + 1,
        "started_at": func.coalesce(p.started_at, func.now()),
        "error_details": None,
    }
    with transaction() as session:
        taken = update(p).where(p.id == due.with_for_update(skip_locked=True).scalar_subquery(), *_ready()).values(values)
        row = session.scalars(taken.returning(p), execution_options={"populate_existing": True}).one_or_none()
        if row is None or row.token is None:
            return None
        mine = PlanClaim(row.id, row.execution_id, row.problem_id, row.organization_id, row.question_id, row.attempt, row.token)
        _show(session, mine, "in_progress")
        return mine


def anything_ready(execution_id: UUID) -> bool:
    """Say whether a step has a plan that somebody could take now."""
    with reading() as session:
        due = select(PlanExecution.id).where(PlanExecution.execution_id == execution_id, *_ready()).limit(1)
        return session.scalars(due).one_or_none() is not None


def help_with(execution_id: UUID, context: StepContext, input_hash: str, analyst: Analyst) -> int:
    """Carry out plans of somebody else's step until none is ready; return how many. Plans of other inputs are left alone."""
    done = 0
    while (mine := claim_next(execution_id, input_hash)) is not None:
        _carry_out(mine, context, analyst)
        done += 1
    return done


def _carry_out(mine: PlanClaim, context: StepContext, analyst: Analyst) -> None:
    """Run one plan's tests and record what they gave, or what went wrong; a lost claim is somebody else's work now."""
    crashpoint("plan.claimed", mine.plan_id)
    assert context.plans is not None
    plan = next(one for one in context.plans.plans if one.question_id == mine.question_id)
    try:
        with beating(mine.extend, f"plan-{mine.plan_id}") as pulse:
            outcome = analyst.test_plan(replace(context, report=lambda _done, _total, _activity: pulse.check()), plan)
            crashpoint("plan.decided", mine.plan_id)
            pulse.check()
            _record(mine, outcome)
    except LeaseLostError as lost:
        _log.info("plan_discarded", question_id=mine.question_id, reason=lost.detail)
    except JobTimeoutError as error:
        _settle(mine, error)
        raise
    except Exception as error:  # noqa: BLE001 (an error is the plan's outcome, recorded with its sentence)
        _log.warning("plan_not_done", question_id=mine.question_id, reason=str(error), exc_info=error)
        _settle(mine, error)


def _record(mine: PlanClaim, outcome: PlanOutcome) -> None:
    with transaction() as session:
        kept = (
            update(PlanExecution)
            .where(*mine.owned())
            .values(status="completed", token=None, lease_until=None, completed_at=func.now(), outcome=outcome.model_dump_json())
        )
        if session.execute(kept.returning(PlanExecution.id)).one_or_none() is None:
            raise LeaseLostError("Another worker took the plan over, or the step was cancelled.")
        after_commit(session, lambda: crashpoint("plan.committed", mine.plan_id))
        _show(session, mine, "completed")
        statuses = session.scalars(select(PlanExecution.status).where(PlanExecution.execution_id == mine.execution_id)).all()
        body = {"step": StepName.ANALYZE, "question_id": mine.question_id, "attempt": mine.attempt, "execution_status": "running"}
        body |= {"done": statuses.count("completed"), "total": len(statuses), "progress": 0}
        events.emit(session, mine.problem_id, mine.organization_id, "plan_completed", body, execution_id=mine.execution_id)
        _ring_helpers(session, mine.execution_id, mine.organization_id)
        crashpoint("plan.recording", mine.plan_id)


def _settle(mine: PlanClaim, error: Exception) -> None:
    """Put the plan back for another attempt, or fail it, as `failure.judge` says of the error."""
    verdict = failure.judge(error, mine.attempt, 0)
    values: dict[str, Any] = {"token": None, "lease_until": None, "error_details": failure.describe(error, StepName.ANALYZE, mine.attempt)}
    if verdict.retry:
        values |= {"status": "queued", "next_attempt_at": func.now() + verdict.wait}
        values |= {} if verdict.counts else {"attempt": PlanExecution.attempt - 1}
    else:
        values |= {"status": "failed", "completed_at": func.now()}
    with transaction() as session:
        changed = session.execute(update(PlanExecution).where(*mine.owned()).values(values).returning(PlanExecution.id)).one_or_none()
        if changed is not None:
            _show(session, mine, "planned" if verdict.retry else "failed")


def _state(execution_id: UUID) -> Sequence[PlanExecution]:
    with reading() as session:
        return session.scalars(
            select(PlanExecution).where(PlanExecution.execution_id == execution_id).order_by(PlanExecution.position)
        ).all()


def _raise_if_failed(rows: Sequence[PlanExecution]) -> None:
    for row in rows:
        if row.status == "failed":
            told = (row.error_details or {}).get("detail", "no reason was recorded")
            raise PlanFailedError(f"The plan {row.question_id} could not be carried out: {told}", question_id=row.question_id)


def _free_what_the_dead_hold(execution_id: UUID) -> None:
    """End the leases of processes of this host that are gone, and fail a plan whose last attempt ended with its worker gone."""
    p = PlanExecution
    held = (p.execution_id == execution_id, p.status == "running")
    with transaction() as session:
        here = select(p.id, p.lease_pid, p.lease_pid_started).where(*held, p.lease_host == this_host(), p.lease_until >= func.now())
        dead = [row.id for row in session.execute(here) if gone(row.lease_pid, row.lease_pid_started)]
        if dead:
            session.execute(update(p).where(p.id.in_(dead), *held).values(lease_until=func.now() - timedelta(seconds=1)))
        lost = WorkerLostError(f"Its worker died {MOST_ATTEMPTS} times while it worked on this plan.")
        details = failure.describe(lost, StepName.ANALYZE, MOST_ATTEMPTS)
        poisoned = update(p).where(*held, p.lease_until < func.now(), p.attempt >= MOST_ATTEMPTS)
        session.execute(poisoned.values(status="failed", token=None, completed_at=func.now(), error_details=details))


def _ready() -> list[ColumnElement[bool]]:
    """Return the conditions under which a plan may be taken, as SQL."""
    p, before = PlanExecution, aliased(PlanExecution)
    undone = exists().where(before.execution_id == p.execution_id, before.status != "completed", p.dependencies.op("?")(before.question_id))
    waiting = and_(p.status == "queued", p.next_attempt_at <= func.now())
    abandoned = and_(p.status == "running", p.lease_until < func.now())
    return [or_(waiting, abandoned), p.attempt < MOST_ATTEMPTS, ~undone, _step_runs()]


def _step_runs() -> ColumnElement[bool]:
    return exists().where(Execution.id == PlanExecution.execution_id, Execution.status == ExecutionStatus.RUNNING)


def _lease() -> Any:
    return func.now() + timedelta(seconds=get_settings().lease_seconds)


def _ring_helpers(session: Session, execution_id: UUID, organization_id: UUID) -> None:
    """Ring once for every plan that could begin, but one: whoever asks takes that. A bell that is lost costs time, and no plan."""
    due = select(func.count()).select_from(PlanExecution).where(PlanExecution.execution_id == execution_id, *_ready())
    for _ in range(session.scalars(due).one() - 1):
        enqueue(session, organization_id, PLAN_JOB, {"execution_id": str(execution_id)}, subject=execution_id)


def _show(session: Session, mine: PlanClaim, status: str) -> None:
    shown = update(PlanRow).where(PlanRow.problem_id == mine.problem_id, PlanRow.question_id == mine.question_id)
    session.execute(shown.values(status=status).execution_options(synchronize_session=False))
