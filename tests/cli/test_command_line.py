"""The command line as a person or a script meets it, without any store."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.main import COMMANDS
from services.cli.outcome import MEANING, Exit, exit_of
from services.cli.solve import read_problem
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.settings import child_environment, get_settings

DOC = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
NAMES = [command.__name__ for command in COMMANDS]


def run(*arguments: str, seconds: float = 60, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = child_environment({"SEVENSTEPS_HOME": str(get_settings().home), **variables})
    command = [sys.executable, "-m", "services.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=seconds, check=False, env=environment, cwd=Path(__file__).parents[2]
    )


def test_the_doc_names_every_command_and_no_other() -> None:
    assert sorted(re.findall(r"^### `sevensteps (\w+)", DOC, re.MULTILINE)) == sorted(NAMES)


def test_the_doc_names_every_exit_code_with_its_meaning() -> None:
    told = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", DOC, re.MULTILINE))
    assert {int(code): meaning for code, meaning in told.items()} == {int(code): meaning for code, meaning in MEANING.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_doc_names_every_option(name: str) -> None:
    (usage,) = re.findall(rf"^### `sevensteps {name}(.*)`$", DOC, re.MULTILINE)
    said = run(name, "--help", COLUMNS="200", NO_COLOR="1").stdout
    options = set(re.findall(r"--[a-z][a-z-]+", said)) - {"--help"}
    assert set(re.findall(r"--[a-z][a-z-]+", usage)) == options


def test_help_imports_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "duckdb", "pandas", "fastapi", "celery", "pptx")
    code = f"import sys, services.cli.main; print([n for n in {heavy} if n in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_version_in_words_and_as_json() -> None:
    assert run("version").stdout.strip() == json.loads(run("version", "--json").stdout)["version"]


BAD: dict[str, tuple[str, ...]] = {
    "an unknown command": ("poem",),
    "an unknown option": ("solve", "x", "--poem"),
    "no text": ("solve",),
    "a file that is not there": ("solve", "Costs rose", "--data", "nowhere.csv"),
    "a folder as a file": ("solve", "Costs rose", "--data", "."),
    "a text file that is not there": ("solve", "problem.md"),
    "an unknown sample": ("demo", "bakery"),
    "a problem's id that is none": ("watch", "42"),
    "a deck that is not there": ("verify", "nowhere.pptx"),
    "neither a problem nor a deck": ("verify", "everything"),
    "an unknown queue": ("worker", "--queues", "poems"),
    "data that are not there": ("insights", "nowhere.csv"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_input_is_exit_2_with_a_sentence(name: str) -> None:
    said = run(*BAD[name])
    assert said.returncode == Exit.BAD_INPUT, said.stderr
    assert said.stdout == ""
    assert len(said.stderr) > 15
    assert "Traceback" not in said.stderr


def test_an_error_is_one_json_document_when_asked() -> None:
    said = run("solve", "Costs rose", "--data", "nowhere.csv", "--json")
    assert said.returncode == Exit.BAD_INPUT
    assert json.loads(said.stdout)["error"]["code"] == "bad_input"
    assert said.stderr == ""


def test_a_platform_that_does_not_run_is_exit_3() -> None:
    said = run("watch", "00000000-0000-0000-0000-000000000000")
    assert said.returncode == Exit.UNAVAILABLE
    assert "sevensteps up" in said.stderr


def test_nothing_but_the_result_is_said_when_nobody_watches() -> None:
    assert run("version").stderr == ""


def test_every_kind_of_error_has_its_exit_code() -> None:
    found = {kind: exit_of(type("KindError", (SevenStepsError,), {"kind": kind})("It is so.")) for kind in ErrorKind}
    assert found.pop(ErrorKind.UNAVAILABLE) is Exit.UNAVAILABLE
    assert found.pop(ErrorKind.INTERNAL) is Exit.FAILED
    assert set(found.values()) == {Exit.BAD_INPUT}


def test_a_problem_is_read_from_words_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "problem.md"
    file.write_text("# Costs rose\n\nBring them down 10%.\n", encoding="utf-8")
    assert read_problem(str(file)) == ("Costs rose", "Bring them down 10%.")
    assert read_problem("Costs rose. Bring them down 10%.") == (None, "Costs rose. Bring them down 10%.")
    file.write_text("# Only a heading", encoding="utf-8")
    assert read_problem(str(file)) == (None, "# Only a heading")
