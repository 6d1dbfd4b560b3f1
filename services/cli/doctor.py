"""Ask every store how it is, and say what mends it. Asking is apart from judging, so that judging can be tested without stores."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.cli.outcome import Exit
from shared.kit.errors import SevenStepsError


@dataclass(frozen=True)
class Check:
    """A store: its name, the variable that leads to it, what it is needed for, whether nothing works without it, how to ask its version."""

    name: str
    variable: str
    purpose: str
    required: bool
    ask: Callable[[], str]


@dataclass(frozen=True)
class Health:
    """What the doctor found: `mend` is the command that helps, empty when nothing is wrong."""

    name: str
    purpose: str
    required: bool
    reachable: bool
    version: str
    latency_ms: float
    detail: str
    mend: str


def _postgres() -> str:
    from sqlalchemy import text

    from shared.db import reading

    with reading() as session:
        return f"PostgreSQL {session.execute(text('SHOW server_version')).scalar_one()}"


def _redis() -> str:
    from shared.redis import get_redis, server_name

    return server_name(get_redis())


def _graph() -> str:
    from graph.driver import get_graph

    return get_graph().facts().agent


def _objects() -> str:
    from shared.storage import get_object_store

    return get_object_store().server_name()


def _vectors() -> str:
    from shared.vectors import get_vector_store

    return get_vector_store().server_name()


CHECKS: tuple[Check, ...] = (
    Check("postgres", "DATABASE_URL", "every record", required=True, ask=_postgres),
    Check("redis", "REDIS_URL", "queues and live progress", required=True, ask=_redis),
    Check("graph", "NEO4J_URI", "issue trees", required=False, ask=_graph),
    Check("s3", "S3_ENDPOINT_URL", "files and decks", required=True, ask=_objects),
    Check("qdrant", "QDRANT_URL", "similar problems", required=False, ask=_vectors),
)


def examine(check: Check, *, outside: bool, started: bool) -> Health:
    """Ask one store, twice, so that the latency is that of an open connection."""
    version, detail, began = "", "", time.perf_counter()
    try:
        check.ask()
        began = time.perf_counter()
        version = check.ask()
    except SevenStepsError as error:
        detail = error.detail
    except Exception as error:  # noqa: BLE001 (whatever a driver raises means that the store cannot be used; its class says which way)
        detail = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:160]}"
    latency = round((time.perf_counter() - began) * 1000, 1)
    return Health(
        name=check.name,
        purpose=check.purpose,
        required=check.required,
        reachable=bool(version),
        version=version,
        latency_ms=latency,
        detail=detail,
        mend="" if version else remedy(check, outside=outside, started=started),
    )


def remedy(check: Check, *, outside: bool, started: bool) -> str:
    """Return the command that mends an unreachable store: one set from outside is not ours to start, but can be replaced by our own."""
    if outside:
        return f"start the server that {check.variable} names, or use the embedded one: unset {check.variable} && sevensteps up --detach"
    return "sevensteps down && sevensteps up --detach" if started else "sevensteps up --detach"


def verdict(found: list[Health]) -> tuple[str, Exit]:
    """Return `ok`, `degraded` or `down`, and the exit code: only a required store that is down is a failure."""
    if any(health.required and not health.reachable for health in found):
        return "down", Exit.FAILED
    return ("ok" if all(health.reachable for health in found) else "degraded"), Exit.OK
