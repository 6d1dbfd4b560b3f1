"""Use-cases of runs: start, run one step, go on, retry, resume, re-run, cancel. Nobody here commits.

Rows are locked in one order everywhere: executions, then runs, then the problem.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import events, outputs
from services.solving.deliverables.lifecycle import give_up
from services.solving.errors import (
    ExecutionNotFoundError,
    IllegalTransitionError,
    NothingToDoError,
    RunActiveError,
    RunNotFoundError,
    StepNotReadyError,
)
from services.solving.models import Approval, Execution, PlanExecution, Problem, Run
from services.solving.outputs import Output
from services.solving.problems import repository as problems
from services.solving.runs import approvals
from services.solving.runs.queues import step_job
from services.solving.runs.transitions import (
    ExecutionStatus,
    Move,
    ProblemMove,
    RunMove,
    RunStatus,
    execution_after,
    problem_after,
    run_after,
)
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEP_BY_NAME, STEPS
from shared.jobs.outbox import enqueue
from shared.kit.clock import now

Mode = Literal["auto", "guided"]
_ORDER = [step.name for step in STEPS]


def start_run(session: Session, actor: Actor, problem_id: UUID, *, mode: Mode = "auto") -> Run:
    """Start all seven steps as a new run. Raises ProblemNotFoundError and RunActiveError."""
    problem = problems.lock(session, actor, problem_id)
    return _open(session, actor, problem, _ORDER, mode=mode, reason="start")


def run_step(session: Session, actor: Actor, problem_id: UUID, step: StepName) -> Execution:
    """Run one step by itself, as a new run.

    Raises ProblemNotFoundError, RunActiveError, and StepNotReadyError when an earlier step has no result.
    """
    problem = problems.lock(session, actor, problem_id)
    _require_earlier(session, problem, step)
    run = _open(session, actor, problem, [step], reason="run_step")
    return executions_of(session, run)[0]


def rerun(session: Session, actor: Actor, problem_id: UUID, *, from_step: StepName | None = None, mode: Mode = "auto") -> Run:
    """Run again, as a new epoch: from a step to the last, or (by default) from the first stale or missing step.

    What people changed of a step that runs again is changed again in its new result (`edits.replay`). A guided run that only waits
    for a person makes way.

    Raises ProblemNotFoundError, RunActiveError, StepNotReadyError, and NothingToDoError when nothing is stale.
    """
    _supersede(session, actor, problem_id)
    problem = problems.lock(session, actor, problem_id)
    first = from_step or _first_stale(session, problem)
    if first is None:
        raise NothingToDoError("Every step follows from its inputs; name a step to run it again all the same.")
    _require_earlier(session, problem, first)
    return _open(session, actor, problem, _ORDER[_ORDER.index(first) :], mode=mode, reason="rerun")


def resume_run(session: Session, actor: Actor, problem_id: UUID) -> Run:
    """Take the newest run up again after it failed or was cancelled, from its first step that is not done.

    Raises ProblemNotFoundError, RunNotFoundError, RunActiveError, and IllegalTransitionError for a run that is complete.
    """
    problem = problems.find(session, actor, problem_id)
    return _reopen(session, actor, newest_run(session, problem.id), "run.resumed")


def retry_step(session: Session, actor: Actor, execution_id: UUID) -> Run:
    """Try a failed step again, with a fresh count of attempts, and go on from there.

    Raises ExecutionNotFoundError, RunActiveError, and IllegalTransitionError for a step that has not failed or is not the newest run's.
    """
    execution = find_execution(session, actor, execution_id)
    execution_after(ExecutionStatus(execution.status), Move.REOPEN)
    run = newest_run(session, execution.problem_id)
    if run.id != execution.run_id:
        raise IllegalTransitionError("The step belongs to an earlier run; run the problem again instead.")
    return _reopen(session, actor, run, "step.retried")


def approve(session: Session, actor: Actor, problem_id: UUID, *, output_hash: str | None = None, comment: str | None = None) -> Approval:
    """Approve the version a guided run waits with, by name, and let the run go on from exactly that version.

    `output_hash` names the version that was read; None approves whatever is newest. Raises ProblemNotFoundError, RunNotFoundError,
    NothingToDoError when no run waits for anybody, SupersededVersionError and StaleVersionError.
    """
    run, executions, version = _at_gate(session, actor, problem_id, output_hash)
    approval = approvals.sign(session, actor, run, version, "approved", comment)
    held = next((one for one in executions if one.status != ExecutionStatus.COMPLETED), None)
    if held is None:
        complete_run(session, run, status=problem_after(_status(session, run), ProblemMove.COMPLETE))
    else:
        held.held = False
        session.flush()
        ring(session, held)
    _told(session, actor, run, approval, "version_approved", "run.continued")
    return approval


def request_changes(session: Session, actor: Actor, problem_id: UUID, *, comment: str, output_hash: str | None = None) -> Approval:
    """Say what must change before the version is approved; the run goes on waiting. Raises as `approve` does."""
    run, _, version = _at_gate(session, actor, problem_id, output_hash, stale_too=True)
    approval = approvals.sign(session, actor, run, version, "changes_requested", comment)
    _told(session, actor, run, approval, "changes_requested", "run.changes_requested")
    return approval


def continue_run(session: Session, actor: Actor, problem_id: UUID) -> Run:
    """Approve the newest version of the step a guided run waits at, under the actor's name, and let it go on. Raises as `approve` does."""
    approve(session, actor, problem_id)
    return newest_run(session, problem_id)


