"""The supervisor's promises, on real servers: kept, joined, stopped, swept, and nothing left behind."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from infra.embedded.layout import Home
from infra.embedded.process import Command, spawn
from infra.embedded.state import PlatformFailedError, State, Status, read_state
from infra.embedded.supervisor import Supervisor, last_failure, running, stop_platform
from shared.settings import child_environment

BOTH = ["postgres", "redis"]


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a data folder that other users may enter, as the default one; nothing may run in it when the test ends."""
    with tempfile.TemporaryDirectory(prefix="sevensteps-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        state = None
        yield folder / "home"
        state = read_state(Home(folder / "home"))
        stop_platform(folder / "home")
        assert state is None or not lives(state), "the test left servers running"


def lives(state: State) -> list[str]:
    """Return the names of the state's processes that still exist."""
    everybody = {**state.children, "supervisor": state.supervisor}
    return sorted(name for name, (pid, _) in everybody.items() if psutil.pid_exists(pid) and not _defunct(pid))


def _defunct(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def state_of(home: Path) -> State:
    found = read_state(Home(home))
    assert found is not None
    return found


def eventually(true: Callable[[], bool], what: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"still not so after {seconds} s: {what}"
        time.sleep(0.05)


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_a_killed_server_comes_back_where_it_was_and_data_survive_it_and_a_restart(home: Path) -> None:
    supervisor = Supervisor(home, services=BOTH, external={})
    first = supervisor.start()
    url, bell = first.variables["DATABASE_URL"], redis.Redis.from_url(first.variables["REDIS_URL"])
    query(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    bell.set("kept", "42")
    before = state_of(home).children

    for name in BOTH:
        os.kill(before[name][0], signal.SIGKILL)
    eventually(lambda: all(state_of(home).children[name] != before[name] for name in BOTH), "both servers have new processes")
    eventually(lambda: answers(url), "PostgreSQL answers at its old address")
    assert query(url, "SELECT answer FROM kept") == [(42,)]
    eventually(lambda: reads(bell) == b"42", "Redis kept the key")

    left = state_of(home)
    supervisor.stop()
    assert (lives(left), running(home)) == ([], None)

    with Supervisor(home, services=BOTH, external={}) as second:
        assert second.variables["DATABASE_URL"] == url
        assert query(url, "SELECT answer FROM kept") == [(42,)]
        assert redis.Redis.from_url(second.variables["REDIS_URL"]).get("kept") == b"42"


def answers(url: str) -> bool:
    try:
        return query(url, "SELECT 1") == [(1,)]
    except psycopg.Error:
        return False


def reads(client: redis.Redis) -> object:
    try:
        return client.get("kept")
    except redis.RedisError:
        return None


def test_secrets_stay_in_private_files_and_every_server_listens_on_loopback_only(home: Path) -> None:
    with Supervisor(home, external={}, durable=False):
        children = state_of(home).children
        assert sorted(children) == ["graph", "postgres", "qdrant", "redis", "s3"]
        secrets = [secret for secret in Home(home).credentials_file.read_text().split('"') if len(secret) == 48]
        assert len(secrets) >= 7
        for path in (path for path in home.rglob("*") if path.is_file() and not path.is_relative_to(home / "postgres" / "data")):
            if any(secret in path.read_bytes().decode(errors="replace") for secret in secrets):
                assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        for name, (pid, _) in children.items():
            process = psutil.Process(pid)
            assert not any(secret in " ".join(process.cmdline()) for secret in secrets), name
            listening = {
                one.laddr.ip.removeprefix("::ffff:") for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN
            }
            assert listening == {"127.0.0.1"}, name


def test_wrong_passwords_are_refused(home: Path) -> None:
    with Supervisor(home, services=BOTH, external={}, durable=False) as found:
        url, bell = found.variables["DATABASE_URL"], found.variables["REDIS_URL"]
        with pytest.raises(psycopg.OperationalError, match="password"):
            query(url.replace(password(url), "wrong"), "SELECT 1")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(bell.replace(password(bell), "wrong")).ping()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            query(url, "COPY (SELECT 1) TO PROGRAM 'true'")


def password(url: str) -> str:
    return url.rpartition("@")[0].rpartition(":")[2]


def test_nothing_outlives_a_supervisor_that_is_killed(home: Path) -> None:
    supervisor = Supervisor(home, services=BOTH, external={}, durable=False)
    supervisor.start()
    left = state_of(home)
    os.kill(left.supervisor[0], signal.SIGKILL)
    eventually(lambda: lives(left) == [], "every server has ended")
    assert running(home) is None

    assert Supervisor(home, services=["redis"], external={}).start().variables["REDIS_URL"]
    supervisor.stop()


def test_what_a_killed_supervisor_could_not_stop_is_swept_at_the_next_start(home: Path) -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as orphan:
        Home(home).make()
        born = psutil.Process(orphan.pid).create_time()
        dead = State(status=Status.READY, supervisor=(2**22 - 1, 1.0), children={"redis": (orphan.pid, born), "s3": (os.getpid(), 1.0)})
        Home(home).state_file.write_text(dead.model_dump_json())
        reaper = threading.Thread(target=orphan.wait)  # an orphan's own parent is init, which reaps at once
        reaper.start()
        with Supervisor(home, services=["redis"], external={}):
            reaper.join(5)
            assert orphan.returncode == -signal.SIGTERM  # and we, whose number was recorded with another birth, live


def test_the_platform_ends_with_the_last_process_that_needs_it_however_it_dies(home: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from infra.embedded.supervisor import Supervisor;"
        "Supervisor(Path(sys.argv[1]), services=['redis'], external={}).start(); print('up', flush=True); time.sleep(600)"
    )
    arguments = [sys.executable, "-c", program, str(home)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=child_environment({})) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "up\n"
        mine = Supervisor(home, services=["redis"], external={})
        joined = mine.start()
        left = state_of(home)
        owner.kill()
    time.sleep(1)
    assert redis.Redis.from_url(joined.variables["REDIS_URL"]).ping()
    assert lives(left) == ["redis", "supervisor"]
    mine.stop()
    assert lives(left) == []


def test_a_platform_that_lacks_what_is_asked_refuses_in_a_sentence(home: Path) -> None:
    with Supervisor(home, services=["redis"], external={}), pytest.raises(PlatformFailedError, match=r"DATABASE_URL.*sevensteps down"):
        Supervisor(home, services=BOTH, external={}).start()


def test_a_store_set_from_outside_is_not_started(home: Path) -> None:
    outside = {"DATABASE_URL": "postgresql://user:secret@db.example:5432/app"}
    with Supervisor(home, services=BOTH, external=outside) as found:
        assert found.variables["DATABASE_URL"] == outside["DATABASE_URL"]
        assert sorted(state_of(home).children) == ["redis"]
        assert not (home / "postgres").exists()


def test_a_server_that_cannot_start_fails_the_platform_with_its_own_words(home: Path) -> None:
    Home(home).make()
    data = Home(home).folder("postgres") / "data"
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(PlatformFailedError, match="postgres failed 3 times") as failure:
        Supervisor(home, services=BOTH, external={}).start()
    assert "postgresql.conf" in failure.value.detail or "incompatible" in failure.value.detail
    assert last_failure(home) == failure.value.detail
    assert running(home) is None


def test_a_detached_platform_stays_until_it_is_told_to_stop(home: Path) -> None:
    Supervisor(home, services=["redis"], external={}, detached=True).start()
    with Supervisor(home, services=["redis"], external={}):
        pass
    time.sleep(0.6)
    assert running(home) is not None
    left = state_of(home)
    assert stop_platform(home)
    assert lives(left) == []
    assert not stop_platform(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another identity for PostgreSQL")
def test_postgres_runs_for_root_even_in_a_folder_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with Supervisor(closed / "home", services=["postgres"], external={}, durable=False) as found:
        assert answers(found.variables["DATABASE_URL"])
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "a closed folder is not ours to open"


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="an ordinary user is what the other tests run as")
def test_an_ordinary_user_needs_no_other_identity(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from infra.embedded.supervisor import Supervisor; assert os.geteuid() == 65534;"
        "found = Supervisor(Path(sys.argv[1]), services=['postgres'], external={}, durable=False).start();"
        "print(found.variables['DATABASE_URL'], flush=True)"
    )
    command = Command((sys.executable, "-c", program, str(tmp_path / "home")), identity="mapped:65534")
    with (tmp_path / "log").open("ab") as log:
        assert spawn(command, log, child_environment({})).wait(60) == 0, (tmp_path / "log").read_text()
    assert (tmp_path / "log").read_text().startswith("postgresql://sevensteps:")
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    eventually(lambda: running(tmp_path / "home") is None, "the platform ended with its owner")
