"""The history adds up to the models, goes both ways, and lets processes start together."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import CheckConstraint, text

from migrations import runner
from migrations.metadata import target_metadata
from shared.db import create_engine_for
from tests.fixtures.platform import create_database

SEED = Path(__file__).parent / "seed_names.txt"


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    name = f"history_{uuid4().hex[:12]}"
    yield create_database(postgres_server, name)
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _names(url: str, query: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(query)}


CONSTRAINTS = """SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace
WHERE nspname IN ('identity', 'solving', 'platform') AND contype = 'c'"""


def test_it_goes_to_the_head_and_back_and_adds_up_to_the_models(empty_database: str) -> None:
    runner.upgrade(empty_database)
    assert runner.current(empty_database) == runner.head()
    assert runner.drift(empty_database) == []
    runner.downgrade(empty_database)
    assert runner.current(empty_database) is None
    leftover = (
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('identity', 'solving', 'platform')"
    )
    assert _names(empty_database, leftover) == set()
    runner.upgrade(empty_database)


def test_drift_is_seen(empty_database: str) -> None:
    runner.upgrade(empty_database)
    engine = create_engine_for(empty_database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE solving.problems DROP COLUMN archived_at, ADD COLUMN surprise INTEGER"))
        connection.execute(text("DROP INDEX solving.idx_problems_submitter"))
    engine.dispose()
    assert len(runner.drift(empty_database)) == 3


def test_checks_are_the_models(migrated_database: str) -> None:
    in_models = {
        str(constraint.name)
        for table in target_metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert _names(migrated_database, CONSTRAINTS) == in_models


def test_every_table_index_and_constraint_of_the_seed_is_there(migrated_database: str) -> None:
    """`seed_names.txt` lists the names that the data model fixes."""
    relations = _names(migrated_database, "SELECT relname FROM pg_class")
    constraints = _names(migrated_database, "SELECT conname FROM pg_constraint")
    missing = [name for name in SEED.read_text().split() if name not in relations | constraints]
    assert missing == []


def test_processes_may_migrate_at_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(runner.upgrade, [empty_database] * 4))
    assert runner.current(empty_database) == runner.head()


def test_a_lock_held_by_another_fails_the_migration_and_leaves_nothing(empty_database: str) -> None:
    runner.upgrade(empty_database, "0003")
    with psycopg.connect(empty_database) as reader:
        reader.execute("SELECT 1 FROM solving.problems")  # an open transaction keeps its lock
        with pytest.raises(Exception, match="lock timeout"):
            runner.upgrade(empty_database)
    assert runner.current(empty_database) == "0003"
    runner.upgrade(empty_database)


def test_every_row_carries_its_organization() -> None:
    bare = [name for name, table in target_metadata.tables.items() if "organization_id" not in table.columns]
    assert bare == ["identity.organizations"]


def test_partitions_take_over_from_the_default_and_old_logs_go(empty_database: str) -> None:
    runner.upgrade(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO identity.organizations (name) VALUES ('o')")
        entry = "INSERT INTO identity.audit_entries (timestamp, action, actor, resource_type, resource_id, organization_id)"
        connection.execute(f"{entry} SELECT '2031-05-07', 'a', 'b', 'c', 'd', id FROM identity.organizations")
        where = "SELECT tableoid::regclass::text FROM identity.audit_entries"
        assert connection.execute(where).fetchall() == [("identity.audit_entries_default",)]
        made = connection.execute("SELECT platform.maintain_partitions('2031-05-20')").fetchone()
        assert connection.execute(where).fetchall() == [("identity.audit_entries_p203105",)]
        assert made is not None
        assert made[0] >= 9
        assert connection.execute("SELECT platform.maintain_partitions('2031-05-20')").fetchone() == (0,)
        weeks = {
            row[0]
            for row in connection.execute("SELECT relname FROM pg_class WHERE relname ~ '^execution_logs_p[0-9]{8}$' AND relkind = 'r'")
        }
        assert len(weeks) == 5
        assert all(re.fullmatch(r"execution_logs_p20310[56]\d\d", week) for week in weeks)