def complete_run(session: Session, run: Run, *, status: str | None = None) -> None:
    """Close a run whose steps are all done; `status` is the problem's then, where it changes."""
    closed = update(Run).where(Run.id == run.id).values(status=RunStatus.COMPLETED, finished_at=func.now())
    session.execute(closed.execution_options(synchronize_session=False))
    if status is not None:
        done = update(Problem).where(Problem.id == run.problem_id).values(completed_at=func.now())
        session.execute(done.execution_options(synchronize_session=False))
    body = {"run_id": str(run.id), "epoch": run.epoch, "mode": run.mode, "run_status": RunStatus.COMPLETED}
    events.emit(session, run.problem_id, run.organization_id, "run_completed", body, status=status)


def cancel_run(session: Session, actor: Actor, problem_id: UUID) -> Run:
    """Stop the run that is active: queued steps never start, and what a worker is doing is thrown away when it notices.

    Raises ProblemNotFoundError, and IllegalTransitionError when nothing is running.
    """
    problem = problems.find(session, actor, problem_id)
    run = _active(session, problem.id, lock=True)
    if run is None:
        raise IllegalTransitionError("Nothing is running, so there is nothing to cancel.")
    return _cancel(session, actor, run)


def stop_if_active(session: Session, actor: Actor, problem_id: UUID) -> None:
    """Cancel the active run when there is one."""
    run = _active(session, problem_id, lock=True)
    if run is not None and run.organization_id == actor.organization_id:
        _cancel(session, actor, run)


def refuse_while_active(session: Session, problem: Problem) -> None:
    """Raise RunActiveError while a run of the problem is active."""
    if _active(session, problem.id) is not None:
        raise RunActiveError("The problem is being worked on; wait for the run to end, or cancel it.")


def newest_run(session: Session, problem_id: UUID) -> Run:
    """Return the newest run of a problem. Raises RunNotFoundError."""
    run = session.scalars(select(Run).where(Run.problem_id == problem_id).order_by(Run.epoch.desc()).limit(1)).one_or_none()
    if run is None:
        raise RunNotFoundError("The problem has not been run yet.")
    return run


def executions_of(session: Session, run: Run, *, lock: bool = False) -> list[Execution]:
    """Return the steps of a run, in order."""
    query = select(Execution).where(Execution.run_id == run.id).order_by(Execution.ordinal).execution_options(populate_existing=True)
    return list(session.scalars(query.with_for_update(key_share=True) if lock else query))


def list_executions(session: Session, actor: Actor, problem_id: UUID, *, epoch: int | None = None) -> list[Execution]:
    """Return a problem's executions, newest run first, steps in order. Raises ProblemNotFoundError."""
    problem = problems.find(session, actor, problem_id)
    query = select(Execution).where(Execution.problem_id == problem.id)
    if epoch is not None:
        query = query.where(Execution.epoch == epoch)
    return list(session.scalars(query.order_by(Execution.epoch.desc(), Execution.ordinal)))


def list_runs(session: Session, actor: Actor, problem_id: UUID) -> list[Run]:
    """Return a problem's runs, newest first. Raises ProblemNotFoundError."""
    problem = problems.find(session, actor, problem_id)
    return list(session.scalars(select(Run).where(Run.problem_id == problem.id).order_by(Run.epoch.desc())))


