"""`sevensteps insights` as a script meets it: JSON of the contract, sentences for people, exit 2 with a sentence on bad input."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.analysis.findings import Insights
from tests.analysis.orders import orders, write

ROOT = Path(__file__).parents[2]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.cli", "insights", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)


def test_json_is_the_contracts(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", orders(300))
    done = run(path, "--goal", "what drives hours", "--json")
    assert done.returncode == 0
    found = Insights.model_validate(json.loads(done.stdout))
    assert found.findings[0].dataset_sha256 == found.datasets[0].sha256
    assert done.stderr == ""


def test_people_get_sentences(tmp_path: Path) -> None:
    done = run(write(tmp_path / "orders.csv", orders(300)), "--top", "5")
    assert done.returncode == 0
    assert "Benjamini-Hochberg" in done.stdout
    told = " ".join(done.stdout.split())
    counted = re.search(r"([\d,]+) tests, adjusted together \(Benjamini-Hochberg\); ([\d,]+) hold at q of at most 0.02", told)
    assert counted is not None
    assert 0 < int(counted[2].replace(",", "")) < int(counted[1].replace(",", ""))


def test_what_does_not_agree_and_what_is_left_out_is_printed(tmp_path: Path) -> None:
    rows = orders(300)
    for row in rows[::10]:
        row["hours"] = ""
    done = run(write(tmp_path / "orders.csv", rows), "--top", "40")
    assert "Left out: 30 (records without a value" in " ".join(done.stdout.replace("│", " ").split())


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"%PDF-1.7 not a table"])
def test_bad_input_ends_with_two_and_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    done = run(path)
    assert done.returncode == 2
    assert done.stderr.startswith("sevensteps: ")
    assert "Traceback" not in done.stderr
