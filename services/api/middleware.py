"""What happens around every request: an id, a line in the log, a measurement, safe headers, a limit on the body."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import problem_response, unexpected
from services.api.metrics import REQUEST_SECONDS, REQUESTS
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.logging import bound

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


def policy(style_nonce: str | None = None) -> str:
    """Return the content policy of a page: everything from here, no script or style in the text but styles that carry the nonce."""
    styles = "'self'" if style_nonce is None else f"'self' 'nonce-{style_nonce}'"
    return (
        f"default-src 'none'; style-src {styles}; script-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


_HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_log = structlog.get_logger("services.api")


class RequestTooLargeError(SevenStepsError):
    """The body of a request is larger than the platform takes."""

    code = "request_too_large"
    kind = ErrorKind.TOO_LARGE


class AroundRequest:
    """ASGI middleware. A client's `X-Request-ID` is kept when it is a plain token; the answer names the id either way."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, allowed_hosts: frozenset[str]) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        scope["request_id"] = request_id = asked if _ID.match(asked) else f"req_{uuid4().hex[:16]}"
        started, seen = time.perf_counter(), {"status": 0}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        with bound(request_id=request_id):
            try:
                await self._limited(scope, receive, send_with_headers)
            except Exception as error:
                if seen["status"]:
                    raise
                await unexpected(Request(scope), error)(scope, receive, send_with_headers)
            finally:
                self._record(scope, seen["status"], time.perf_counter() - started)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what may not come in; count the body while it streams in, because a length header may lie."""
        if refusal := self._refusal(Request(scope)):
            await refusal(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_body_bytes:
                raise RequestTooLargeError(self._sentence())
            return message

        await self.app(scope, counted, send)

    def _refusal(self, request: Request) -> ASGIApp | None:
        """Refuse a foreign host name (a page that rebinds its own to us) and a write that another site's page makes."""
        host = request.headers.get("host", "")
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        if name.lower() not in self.allowed_hosts and "*" not in self.allowed_hosts:
            return problem_response(request, 400, "unknown_host", "This server does not answer to that host name.")
        if request.method not in _SAFE and request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return problem_response(request, 403, "cross_site_request", "A page of another site may not change anything here.")
        declared = request.headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > self.max_body_bytes:
            return problem_response(request, 413, RequestTooLargeError.code, self._sentence())
        return None

    def _sentence(self) -> str:
        return f"A request may hold at most {self.max_body_bytes // 1_000_000} MB."

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "unmatched"))
        REQUESTS.labels(scope["method"], route, str(int(status))).inc()
        REQUEST_SECONDS.labels(scope["method"], route).observe(seconds)
        if route not in {"/healthz", "/metrics"}:
            _log.info("request", method=scope["method"], route=route, status=int(status), ms=round(seconds * 1000, 1))
