"""Use-cases: hold two runs of a problem, or two problems, beside each other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving.changes.difference import Difference, Snapshot, difference
from services.solving.errors import RunNotFoundError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.models import Run, StepOutput
from services.solving.outputs import RECORDS
from services.solving.problems import repository as problems
from services.solving.runs.service import list_runs
from services.solving.steps.contract import StepName


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
