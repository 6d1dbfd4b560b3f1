"""Named errors: a stable code for machines, a kind for the status table, a sentence for people.

A situation is a subclass. Only `services/api/errors.py` turns a kind into an HTTP status and only
`services/cli` turns it into an exit code; the worker reads `retryable` to decide between another
attempt and giving up.
"""

from enum import StrEnum
from typing import ClassVar


class ErrorKind(StrEnum):
    """What went wrong, in the words of the person who must act on it."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition_failed"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class SevenStepsError(Exception):
    """Base of every error this product raises on purpose.

    `detail` is one sentence that says what is wrong and where; `fields` are machine-readable facts
    (never secrets, never whole cells of somebody's data).
    """

    code: ClassVar[str] = "internal_error"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL

    def __init__(self, detail: str, **fields: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later with nothing changed by a person."""
        return self.kind is ErrorKind.UNAVAILABLE
