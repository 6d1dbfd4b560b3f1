"""Brings a graph store to the schema of this code: numbered files, applied once, in order, never changed afterwards.

A file is `NNN_name.cypher`: statements that end in a semicolon at the end of a line, `//` comments, and `IF NOT EXISTS` everywhere, because
Neo4j does not let a schema change share a transaction with the record of it: after a crash between the two, the file runs again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from graph.driver import Graph, Transaction
from shared.kit.clock import now
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.kit.hashing import sha256_hex

SCHEMA = Path(__file__).with_name("schema")
_NAME = re.compile(r"(?P<version>\d{3})_(?P<name>[a-z0-9_]+)\.cypher")
_RECORD_CONSTRAINT = "CREATE CONSTRAINT schema_version_unique IF NOT EXISTS FOR (s:SchemaVersion) REQUIRE s.version IS UNIQUE"


class SchemaChangedError(SevenStepsError):
    """A schema file that a graph store has already applied is not the same file any more."""

    code: ClassVar[str] = "graph_schema_changed"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class SchemaFileError(SevenStepsError):
    """The schema folder holds a file that cannot be one of its numbered files."""

    code: ClassVar[str] = "graph_schema_file"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL


@dataclass(frozen=True)
class SchemaFile:
    """One numbered file."""

    version: int
    name: str
    checksum: str
    statements: tuple[str, ...]


def statements_of(text: str) -> tuple[str, ...]:
    """Return the statements of a file, without comment lines and closing semicolons."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    return tuple(statement.strip() for statement in re.split(r";[ \t]*(?:\n|$)", code) if statement.strip())


def schema_files(folder: Path = SCHEMA) -> list[SchemaFile]:
    """Return the numbered files in order. Raises SchemaFileError for a stray name or a number used twice."""
    files: dict[int, SchemaFile] = {}
    for path in sorted(folder.glob("*.cypher")):
        match = _NAME.fullmatch(path.name)
        if match is None or int(match["version"]) in files:
            raise SchemaFileError(f"{path.name} is not a schema file: NNN_name.cypher with a number of its own is expected.")
        text = path.read_text(encoding="utf-8")
        version = int(match["version"])
        files[version] = SchemaFile(version, match["name"], sha256_hex(text), statements_of(text))
    return [files[version] for version in sorted(files)]


def pending(files: Iterable[SchemaFile], applied: dict[int, str]) -> list[SchemaFile]:
    """Return the files not applied yet, given the checksums of those that are. Raises SchemaChangedError for one that has changed."""
    waiting = []
    for file in files:
        recorded = applied.get(file.version)
        if recorded is None:
            waiting.append(file)
        elif recorded != file.checksum:
            raise SchemaChangedError(f"{file.version:03d}_{file.name}.cypher was changed after it was applied: write a new file instead.")
    return waiting


def applied_versions(graph: Graph) -> dict[int, str]:
    """Return the checksum of every file the graph store has applied, by number."""

    def work(transaction: Transaction) -> dict[int, str]:
        rows = transaction.run("MATCH (s:SchemaVersion) RETURN s.version AS version, s.checksum AS checksum ORDER BY version")
        return {row["version"]: row["checksum"] for row in rows}

    return graph.read(work)


def apply_schema(graph: Graph, folder: Path = SCHEMA) -> list[int]:
    """Apply what is missing and return the numbers applied; a second call applies nothing.

    Raises SchemaChangedError, SchemaFileError, GraphUnavailableError, GraphRefusedError.
    """
    _run(graph, _RECORD_CONSTRAINT)
    waiting = pending(schema_files(folder), applied_versions(graph))
    for file in waiting:
        for statement in file.statements:
            _run(graph, statement)
        _run(
            graph,
            "MERGE (s:SchemaVersion {version: $version}) SET s.name = $name, s.checksum = $checksum, s.applied_at = $at",
            version=file.version,
            name=file.name,
            checksum=file.checksum,
            at=now(),
        )
    return [file.version for file in waiting]


def _run(graph: Graph, statement: str, **parameters: object) -> None:
    graph.write(lambda transaction: transaction.run(statement, parameters).consume())
