"""The ledger of numbers: every entry with its recipe, and a re-run that gives the same number."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.solving.endpoints.dependencies import CurrentActor, Cursor, Limit
from services.solving.errors import InvalidProblemError
from services.solving.evidence import repository, service, verify
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.evidence.rerun import Rerun
from services.solving.evidence.verify import Verification
from services.solving.problems import repository as problems
from shared.db import reading
from shared.kit.value import Value

router = APIRouter(prefix="/v1", tags=["evidence"])
MOST_KEYS = 200


class EvidencePage(Value):
    """Entries in the order asked for, or in the order of writing."""

    items: list[EvidenceEntry]
    next_cursor: str | None


class RerunView(Value):
    """What computing an entry again gave, beside what the ledger holds."""

    entry: EvidenceEntry
    rerun: Rerun
    seconds: float


class VerificationView(Value):
    """Whether every number holds, and what does not."""

    holds: bool
    verification: Verification


@router.get("/problems/{problem_id}/evidence")
def list_evidence(
    problem_id: UUID,
    actor: CurrentActor,
    ids: Annotated[str | None, Query(max_length=4_000, description="Ledger keys, separated by commas")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> EvidencePage:
    """List entries of a problem's ledger, or those named by `ids`."""
    with reading() as session:
        if ids is not None:
            return EvidencePage(items=service.entries_of(session, actor, problem_id, keys_of(ids)), next_cursor=None)
        problem = problems.find(session, actor, problem_id)
        entries = list(repository.ledger(session, problem.id).values())
    start = _start(cursor)
    following = str(start + limit) if start + limit < len(entries) else None
    return EvidencePage(items=entries[start : start + limit], next_cursor=following)


@router.get("/problems/{problem_id}/evidence/{key}")
def get_evidence(problem_id: UUID, key: str, actor: CurrentActor) -> EvidenceEntry:
    """Return one entry: the number, how it is written and how to compute it again."""
    with reading() as session:
        return service.entries_of(session, actor, problem_id, [key])[0]


@router.post("/problems/{problem_id}/evidence/{key}/rerun")
def rerun_evidence(problem_id: UUID, key: str, actor: CurrentActor) -> RerunView:
    """Compute an entry again, now, on the data as they are, and say whether the same number comes out."""
    with reading() as session:
        entry = service.entries_of(session, actor, problem_id, [key])[0]
    rerun, seconds = service.rerun_entry(actor, problem_id, key)
    return RerunView(entry=entry, rerun=rerun, seconds=seconds)


@router.post("/problems/{problem_id}/verify")
def verify_problem(problem_id: UUID, actor: CurrentActor) -> VerificationView:
    """Compute every number of a problem again and compare every file with the ledger."""
    found = verify.verify_problem(actor, problem_id)
    return VerificationView(holds=found.holds, verification=found)


def keys_of(ids: str) -> list[str]:
    """Return the keys in a comma-separated list, each once. Raises InvalidProblemError for too many."""
    keys = list(dict.fromkeys(key.strip() for key in ids.split(",") if key.strip()))
    if len(keys) > MOST_KEYS:
        raise InvalidProblemError(f"At most {MOST_KEYS} entries can be asked for at once.")
    return keys


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9:
        raise InvalidProblemError("The cursor is not one this list gave out.")
    return int(cursor)
