"""Use-cases: hold two runs of a problem, or two problems, beside each other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.changes.difference import Change, Difference, Snapshot, difference
from services.solving.changes.worksheet import frame_changes
from services.solving.errors import NotDecidedYetError, RunNotFoundError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.models import Run, StepOutput
from services.solving.outputs import RECORDS
from services.solving.problems import repository as problems
from services.solving.runs.service import list_runs
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from shared.kit.cited import shown


def difference_of_runs(session: Session, actor: Actor, problem_id: UUID, before: int | None = None, after: int | None = None) -> Difference:
    """Return what changed between two runs, by their epochs; by default between the last two.

    Raises ProblemNotFoundError, and RunNotFoundError where a run is not there.
    """
    runs = {run.epoch: run for run in list_runs(session, actor, problem_id)}
    after = after if after is not None else max(runs, default=0)
    before = before if before is not None else max((epoch for epoch in runs if epoch < after), default=0)
    missing = [epoch for epoch in (before, after) if epoch not in runs]
    if missing:
        raise RunNotFoundError("There are no two runs to compare." if 0 in missing else f"The problem has no run {missing[0]}.")
    problem = problems.find(session, actor, problem_id)
    ledger = ledger_rows.ledger(session, problem.id)
    return difference(_left_by(session, runs[before], ledger), _left_by(session, runs[after], ledger))


def difference_of_problems(session: Session, actor: Actor, problem_id: UUID, other_id: UUID) -> Difference:
    """Return what differs between two problems as they stand, a branch and where it came from for instance.

    Raises ProblemNotFoundError.
    """
    pair = [problems.find(session, actor, one) for one in (problem_id, other_id)]
    before, after = (snapshot(session, one.id, None, ledger_rows.ledger(session, one.id)) for one in pair)
    return difference(before, after)


def changes_of_frame(session: Session, actor: Actor, problem_id: UUID, before: int | None = None, after: int | None = None) -> list[Change]:
    """Return what differs between two versions of the frame, by default the last two, as people read it.

    Raises ProblemNotFoundError, and NotDecidedYetError where a version is not there.
    """
    problem = problems.find(session, actor, problem_id)
    rows = {row.version: row for row in outputs.history(session, problem.id, StepName.FRAME)}
    after = after if after is not None else max(rows, default=0)
    before = before if before is not None else after - 1
    missing = [version for version in (before, after) if version not in rows]
    if missing:
        raise NotDecidedYetError(f"The frame has no version {missing[0]}.", step=StepName.FRAME)
    displays = ledger_rows.displays(ledger_rows.ledger(session, problem.id))
    one, other = (Frame.model_validate(rows[version].output) for version in (before, after))
    return frame_changes(one, other, lambda text: str(shown(text, displays)))


def _left_by(session: Session, run: Run, ledger: dict[str, EvidenceEntry]) -> Snapshot:
    return snapshot(session, run.problem_id, run.finished_at, ledger)


def snapshot(session: Session, problem_id: UUID, until: datetime | None, ledger: dict[str, EvidenceEntry]) -> Snapshot:
    """Return a problem as it stood at an instant, a run's end for instance: the newest version of every step then; None: now."""
    newest = (
        select(StepOutput)
        .where(StepOutput.problem_id == problem_id)
        .ext(distinct_on(StepOutput.step))
        .order_by(StepOutput.step, StepOutput.version.desc())
    )
    if until is not None:
        newest = newest.where(StepOutput.created_at <= until)
    rows = {StepName(row.step): row for row in session.scalars(newest)}

    def decision(step: StepName) -> Any:
        return RECORDS[step].model_validate(rows[step].output) if step in rows else None

    return Snapshot(
        versions={step: (row.version, row.output_hash) for step, row in rows.items()},
        tree=decision(StepName.TREE),
        analysis=decision(StepName.ANALYZE),
        synthesis=decision(StepName.SYNTHESIZE),
        deck=decision(StepName.PRESENT),
        ledger=ledger,
    )
