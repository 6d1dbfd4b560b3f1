"""`sevensteps ask` as a script meets it."""

import json
from pathlib import Path

from tests.cli.test_command_line import run


def test_an_answer_and_an_abstention_are_json(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("region,amount\n" + "".join(f"{'NS'[i % 2]}orth,{i}\n" for i in range(20)))
    wanted = '@mean_amount[m] where "m" is a number rounded to one decimal place'
    done = run("ask", str(path), "What is the mean amount?", "--format", wanted, "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert (said["answers"], said["abstained"]) == ({"mean_amount": "9.5"}, False)
    assert '"sales"' in said["query"]
    refused = run("ask", str(path), "What is the harmonic mean of the amount in May?", "--json")
    said = json.loads(refused.stdout)
    assert refused.returncode == 0
    assert said["abstained"]
    assert said["answers"] == {}
    assert said["why"]


def test_a_question_without_a_file_is_a_usage_error() -> None:
    assert run("ask", "What is the mean amount?").returncode == 2
