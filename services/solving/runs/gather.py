"""Everything a step may look at, read before it decides: rows in one short read, data from a local cache, no session held after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.analysis.dataset import Dataset
from services.analysis.workspace import Workspace
from services.solving import outputs
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.models import Dataset as DatasetRow
from services.solving.models import Problem
from services.solving.problems import repository as problems
from services.solving.runs import approvals
from services.solving.runs.data_cache import cached
from services.solving.steps.contract import ProblemBrief, Report, StepContext, StepName
from services.solving.steps.registry import STEPS
from shared.db import reading
from shared.settings import get_settings
from shared.storage import get_object_store


@dataclass(frozen=True)
class Gathered:
    """A step's context and the hash of what it was made of."""

    context: StepContext
    input_hash: str


@dataclass(frozen=True)
class _Rows:
    brief: ProblemBrief
    input_hash: str
    known: dict[str, EvidenceEntry]
    datasets: list[DatasetRow]
    decisions: dict[str, Any] = field(default_factory=dict)


@contextmanager
def gathered(problem_id: UUID, run_id: UUID, step: StepName, report: Report) -> Iterator[Gathered]:
    """Give a step of a run its context; its workspace is closed when the block ends.

    Raises ObjectStoreUnavailableError, ObjectNotFoundError and CorruptObjectError when the data cannot be fetched.
    """
    rows = _read(problem_id, run_id, step)
    context = StepContext(
        problem=rows.brief, known=rows.known, report=report, evidence_base_url=evidence_base_url(rows.brief.id), **rows.decisions
    )
    data = open_workspace(rows.datasets)
    try:
        yield Gathered(replace(context, data=data), rows.input_hash)
    finally:
        if data is not None:
            data.close()


def open_workspace(rows: list[DatasetRow]) -> Workspace | None:
    """Return the stored tables as a workspace; None when there are none."""
    return Workspace([_dataset(row) for row in rows]) if rows else None


def evidence_base_url(problem_id: str) -> str:
    """Return where a problem is shown; a deck's links add the page that opens a number."""
    settings = get_settings()
    base = settings.public_url.rstrip("/") or f"http://{settings.api_host}:{settings.api_port}"
    return f"{base}/problems/{problem_id}"


def _read(problem_id: UUID, run_id: UUID, step: StepName) -> _Rows:
    with reading() as session:
        problem = session.scalars(select(Problem).where(Problem.id == problem_id)).one()
        have = outputs.at(session, problem.id, approvals.pinned(session, run_id))
        before = _earlier(step)
        return _Rows(
            brief=brief_of(problem),
            input_hash=outputs.input_hash(outputs.base_hash(session, problem), step, have),
            known=ledger_rows.ledger(session, problem.id),
            datasets=problems.datasets(session, problem.id),
            decisions={outputs.FIELDS[name]: output.decision() for name, output in have.items() if name in before},
        )


def brief_of(problem: Problem) -> ProblemBrief:
    """Return the problem as the steps see it."""
    return ProblemBrief(
        id=str(problem.id),
        organization_id=str(problem.organization_id),
        raw_text=problem.raw_text,
        title=problem.title,
        urgency=problem.urgency,
        submitted_on=problem.handed_in_on,
    )


def _earlier(step: StepName) -> set[StepName]:
    names = [one.name for one in STEPS]
    return set(names[: names.index(step)])


def _dataset(row: DatasetRow) -> Dataset:
    assert row.parquet_path is not None, "every dataset is stored with its table"
    facts = {"name": row.name, "sha256": row.sha256, "rows": row.row_count, "columns": row.columns, "notes": row.notes}
    return Dataset.model_validate(facts | {"source": row.source, "parquet": cached(get_object_store(), row.parquet_path)})
