"""The platform's own processes as supervised children: stores made ready first, then `api` and `worker`."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from infra.embedded.keeper import Task, last_words
from infra.embedded.layout import Home
from infra.embedded.process import Command, run_once
from infra.embedded.state import PlatformFailedError
from shared.settings import Settings

_BELIEVED_SECONDS = 10
_COMMAND = (sys.executable, "-m", "services.cli")


def prepare_stores(home: Home, environment: Mapping[str, str]) -> None:
    """Run `sevensteps migrate` to its end. Raises PlatformFailedError with its last words."""
    try:
        run_once(Command((*_COMMAND, "migrate"), folder=home.path), environment, seconds=300)
    except subprocess.CalledProcessError as error:
        raise PlatformFailedError(f"The stores could not be migrated: {last_words(error.output)}") from error


def api_url(settings: Settings) -> str:
    """Return where a browser on this machine finds the API."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (compared, not bound)
    return f"http://{everywhere.get(settings.api_host, settings.api_host)}:{settings.api_port}"


def process_task(name: str, settings: Settings, environment: Mapping[str, str]) -> Task:
    """Return how to run `sevensteps api` or `sevensteps worker`."""
    answers: dict[str, Callable[[], None]] = {
        "api": lambda: _serves(f"{api_url(settings)}/healthz"),
        "worker": _Listening(environment.get("SEVENSTEPS_BROKER_URL") or environment["REDIS_URL"]),
    }
    return Task(prepare=lambda: None, command=lambda: Command((*_COMMAND, name)), answer=answers[name], environment=environment)


def _serves(address: str) -> None:
    """Ask the API how it is; any answer but a server error counts. Raises OSError."""
    try:
        urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 (the address of our own API)
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise


class _Listening:
    """Whether a worker waits for messages, as the broker sees it.

    A worker that finds its hands full at once never waits, and a broker may keep its list of clients to itself: one that has lived for a
    while is then believed. It is asked anew at each start.
    """

    def __init__(self, broker_url: str) -> None:
        self._broker_url = broker_url
        self._first_asked: float | None = None

    def __call__(self) -> None:
        """Raises OSError until the worker listens."""
        from redis import Redis, RedisError

        self._first_asked = self._first_asked or time.monotonic()
        try:
            with Redis.from_url(self._broker_url, socket_timeout=2, socket_connect_timeout=2, decode_responses=True) as broker:
                listening = any(client.get("cmd") == "brpop" for client in broker.client_list())
        except RedisError:
            listening = False
        if not listening and time.monotonic() - self._first_asked < _BELIEVED_SECONDS:
            raise OSError("the worker does not wait for messages yet")
        self._first_asked = None
