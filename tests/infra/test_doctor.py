"""`sevensteps up`, `down` and `doctor` as a person types them, and the doctor's judgement."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.embedded.supervisor import running, stop_platform
from services.cli.doctor import CHECKS, Check, examine, remedy, verdict
from services.cli.outcome import Exit
from shared.kit.errors import SevenStepsError
from shared.settings import child_environment


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
    outside = {"REDIS_URL": "redis://127.0.0.1:9/0"}
    started = command(home, "up", "--detach", "--stores-only", "--json", **outside)
    assert started.returncode == 0, started.stderr
    assert running(home) is not None

    examined = command(home, "doctor", "--json", **outside)
    found: dict[str, Any] = json.loads(examined.stdout)
    stores = {store["name"]: store for store in found["stores"]}
    assert {name for name, store in stores.items() if store["reachable"]} == {"postgres", "graph", "s3", "qdrant"}
    assert stores["postgres"]["version"].startswith("PostgreSQL 18")
    assert all(0 < store["latency_ms"] < 5_000 for store in stores.values() if store["reachable"])
    assert "unset REDIS_URL" in stores["redis"]["mend"]
    assert (found["status"], examined.returncode) == ("down", Exit.FAILED)

    healthy = command(home, "doctor", QDRANT_URL="http://127.0.0.1:9")
    assert "qdrant    off" in healthy.stdout
    stopped = command(home, "down")
    assert stopped.stdout == "The platform has stopped.\n"
    assert running(home) is None
    assert command(home, "down").stdout == "No platform was running.\n"


def test_a_taken_port_is_refused_in_a_sentence(home: Path) -> None:
    import socket

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
    assert [check.name for check in CHECKS if not check.required] == ["qdrant"]
