"""The way to the graph store: one driver a process, transactions that retry what passes, errors with names.

Every query runs in a transaction given by `Graph.read` or `Graph.write`; nothing else in the house talks to the driver.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import ClassVar, TypeVar

import neo4j
from neo4j.exceptions import AuthError, ClientError, ConfigurationError, ConstraintError, DriverError, Neo4jError

from shared.kit.errors import ErrorKind, SevenStepsError
from shared.settings import Settings, get_settings

Result = TypeVar("Result")
Transaction = neo4j.ManagedTransaction

# A transient refusal (a deadlock, a page changed under us) is tried again after 20 ms, 40 ms, ...; nobody waits longer than this in all.
_RETRY_SECONDS = 2.5
_FIRST_RETRY_SECONDS = 0.02
_RACE_PAUSES = (0.02, 0.1)
_CONNECT_SECONDS = 3.0
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")

# A retry is the driver's business until it gives up; without a handler Python would print each one to stderr.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


class GraphUnavailableError(SevenStepsError):
    """The graph store did not answer, or kept refusing for a reason that passes."""

    code: ClassVar[str] = "graph_unavailable"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


class GraphRefusedError(SevenStepsError):
    """The graph store answered and said no: wrong password, unknown database, broken constraint."""

    code: ClassVar[str] = "graph_refused"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL


@dataclass(frozen=True)
class ServerFacts:
    """What a health check may say about the store."""

    agent: str
    address: str
    latency_ms: float


@dataclass(frozen=True)
class Graph:
    """A database in a graph store. Threads may share it; a forked child must connect anew."""

    driver: neo4j.Driver
    database: str

    def read(self, work: Callable[[Transaction], Result]) -> Result:
        """Run `work` in a read transaction and return what it returns.

        `work` may run more than once. Raises GraphUnavailableError or GraphRefusedError.
        """
        return self._named(lambda session: session.execute_read(work))

    def write(self, work: Callable[[Transaction], Result]) -> Result:
        """Run `work` in a write transaction, commit, and return what it returns.

        `work` may run more than once. Raises GraphUnavailableError or GraphRefusedError.
        """
        return self._named(lambda session: _written(session, work))

    def facts(self) -> ServerFacts:
        """Ask the store who it is and how long a question takes. Raises GraphUnavailableError or GraphRefusedError."""
        self.read(_ask)
        started = time.perf_counter()
        agent, host, port = self.read(_ask)
        return ServerFacts(agent, f"{host}:{port}", round((time.perf_counter() - started) * 1000, 2))

    def close(self) -> None:
        """Close every connection."""
        self.driver.close()

    def _named(self, work: Callable[[neo4j.Session], Result]) -> Result:
        try:
            with self.driver.session(database=self.database) as session:
                return work(session)
        except (AuthError, ClientError, ConfigurationError) as error:
            raise GraphRefusedError(f"The graph store refused: {_first_line(error)}") from error
        except (Neo4jError, DriverError) as error:
            raise GraphUnavailableError(f"The graph store is not available: {_first_line(error)}") from error


def _written(session: neo4j.Session, work: Callable[[Transaction], Result]) -> Result:
    """Run a write; try again where a constraint refused it, because the embedded server reports a lost race to MERGE that way."""
    for pause in _RACE_PAUSES:
        try:
            return session.execute_write(work)
        except ConstraintError:
            time.sleep(pause)
    return session.execute_write(work)


def _ask(transaction: Transaction) -> tuple[str, object, object]:
    result = transaction.run("RETURN 1 AS one")
    summary = result.consume()
    address = summary.server.address
    return str(summary.server.agent), address[0], address[1]


def _first_line(error: Exception) -> str:
    """Return a server's error code, or the driver's first line: a server's own sentence may quote somebody's data."""
    if isinstance(error, Neo4jError) and error.code:
        return str(error.code)
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def connect(uri: str, user: str = "", password: str = "", database: str = "neo4j") -> Graph:
    """Return a graph at a Bolt address; nothing is sent until the first query. An empty user means a server without authentication.

    Raises GraphRefusedError when the address is not one.
    """
    if uri.partition("://")[0] not in _SCHEMES:
        raise GraphRefusedError(f"NEO4J_URI must begin with one of {', '.join(_SCHEMES)}.")
    try:
        driver = neo4j.GraphDatabase.driver(
            uri,
            auth=(user, password) if user else None,
            user_agent="sevensteps",
            connection_timeout=_CONNECT_SECONDS,
            connection_acquisition_timeout=_CONNECT_SECONDS,
            max_transaction_retry_time=_RETRY_SECONDS,
            initial_retry_delay=_FIRST_RETRY_SECONDS,
            keep_alive=True,
            notifications_min_severity="OFF",
            telemetry_disabled=True,
        )
    except (ConfigurationError, ValueError) as error:
        raise GraphRefusedError(f"NEO4J_URI is not an address of a graph store: {_first_line(error)}") from error
    return Graph(driver, database)


def from_settings(settings: Settings) -> Graph:
    """Return the graph the settings name. Raises StoreNotConfiguredError when they name none."""
    return connect(settings.store("NEO4J_URI"), settings.neo4j_user, settings.neo4j_password.get_secret_value(), settings.neo4j_database)


_lock = Lock()
_graph: Graph | None = None


def get_graph() -> Graph:
    """Return this process's graph, connected on first use. Raises StoreNotConfiguredError."""
    global _graph  # noqa: PLW0603 (one driver a process: it is a pool)
    with _lock:
        if _graph is None:
            _graph = from_settings(get_settings())
        return _graph


def close_graph() -> None:
    """Close this process's graph; the next `get_graph` connects anew (tests and orderly shutdown)."""
    global _graph  # noqa: PLW0603 (see get_graph)
    with _lock:
        if _graph is not None:
            _graph.close()
        _graph = None


def _forget_after_fork() -> None:
    """Drop the parent's sockets without closing them: they are still the parent's."""
    global _graph, _lock
    _graph, _lock = None, Lock()


os.register_at_fork(after_in_child=_forget_after_fork)
