"""The unit of work on a real PostgreSQL: commit, then messages; rollback, then silence; bounded waits."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from shared.db import after_commit, create_engine_for, reading, transaction
from shared.kit.errors import SevenStepsError
from shared.settings import Settings


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    found = create_engine_for(database_url, Settings(db_lock_timeout_ms=200, db_statement_timeout_ms=500))
    with found.begin() as connection:
        connection.execute(
            text("CREATE TABLE unit_of_work (n int PRIMARY KEY, parent int REFERENCES unit_of_work DEFERRABLE INITIALLY DEFERRED)")
        )
    yield found
    with found.begin() as connection:
        connection.execute(text("DROP TABLE unit_of_work"))
    found.dispose()


@pytest.fixture(autouse=True)
def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE unit_of_work"))


def count(engine: Engine) -> int:
    with reading(engine) as session:
        return int(session.execute(text("SELECT count(*) FROM unit_of_work")).scalar_one())


def test_messages_leave_after_the_commit_in_their_order(engine: Engine) -> None:
    seen: list[tuple[str, int]] = []
    with transaction(engine) as session:
        session.execute(text("INSERT INTO unit_of_work VALUES (1)"))
        after_commit(session, lambda: seen.append(("first", count(engine))))
        after_commit(session, lambda: seen.append(("second", count(engine))))
        assert seen == []
    assert seen == [("first", 1), ("second", 1)]


def test_an_error_rolls_back_and_drops_the_messages(engine: Engine) -> None:
    seen: list[str] = []

    def work() -> None:
        with transaction(engine) as session:
            session.execute(text("INSERT INTO unit_of_work VALUES (1)"))
            after_commit(session, lambda: seen.append("sent"))
            raise LookupError

    with pytest.raises(LookupError):
        work()
    assert (seen, count(engine)) == ([], 0)


def test_a_commit_that_fails_sends_nothing(engine: Engine) -> None:
    seen: list[str] = []

    def orphan() -> None:
        with transaction(engine) as session:
            session.execute(text("INSERT INTO unit_of_work (n, parent) VALUES (1, 99)"))
            after_commit(session, lambda: seen.append("sent"))

    with pytest.raises(DBAPIError, match="foreign key"):
        orphan()
    assert (seen, count(engine)) == ([], 0)


def test_a_message_that_fails_neither_undoes_the_commit_nor_stops_the_next(engine: Engine) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise ConnectionError

    with transaction(engine) as session:
        session.execute(text("INSERT INTO unit_of_work (n) VALUES (1)"))
        after_commit(session, fail)
        after_commit(session, lambda: seen.append("sent"))
    assert (seen, count(engine)) == (["sent"], 1)


def test_a_reading_session_cannot_write(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(DBAPIError, match="read-only transaction"):
        session.execute(text("INSERT INTO unit_of_work (n) VALUES (1)"))


def test_a_lock_held_by_somebody_else_fails_instead_of_hanging(engine: Engine) -> None:
    with transaction(engine) as holder:
        holder.execute(text("LOCK TABLE unit_of_work"))
        with pytest.raises(OperationalError) as failure, transaction(engine) as waiting:
            waiting.execute(text("SELECT * FROM unit_of_work"))
        assert isinstance(failure.value.orig, psycopg.errors.LockNotAvailable)


def test_a_statement_that_runs_too_long_is_cancelled(engine: Engine) -> None:
    with pytest.raises(OperationalError) as failure, transaction(engine) as session:
        session.execute(text("SELECT pg_sleep(5)"))
    assert isinstance(failure.value.orig, psycopg.errors.QueryCanceled)


def test_only_postgresql_is_a_database() -> None:
    with pytest.raises(SevenStepsError, match="PostgreSQL"):
        create_engine_for("sqlite:///file.db")
