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


def test_a_reply_is_computed_again_and_a_changed_one_is_found(tmp_path: Path) -> None:
    data, reply = tmp_path / "sales.csv", tmp_path / "reply.json"
    data.write_text("region,amount\n" + "".join(f"{'NS'[i % 2]}orth,{i}\n" for i in range(20)))
    reply.write_text(run("ask", str(data), "What is the mean amount?", "--json").stdout, encoding="utf-8")
    held = run("ask", str(data), "--verify", str(reply), "--json")
    assert (held.returncode, json.loads(held.stdout)) == (0, {"holds": True, "differences": []})
    said = json.loads(reply.read_text(encoding="utf-8"))
    for name, changed in (
        ("answer", said | {"answers": dict.fromkeys(said["answers"], "10.5")}),
        ("query", said | {"query": "select 9.5"}),
        ("finding", said | {"finding": said["finding"] | {"value": 10.5}}),
    ):
        other = tmp_path / f"{name}.json"
        other.write_text(json.dumps(changed), encoding="utf-8")
        assert run("ask", str(data), "--verify", str(other)).returncode == 1, name
    data.write_text(data.read_text().replace("19", "18"))
    assert run("ask", str(data), "--verify", str(reply)).returncode == 1
    assert run("ask", str(data), "--verify", str(data)).returncode == 2
