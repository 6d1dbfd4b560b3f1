"""The gates of a guided run: which step's version a person must approve, what they said, and what the run goes on from.

An approval names one exact version by its hash and covers every earlier step as it stood then. Steps that follow read the versions
that were approved and no others, whatever is edited meanwhile.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.errors import StaleVersionError, SupersededVersionError
from services.solving.models import Approval, Execution, Problem, Run
from services.solving.outputs import Output
from services.solving.runs.transitions import ExecutionStatus, RunStatus
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEP_BY_NAME, STEPS
from services.solving.storable import storable_text

Verdict = Literal["approved", "changes_requested"]
# the step that is held -> the step whose version must be approved first; the last gate stands behind the last step
_BEFORE = {StepName.TREE: StepName.FRAME, StepName.PLAN: StepName.PRIORITIZE}
_LAST = STEPS[-1].name
HELD = frozenset(_BEFORE)


def awaited(run: Run, executions: Sequence[Execution]) -> StepName | None:
    """Return the step whose version a run waits to have approved, None when it waits for nobody. Pure."""
    if run.status != RunStatus.RUNNING or run.mode != "guided":
        return None
    undone = next((one for one in executions if one.status != ExecutionStatus.COMPLETED), None)
    if undone is not None:
        return _BEFORE[StepName(undone.step)] if undone.held else None
    return _LAST if executions and executions[-1].step == _LAST else None


def signs_off(run: Run, step: StepName) -> bool:
    """Say whether the run ends only once a person has approved this step's version. Pure."""
    return run.mode == "guided" and step is _LAST


def approvable(session: Session, problem: Problem, step: StepName, output_hash: str | None, *, stale_too: bool = False) -> Output:
    """Return the version that may be approved: the newest, if it is the one that is named. The caller holds the problem's lock.

    Raises SupersededVersionError when another version is newer, and, unless `stale_too`, StaleVersionError when the newest does not
    follow from its inputs.
    """
    have = outputs.current(session, problem.id)
    newest, title = have[step], STEP_BY_NAME[step].title
    if output_hash is not None and output_hash != newest.output_hash:
        raise SupersededVersionError(
            f"That is not the newest version of '{title}': read version {newest.version} and approve that.",
            step=step,
            version=newest.version,
            output_hash=newest.output_hash,
        )
    if not stale_too and step in outputs.stale_steps(outputs.base_hash(session, problem), have):
        raise StaleVersionError(f"'{title}' no longer follows from its inputs: run the stale steps again first.", step=step)
    return newest


def sign(session: Session, actor: Actor, run: Run, output: Output, verdict: Verdict, comment: str | None) -> Approval:
    """Keep what a person said of a version."""
    have = outputs.current(session, run.problem_id)
    earlier = [step.name for step in STEPS[: list(STEP_BY_NAME).index(output.step) + 1]]
    values = {
        "organization_id": run.organization_id,
        "problem_id": run.problem_id,
        "run_id": run.id,
        "step": output.step,
        "version": output.version,
        "output_hash": output.output_hash,
        "verdict": verdict,
        "comment": storable_text(comment) if comment else None,
        "covers": {step: have[step].version for step in earlier if step in have},
        "decided_by": actor.name,
    }
    return session.scalars(insert(Approval).values(values).returning(Approval)).one()


def pinned(session: Session, run_id: UUID) -> dict[StepName, int]:
    """Return the versions a run goes on from, by its newest approval; empty before the first and for a run nobody guides."""
    query = select(Approval.covers).where(Approval.run_id == run_id, Approval.verdict == "approved")
    covers = session.scalars(query.order_by(Approval.created_at.desc()).limit(1)).one_or_none()
    return {StepName(step): int(version) for step, version in (covers or {}).items()}


def of_problem(session: Session, problem_id: UUID) -> list[Approval]:
    """Return what people said of a problem's versions, newest first."""
    return list(session.scalars(select(Approval).where(Approval.problem_id == problem_id).order_by(Approval.created_at.desc())))
