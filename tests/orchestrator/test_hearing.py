"""A worker that takes nothing while messages wait connects anew, and gives up when that does not help."""

import os
import signal

import pytest
from celery.worker import state

from services.orchestrator.hearing import Hearing
from services.orchestrator.worker import run_worker
from shared.jobs.send import BrokerUnavailableError


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    monkeypatch.setattr(state, "total_count", {"solving.frame": 3})
    monkeypatch.setattr(state, "reserved_requests", set())
    return {"steps": 0}


def _hearing(queue: dict[str, int]) -> Hearing:
    hearing = Hearing(["steps"], slots=2, count_waiting=lambda name: queue[name])
    hearing.check()  # the first look only remembers what was taken
    return hearing


def test_an_empty_queue_and_a_busy_pool_are_no_deafness(queue: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    hearing = _hearing(queue)
    for _ in range(5):
        hearing.check()
    queue["steps"] = 9
    monkeypatch.setattr(state, "reserved_requests", {1, 2})
    for _ in range(5):
        hearing.check()
    assert state.total_count == {"solving.frame": 3}


def test_taking_messages_is_hearing(queue: dict[str, int]) -> None:
    hearing = _hearing(queue)
    queue["steps"] = 9
    for _ in range(5):
        state.total_count["solving.frame"] += 1
        hearing.check()
    assert state.total_count["solving.frame"] == 8


def test_messages_that_wait_untaken_break_the_connection(queue: dict[str, int]) -> None:
    hearing = _hearing(queue)
    queue["steps"] = 1
    hearing.check()
    with pytest.raises(ConnectionResetError, match="none is taken"):
        hearing.check()


def test_a_worker_that_stays_deaf_asks_to_be_replaced(queue: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    hearing = _hearing(queue)
    queue["steps"] = 1
    broken = 0
    for _ in range(8):
        try:
            hearing.check()
        except ConnectionResetError:
            broken += 1
    assert broken == 3
    assert sent == [(os.getpid(), signal.SIGTERM)]


def test_a_broker_that_is_away_is_nothing_to_hear(queue: dict[str, int]) -> None:
    def away(_name: str) -> int:
        raise BrokerUnavailableError("away")

    hearing = Hearing(["steps"], slots=2, count_waiting=away)
    for _ in range(5):
        hearing.check()
    assert queue == {"steps": 0}


def test_a_worker_refuses_a_queue_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no queue 'nonsense'"):
        run_worker(["nonsense"])
