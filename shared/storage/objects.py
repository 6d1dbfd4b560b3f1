"""The object store as the rest of the platform sees it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from shared.kit.errors import ErrorKind, SevenStepsError

_ORGANIZATION = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class ObjectNotFoundError(SevenStepsError):
    """No object has that key."""

    code: ClassVar[str] = "object_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class CorruptObjectError(SevenStepsError):
    """The bytes that came back are not the bytes their key promises."""

    code: ClassVar[str] = "object_corrupt"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL


class ObjectStoreUnavailableError(SevenStepsError):
    """The object store does not answer, or refuses us."""

    code: ClassVar[str] = "object_store_unavailable"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


@dataclass(frozen=True)
class StoredObject:
    """An object: its key `organization/sha256`, its size in bytes, and when it was last written."""

    key: str
    size: int
    modified_at: datetime | None = None

    @property
    def organization_id(self) -> str:
        """The organization that owns the object."""
        return self.key.partition("/")[0]

    @property
    def sha256(self) -> str:
        """The hash of the object's bytes, in hex."""
        return self.key.partition("/")[2]


def object_key(organization_id: object, sha256: str) -> str:
    """Return `organization/sha256`. Raises ValueError when the organization could reach outside its own prefix."""
    organization = str(organization_id)
    if not _ORGANIZATION.match(organization):
        raise ValueError(f"{organization!r} is not an organization id")
    return f"{organization}/{sha256}"


class ObjectStore(Protocol):
    """Content-addressed storage: writing the same bytes twice is one object, and a key never changes its bytes."""

    def put(self, organization_id: object, data: bytes, media_type: str = "application/octet-stream") -> StoredObject:
        """Store bytes under their hash."""

    def put_file(self, organization_id: object, path: Path, media_type: str = "application/octet-stream") -> StoredObject:
        """Store a file under the hash of its bytes, in parts when it is large; it is never read into memory whole."""

    def get(self, key: str) -> bytes:
        """Return the bytes, checked against the key. Raises ObjectNotFoundError, CorruptObjectError."""

    def read_into(self, key: str, target: BinaryIO) -> StoredObject:
        """Copy the bytes into an open file, checked against the key. Raises ObjectNotFoundError, CorruptObjectError."""

    def presign(self, key: str, seconds: int = 300, file_name: str | None = None, media_type: str | None = None) -> str:
        """Return a URL that downloads the object for the given time, under a file name and a media type of our choice."""

    def delete(self, key: str) -> None:
        """Delete the object; nothing happens when it is gone already."""

    def list(self, organization_id: object | None = None) -> Iterator[StoredObject]:
        """Yield the objects of one organization, or of all, by key."""
