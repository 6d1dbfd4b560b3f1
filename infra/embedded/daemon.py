"""The supervising process: `python -m infra.embedded.daemon PLAN`, started by `infra.embedded.supervisor`.

It holds the folder's lock, sweeps what an earlier one left behind, starts the stores side by side, then the platform's own processes, and
waits for a signal, for its last owner to go, or for a server it must give up. It says how the start went in one line on `report_fd`.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import structlog
from pydantic import BaseModel, ConfigDict

from infra.embedded.keeper import Keeper, Patience, Task
from infra.embedded.layout import Home, Place, choose_ports, credentials
from infra.embedded.process import birth, sweep
from infra.embedded.processes import api_url, prepare_stores, process_task
from infra.embedded.service import Service
from infra.embedded.services import SERVICES
from infra.embedded.state import Endpoints, Owners, PlatformFailedError, State, Status, read_state, write_state
from shared.logging import configure_logging
from shared.settings import Settings, child_environment, get_settings

EXIT_FAILED = 1
EXIT_BUSY = 3
_TICK_SECONDS = 0.25
_LOG_CAP_BYTES = 10 * 1024 * 1024
_log = structlog.get_logger(__name__)


class Plan(BaseModel):
    """What to supervise: which servers (those set from outside are left out), which of our own processes, and for whom."""

    model_config = ConfigDict(frozen=True)

    home: Path
    services: tuple[str, ...]
    processes: tuple[str, ...] = ()
    detached: bool = False
    durable: bool = True
    patience: Patience = Patience()
    report_fd: int | None = None


class Daemon:
    """One run of the supervisor."""

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan = plan
        self.home = Home(plan.home)
        self.settings = settings
        self.stop_asked = threading.Event()
        self._stores: list[Keeper] = []
        self._processes: list[Keeper] = []
        self._endpoints: dict[str, dict[str, str]] = {}
        self._status = Status.STARTING
        self._writing = threading.Lock()
        self._me = (os.getpid(), birth(os.getpid()) or 0.0)

    def run(self) -> None:
        """Start, watch, stop. Raises PlatformFailedError when a server it needs cannot be kept."""
        self._sweep()
        self._record()
        try:
            self._start()
            if not self.stop_asked.is_set():
                self._become(Status.READY)
                self._report("ready")
                self._watch()
        finally:
            self._become(Status.STOPPING)
            for keepers in (self._processes, self._stores):
                _stop_all(keepers)

    @property
    def endpoints(self) -> Endpoints:
        """Everything that is known to answer, with what was set from outside."""
        variables = self.settings.explicit() | {name: value for found in list(self._endpoints.values()) for name, value in found.items()}
        serving = "api" in self.plan.processes
        return Endpoints(variables=variables, api_url=api_url(self.settings) if serving else None)

    def _sweep(self) -> None:
        left = read_state(self.home)
        if left is not None and (swept := sweep(left.children)):
            _log.warning("swept_orphans", servers=swept)

    def _start(self) -> None:
        wanted = [service for service in SERVICES if service.name in self.plan.services]
        self._stores = [self._store_keeper(service) for service in wanted]
        self._settle(self._stores)
        if not self.plan.processes or self.stop_asked.is_set():
            return
        environment = child_environment(self.endpoints.env())
        prepare_stores(self.home, environment)
        self._processes = [self._process_keeper(name, environment) for name in self.plan.processes]
        self._settle(self._processes)

    def _store_keeper(self, service: Service) -> Keeper:
        return Keeper(
            service.name,
            lambda: self._store_task(service),
            self.home.log(service.name),
            changed=self._record,
            patience=self.plan.patience,
            stop_seconds=service.stop_seconds,
        )

    def _store_task(self, service: Service) -> Task:
        place = Place(
            home=self.home,
            name=service.name,
            ports=choose_ports(self.home, service.ports),
            credentials=credentials(self.home, service.credentials),
            durable=self.plan.durable,
        )
        self._endpoints[service.name] = service.variables(place)
        return Task(
            prepare=lambda: service.prepare(place),
            command=lambda: service.command(place),
            answer=lambda: service.answer(place),
            clean=lambda: service.clean(place),
            environment=child_environment({}),
        )

    def _process_keeper(self, name: str, environment: dict[str, str]) -> Keeper:
        return Keeper(
            name,
            lambda: process_task(name, self.settings, environment),
            self.home.log(name),
            changed=self._record,
            patience=self.plan.patience,
            stop_seconds=40,
        )

    def _settle(self, keepers: list[Keeper]) -> None:
        for keeper in keepers:
            keeper.start()
        for keeper in keepers:
            while not keeper.settled.wait(_TICK_SECONDS) and not self.stop_asked.is_set():
                self._raise_failures(keepers)
        self._raise_failures(keepers)

    def _raise_failures(self, keepers: list[Keeper]) -> None:
        optional = {service.name for service in SERVICES if not service.required}
        for keeper in keepers:
            if keeper.failure and keeper.child in optional:
                self._endpoints.pop(keeper.child, None)
            elif keeper.failure:
                raise PlatformFailedError(f"The embedded platform cannot run: {keeper.failure}.")

    def _watch(self) -> None:
        owners = Owners(self.home)
        while not self.stop_asked.wait(_TICK_SECONDS):
            self._raise_failures([*self._stores, *self._processes])
            for log in (self.home.log("supervisor"), *(keeper.log_path for keeper in (*self._stores, *self._processes))):
                _cap(log)
            if not self.plan.detached and not owners.any():
                self._become(Status.STOPPING)
                # an owner may have come between the look and the sign on the door: it looks after entering, so one of us sees the other
                if not owners.any():
                    return
                self._become(Status.READY)

    def _become(self, status: Status) -> None:
        self._status = status
        self._record()

    def _record(self) -> None:
        with self._writing:
            children = {keeper.child: keeper.identity for keeper in (*self._stores, *self._processes) if keeper.identity}
            state = State(
                status=self._status, supervisor=self._me, detached=self.plan.detached, children=children, endpoints=self.endpoints
            )
            write_state(self.home, state)

    def _report(self, line: str) -> None:
        report(self.plan, line)


def report(plan: Plan, line: str) -> None:
    """Tell the process that started us how it went, once."""
    if plan.report_fd is not None:
        with contextlib.suppress(OSError):
            os.write(plan.report_fd, f"{line}\n".encode())
            os.close(plan.report_fd)


def _stop_all(keepers: list[Keeper]) -> None:
    for keeper in keepers:
        keeper.request_stop()
    for keeper in keepers:
        if keeper.ident is not None:
            keeper.join()


def _cap(log: Path) -> None:
    """Keep a log below its cap: what is full moves aside (one generation), the open file goes on from its start."""
    if log.exists() and log.stat().st_size > _LOG_CAP_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


@contextlib.contextmanager
def _lock(home: Home) -> Iterator[bool]:
    home.make()
    with home.lock_file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def main(arguments: list[str]) -> int:
    """Supervise by the plan in the first argument (JSON); return the exit status."""
    plan = Plan.model_validate_json(arguments[0])
    settings = get_settings()
    configure_logging(settings)
    home = Home(plan.home)
    with _lock(home) as alone:
        if not alone:
            report(plan, "busy")
            return EXIT_BUSY
        daemon = Daemon(plan, settings)

        def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
            daemon.stop_asked.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, ask_to_stop)
        try:
            daemon.run()
        except PlatformFailedError as error:
            _log.exception("platform_failed")
            write_state(home, State(status=Status.FAILED, supervisor=(os.getpid(), 0.0), failure=error.detail))
            report(plan, f"failed {' '.join(error.detail.split())}")
            return EXIT_FAILED
        home.state_file.unlink(missing_ok=True)
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
