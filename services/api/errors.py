"""One table from kinds of error to HTTP, and every error, FastAPI's own included, as `application/problem+json` (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, StatementError
from starlette.exceptions import HTTPException

from services.api.markup import page, tag
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.kit.value import Value

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
_log = structlog.get_logger(__name__)

STATUS: dict[ErrorKind, HTTPStatus] = {
    ErrorKind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorKind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ErrorKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorKind.CONFLICT: HTTPStatus.CONFLICT,
    ErrorKind.PRECONDITION_FAILED: HTTPStatus.PRECONDITION_FAILED,
    ErrorKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorKind.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorKind.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class FieldProblem(Value):
    """What is wrong with one field of a request."""

    path: str
    code: str
    message: str


class Problem(Value):
    """The body of every error."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    request_id: str
    errors: list[FieldProblem] = []


ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {"default": {"model": Problem, "description": "An error, as problem+json"}}
"""What every operation declares in the OpenAPI document."""


def problem_response(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[FieldProblem] | None = None,
    fields: dict[str, object] | None = None,
) -> Response:
    """Return a problem+json answer. `fields` are further facts and never replace the standard members."""
    body = Problem(
        type=f"/problems/{code}",
        title=code.replace("_", " ").capitalize(),
        status=int(status),
        code=code,
        detail=detail,
        instance=request.url.path,
        request_id=str(request.scope.get("request_id", "")),
        errors=errors or [],
    ).model_dump()
    extra = json.loads(json.dumps({name: value for name, value in (fields or {}).items() if name not in body}, default=str))
    if _for_a_person(request):
        said = tag("div", tag("p", detail), tag("p", f"{body['status']} {code}, {body['request_id']}", class_="meta"), class_="card")
        return HTMLResponse(page(body["title"], tag("h1", body["title"]), said), status)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return JSONResponse(extra | body, status, headers, media_type=MEDIA_TYPE)


def _for_a_person(request: Request) -> bool:
    """Whether a browser asked for a page; programs and everything under /v1 get problem+json."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1")


def install(app: FastAPI) -> None:
    """Give the application its answers to errors."""
    app.add_exception_handler(SevenStepsError, _named)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unavailable in (OperationalError, InterfaceError):
        app.add_exception_handler(unavailable, _database)
    app.add_exception_handler(StatementError, _statement)


def _named(request: Request, error: Exception) -> Response:
    assert isinstance(error, SevenStepsError)
    status = STATUS[error.kind]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        unforeseen = error if error.kind is ErrorKind.INTERNAL else None
        _log.error("request_failed", code=error.code, detail=error.detail, exc_info=unforeseen)
    return problem_response(request, status, error.code, error.detail, fields=error.fields)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        FieldProblem(path=".".join(str(part) for part in item["loc"]), code=str(item["type"]), message=str(item["msg"]))
        for item in error.errors()
    ]
    malformed = any(item.code == "json_invalid" for item in errors)
    first = errors[0] if errors else FieldProblem(path="body", code="invalid", message="The request cannot be read.")
    status = HTTPStatus.BAD_REQUEST if malformed else HTTPStatus.UNPROCESSABLE_ENTITY
    return problem_response(request, status, "invalid_request", f"{first.path}: {first.message}", errors=errors)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, SevenStepsError):  # FastAPI hides what happened while it read the body
        return _named(request, error.__cause__)
    status = HTTPStatus(error.status_code)
    code = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large"}.get(status, status.phrase.lower().replace(" ", "_"))
    answer = problem_response(
        request, status, code, f"{error.detail}: {request.method} {request.url.path}" if status < 500 else status.phrase
    )
    answer.headers.update(error.headers or {})
    return answer


def _database(request: Request, error: Exception) -> Response:
    _log.error("database_unavailable", exc_info=error)
    return problem_response(
        request, HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable", "The database does not answer at the moment; nothing was changed."
    )


def _statement(request: Request, error: Exception) -> Response:
    """Refuse what PostgreSQL refuses as a value (a NUL in a text, a number out of range): that is the input's fault."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    refused = state.startswith("22") or (isinstance(error, StatementError) and not isinstance(error, DBAPIError))
    if refused or "NUL" in str(getattr(error, "orig", "")):
        return problem_response(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_value", "A value of the request cannot be stored.")
    if state in {"55P03", "57014"}:
        return _database(request, error)
    return unexpected(request, error)


def unexpected(request: Request, error: Exception) -> Response:
    """Answer for an error nobody foresaw: logged whole, told without a detail of ours."""
    _log.error("unexpected_error", exc_info=error)
    return problem_response(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong on our side; the request id finds it in the log."
    )
