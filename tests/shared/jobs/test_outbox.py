"""Messages leave after commit or not at all, and what must be done is sent until it is done."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from sqlalchemy import text

from shared.db import transaction
from shared.jobs import outbox
from shared.jobs.celery_app import broker_url, get_app
from shared.jobs.host import gone, started, this_host, this_process
from shared.jobs.send import BrokerUnavailableError, send, waiting
from shared.settings import configured
from tests.fixtures.runs import rows

JOB = ("test.job", "test-queue")
ORGANIZATION = uuid4()


@pytest.fixture
def queue(stores: None) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(broker_url()) as client:
        client.delete(JOB[1])
        yield client
        client.delete(JOB[1])


def _enqueue(body: dict[str, Any], **how: Any) -> None:
    with transaction() as session:
        outbox.enqueue(session, ORGANIZATION, JOB, body, **how)


def test_a_doorbell_is_sent_after_commit_and_forgotten(queue: redis.Redis) -> None:
    with transaction() as session:
        outbox.enqueue(session, ORGANIZATION, JOB, {"id": "1"})
        assert waiting(JOB[1]) == 0
    assert waiting(JOB[1]) == 1
    assert rows("SELECT id FROM platform.outbox") == []


def test_nothing_leaves_a_transaction_that_fails(queue: redis.Redis) -> None:
    def fail() -> None:
        with transaction() as session:
            outbox.enqueue(session, ORGANIZATION, JOB, {"id": "1"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert waiting(JOB[1]) == 0
    assert rows("SELECT id FROM platform.outbox") == []


def test_what_could_not_be_sent_is_swept_up(queue: redis.Redis) -> None:
    with configured({"SEVENSTEPS_BROKER_URL": "redis://127.0.0.1:1/0"}):
        _enqueue({"id": "1"})
        with pytest.raises(BrokerUnavailableError):
            send(*JOB, {})
        with transaction() as session:
            session.execute(text("UPDATE platform.outbox SET due_at = now()"))
        with pytest.raises(BrokerUnavailableError):
            outbox.sweep()
    assert len(rows("SELECT id FROM platform.outbox")) == 1
    assert outbox.sweep() == 1
    assert waiting(JOB[1]) == 1
    assert rows("SELECT id FROM platform.outbox") == []


def test_a_delivery_is_sent_until_its_effect_is_taken(queue: redis.Redis) -> None:
    _enqueue({"id": "1"}, keep_until="done")
    message_id = rows("SELECT id FROM platform.outbox")[0][0]
    assert outbox.sweep() == 0, "the fast path has a second"
    with transaction() as session:
        session.execute(text("UPDATE platform.outbox SET due_at = now()"))
    assert outbox.sweep() == 1
    assert waiting(JOB[1]) == 2

    def away(_body: dict[str, Any]) -> None:
        raise BrokerUnavailableError("the graph is away")

    with pytest.raises(BrokerUnavailableError):
        outbox.deliver(message_id, away)
    assert rows("SELECT last_error, attempts FROM platform.outbox") == [("the graph is away", 1)]
    taken: list[dict[str, Any]] = []
    assert outbox.deliver(message_id, taken.append)
    assert not outbox.deliver(message_id, taken.append)
    assert taken == [{"id": "1"}]


def test_a_delivery_nobody_finishes_is_buried_where_people_see_it(queue: redis.Redis) -> None:
    _enqueue({"id": "1"}, keep_until="done")
    with transaction() as session:
        session.execute(text("UPDATE platform.outbox SET due_at = now(), attempts = 200, last_error = 'it never answered'"))
    outbox.sweep()
    assert rows("SELECT id FROM platform.outbox") == []
    assert rows("SELECT error->>'detail' FROM platform.dead_letters") == [("it never answered",)]


def test_the_broker_has_a_database_of_its_own(queue: redis.Redis) -> None:
    with configured({"REDIS_URL": "redis://:secret@host:6379/4"}):
        assert broker_url() == "redis://:secret@host:6379/5"
    settings = get_app().conf
    assert settings.task_acks_late
    assert settings.task_reject_on_worker_lost
    assert settings.worker_prefetch_multiplier == 1
    assert settings.broker_connection_max_retries is None
    assert settings.broker_transport_options["visibility_timeout"] == settings.visibility_timeout == 43_200


def test_a_process_is_known_by_its_id_and_its_start() -> None:
    pid, when = this_process()
    assert not gone(pid, when)
    assert gone(pid, when + 10), "the id was taken by another process since"
    assert started(2**22 + 1) is None
    assert this_host() == this_host()
