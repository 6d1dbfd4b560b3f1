"""Bring a database to the head of the history, or back; several processes may ask at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from shared.db import create_engine_for

_LOCK = 7_270_001  # any number, as long as every migrating process takes the same
_WAIT_FOR_OTHERS = "120s"
_LOCK_TIMEOUT = "4s"
_STATEMENT_TIMEOUT = "300s"


def upgrade(url: str, revision: str = "head") -> None:
    """Apply every revision up to `revision`, in one transaction.

    A second process that asks meanwhile waits and then finds nothing to do. A lock held by somebody else for more than four seconds fails
    the migration, which then leaves nothing behind.
    """
    with _migrating(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Undo every revision down to `revision`, in one transaction."""
    with _migrating(url) as config:
        command.downgrade(config, revision)


def current(url: str) -> str | None:
    """Return the revision a database is at, or None for an empty one."""
    engine = create_engine_for(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str:
    """Return the newest revision of the history."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def drift(url: str) -> list[Any]:
    """Return how the database differs from the models: empty when the history adds up to them."""
    from migrations.metadata import target_metadata
    from migrations.scope import ours

    engine = create_engine_for(url)
    try:
        with engine.connect() as connection:
            options = {"include_schemas": True, "include_name": ours, "compare_type": True, "compare_server_default": True}
            return list(compare_metadata(MigrationContext.configure(connection, opts=options), target_metadata))
    finally:
        engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _migrating(url: str) -> Iterator[Config]:
    engine = create_engine_for(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'"))
            connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT_FOR_OTHERS}'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
            yield _config(connection)
    finally:
        engine.dispose()