def find_execution(session: Session, actor: Actor, execution_id: UUID) -> Execution:
    """Return an execution of the actor's organization. Raises ExecutionNotFoundError."""
    visible = select(Execution).join(Problem, Problem.id == Execution.problem_id)
    mine = (Execution.organization_id == actor.organization_id, Problem.deleted_at.is_(None))
    execution = session.scalars(visible.where(Execution.id == execution_id, *mine)).one_or_none()
    if execution is None:
        raise ExecutionNotFoundError("There is no such execution.")
    return execution


def plans_of(session: Session, actor: Actor, execution_id: UUID) -> list[PlanExecution]:
    """Return the plans of an analyze step as jobs, in the order of the work plan. Raises ExecutionNotFoundError."""
    execution = find_execution(session, actor, execution_id)
    query = select(PlanExecution).where(PlanExecution.execution_id == execution.id).order_by(PlanExecution.position)
    return list(session.scalars(query))


def stale_steps(session: Session, actor: Actor, problem_id: UUID) -> list[StepName]:
    """Return the steps whose result no longer follows from its inputs, in order. Raises ProblemNotFoundError."""
    problem = problems.find(session, actor, problem_id)
    return outputs.stale_steps(outputs.base_hash(session, problem), outputs.current(session, problem.id))


def ring(session: Session, execution: Execution) -> None:
    """Make a step due now and ring the doorbell for it after commit."""
    due = update(Execution).where(Execution.id == execution.id).values(next_attempt_at=func.now(), rung_at=func.now())
    session.execute(due.execution_options(synchronize_session=False))
    job = step_job(StepName(execution.step))
    enqueue(session, execution.organization_id, job, {"execution_id": str(execution.id)}, subject=execution.id)


def _at_gate(
    session: Session, actor: Actor, problem_id: UUID, output_hash: str | None, *, stale_too: bool = False
) -> tuple[Run, list[Execution], Output]:
    """Return the waiting run, its steps and the version at its gate, all locked."""
    problem = problems.find(session, actor, problem_id)
    run = newest_run(session, problem.id)
    executions = executions_of(session, run, lock=True)
    step = approvals.awaited(_locked(session, run), executions)
    if step is None:
        raise NothingToDoError("The run is not waiting for anybody.")
    problems.lock(session, actor, problem_id)
    return run, executions, approvals.approvable(session, problem, step, output_hash, stale_too=stale_too)


def _locked(session: Session, run: Run) -> Run:
    query = select(Run).where(Run.id == run.id).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _status(session: Session, run: Run) -> str:
    return session.scalars(select(Problem.status).where(Problem.id == run.problem_id)).one()


def _told(session: Session, actor: Actor, run: Run, approval: Approval, event: str, action: str) -> None:
    body = {"step": approval.step, "version": approval.version, "output_hash": approval.output_hash, "by": actor.name}
    body |= {"comment": approval.comment, "run_id": str(run.id), "epoch": run.epoch}
    events.emit(session, run.problem_id, run.organization_id, event, body)
    audit.record(session, actor, action, "run", run.id, problem_id=run.problem_id, details=body)


def _supersede(session: Session, actor: Actor, problem_id: UUID) -> None:
    """End a guided run that waits for a person, so that the problem can be run again."""
    run = _active(session, problem_id, lock=True)
    if run is not None and run.organization_id == actor.organization_id and approvals.awaited(run, executions_of(session, run)):
        _cancel(session, actor, run)


def _open(
    session: Session, actor: Actor, problem: Problem, steps: Sequence[StepName], *, mode: Mode = "auto", reason: str = "start"
) -> Run:
    """Write a run with its queued steps. The caller holds the problem's lock."""
    refuse_while_active(session, problem)
    epoch = session.scalars(select(func.coalesce(func.max(Run.epoch), 0) + 1).where(Run.problem_id == problem.id)).one()
    whose = {"organization_id": problem.organization_id, "problem_id": problem.id, "epoch": epoch}
    opened = insert(Run).values(whose | {"mode": mode, "reason": reason, "requested_by": actor.name}).returning(Run)
    run = session.scalars(opened).one()
    gates = approvals.HELD if mode == "guided" else frozenset()
    rows = [
        whose | {"run_id": run.id, "ordinal": _ORDER.index(step) + 1, "step": step, "held": step in gates and place > 0}
        for place, step in enumerate(steps)
    ]
    session.execute(insert(Execution).values(rows))
    _enter(session, actor, run, problem.status, "run_started", "run.started")
    ring(session, executions_of(session, run)[0])
    return run


