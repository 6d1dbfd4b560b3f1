"""One effect per Idempotency-Key: the answer is stored in the transaction that took the effect, and given again to every repeat.

After the IETF draft "The Idempotency-Key HTTP Header Field": the same key with another body is refused, a repeat waits for the first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.jobs.models import IdempotencyKey
from shared.kit.errors import ErrorKind, SevenStepsError

MAX_KEY_LENGTH = 255
_KEPT = timedelta(hours=24)


class IdempotencyKeyReusedError(SevenStepsError):
    """A key came back with another request than the one it was first used for."""

    code: ClassVar[str] = "idempotency_key_reused"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class InvalidIdempotencyKeyError(SevenStepsError):
    """A key is empty or too long."""

    code: ClassVar[str] = "invalid_idempotency_key"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


@dataclass(frozen=True)
class Answer:
    """What is told to the first request and to every repeat of it."""

    status_code: int
    body: bytes
    headers: dict[str, str]


def once(session: Session, organization_id: UUID, key: str, request_hash: str, produce: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Return the answer to a request and whether it is a repeat; `produce` runs in `session` only for the first.

    Two requests that race take turns on a lock of the transaction. Raises IdempotencyKeyReusedError and InvalidIdempotencyKeyError;
    when `produce` raises, nothing is stored and the same key may be tried again.
    """
    if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable():
        raise InvalidIdempotencyKeyError(f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable characters.")
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{organization_id}:{key}", 0))))
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at < func.now()))
    stored = session.get(IdempotencyKey, (organization_id, key))
    if stored is None:
        answer = produce()
        session.add(
            IdempotencyKey(
                organization_id=organization_id,
                key=key,
                request_hash=request_hash,
                status_code=answer.status_code,
                response_body=answer.body,
                response_headers=dict(answer.headers),
                expires_at=func.now() + _KEPT,
            )
        )
        return answer, False
    if stored.request_hash != request_hash:
        raise IdempotencyKeyReusedError("This Idempotency-Key was used for another request.")
    return Answer(stored.status_code or 200, stored.response_body or b"", dict(stored.response_headers)), True
