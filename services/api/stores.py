"""How the API asks each store whether it is there, and what it counts for the metrics.

The drivers of the graph and the vectors take their time to load, and only readiness needs them here: they are loaded when it asks.
"""

from collections.abc import Callable

from sqlalchemy import text

from services.api.metrics import EXECUTIONS, OLDEST_QUEUED, OUTBOX, PROBLEMS, STEP_SECONDS
from shared.db import reading
from shared.redis import get_redis, server_name
from shared.storage import get_object_store


def _postgres() -> str:
    with reading() as session:
        return f"PostgreSQL {session.execute(text('show server_version')).scalar_one()}"


def _redis() -> str:
    return server_name(get_redis())


def _objects() -> str:
    return get_object_store().server_name()


def _graph() -> str:
    from graph.driver import get_graph

    return get_graph().facts().agent


def _vectors() -> str:
    from shared.vectors import get_vector_store

    return get_vector_store().server_name()


PINGS: list[tuple[str, bool, Callable[[], str]]] = [
    ("postgres", True, _postgres),
    ("redis", True, _redis),
    ("objects", True, _objects),
    ("graph", False, _graph),
    ("vectors", False, _vectors),
]
"""Name, whether nothing works without it, and how to ask. The graph and the vectors are projections that can be rebuilt."""


def measure() -> None:
    """Read what the database knows of problems, executions and the outbox into the gauges."""
    with reading() as session:
        PROBLEMS.clear()
        for status, number in session.execute(text("select status, count(*) from solving.problems where deleted_at is null group by 1")):
            PROBLEMS.labels(status).set(number)
        EXECUTIONS.clear()
        for step, status, number, seconds in session.execute(
            text("select step, status, count(*), avg(extract(epoch from completed_at - started_at)) from solving.executions group by 1, 2")
        ):
            EXECUTIONS.labels(step, status).set(number)
            if status == "completed" and seconds is not None:
                STEP_SECONDS.labels(step).set(float(seconds))
        waiting = "select coalesce(extract(epoch from now() - min(created_at)), 0) from solving.executions where status = 'queued'"
        OLDEST_QUEUED.set(float(session.execute(text(waiting)).scalar_one()))
        OUTBOX.set(session.execute(text("select count(*) from platform.outbox")).scalar_one())
