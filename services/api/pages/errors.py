"""What an error's `type` leads to: a page that says what the error means and what a program should do with it."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from services.api.errors import STATUS
from services.api.markup import page, tag
from shared.kit.errors import ErrorKind, SevenStepsError

router = APIRouter(include_in_schema=False)
_ADVICE: dict[ErrorKind, str] = {
    ErrorKind.INVALID: "The request was understood and cannot be used: change what the detail names and send it again.",
    ErrorKind.UNAUTHENTICATED: "Say who you are and send it again.",
    ErrorKind.FORBIDDEN: "Ask somebody with the permission.",
    ErrorKind.NOT_FOUND: "Check the id; what is not yours looks the same as what is not there.",
    ErrorKind.CONFLICT: "The state does not allow it: read the object again and decide anew.",
    ErrorKind.PRECONDITION_FAILED: "Somebody else changed it: read the newest version, change that, and send its ETag in If-Match.",
    ErrorKind.TOO_LARGE: "Send less.",
    ErrorKind.UNSUPPORTED: "Send it in one of the formats the reference names.",
    ErrorKind.UNAVAILABLE: "Nothing was changed: wait as long as Retry-After says and send it again.",
    ErrorKind.INTERNAL: "It is our fault: tell us the request id.",
}


@router.get("/problems/{code}", response_class=HTMLResponse)
def show_error_type(code: str) -> str:
    """Say what an error means: its `type` leads here."""
    shown = error_page(code)
    if shown is None:
        raise HTTPException(404)
    return shown


def catalogue() -> dict[str, type[SevenStepsError]]:
    """Return every named error that is loaded, by its code."""
    found: dict[str, type[SevenStepsError]] = {}
    waiting: list[type[SevenStepsError]] = [SevenStepsError]
    while waiting:
        known = waiting.pop()
        found.setdefault(known.code, known)
        waiting += known.__subclasses__()
    return found


def error_page(code: str) -> str | None:
    """Return the page of an error's type, or None when there is no such error."""
    error = catalogue().get(code)
    if error is None:
        return None
    title = code.replace("_", " ").capitalize()
    meaning = (error.__doc__ or "").strip().partition("\n")[0]
    facts = tag("dl", tag("dt", "Code"), tag("dd", tag("code", code)), tag("dt", "Status"), tag("dd", int(STATUS[error.kind])))
    return page(title, tag("h1", title), tag("div", tag("p", meaning), tag("p", _ADVICE[error.kind]), facts, class_="card"))
