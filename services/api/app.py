"""The HTTP API: which routers there are, and what surrounds them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.staticfiles import StaticFiles

from services.api import errors, health, reference, web
from services.api.identify import identify
from services.api.metrics import STREAMS
from services.api.middleware import AroundRequest
from services.api.pages import errors as error_types
from services.api.pages import routes
from services.solving import events as solving_events
from services.solving.endpoints import (
    approvals,
    artifacts,
    branches,
    decisions,
    deck_checks,
    deliverables,
    edits,
    events,
    evidence,
    followup,
    memory,
    problems,
    runs,
    samples,
)
from shared.settings import Settings, get_settings

V1 = (
    *(problems.router, runs.router, events.router, decisions.router, edits.router, approvals.router, branches.router, followup.router),
    *(evidence.router, memory.router, artifacts.router, deliverables.router, deck_checks.router, samples.router),
)
_STATIC = Path(__file__).parent / "static"
DESCRIPTION = (
    "A business problem and its data in, a deck out in which every number opens to the query that computed it. "
    "Lists take limit and cursor, errors are application/problem+json, and every answer names its X-Request-ID."
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application. Nothing is connected until a request needs it."""
    chosen = settings or get_settings()
    app = FastAPI(
        title="Seven Steps to Poem",
        version=version("sevensteps"),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=errors.ERROR_RESPONSES,
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    errors.install(app)
    STREAMS.set_function(solving_events.open_streams)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]  # FastAPI's documented way to add to the document
    for router in V1:
        app.include_router(router, dependencies=[Depends(identify)])
    app.include_router(health.router)
    app.include_router(reference.router)
    app.include_router(routes.router)
    web.install(app)
    app.include_router(error_types.router)  # last: a problem's own page comes first
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    hosts = frozenset(host.strip().lower() for host in chosen.api_allowed_hosts.split(",") if host.strip())
    app.add_middleware(AroundRequest, max_body_bytes=chosen.api_max_upload_mb * 1_000_000, allowed_hosts=hosts)
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, in which errors have the media type that they are sent with."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["summary"] = operation.get("description", "").partition(". ")[0].partition("\n")[0].rstrip(".")
                error = operation["responses"].get("default", {})
                if "application/json" in error.get("content", {}):
                    error["content"] = {errors.MEDIA_TYPE: error["content"]["application/json"]}
        app.openapi_schema = document
    return app.openapi_schema


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    await solving_events.close_streams()
