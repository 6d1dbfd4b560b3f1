"""The graph store: ArcadeDB answering the Bolt protocol, on the Java runtime of its own wheel."""

import base64
import importlib.util
import json
import urllib.request
from pathlib import Path

from infra.embedded.layout import Place, write_private
from infra.embedded.process import Command
from infra.embedded.service import Service

DATABASE = "neo4j"
USER = "neo4j"
_CREDENTIALS = ("graph_root_password", "graph_password")


def _package() -> Path:
    """Return the wheel's folder without importing it (importing would start looking for a JVM)."""
    found = importlib.util.find_spec("arcadedb_embedded")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("The graph server is missing: install arcadedb-embedded.")
    return Path(found.origin).parent


def _options(place: Place) -> dict[str, str]:
    """Return the server's settings. Authentication is by password; nothing but loopback listens; LOAD CSV from files stays off."""
    password = write_private(place.folder / "root-password", place.credentials["graph_root_password"])
    return {
        "arcadedb.server.rootPath": str(place.folder),
        "arcadedb.server.databaseDirectory": str(place.folder / "databases"),
        "arcadedb.server.rootPasswordPath": str(password),
        "arcadedb.server.defaultDatabases": f"{DATABASE}[{USER}:{place.credentials['graph_password']}:admin]",
        "arcadedb.server.mode": "production",
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": str(place.ports["graph_http"]),
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": str(place.ports["graph_bolt"]),
        "arcadedb.bolt.defaultDatabase": DATABASE,
        "java.awt.headless": "true",
    }


def command(place: Place) -> Command:
    """Return the Java command. Its arguments stand in a private file, because a process list shows arguments to everybody."""
    package = _package()
    lines = [
        f'-cp "{package / "jars"}/*"',
        "-Xms64m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData",
        "--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED",
        *(f'"-D{name}={value}"' for name, value in _options(place).items()),
        "com.arcadedb.server.ArcadeDBServer",
    ]
    arguments = write_private(place.folder / "java-arguments", "\n".join(lines) + "\n")
    return Command((str(package / "jre" / "bin" / "java"), f"@{arguments}"), folder=place.folder)


def answer(place: Place) -> None:
    """Run a query over HTTP, as the user the platform uses. Raises OSError until the server answers.

    The server is asked without a password first: it listens before it knows its users, and locks out for half a minute whoever gives a
    password that it does not know yet.
    """
    urllib.request.urlopen(f"http://127.0.0.1:{place.ports['graph_http']}/api/v1/ready", timeout=2).close()
    token = base64.b64encode(f"{USER}:{place.credentials['graph_password']}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{place.ports['graph_http']}/api/v1/query/{DATABASE}",
        data=json.dumps({"language": "cypher", "command": "RETURN 1 AS one"}).encode(),
        headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=2) as reply:  # noqa: S310 (a loopback address, built above)
        if json.load(reply)["result"] != [{"one": 1}]:
            raise OSError("The graph server answers, but not with the number it was asked for.")


def variables(place: Place) -> dict[str, str]:
    """Return the settings that lead to this server."""
    return {
        "NEO4J_URI": f"bolt://127.0.0.1:{place.ports['graph_bolt']}",
        "NEO4J_USER": USER,
        "NEO4J_PASSWORD": place.credentials["graph_password"],
        "NEO4J_DATABASE": DATABASE,
    }


SERVICE = Service(
    name="graph",
    variable="NEO4J_URI",
    ports=("graph_bolt", "graph_http"),
    credentials=_CREDENTIALS,
    command=command,
    answer=answer,
    variables=variables,
)
