"""One subscription per process, fanned out to every stream that follows a problem.

A bell only makes the hub look: rows are read from where they are kept, once per problem however many follow it, and every two seconds
even when no bell was heard. A follower's queue is bounded: one that cannot keep up loses its queue and reads the rows itself.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import redis.asyncio
import structlog

from shared.events.bell import CHANNEL
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.settings import get_settings

_QUEUE = 64
_SAFETY_POLL_SECONDS = 2.0
_log = structlog.get_logger(__name__)


class TooManyStreamsError(SevenStepsError):
    """This process follows as many streams as it can serve well."""

    code: ClassVar[str] = "too_many_streams"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


class Numbered(Protocol):
    """A row with its number."""

    @property
    def seq(self) -> int:
        """Place in the problem's history, from 1."""


R = TypeVar("R", bound=Numbered)
Read = Callable[[str, int], Sequence[R]]


class Follower(Generic[R]):
    """One stream's bounded queue. `lost` says that the queue was dropped and the rows must be read again."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[R] = asyncio.Queue(_QUEUE)
        self.lost = False

    def offer(self, row: R) -> None:
        """Queue a row, or drop the whole queue when it is full."""
        if self.lost:
            return
        try:
            self.queue.put_nowait(row)
        except asyncio.QueueFull:
            self.lost = True
            while self.queue.qsize() > 1:  # keep one, so that a waiting stream wakes up and resyncs
                self.queue.get_nowait()

    def resync(self) -> None:
        """Forget what is queued: the stream reads the rows from now on itself."""
        self.lost = False
        while not self.queue.empty():
            self.queue.get_nowait()


@dataclass
class _Topic(Generic[R]):
    position: int
    followers: set[Follower[R]] = field(default_factory=set)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hub(Generic[R]):
    """The followers of this process. Belongs to one event loop; `read` runs in a thread and returns rows after a number, in order."""

    def __init__(self, read: Read[R], *, limit: int = 1_500) -> None:
        self._read = read
        self._limit = limit
        self._topics: dict[str, _Topic[R]] = {}
        self._listener: asyncio.Task[None] | None = None
        self._looks: set[asyncio.Task[None]] = set()

    @property
    def size(self) -> int:
        """How many streams are followed now."""
        return sum(len(topic.followers) for topic in self._topics.values())

    async def close(self) -> None:
        """Stop listening."""
        tasks = [task for task in (self._listener, *self._looks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listener = None

    async def follow(self, subject: str, after: int, *, idle: float = 15.0) -> AsyncGenerator[R | None]:
        """Yield every row after a number, in order and once, for as long as the caller iterates; None after `idle` quiet seconds.

        Raises TooManyStreamsError when this process is full.
        """
        follower = self._join(subject, after)
        last = after
        try:
            while True:
                follower.resync()
                while rows := await asyncio.to_thread(self._read, subject, last):
                    for row in rows:
                        last = row.seq
                        yield row
                while not follower.lost:
                    try:
                        row = await asyncio.wait_for(follower.queue.get(), idle)
                    except TimeoutError:
                        yield None
                        break  # and read once more: a quiet stream costs one query every `idle` seconds
                    if follower.lost or row.seq > last + 1:
                        break
                    if row.seq == last + 1:
                        last = row.seq
                        yield row
        finally:
            self._leave(subject, follower)

    def _join(self, subject: str, after: int) -> Follower[R]:
        if self.size >= self._limit:
            raise TooManyStreamsError("This server follows as many streams as it can; try again in a moment.")
        follower: Follower[R] = Follower()
        self._topics.setdefault(subject, _Topic(after)).followers.add(follower)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        return follower

    def _leave(self, subject: str, follower: Follower[R]) -> None:
        topic = self._topics.get(subject)
        if topic is None:
            return
        topic.followers.discard(follower)
        if not topic.followers:
            del self._topics[subject]

    async def _listen(self) -> None:
        while True:
            try:
                async with redis.asyncio.Redis.from_url(get_settings().store("REDIS_URL"), socket_connect_timeout=2) as client:
                    await self._hear(client)
            except (redis.RedisError, OSError) as error:
                _log.warning("bell_not_heard", reason=str(error))
                self._look_at(list(self._topics))
                await asyncio.sleep(_SAFETY_POLL_SECONDS)

    async def _hear(self, client: "redis.asyncio.Redis") -> None:
        async with client.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.subscribe(CHANNEL)
            clock = asyncio.get_running_loop()
            next_poll = clock.time()
            while True:
                if clock.time() >= next_poll:
                    self._look_at(list(self._topics))
                    next_poll = clock.time() + _SAFETY_POLL_SECONDS
                message = await heard.get_message(timeout=max(0.05, next_poll - clock.time()))
                if message is not None:
                    self._look_at(_subjects(message))

    def _look_at(self, subjects: Sequence[str]) -> None:
        for subject in subjects:
            topic = self._topics.get(subject)
            if topic is not None:
                task = asyncio.create_task(self._look(subject, topic))
                self._looks.add(task)
                task.add_done_callback(self._looks.discard)

    async def _look(self, subject: str, topic: _Topic[R]) -> None:
        """Read a topic's new rows and hand them to its followers."""
        async with topic.reading:
            try:
                rows = await asyncio.to_thread(self._read, subject, topic.position)
            except Exception as error:  # noqa: BLE001 (the next bell or poll looks again; a stream must outlive a database restart)
                _log.warning("events_not_read", problem_id=subject, reason=str(error))
                return
            for row in rows:
                topic.position = row.seq
                for follower in topic.followers:
                    follower.offer(row)


def _subjects(message: dict[str, Any]) -> list[str]:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return [str(json.loads(message["data"])["problem_id"])]
    return []
