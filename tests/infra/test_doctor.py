"""`sevensteps up`, `down` and `doctor` as a person types them, and the doctor's judgement."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.embedded.layout import Home
from infra.embedded.process import alive
from infra.embedded.state import read_state
from infra.embedded.supervisor import running, stop_platform
from services.cli.doctor import CHECKS, Check, examine, remedy, verdict
from services.cli.outcome import Exit
from shared.kit.errors import SevenStepsError
from shared.settings import child_environment
from tests.infra.test_supervisor import eventually


def command(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = child_environment({"SEVENSTEPS_HOME": str(home), **variables})
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sevensteps-") as made:
        Path(made).chmod(0o711)
        yield Path(made) / "home"
        stop_platform(Path(made) / "home")


def test_up_doctor_down(home: Path) -> None:
    started = command(home, "up", "--detach", "--json", SEVENSTEPS_ANALYST="builtins:object")  # nobody is asked to decide anything here
    assert started.returncode == 0, started.stderr
    url = json.loads(started.stdout)["url"]
    before = children(home)
    assert {"api", "worker"} <= set(before)
    assert healthy(url)

    os.kill(before["api"][0], signal.SIGKILL)
    status, code, stores = doctor(home)
    assert (status, code) == ("ok", Exit.OK)
    assert all(store["reachable"] and 0 < store["latency_ms"] < 5_000 for store in stores.values())
    assert stores["postgres"]["version"].startswith("PostgreSQL 18")

    eventually(lambda: children(home).get("api") != before["api"] and healthy(url), "the API came back where it was", seconds=60)
    assert children(home)["worker"] == before["worker"]
    left = {**before, **children(home)}
    assert command(home, "down").stdout == "The platform has stopped.\n"
    assert [name for name, (pid, born) in left.items() if alive(pid, born)] == []
    assert running(home) is None
    assert command(home, "down").stdout == "No platform was running.\n"


def test_the_doctor_of_a_platform_that_does_not_run_says_how_to_start_it(home: Path) -> None:
    status, code, stores = doctor(home, REDIS_URL="redis://127.0.0.1:9/0")
    assert (status, code) == ("down", Exit.FAILED)
    assert stores["postgres"]["mend"] == "sevensteps up --detach"
    assert "unset REDIS_URL" in stores["redis"]["mend"]


def doctor(home: Path, **variables: str) -> tuple[str, int, dict[str, Any]]:
    examined = command(home, "doctor", "--json", **variables)
    found = json.loads(examined.stdout)
    return found["status"], examined.returncode, {store["name"]: store for store in found["stores"]}


def children(home: Path) -> dict[str, tuple[int, float]]:
    state = read_state(Home(home))
    assert state is not None
    return dict(state.children)


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def test_a_taken_port_is_refused_in_a_sentence(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused = command(home, "up", "--stores-only", "--port", port)
    assert refused.returncode == Exit.UNAVAILABLE
    assert refused.stderr == f"sevensteps: Port {port} on 127.0.0.1 is taken: choose another with --port.\n"


def check(*, required: bool = True, error: Exception | None = None) -> Check:
    def ask() -> str:
        if error is not None:
            raise error
        return "store 1.0"

    return Check("store", "STORE_URL", "tests", required=required, ask=ask)


def test_a_store_that_fails_says_why_and_what_mends_it() -> None:
    health = examine(check(error=SevenStepsError("It is asleep.")), outside=False, started=True)
    assert (health.reachable, health.detail, health.mend) == (False, "It is asleep.", "sevensteps down && sevensteps up --detach")
    crashed = examine(check(error=OSError("line one\nline two")), outside=False, started=False)
    assert (crashed.detail, crashed.mend) == ("OSError: line one", "sevensteps up --detach")
    assert examine(check(), outside=True, started=True).mend == ""
    assert "unset STORE_URL" in remedy(check(), outside=True, started=False)


@pytest.mark.parametrize(
    ("required", "failing", "expected"),
    [
        (True, False, ("ok", Exit.OK)),
        (False, True, ("degraded", Exit.OK)),
        (True, True, ("down", Exit.FAILED)),
    ],
)
def test_only_a_required_store_makes_the_platform_fail(*, required: bool, failing: bool, expected: tuple[str, Exit]) -> None:
    others = examine(check(), outside=False, started=True)
    asked = check(required=required, error=OSError() if failing else None)
    assert verdict([others, examine(asked, outside=False, started=True)]) == expected


def test_only_the_vectors_can_be_done_without() -> None:
    # the API goes on without them too: trees are kept in PostgreSQL and projected when the graph is back
    assert [check.name for check in CHECKS if not check.required] == ["graph", "qdrant"]
