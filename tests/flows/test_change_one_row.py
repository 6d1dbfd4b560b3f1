"""A living argument: one row of the data changes, the steps that rest on it run again, and the difference says what moved."""

import csv
import io
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from services.solving.models import Execution
from services.solving.runs.claim import ready
from services.solving.runs.perform import perform
from services.solving.samples.catalogue import sample
from shared.db import reading
from tests.api.conftest import api as api  # noqa: PLC0414 (the fixture of the API's own tests)


def _drain(problem_id: str) -> int:
    """Do every step of the problem that is ready, in this process; return how many those were."""
    done = 0
    while True:
        with reading() as session:
            due = select(Execution.id).where(Execution.problem_id == UUID(problem_id), *ready()).order_by(Execution.ordinal).limit(1)
            found = session.scalars(due).one_or_none()
        if found is None:
            return done
        perform(found)
        done += 1


def _one_row_changed(content: bytes, column: str, factor: float) -> bytes:
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    rows[len(rows) // 2][column] = str(float(rows[len(rows) // 2][column]) * factor)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture(scope="module")
def three_runs(api: httpx.Client) -> tuple[str, list[int]]:
    """The acquisition problem as it is, with one row's spend quadrupled, and as it was: its id and the steps each run took."""
    told = sample("saas")
    files = {file.name: file.read_bytes() for file in told.files}
    parts = [("files", (name, content)) for name, content in files.items()]
    problem_id = str(api.post("/v1/problems", data={"text": told.text}, files=parts).json()["id"])
    assert api.post(f"/v1/problems/{problem_id}/runs").status_code == 202
    steps = [_drain(problem_id)]
    first = files["campaigns.csv"]
    for content in (_one_row_changed(first, "spend_eur", 4), first):
        assert api.post(f"/v1/problems/{problem_id}/attachments", files=[("files", ("campaigns.csv", content))]).status_code == 201
        assert api.post(f"/v1/problems/{problem_id}/rerun").status_code == 202
        steps.append(_drain(problem_id))
    return problem_id, steps


def _difference(api: httpx.Client, problem_id: str, before: int, after: int) -> dict[str, Any]:
    answer = api.get(f"/v1/problems/{problem_id}/diff", params={"from": before, "to": after})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_one_changed_row_runs_every_step_and_names_what_moved(api: httpx.Client, three_runs: tuple[str, list[int]]) -> None:
    problem_id, steps = three_runs
    found = _difference(api, problem_id, 1, 2)
    assert steps == [7, 7, 7]  # a file is what every step starts from
    moved = [change for change in found["numbers"] if change["change"] == "changed"]
    assert len(moved) > 10
    assert all(change["before"] != change["after"] for change in moved)
    ledger = {
        entry["key"]: entry["display"] for entry in api.get(f"/v1/problems/{problem_id}/evidence", params={"limit": 200}).json()["items"]
    }
    assert all(ledger.get(c["key_after"], c["after"]) == c["after"] for c in moved)
    assert found["slides"]
    assert any("acquisition cost" in change["what"] for change in moved)


def test_a_change_taken_back_leaves_nothing(api: httpx.Client, three_runs: tuple[str, list[int]]) -> None:
    found = _difference(api, three_runs[0], 1, 3)
    assert {change["step"] for change in found["steps"]} == set()
    assert all(found[name] == [] for name in ("numbers", "verdicts", "findings", "recommendations", "slides"))
    assert found["conclusion"] is None
    assert found["argument_holds"]


def test_a_run_that_is_not_there_is_said_so(api: httpx.Client, three_runs: tuple[str, list[int]]) -> None:
    answer = api.get(f"/v1/problems/{three_runs[0]}/diff", params={"from": 1, "to": 9})
    assert (answer.status_code, answer.json()["code"]) == (404, "run_not_found")
