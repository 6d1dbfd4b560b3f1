"""The platform's own processes as supervised children: stores made ready first, then `api` and `worker`."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

from infra.embedded.keeper import Task, last_words
from infra.embedded.layout import Home
from infra.embedded.process import Command, run_once
from infra.embedded.state import PlatformFailedError
from shared.settings import Settings

_COMMAND = (sys.executable, "-m", "services.cli")


def prepare_stores(home: Home, environment: Mapping[str, str]) -> None:
    """Run `sevensteps migrate` to its end. Raises PlatformFailedError with its last words."""
    try:
        run_once(Command((*_COMMAND, "migrate"), folder=home.path), environment, seconds=300)
    except subprocess.CalledProcessError as error:
        raise PlatformFailedError(f"The stores could not be migrated: {last_words(error.output)}") from error


def process_task(name: str, settings: Settings, environment: Mapping[str, str]) -> Task:
    """Return how to run `sevensteps api` or `sevensteps worker`."""
    address = f"http://{settings.api_host}:{settings.api_port}/healthz"
    return Task(
        prepare=lambda: None,
        command=lambda: Command((*_COMMAND, name)),
        answer=(lambda: _answers(address)) if name == "api" else (lambda: None),
        environment=environment,
    )


def _answers(address: str) -> None:
    """Ask the API how it is; any answer but a server error counts. Raises OSError."""
    try:
        urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 (the address of our own API)
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise
