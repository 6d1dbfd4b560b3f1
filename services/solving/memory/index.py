"""Copy what is remembered of a problem into the vector store, take it out again, or build all of it anew from PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from services.solving.memory.gather import collection, parts_now
from services.solving.models import Problem
from shared.db import reading, transaction
from shared.embeddings import DIMENSIONS, embed
from shared.jobs.outbox import deliver
from shared.vectors import Point, VectorStore, get_vector_store

MODEL = "all-MiniLM-L6-v2-int8"


def remember_message(message_id: int) -> None:
    """Handle one delivery of the outbox. Raises VectorStoreUnavailableError; the delivery stays and comes again."""
    deliver(message_id, _remember)


def _remember(body: dict[str, Any]) -> None:
    remember(get_vector_store(), UUID(body["organization_id"]), UUID(body["problem_id"]))


def remember(store: VectorStore, organization_id: UUID, problem_id: UUID) -> int:
    """Replace a problem's vectors by those of its newest version and return how many there are; 0 when the problem is gone.

    Twice, late or out of order does no harm: what is written is what PostgreSQL holds now. One writer of a problem at a time, and the
    problem cannot be purged while its vectors are written, so that none is left behind. Raises VectorStoreUnavailableError.
    """
    store.ensure_collection(collection(), DIMENSIONS)
    with transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"memory/{problem_id}", 0))))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '60s'"))
        alive = (Problem.id == problem_id, Problem.organization_id == organization_id)
        problem = session.scalars(select(Problem).where(*alive).with_for_update(read=True, key_share=True)).one_or_none()
        parts = [] if problem is None else parts_now(session, problem)
        vectors = embed([part.text for part in parts])
        points = [
            Point(str(organization_id), str(problem_id), vector.tolist(), place, part.model_dump(mode="json"))
            for place, (part, vector) in enumerate(zip(parts, vectors, strict=True))
        ]
        store.delete(collection(), str(organization_id), [str(problem_id)])
        store.upsert(collection(), points, model=MODEL)
    return len(points)


def rebuild(store: VectorStore) -> int:
    """Drop everything that is remembered and make it anew from PostgreSQL; return how many problems it holds.

    Raises VectorStoreUnavailableError.
    """
    store.ensure_collection(collection(), DIMENSIONS)
    store.drop(collection())
    with reading() as session:
        done = session.execute(select(Problem.organization_id, Problem.id).where(Problem.completed_at.is_not(None))).all()
    store.ensure_collection(collection(), DIMENSIONS)
    return sum(remember(store, organization_id, problem_id) > 0 for organization_id, problem_id in done)
