"""What endpoints are given: who asks, page limits, the version a change is based on, uploads on disk."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, ClassVar

from fastapi import Depends, Header, Query, Request, UploadFile

from services.identity.actor import Actor
from services.solving.problems.intake import Upload
from shared.kit.errors import ErrorKind, SevenStepsError


class NotIdentifiedError(SevenStepsError):
    """Nobody said who asks."""

    code: ClassVar[str] = "not_identified"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAUTHENTICATED


class InvalidVersionError(SevenStepsError):
    """If-Match does not hold a version."""

    code: ClassVar[str] = "invalid_version"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


def current_actor(request: Request) -> Actor:
    """Return who asks, as the process put it on the request. Raises NotIdentifiedError."""
    actor = getattr(request.state, "actor", None)
    if not isinstance(actor, Actor):
        raise NotIdentifiedError("Say who you are first.")
    return actor


def expected_version(
    if_match: Annotated[str | None, Header(description="The version the change is based on: the ETag of what was read")] = None,
) -> int | None:
    """Return the version named by If-Match, or None when any will do. Raises InvalidVersionError."""
    if if_match is None or if_match.strip() == "*":
        return None
    version = if_match.strip().removeprefix("W/").strip('"')
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise InvalidVersionError("If-Match must be the ETag that came with what you are changing.")
    return int(version)


CurrentActor = Annotated[Actor, Depends(current_actor)]
ExpectedVersion = Annotated[int | None, Depends(expected_version)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]
Cursor = Annotated[str | None, Query(max_length=500, description="The next_cursor of the page before")]


def etag(version: int) -> dict[str, str]:
    """Return the header that names a version."""
    return {"ETag": f'"{version}"'}


@contextmanager
def on_disk(files: Sequence[UploadFile]) -> Iterator[list[Upload]]:
    """Lay uploads into a temporary folder for the length of the block; parts without a name are browsers' empty choices."""
    with tempfile.TemporaryDirectory(prefix="sevensteps-upload-") as folder:
        uploads = []
        for number, file in enumerate(file for file in files if file.filename):
            path = Path(folder) / str(number)
            with path.open("wb") as target:
                shutil.copyfileobj(file.file, target, 1024 * 1024)
            uploads.append(Upload(file.filename or "file", path))
        yield uploads
