"""The way to Redis: one pooled client per process and address, with short waits, because Redis only rings the bell."""

from functools import cache
from typing import ClassVar

import redis
from pydantic import SecretStr

from shared.kit.errors import ErrorKind, SevenStepsError
from shared.settings import get_settings

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 5.0


class RedisUnavailableError(SevenStepsError):
    """Redis does not answer, or refuses us."""

    code: ClassVar[str] = "redis_unavailable"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


def connect(url: str) -> redis.Redis:
    """Return a client on `url`; nothing is sent yet. Threads may share it, and a forked child opens sockets of its own."""
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        socket_keepalive=True,
        health_check_interval=15,
        client_name="sevensteps",
    )


@cache
def _open(url: SecretStr) -> redis.Redis:
    return connect(url.get_secret_value())


def get_redis() -> redis.Redis:
    """Return this process's client. Raises StoreNotConfiguredError when there is no REDIS_URL."""
    return _open(SecretStr(get_settings().store("REDIS_URL")))


def server_name(client: redis.Redis) -> str:
    """Return the server's kind and version, as `valkey 9.1.2`. Raises RedisUnavailableError."""
    try:
        facts = client.info("server")
    except redis.RedisError as error:
        raise RedisUnavailableError(f"Redis does not answer: {type(error).__name__}.") from error
    assert isinstance(facts, dict)
    return f"{facts.get('server_name', 'redis')} {facts.get('valkey_version', facts.get('redis_version', ''))}"
