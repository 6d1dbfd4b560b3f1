"""Streams see every row once and in order, whatever bells are lost, and leave nothing behind."""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

import pytest
import redis

from services.identity.actor import Actor
from services.solving import events
from shared.db import transaction
from shared.events.bell import CHANNEL, Ring, ring
from shared.events.hub import Follower, Hub, TooManyStreamsError
from shared.settings import configured
from tests.fixtures.runs import problem


@dataclass(frozen=True)
class Row:
    seq: int


class Source:
    """Rows that grow."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def grow(self, count: int) -> None:
        self.rows += [Row(len(self.rows) + place) for place in range(1, count + 1)]

    def read(self, _subject: str, after: int) -> list[Row]:
        return [row for row in self.rows if row.seq > after][:50]


async def _take(hub: Hub[Row], after: int, last: int, *, pause: float = 0.0) -> list[int]:
    seen: list[int] = []
    async for row in hub.follow("p", after, idle=0.5):
        if row is not None:
            seen.append(row.seq)
            await asyncio.sleep(pause)
            if row.seq == last:
                break
    return seen


def test_followers_miss_nothing_whether_bells_ring_or_not(stores: None) -> None:
    async def scene() -> None:
        source = Source()
        source.grow(20)
        hub = Hub(source.read)
        streams = [asyncio.create_task(_take(hub, start, 200, pause=0.02 if start == 3 else 0)) for start in (0, 3, 20, 7)]
        for _ in range(18):
            await asyncio.sleep(0.02)
            source.grow(10)
            ring(Ring("p", len(source.rows)))
        seen = await asyncio.wait_for(asyncio.gather(*streams), 20)
        assert seen == [list(range(start + 1, 201)) for start in (0, 3, 20, 7)]
        assert hub.size == 0
        source.grow(1)  # and no bell: the safety poll finds it
        assert await asyncio.wait_for(_take(hub, 200, 201), 5) == [201]
        await hub.close()

    asyncio.run(scene())


def test_a_follower_that_cannot_keep_up_reads_for_itself() -> None:
    follower: Follower[Row] = Follower()
    for seq in range(1, 100):
        follower.offer(Row(seq))
    assert follower.lost
    assert follower.queue.qsize() == 1
    follower.resync()
    assert not follower.lost


def test_a_full_process_says_so(stores: None) -> None:
    async def scene() -> None:
        hub = Hub(Source().read, limit=1)
        first = hub.follow("p", 0, idle=0.1)
        assert await anext(first) is None
        with pytest.raises(TooManyStreamsError):
            await anext(hub.follow("p", 0))
        await first.aclose()
        assert hub.size == 0
        await hub.close()

    asyncio.run(scene())


def test_events_are_followed_from_any_number_and_bells_carry_the_seeds_names(actor: Actor, redis_url: str) -> None:
    followed = problem(actor, start=False)

    async def scene() -> list[tuple[int, str]]:
        seen: list[tuple[int, str]] = []
        async for row in events.follow(followed, 0, idle=0.2):
            if row is None:
                await asyncio.to_thread(_emit, followed, actor)
                continue
            seen.append((row.seq, row.kind))
            if row.kind == "step_progress":
                break
        await events.close_streams()
        return seen

    with redis.Redis.from_url(redis_url) as client, client.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(CHANNEL)
        heard.get_message(timeout=1)
        assert asyncio.run(scene()) == [(1, "problem_created"), (2, "step_progress")]
        # Other problems of the same platform ring the same bell.
        rung = iter(lambda: heard.get_message(timeout=2), None)
        assert any(str(followed).encode() in message["data"] for message in rung)


def _emit(problem_id: UUID, actor: Actor) -> None:
    with transaction() as session:
        events.emit(session, problem_id, actor.organization_id, "step_progress", {"progress": 40, "activity": "part"})


def test_a_redis_that_is_away_costs_nothing_but_the_bell(stores: None) -> None:
    with configured({"REDIS_URL": "redis://127.0.0.1:1/0"}):
        began = time.monotonic()
        for seq in range(1, 101):
            ring(Ring("p", seq))
        assert time.monotonic() - began < 1.5
    time.sleep(2.1)  # the bell is left alone for two seconds after a failure; later tests may want it
