"""Start, join and stop the embedded platform from any process.

The servers are kept by a process of their own (`infra.embedded.daemon`): it ends, and stops them, when the last process that needs it is
gone, however that one died. Used as a context manager, it gives the stores for the length of one call.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from infra.embedded.daemon import Plan
from infra.embedded.keeper import Patience
from infra.embedded.layout import Home
from infra.embedded.process import alive
from infra.embedded.services import SERVICES
from infra.embedded.state import Endpoints, Owners, PlatformFailedError, State, Status, read_state
from shared.settings import Settings, child_environment, configured, get_settings

_START_SECONDS = 180.0
_STOP_SECONDS = 90.0
_POLL_SECONDS = 0.05


class Supervisor:
    """The embedded platform of one data folder, as seen from this process.

    `services` names the servers to run (default: all); those whose variable is in `external` are not started. `external` defaults to the
    settings somebody set in this environment. `processes` may name `api` and `worker`. A `detached` platform outlives this process.
    With `durable=False` a power cut may lose data: for tests.
    """

    def __init__(
        self,
        home: Path,
        *,
        services: Sequence[str] | None = None,
        processes: Sequence[str] = (),
        external: Mapping[str, str] | None = None,
        detached: bool = False,
        durable: bool = True,
        patience: Patience | None = None,
    ) -> None:
        self._home = Home(home.absolute())
        self._external = dict(get_settings().explicit() if external is None else external)
        names = [service.name for service in SERVICES] if services is None else list(services)
        wanted = tuple(service.name for service in SERVICES if service.name in names and service.variable not in self._external)
        self._plan = Plan(
            home=self._home.path,
            services=wanted,
            processes=tuple(processes),
            detached=detached,
            durable=durable,
            patience=patience or Patience(),
        )

    def start(self) -> Endpoints:
        """Start the platform, or join the one that runs in this folder; return when every server answers.

        Raises PlatformFailedError, with the reason in one sentence, when it cannot be started.
        """
        self._home.make()
        owners = Owners(self._home)
        if not self._plan.detached:
            owners.enter()
        deadline = time.monotonic() + _START_SECONDS
        try:
            while time.monotonic() < deadline:
                state = read_state(self._home)
                if state and state.living and state.status is Status.READY and state.endpoints:
                    return self._joined(state)
                if state is None or not state.living:
                    self._launch(deadline)
                else:
                    time.sleep(_POLL_SECONDS)
        except BaseException:
            owners.leave()
            raise
        owners.leave()
        raise PlatformFailedError(f"The embedded platform in {self._home.path} did not become ready within {_START_SECONDS:g} s.")

    def stop(self) -> None:
        """Leave the platform; when nobody else needs it, return only after every server has ended."""
        owners = Owners(self._home)
        owners.leave()
        state = read_state(self._home)
        if state and (self._plan.detached or not (state.detached or owners.any())):
            stop_platform(self._home.path)

    def __enter__(self) -> Endpoints:
        """Start and return the endpoints."""
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    def _joined(self, state: State) -> Endpoints:
        """Check that the platform that runs has what we asked for."""
        assert state.endpoints is not None
        missing = sorted(set(self._plan.processes) - set(state.children))
        variables = {service.variable for service in SERVICES if service.name in self._plan.services and service.required}
        missing += sorted(variables - set(state.endpoints.variables))
        if missing:
            raise PlatformFailedError(
                f"A platform without {', '.join(missing)} already runs in {self._home.path}: stop it with `sevensteps down`."
            )
        return state.endpoints

    def _launch(self, deadline: float) -> None:
        """Start the supervising process and wait for its one line."""
        reading, writing = os.pipe()
        try:
            plan = self._plan.model_copy(update={"report_fd": writing})
            with self._home.log("supervisor").open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "infra.embedded.daemon", plan.model_dump_json()],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self._home.path,
                    env=child_environment(self._external | {"SEVENSTEPS_HOME": str(self._home.path)}),
                    pass_fds=(writing,),
                    start_new_session=True,
                )
        finally:
            os.close(writing)
        with os.fdopen(reading) as report:
            ready, _, _ = select.select([report], [], [], max(deadline - time.monotonic(), 0))
            line = report.readline().strip() if ready else ""
        if line in {"ready", "busy"}:
            return
        if not ready:
            process.terminate()
        process.wait()
        reason = line.removeprefix("failed ") or f"The supervisor ended before it was ready; see {self._home.log('supervisor')}."
        raise PlatformFailedError(reason)


def running(home: Path) -> Endpoints | None:
    """Return the endpoints of the platform that runs in `home`, or None."""
    state = read_state(Home(home.absolute()))
    return state.endpoints if state and state.living and state.status is Status.READY else None


def last_failure(home: Path) -> str | None:
    """Return why the platform in `home` gave up, or None when it did not."""
    state = read_state(Home(home.absolute()))
    return state.failure if state else None


def stop_platform(home: Path) -> bool:
    """Stop the platform that runs in `home`, if any, and wait until it has ended. Raises PlatformFailedError if it does not."""
    state = read_state(Home(home.absolute()))
    if state is None or not state.living:
        return False
    pid, born = state.supervisor
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while alive(pid, born):
        if time.monotonic() > deadline:
            raise PlatformFailedError(f"The supervisor (process {pid}) did not stop within {_STOP_SECONDS:g} s.")
        time.sleep(_POLL_SECONDS)
    return True


@contextmanager
def platform(home: Path | None = None, *, processes: Sequence[str] = ()) -> Iterator[Settings]:
    """Use the running platform, or start the embedded one for the length of the block, with the settings that lead to its stores.

    Raises PlatformFailedError.
    """
    with Supervisor(home or get_settings().home, processes=processes) as endpoints, configured(endpoints.env()) as settings:
        yield settings
