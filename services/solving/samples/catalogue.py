"""The bundled problems, as the CLI and the API offer them."""

from pathlib import Path

from shared.kit.errors import ErrorKind, SevenStepsError
from shared.kit.value import Value

_FOLDER = Path(__file__).parent


class SampleNotFoundError(SevenStepsError):
    """No bundled problem has this name."""

    code = "sample_not_found"
    kind = ErrorKind.NOT_FOUND


class Sample(Value):
    """One bundled problem: its text (the first line is its title) and the paths of its data files."""

    name: str
    title: str
    text: str
    files: tuple[Path, ...]


def names() -> list[str]:
    """Return the names of the bundled problems, the one `demo` runs first."""
    return ["saas", "retail", "market"]


def sample(name: str) -> Sample:
    """Return a bundled problem. Raises SampleNotFoundError when there is none of this name."""
    if name not in names():
        raise SampleNotFoundError(f"There is no bundled problem {name!r}; there are {', '.join(names())}.")
    folder = _FOLDER / name
    text = (folder / "problem.md").read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    return Sample(name=name, title=title.removeprefix("# ").strip(), text=body.strip(), files=tuple(sorted(folder.glob("*.csv"))))
