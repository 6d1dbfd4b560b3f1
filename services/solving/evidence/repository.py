"""The ledger in PostgreSQL: entries are written once and never changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.solving.evidence.ledger import EvidenceEntry
from services.solving.models import Evidence
from services.solving.storable import storable
from shared.kit.errors import ErrorKind, SevenStepsError

_FIELDS = ("key", "kind", "label", "value", "rows", "columns", "unit", "style", "signed", "decimals", "display", "recipe")
_BATCH = 500


class EvidenceNotFoundError(SevenStepsError):
    """The problem's ledger has no such entry."""

    code = "evidence_not_found"
    kind = ErrorKind.NOT_FOUND


def save(
    session: Session, problem_id: UUID, organization_id: UUID, entries: Sequence[EvidenceEntry], *, step: str, execution_id: UUID | None
) -> None:
    """Write entries; one that is in the ledger already is left as it is, since its key follows from its content."""
    where = {"problem_id": problem_id, "organization_id": organization_id, "step": step, "execution_id": execution_id}
    rows = [where | {"position": place} | _row(entry) for place, entry in enumerate(entries)]
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(Evidence).values(rows[start : start + _BATCH]).on_conflict_do_nothing())


def ledger(session: Session, problem_id: UUID) -> dict[str, EvidenceEntry]:
    """Return the whole ledger of a problem, key -> entry, in the order of writing."""
    query = select(Evidence).where(Evidence.problem_id == problem_id).order_by(Evidence.created_at, Evidence.position, Evidence.key)
    return {row.key: entry_of(row) for row in session.scalars(query)}


def find(session: Session, problem_id: UUID, key: str) -> EvidenceEntry:
    """Return one entry. Raises EvidenceNotFoundError."""
    row = session.get(Evidence, (problem_id, key))
    if row is None:
        raise EvidenceNotFoundError(f"The ledger of this problem has no entry {key[:20]!r}.", key=key[:20])
    return entry_of(row)


def displays(entries: dict[str, EvidenceEntry]) -> dict[str, str]:
    """Return key -> how its number is written, for rendering cited text."""
    return {key: entry.display for key, entry in entries.items()}


def entry_of(row: Evidence) -> EvidenceEntry:
    """Return a row as the value it was written from."""
    return EvidenceEntry.model_validate({name: getattr(row, name) for name in _FIELDS})


def _row(entry: EvidenceEntry) -> dict[str, Any]:
    facts = storable(entry.model_dump(mode="json"))
    return {name: facts[name] for name in _FIELDS}
