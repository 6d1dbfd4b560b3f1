"""Record what a step decided: state, rows, evidence, event, trail and the next message in one transaction, or nothing at all."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.identity import audit
from services.solving import events, outputs
from services.solving.artifacts.storing import StoredArtifact, record_artifacts
from services.solving.deliverables.checking import record_checks
from services.solving.deliverables.rendering import Rendered, record_files
from services.solving.edits.replay import Kept
from services.solving.evidence import repository as ledger_rows
from services.solving.memory.outbox import remember_later
from services.solving.models import Execution, Problem, Run
from services.solving.runs import approvals
from services.solving.runs import claim as claims
from services.solving.runs.claim import Claim
from services.solving.runs.rows import Writing, write_rows
from services.solving.runs.service import complete_run, executions_of, ring
from services.solving.runs.transitions import ExecutionStatus, ProblemMove, RunStatus, problem_after
from services.solving.steps.contract import StepName, StepResult
from services.solving.steps.registry import STEPS
from services.solving.storable import storable
from services.solving.tree import versions
from shared.crash import crashpoint
from shared.db import after_commit, transaction

if TYPE_CHECKING:
    from services.decks.lint import Report

NOTHING_KEPT = Kept()


def record(
    claimed: Claim,
    result: StepResult,
    input_hash: str,
    files: Sequence[Rendered] = (),
    artifacts: Sequence[StoredArtifact] = (),
    kept: Kept = NOTHING_KEPT,
    reports: "Mapping[str, Report] | None" = None,
) -> None:
    """Complete the claimed step; `files` are the stored deliverables its result was rendered into, `artifacts` its analyses' files.

    `kept` are people's edits of its last result, made again in this one; each is a version of its own. `reports` are what the checks
    of its decks found, by the hash of the file.

    Raises LeaseLostError, having written nothing, when the claim is no longer ours: somebody else does the step, or it was cancelled.
    """
    with transaction() as session:
        execution = claims.change(
            session,
            claimed,
            status=ExecutionStatus.COMPLETED,
            token=None,
            lease_until=None,
            progress_percentage=100,
            completed_at=func.now(),
            actual_duration=func.cast(func.extract("epoch", func.now() - Execution.started_at), Execution.actual_duration.type),
        )
        after_commit(session, lambda: crashpoint("step.committed", claimed.execution_id))
        run = session.scalars(select(Run).where(Run.id == claimed.run_id).with_for_update(key_share=True)).one()
        problem = session.scalars(select(Problem).where(Problem.id == claimed.problem_id).with_for_update(key_share=True)).one()
        _keep(session, claimed, execution, problem, result, input_hash)
        _keep_edits(session, claimed, problem, input_hash, kept)
        if files:
            record_files(session, problem, list(files), claimed.execution_id)
        if reports:
            record_checks(session, problem.id, claimed.execution_id, reports)
        if artifacts:
            record_artifacts(session, problem, artifacts)
        _tell(session, claimed, execution, problem, kept=kept, signed_off=approvals.signs_off(run, claimed.step))
        _go_on(session, claimed, run, problem)
        crashpoint("step.recording", claimed.execution_id)


def _keep(session: Session, claimed: Claim, execution: Execution, problem: Problem, result: StepResult, input_hash: str) -> None:
    decision = getattr(result, outputs.FIELDS[claimed.step])
    output = outputs.append(
        session, problem, claimed.step, decision, input_hash=input_hash, author=claimed.actor.name, execution_id=claimed.execution_id
    )
    ledger_rows.save(session, problem.id, problem.organization_id, result.entries, step=claimed.step, execution_id=claimed.execution_id)
    write_rows(Writing(session, problem, output, claimed.actor.name, started_at=execution.started_at))
    if claimed.step is STEPS[-1].name:
        versions.project(session, problem, "evidence")
        remember_later(session, problem)


def _keep_edits(session: Session, claimed: Claim, problem: Problem, input_hash: str, kept: Kept) -> None:
    ledger_rows.save(session, problem.id, problem.organization_id, kept.entries, step=claimed.step, execution_id=None)
    for edit, decision in kept.made:
        output = outputs.append(
            session,
            problem,
            claimed.step,
            decision,
            input_hash=input_hash,
            author=edit.author,
            reason=edit.reason,
            operation=edit.operation,
        )
        write_rows(Writing(session, problem, output, edit.author, reason=edit.reason, operation=edit.operation))


def _tell(session: Session, claimed: Claim, execution: Execution, problem: Problem, *, kept: Kept, signed_off: bool) -> None:
    body = {
        "step": claimed.step,
        "epoch": claimed.epoch,
        "attempt": claimed.attempt,
        "execution_status": execution.status,
        "progress": 100,
        "duration": execution.actual_duration,
    }
    if kept.made or kept.lost:
        lost = [{"edit": edit.operation, "by": edit.author, "why": why} for edit, why in kept.lost]
        body |= {"edits_kept": len(kept.made), "edits_lost": storable(lost)}
    done = problem_after(problem.status, ProblemMove.COMPLETE) if claimed.step is STEPS[-1].name and not signed_off else None
    if done is not None:
        problem.completed_at = execution.completed_at
        session.flush()
    events.emit(session, problem.id, claimed.organization_id, "step_completed", body, execution_id=claimed.execution_id, status=done)
    details = {"step": claimed.step, "epoch": claimed.epoch, "attempt": claimed.attempt}
    audit.record(
        session, claimed.actor, "step.completed", "execution", claimed.execution_id, problem_id=claimed.problem_id, details=details
    )


def _go_on(session: Session, claimed: Claim, run: Run, problem: Problem) -> None:
    """Ring for the next step of the run, wait for a person, or close the run."""
    executions = executions_of(session, run)
    following = next((one for one in executions if one.status == ExecutionStatus.QUEUED), None)
    awaited = approvals.awaited(run, executions)
    if awaited is not None:
        body = {"run_id": str(run.id), "epoch": run.epoch, "mode": run.mode, "run_status": RunStatus.RUNNING, "approve": awaited}
        step = {} if following is None else {"step": StepName(following.step)}
        events.emit(session, problem.id, claimed.organization_id, "run_waiting", body | step)
    elif following is None:
        complete_run(session, run)
    else:
        ring(session, following)
