"""The worker process: a pool that does the steps, and a sweeper beside it."""

import contextlib
import importlib
import logging
import os
import signal
import threading
import warnings
from collections.abc import Sequence
from typing import Any

import structlog
from celery import bootsteps, signals

from services.orchestrator.app import build_app
from services.orchestrator.hearing import Hearing
from services.orchestrator.sweeper import start_sweeper
from services.solving.runs.queues import QUEUES
from shared.db import dispose_engine
from shared.kit.collector import settle
from shared.logging import configure_logging
from shared.settings import get_settings

_CHECK_SECONDS = 2.0
_log = structlog.get_logger(__name__)


class Watch(bootsteps.StartStopStep):
    """Starts the sweeper with the worker, again when it dies, and stops it with the worker; notices when the worker goes deaf."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self._pid = 0
        self._timers: list[Any] = []

    def start(self, parent: Any) -> None:
        """Start sweeping, and look after the sweeper and the worker's hearing from now on."""
        self._pid = start_sweeper()
        hearing = Hearing(list(parent.app.amqp.queues.consume_from), parent.concurrency)
        checks = (self._restart_if_dead, hearing.check)
        self._timers = [parent.timer.call_repeatedly(_CHECK_SECONDS, check) for check in checks]

    def stop(self, parent: Any) -> None:  # noqa: ARG002 (the signature is Celery's)
        """Stop sweeping."""
        for timer in self._timers:
            timer.cancel()
        if self._pid:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._pid, signal.SIGTERM)
                os.waitpid(self._pid, 0)
            self._pid = 0

    terminate = stop

    def _restart_if_dead(self) -> None:
        try:
            pid, _ = os.waitpid(self._pid, os.WNOHANG)
        except ChildProcessError:
            pid = self._pid
        if pid:
            _log.warning("sweeper_died", pid=pid)
            self._pid = start_sweeper()


def run_worker(queues: Sequence[str] | None = None, concurrency: int | None = None) -> None:
    """Work until told to stop: SIGTERM lets running steps finish for a while, then hands them to another worker.

    `queues` and `concurrency` default to the settings. Returns when the worker has stopped.
    """
    settings = get_settings()
    configure_logging(settings)
    for chatty in ("celery", "kombu"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    warnings.filterwarnings(
        "ignore", message="You're running the worker with superuser"
    )  # messages are JSON holding ids: root adds no risk here
    chosen = list(queues) if queues else [name.strip() for name in settings.worker_queues.split(",") if name.strip()]
    unknown = sorted(set(chosen) - set(QUEUES))
    if unknown:
        raise ValueError(f"There is no queue {unknown[0]!r}; there are {', '.join(QUEUES)}.")
    app = build_app()
    app.steps["worker"].add(Watch)
    _preload()
    arguments = [
        "--quiet",
        "worker",
        "--pool=prefork",
        f"--concurrency={concurrency or settings.worker_concurrency}",
        f"--queues={','.join(chosen)}",
    ]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    app.worker_main([*arguments, *quiet])


_HEAVY = (
    "services.analysis.insights",
    "services.decks.pptx.render",
    "services.decks.pdf.render",
    "services.decks.summary",
    "services.solving.tree.projection",
)


def _preload() -> None:
    """Import in the parent what every pool process needs, so that they share its memory and start at once.

    The engines are the rules analyst's; another analyst brings what it needs, and the rest is imported at its first use.
    """
    from services.solving.runs.perform import load_analyst

    name = get_settings().analyst
    load_analyst(name)
    for module in _HEAVY if name == "rules" else ():
        importlib.import_module(module)
    settle()


@signals.worker_process_init.connect
def _fresh_process(**_: Any) -> None:
    """Give each pool process its own connections and log."""
    dispose_engine()
    configure_logging()


@signals.setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Tell Celery that logging is set up already."""


@signals.worker_shutting_down.connect
def _bound_the_shutdown(how: str = "", **_: Any) -> None:
    """Let running steps finish for the grace period and no longer: a killed process's steps are taken over at once."""
    if how == "Warm":
        timer = threading.Timer(get_settings().worker_grace_seconds, os.kill, (os.getpid(), signal.SIGQUIT))
        timer.daemon = True
        timer.start()
