"""Whether the process lives, whether it can serve, and what it measures."""

import time
from collections.abc import Callable
from importlib.metadata import version as installed
from typing import Literal

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.api import stores
from services.api.metrics import REGISTRY
from shared.kit.value import Value

router = APIRouter(tags=["health"])
_log = structlog.get_logger(__name__)


class Health(Value):
    """The process answers."""

    status: Literal["ok"]


class Version(Value):
    """What runs here."""

    name: str
    version: str


class StoreHealth(Value):
    """One store: whether it answered, how long that took, and what it is needed for."""

    name: str
    status: Literal["ok", "down"]
    required: bool
    latency_ms: float
    detail: str


class Readiness(Value):
    """`degraded` serves with something missing; `down` cannot serve."""

    status: Literal["ok", "degraded", "down"]
    stores: list[StoreHealth]


@router.get("/healthz")
def get_health() -> Health:
    """Say that the process lives."""
    return Health(status="ok")


@router.get("/version")
def get_version() -> Version:
    """Say what runs here."""
    return Version(name="sevensteps", version=installed("sevensteps"))


@router.get("/readyz", responses={503: {"model": Readiness, "description": "A store that everything needs does not answer"}})
def get_readiness(response: Response) -> Readiness:
    """Ask every store. Without the graph or the vectors the platform serves, degraded; without another it does not."""
    found = [_look(name, required, ping) for name, required, ping in stores.PINGS]
    if any(store.required and store.status == "down" for store in found):
        response.status_code = 503
        return Readiness(status="down", stores=found)
    return Readiness(status="degraded" if any(store.status == "down" for store in found) else "ok", stores=found)


@router.get("/metrics", response_class=PlainTextResponse, include_in_schema=False)
def get_metrics() -> Response:
    """Give Prometheus what it scrapes; what the database knows is read now, and left out when it does not answer."""
    try:
        stores.measure()
    except Exception:  # noqa: BLE001 (the process's own figures are worth having without the database)
        _log.warning("metrics_without_database", exc_info=True)
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _look(name: str, required: bool, ping: Callable[[], str]) -> StoreHealth:  # noqa: FBT001 (a column of a table)
    started = time.perf_counter()
    try:
        detail, answered = ping(), True
    except Exception as error:  # noqa: BLE001 (whatever a driver raises means the store is down)
        detail, answered = type(error).__name__, False
    latency = round((time.perf_counter() - started) * 1000, 1)
    return StoreHealth(name=name, status="ok" if answered else "down", required=required, latency_ms=latency, detail=detail)
