"""What does not stay: purged problems, old requests, objects nobody names. Run by the sweep, a batch at a time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, delete, func, select, union_all, update
from sqlalchemy.orm import Session

from services.solving.memory.outbox import remember_later
from services.solving.models import AnalysisArtifact, Attachment, Dataset, Deliverable, Problem
from services.solving.tree.versions import project
from shared.db import reading, transaction
from shared.kit.clock import now
from shared.storage import ObjectStore, StoredObject

GRACE = timedelta(days=30)  # a deleted problem may be called back this long
ACTIVE = timedelta(days=365)  # a completed problem stays in the foreground this long
ORPHAN_AGE = timedelta(hours=24)  # an object younger than this may belong to a transaction that has yet to commit
_BATCH = 100


def retain(session: Session) -> int:
    """Purge problems deleted more than 30 days ago and archive those completed a year ago; return how many were purged.

    The trail of a purged problem stays, without the link to it; its objects become orphans, and the outbox erases its graph and vectors.
    """
    old = update(Problem).where(Problem.status == "completed", Problem.completed_at < func.now() - ACTIVE, Problem.archived_at.is_(None))
    session.execute(old.values(archived_at=func.now()).execution_options(synchronize_session=False))
    gone = session.scalars(
        select(Problem).where(Problem.deleted_at < func.now() - GRACE).limit(_BATCH).with_for_update(skip_locked=True)
    ).all()
    for problem in gone:
        project(session, problem, "erase")
        remember_later(session, problem)
    ids = [problem.id for problem in gone]
    session.execute(delete(Problem).where(Problem.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


def orphans(store: ObjectStore, *, before: datetime | None = None) -> list[StoredObject]:
    """Return the objects that no row names and that were written before an instant (default: a day ago), by key."""
    limit = before or now() - ORPHAN_AGE
    old = [one for one in store.list() if one.modified_at is not None and one.modified_at < limit]
    named = _named([one.key for one in old])
    return [one for one in old if one.key not in named]


def remove_orphans(store: ObjectStore, *, before: datetime | None = None) -> int:
    """Delete the objects that no row names, asking again before each; return how many went."""
    removed = 0
    for one in orphans(store, before=before):
        if not _named([one.key]):
            store.delete(one.key)
            removed += 1
    return removed


def dangling(store: ObjectStore) -> list[str]:
    """Return the keys that rows name and the store does not have: always none, since objects are written first."""
    stored = {one.key for one in store.list()}
    with reading() as session:
        return sorted(set(session.scalars(_references())) - stored)


def _named(keys: list[str]) -> set[str]:
    with transaction() as session:
        references = _references().subquery()
        return set(session.scalars(select(references.c.key).where(references.c.key.in_(keys))))


def _references() -> CompoundSelect[Any]:
    return union_all(
        select(Attachment.file_path.label("key")),
        select(Dataset.parquet_path.label("key")).where(Dataset.parquet_path.is_not(None)),
        select(Deliverable.file_path.label("key")).where(Deliverable.file_path != ""),
        select(AnalysisArtifact.file_path.label("key")),
    )
