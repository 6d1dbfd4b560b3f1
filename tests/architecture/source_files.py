"""What the architecture tests look at: the files git knows, so that a stray build folder is nobody's rule."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "graph", "migrations", "infra")


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file git tracks, or would after an add, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file())


def python_files(*tops: str) -> list[Path]:
    """Return the Python files under the given top folders."""
    return [path for path in tracked() if path.suffix == ".py" and path.parts[0] in tops]


@cache
def parsed(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def text_of(path: Path) -> str:
    """Return a file's text, or nothing where it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
