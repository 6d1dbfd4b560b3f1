"""Use-cases of the ledger: show entries with what surrounds them, and compute them again."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving.evidence import repository
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.evidence.rerun import Bench, Rerun
from services.solving.models import FindingRecord
from services.solving.problems import repository as problems
from services.solving.runs.gather import open_workspace
from shared.db import reading
from shared.kit.cited import shown


@dataclass(frozen=True)
class Surroundings:
    """What is known around entries: how numbers are written, which statements use them, which files their data came from."""

    displays: dict[str, str]
    cited_by: dict[str, list[str]]
    files: dict[str, str]


def entries_of(session: Session, actor: Actor, problem_id: UUID, keys: Sequence[str] | None = None) -> list[EvidenceEntry]:
    """Return a problem's entries in the order asked for; all of them, in the order of writing, when no keys are named.

    Raises ProblemNotFoundError and EvidenceNotFoundError.
    """
    problem = problems.find(session, actor, problem_id)
    if keys is None:
        return list(repository.ledger(session, problem.id).values())
    return [repository.find(session, problem.id, key) for key in keys]


def surroundings(session: Session, problem_id: UUID) -> Surroundings:
    """Return what is known around a problem's entries."""
    displays = repository.displays(repository.ledger(session, problem_id))
    cited_by: dict[str, list[str]] = {}
    for row in session.scalars(select(FindingRecord).where(FindingRecord.problem_id == problem_id).order_by(FindingRecord.rank)):
        for key in (*row.facts.values(), row.exhibit_key):
            cited_by.setdefault(str(key), []).append(str(shown(row.statement, displays)))
    files = {dataset.sha256: str(dataset.source) for dataset in problems.datasets(session, problem_id)}
    return Surroundings(displays, cited_by, files)


@contextmanager
def bench(actor: Actor, problem_id: UUID) -> Iterator[Bench]:
    """Open what a problem's entries are computed on: its data as they are now, its words and its ledger.

    Raises ProblemNotFoundError, and the object store's errors when the data cannot be fetched.
    """
    with reading() as session:
        problem = problems.find(session, actor, problem_id)
        entries = repository.ledger(session, problem.id)
        datasets = problems.datasets(session, problem.id)
    data = open_workspace(datasets)
    try:
        yield Bench(entries, data, f"{problem.title or ''}\n{problem.raw_text}")
    finally:
        if data is not None:
            data.close()


def rerun_entry(actor: Actor, problem_id: UUID, key: str) -> tuple[Rerun, float]:
    """Compute one entry again; return what came out and how many seconds it took. Raises EvidenceNotFoundError and as `bench` does."""
    with reading() as session:
        problem = problems.find(session, actor, problem_id)
        entry = repository.find(session, problem.id, key)
    began = time.perf_counter()
    with bench(actor, problem_id) as tools:
        return tools.rerun(entry), round(time.perf_counter() - began, 3)
