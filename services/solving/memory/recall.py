"""Use-case: what do earlier problems have on a few words? Findings, hypotheses, recommendations, by meaning and by words."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving.memory.gather import collection
from services.solving.memory.parts import Outcome, Part, PartKind
from services.solving.memory.ranking import ranked
from services.solving.memory.words import shared_words
from services.solving.models import Problem
from shared.embeddings import DIMENSIONS, embed
from shared.kit.value import Value

if TYPE_CHECKING:
    from shared.vectors import VectorStore  # its client takes a second to import

_LOOKED_AT = 100
_LEAST = 0.3  # a question shares less with a sentence than one sentence with another


class Recalled(Value):
    """A remembered text: of which problem, what it is, and why it was found (`words` are those it shares with the question)."""

    problem_id: UUID
    problem: str
    completed_at: datetime | None
    kind: PartKind
    ref: str
    text: str
    outcome: Outcome | None
    reason: str
    similarity: float
    words: list[str]


def recall(
    session: Session, actor: Actor, store: "VectorStore", words: str, *, kind: PartKind | None = None, limit: int = 20
) -> list[Recalled]:
    """Return what the organization's problems have on some words, most alike first. Raises VectorStoreUnavailableError."""
    store.ensure_collection(collection(), DIMENSIONS)
    where = {"kind": kind} if kind else None
    vector = embed([words])[0].tolist()
    found = store.search(collection(), str(actor.organization_id), vector, limit=_LOOKED_AT, where=where, minimum=_LEAST / 2)
    ids = {UUID(match.entity_id) for match in found}
    query = select(Problem).where(Problem.id.in_(ids), Problem.organization_id == actor.organization_id, Problem.deleted_at.is_(None))
    known = {str(row.id): row for row in session.scalars(query)}
    found = [match for match in found if match.entity_id in known]
    parts = [Part.model_validate(match.payload) for match in found]
    order = [one for one in ranked(words, [part.text for part in parts], [match.score for match in found]) if one.score >= _LEAST]
    return [
        Recalled(
            **parts[one.place].model_dump(),
            problem_id=known[found[one.place].entity_id].id,
            problem=known[found[one.place].entity_id].title or "Untitled problem",
            completed_at=known[found[one.place].entity_id].completed_at,
            similarity=round(min(one.score, 1.0), 3),
            words=shared_words(words, parts[one.place].text),
        )
        for one in order[:limit]
    ]
