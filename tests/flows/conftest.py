"""Everything real: all stores, the rules analyst, the command line."""

import contextlib
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.cli import main as command_line
from services.cli.session import bring_up_to_date
from services.solving.samples.catalogue import sample
from shared.logging import configure_logging
from shared.settings import Settings, child_environment

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture(scope="session")
def sevensteps(platform: Settings) -> Command:
    """Return `sevensteps ARGUMENTS...` in this process, on the stores of the tests."""
    bring_up_to_date()

    def run(*arguments: str) -> Said:
        out, err, argv = io.StringIO(), io.StringIO(), sys.argv
        sys.argv = ["sevensteps", *arguments]
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
                command_line.main()
        finally:
            sys.argv = argv
            configure_logging(platform)
        return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def sevensteps_process(platform: Settings) -> Command:
    """Return `sevensteps ARGUMENTS...` as a process of its own, on the stores of the tests, with the voice a user gets."""
    environment = child_environment(platform.explicit() | {"SEVENSTEPS_VOICE": "auto"})

    def run(*arguments: str) -> Said:
        command = [sys.executable, "-m", "services.cli", *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, env=environment, cwd=ROOT)
        return Said(ended.returncode, ended.stdout, ended.stderr)

    return run


def solve_arguments(name: str) -> list[str]:
    """Return the arguments that solve a bundled problem as one's own."""
    chosen = sample(name)
    files = [argument for path in chosen.files for argument in ("--data", str(path))]
    return ["solve", str(chosen.files[0].parent / "problem.md"), *files]
