"""PostgreSQL dies under load, again and again: every problem completes, and no attempt is lost to it."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from sqlalchemy.exc import OperationalError

from infra.embedded.supervisor import Supervisor
from migrations.runner import upgrade
from services.identity.local import ensure_local_user
from shared.db import dispose_engine, transaction
from shared.settings import configured
from tests.fixtures.runs import Workers, assert_each_step_took_effect_once, completed, eventually, problem, rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def own_database(store_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("postgres")
    home.chmod(0o711)
    with Supervisor(home, services=["postgres"], external={}, durable=False) as endpoints:
        url = endpoints.env()["DATABASE_URL"]
        upgrade(url)
        with configured(store_settings | {"DATABASE_URL": url}):
            yield home
        dispose_engine()


def _kill_postmaster(home: Path) -> None:
    servers = [
        one for one in psutil.process_iter(["cmdline"]) if one.name() == "postgres" and str(home) in " ".join(one.info["cmdline"] or [])
    ]
    min(servers, key=lambda one: one.create_time()).kill()


def _all_done(ids: list[UUID]) -> bool:
    with contextlib.suppress(OperationalError):
        return completed(ids)
    return False


def test_postgresql_may_die_under_load(own_database: Path, tmp_path: Path) -> None:
    with transaction() as session:
        actor = ensure_local_user(session)
    ids = [problem(actor, analyze={"seconds": 0.2}) for _ in range(30)]
    workers = Workers(tmp_path)
    try:
        workers.start()
        for _ in range(4):
            time.sleep(3)
            _kill_postmaster(own_database)
        eventually(lambda: _all_done(ids), 600)
        assert_each_step_took_effect_once(ids)
        assert rows("SELECT max(attempt) <= 3 FROM solving.executions WHERE problem_id = ANY(:ids)", ids=ids) == [(True,)]
    finally:
        workers.stop()
