"""A real Neo4j as a child process, from the jars that `make .neo4j/complete` fetched."""

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.driver import GraphUnavailableError, connect
from infra.embedded.process import Command, spawn, stop
from shared.settings import child_environment
from tests.fixtures.platform import GraphAddress

JARS = Path(__file__).resolve().parents[3] / ".neo4j" / "lib"
_START_SECONDS = 90
_CONFIGURATION = """\
server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=64m
dbms.security.auth_enabled=false
dbms.usage_report.enabled=false
"""
# What Neo4j's own start script opens to its page cache on Java 17.
_OPENS = tuple(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch", "java.lang"))


@contextmanager
def running_neo4j(folder: Path) -> Iterator[GraphAddress]:
    """Start Neo4j Community on a free loopback port, with its data in `folder`, and stop it at the end.

    Raises FileNotFoundError without the jars or without Java, and GraphUnavailableError when it does not come up.
    """
    java = shutil.which("java")
    if java is None or not any(JARS.glob("neo4j-server-*.jar")):
        raise FileNotFoundError("Java or the jars of Neo4j are missing: run `make test-neo4j`.")
    port = _free_port()
    (folder / "conf").mkdir(parents=True)
    (folder / "conf" / "neo4j.conf").write_text(_CONFIGURATION.format(port=port))
    arguments = ("-Xmx512m", "-XX:+UseSerialGC", *_OPENS, "-cp", f"{JARS}/*", "org.neo4j.server.CommunityEntryPoint")
    command = Command((java, *arguments, f"--home-dir={folder}", f"--config-dir={folder / 'conf'}"), folder=folder)
    with (folder / "console.log").open("wb") as log:
        process = spawn(command, log, child_environment({}))
        try:
            address = GraphAddress(f"bolt://127.0.0.1:{port}", "", "", "neo4j")
            _wait_for(address)
            yield address
        finally:
            stop(process, command.stop_signal, seconds=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: GraphAddress) -> None:
    graph = connect(address.uri, database=address.database)
    deadline = time.monotonic() + _START_SECONDS
    try:
        while True:
            try:
                graph.facts()
            except GraphUnavailableError:
                if time.monotonic() > deadline:
                    raise
            else:
                return
    finally:
        graph.close()