def _reopen(session: Session, actor: Actor, run: Run, action: str) -> Run:
    executions = executions_of(session, run, lock=True)
    refuse_while_active(session, session.get_one(Problem, run.problem_id))
    if all(one.status == ExecutionStatus.COMPLETED for one in executions) and run.status == RunStatus.CANCELLED:
        raise NothingToDoError("Every step of that run is done; run the problem again instead.")
    run.status = run_after(RunStatus(run.status), RunMove.REOPEN)
    run.finished_at = None
    for execution in executions:
        if execution.status in {ExecutionStatus.FAILED, ExecutionStatus.CANCELLED}:
            execution.status = execution_after(ExecutionStatus(execution.status), Move.REOPEN)
            execution.attempt = execution.waits = 0
            execution.token = execution.completed_at = execution.error_details = None
    session.flush()
    undone = PlanExecution.execution_id.in_([one.id for one in executions]), PlanExecution.status != ExecutionStatus.COMPLETED
    session.execute(delete(PlanExecution).where(*undone).execution_options(synchronize_session=False))
    status = session.scalars(select(Problem.status).where(Problem.id == run.problem_id).with_for_update(key_share=True)).one()
    _enter(session, actor, run, status, "run_resumed", action)
    ring(session, next(one for one in executions if one.status == ExecutionStatus.QUEUED))
    return run


def _enter(session: Session, actor: Actor, run: Run, status: str, event: str, action: str) -> None:
    first = next(one for one in executions_of(session, run) if one.status != ExecutionStatus.COMPLETED)
    entered = problem_after(status, ProblemMove.ENTER, StepName(first.step))
    reopened = update(Problem).where(Problem.id == run.problem_id).values(completed_at=None)
    session.execute(reopened.execution_options(synchronize_session=False))
    _tell(session, actor, run, event, action, status=entered)


def _cancel(session: Session, actor: Actor, run: Run) -> Run:
    open_steps = [one for one in executions_of(session, run, lock=True) if one.status in {ExecutionStatus.QUEUED, ExecutionStatus.RUNNING}]
    run.status = run_after(RunStatus(run.status), RunMove.CANCEL)
    run.finished_at = now()
    for execution in open_steps:
        execution.status = execution_after(ExecutionStatus(execution.status), Move.CANCEL)
        execution.token = execution.lease_until = None  # whoever works on it now finds the token gone
        execution.completed_at = now()
    session.flush()
    give_up(session, [one.id for one in open_steps], "The run was cancelled before the file was made.")
    status = session.scalars(select(Problem.status).where(Problem.id == run.problem_id).with_for_update(key_share=True)).one()
    _tell(session, actor, run, "run_cancelled", "run.cancelled", status=problem_after(status, ProblemMove.CANCEL))
    return run


def _tell(session: Session, actor: Actor, run: Run, event: str, action: str, *, status: str | None = None) -> None:
    body = {"run_id": str(run.id), "epoch": run.epoch, "mode": run.mode, "run_status": run.status}
    events.emit(session, run.problem_id, run.organization_id, event, body, status=status)
    audit.record(session, actor, action, "run", run.id, problem_id=run.problem_id, details={"epoch": run.epoch, "reason": run.reason})


def _active(session: Session, problem_id: UUID, *, lock: bool = False) -> Run | None:
    active = (Run.problem_id == problem_id, Run.status == RunStatus.RUNNING)
    query = select(Run).where(*active)
    if lock:  # executions first: the order everywhere
        session.execute(select(Execution.id).join(Run, Run.id == Execution.run_id).where(*active).with_for_update(of=Execution))
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def _require_earlier(session: Session, problem: Problem, step: StepName) -> None:
    have = outputs.current(session, problem.id)
    missing = next((name for name in _ORDER[: _ORDER.index(step)] if name not in have), None)
    if missing is not None:
        wanted, first = STEP_BY_NAME[step].title, STEP_BY_NAME[missing].title
        raise StepNotReadyError(f"'{wanted}' builds on '{first}', which has no result yet.", step=step, missing=missing)


def _first_stale(session: Session, problem: Problem) -> StepName | None:
    have = outputs.current(session, problem.id)
    stale = set(outputs.stale_steps(outputs.base_hash(session, problem), have))
    return next((name for name in _ORDER if name in stale or name not in have), None)
