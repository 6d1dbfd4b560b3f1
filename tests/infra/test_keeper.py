"""One child: restarted with growing pauses, given up aloud, killed with its children when it will not stop."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.embedded.daemon import _cap
from infra.embedded.keeper import Keeper, Patience, Task
from infra.embedded.process import Command, alive, birth
from shared.settings import child_environment

SHORT = Patience(ready_seconds=2, first_attempts=2, restarts=3, backoff_seconds=0.01)


def shell(script: str, answer: Callable[[], None] = lambda: None) -> Callable[[], Task]:
    command = Command(("/bin/sh", "-c", script))
    return lambda: Task(prepare=lambda: None, command=lambda: command, answer=answer, environment=child_environment({}))


def keep(tmp_path: Path, build: Callable[[], Task], patience: Patience = SHORT, stop_seconds: float = 0.3) -> Keeper:
    keeper = Keeper("child", build, tmp_path / "child.log", patience=patience, stop_seconds=stop_seconds)
    keeper.start()
    return keeper


def refuse() -> None:
    raise ConnectionRefusedError("not yet")


def test_a_child_that_never_answers_is_given_up_with_the_end_of_its_log(tmp_path: Path) -> None:
    keeper = keep(tmp_path, shell("echo no space left; exit 7", refuse))
    keeper.join(20)
    assert keeper.failure is not None
    assert "failed 2 times" in keeper.failure
    assert "status 7" in keeper.failure
    assert "no space left" in keeper.failure


def test_a_child_that_hangs_without_an_answer_is_stopped_and_given_up(tmp_path: Path) -> None:
    keeper = keep(tmp_path, shell("sleep 600", refuse), Patience(ready_seconds=0.1, first_attempts=1))
    keeper.join(20)
    assert keeper.failure is not None
    assert "did not answer within 0.1 s (not yet)" in keeper.failure
    assert keeper.identity is not None
    assert not alive(*keeper.identity)


def test_a_child_that_keeps_dying_is_started_again_until_patience_ends(tmp_path: Path) -> None:
    keeper = keep(tmp_path, shell(f"echo x >> {tmp_path}/starts; sleep 0.4"))
    assert keeper.settled.wait(10)
    keeper.join(30)
    assert (tmp_path / "starts").read_text() == "x\n" * SHORT.restarts
    assert keeper.failure is not None
    assert "failed 3 times" in keeper.failure


def test_a_preparation_that_fails_is_told_in_its_own_words(tmp_path: Path) -> None:
    def prepare() -> None:
        raise subprocess.CalledProcessError(1, "initdb", output=b"first\ninitdb: error: disk full\n")

    task = Task(prepare=prepare, command=lambda: Command(("/bin/true",)), answer=lambda: None, environment={})
    keeper = keep(tmp_path, lambda: task)
    keeper.join(10)
    assert keeper.failure is not None
    assert "disk full" in keeper.failure


def test_a_child_that_ignores_the_request_is_killed_with_its_children(tmp_path: Path) -> None:
    keeper = keep(tmp_path, shell(f"trap '' TERM; sleep 600 & echo $! > {tmp_path}/grandchild; while :; do wait; done"))
    assert keeper.settled.wait(10)
    deadline = time.monotonic() + 5
    while not (tmp_path / "grandchild").exists() or not (tmp_path / "grandchild").read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    grandchild = int((tmp_path / "grandchild").read_text())
    assert birth(grandchild) is not None
    keeper.request_stop()
    keeper.join(10)
    assert keeper.failure is None
    assert keeper.identity is not None
    assert not alive(*keeper.identity)
    psutil.wait_procs([psutil.Process(grandchild)] if psutil.pid_exists(grandchild) else [], timeout=5)
    assert birth(grandchild) is None


@given(st.integers(1, 1000))
def test_pauses_grow_and_are_bounded(failures: int) -> None:
    patience = Patience()
    assert patience.backoff_seconds <= patience.pause(failures) <= patience.pause(failures + 1) <= patience.backoff_cap_seconds


@pytest.mark.parametrize(("size", "kept"), [(11 * 2**20, 0), (100, 100)])
def test_a_full_log_moves_aside_and_goes_on_empty(tmp_path: Path, size: int, kept: int) -> None:
    log = tmp_path / "server.log"
    log.write_bytes(b"x" * size)
    _cap(log)
    assert log.stat().st_size == kept
    assert (tmp_path / "server.log.1").exists() == (kept == 0)
