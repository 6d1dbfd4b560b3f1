"""Hand a message to the broker."""

from typing import Any, ClassVar

from shared.kit.errors import ErrorKind, SevenStepsError


class BrokerUnavailableError(SevenStepsError):
    """The message broker does not answer."""

    code: ClassVar[str] = "broker_unavailable"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE


def send(task: str, queue: str, body: dict[str, Any]) -> None:
    """Send one message now. Never call it inside a transaction (use the outbox): a message must not precede its row.

    Raises BrokerUnavailableError when the broker is away.
    """
    from kombu.exceptions import OperationalError

    from shared.jobs.celery_app import get_app

    try:
        get_app().send_task(task, kwargs=body, queue=queue, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        raise BrokerUnavailableError("The message broker does not answer; the message waits in the outbox.") from error


def waiting(queue: str) -> int:
    """Return how many messages of a queue no worker has taken yet. Raises BrokerUnavailableError."""
    import redis

    from shared.jobs.celery_app import broker_url

    try:
        with redis.Redis.from_url(broker_url(), socket_timeout=2, socket_connect_timeout=2) as client:
            return int(client.llen(queue))
    except (redis.RedisError, OSError) as error:
        raise BrokerUnavailableError("The message broker does not answer.") from error
