"""A stored object as an HTTP answer: its bytes, checked against their hash on the way, or a link to the object store."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast
from urllib.parse import quote

from fastapi import Query, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from shared.storage import get_object_store

_IN_MEMORY = 8 * 1024 * 1024
_CHUNK = 256 * 1024
_LINK_SECONDS = 300
_PNG = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": _PNG, "description": "The slide"}}
Part = Annotated[int, Query(ge=1, le=100, description="Which page of a slide that goes on over several")]
AsLink = Annotated[bool, Query(description="Answer with a link to the object store, good for five minutes")]


def picture(png: bytes) -> Response:
    """Return a picture that a page shows; whoever may see it keeps it for five minutes."""
    return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"})


def download(key: str, name: str, media_type: str, sha256: str | None, *, as_link: bool) -> Response:
    """Return an object as an attachment. Raises ObjectNotFoundError, CorruptObjectError, ObjectStoreUnavailableError."""
    if as_link:
        return RedirectResponse(get_object_store().presign(key, _LINK_SECONDS, name, media_type), status_code=307)
    spool = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 (the stream closes it)
    try:
        stored = get_object_store().read_into(key, spool)
    except BaseException:
        spool.close()
        raise
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", "Content-Length": str(stored.size)}
    if sha256 is not None:
        headers["ETag"] = f'"{sha256}"'
    return StreamingResponse(_chunks(spool), media_type=media_type, headers=headers)


def _chunks(spool: BinaryIO) -> Iterator[bytes]:
    with spool:
        spool.seek(0)
        while chunk := spool.read(_CHUNK):
            yield chunk
