"""A living argument on real data: what people change stays when steps run again, and a branch tries another assumption beside it."""

from typing import Any

import httpx
import pytest

from services.solving.samples.catalogue import sample
from tests.api.conftest import api as api  # noqa: PLC0414 (the fixture of the API's own tests)
from tests.flows.test_change_one_row import _drain, _one_row_changed

STEPS = ["frame", "tree", "prioritize", "plan", "analyze", "synthesize", "present"]


@pytest.fixture(scope="module")
def solved(api: httpx.Client) -> str:
    told = sample("market")
    parts = [("files", (file.name, file.read_bytes())) for file in told.files]
    problem_id = str(api.post("/v1/problems", data={"text": told.text}, files=parts).json()["id"])
    api.post(f"/v1/problems/{problem_id}/runs")
    assert _drain(problem_id) == 7
    return problem_id


def _get(api: httpx.Client, path: str, **params: Any) -> Any:
    answer = api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_plan_was_a_job_of_its_own(api: httpx.Client, solved: str) -> None:
    plans = _get(api, f"/v1/problems/{solved}/plans")["decision"]["plans"]
    (analyze,) = [one for one in _get(api, f"/v1/problems/{solved}/executions", epoch=1)["items"] if one["step"] == "analyze"]
    jobs = _get(api, f"/v1/executions/{analyze['id']}/plans")
    assert [job["question_id"] for job in jobs] == [plan["question_id"] for plan in plans]
    assert {(job["status"], job["attempt"]) for job in jobs} == {("completed", 1)}


def test_an_edit_marks_what_follows_and_only_that_runs_again(api: httpx.Client, solved: str) -> None:
    base = f"/v1/problems/{solved}"
    kept = [node for node in _get(api, f"{base}/priorities")["decision"]["nodes"] if node["is_recommended"]]
    said = api.put(f"{base}/priorities/{kept[-1]['node_id']}", json={"is_recommended": False, "reason": "We know the answer already"})
    assert said.json()["stale_steps"] == STEPS[3:]
    assert api.post(f"{base}/rerun").status_code == 202
    assert _drain(solved) == 4
    found = _get(api, f"{base}/diff")
    assert {change["step"] for change in found["steps"]} <= set(STEPS[2:])
    assert any(change["before"] != change["after"] for change in found["verdicts"])
    assert found["slides"]


def test_edits_stay_when_one_row_of_the_data_changes(api: httpx.Client, solved: str) -> None:
    base = f"/v1/problems/{solved}"
    tree = _get(api, f"{base}/tree")["decision"]
    leaf = next(node for node in tree["nodes"] if node["kind"] == "leaf" and node["test"])
    branch = next(node for node in tree["nodes"] if node["kind"] == "branch")
    for edit in (
        {"kind": "update", "node_id": leaf["id"], "title": "Asked in our own words?"},
        {"kind": "add", "node_id": "ours", "parent_id": branch["id"], "title": "And the partners?", "hypotheses": ["Partners decide"]},
    ):
        edited = api.post(f"{base}/tree/edits", json={"edit": edit, "reason": "they know the shop"})
        assert edited.status_code == 200, edited.text
    assert {check["name"] for check in edited.json()["decision"]["checks"]} >= {check["name"] for check in tree["checks"]}
    assert edited.json()["stale_steps"] == STEPS[2:]
    file = next(file for file in sample("market").files if file.name == "countries.csv")
    column = file.read_text(encoding="utf-8").splitlines()[0].split(",")[-1]
    changed = _one_row_changed(file.read_bytes(), column, 1.5)
    assert api.post(f"{base}/attachments", files=[("files", (file.name, changed))]).status_code == 201
    assert _get(api, f"{base}/executions")["stale_steps"] == STEPS
    assert api.post(f"{base}/rerun").status_code == 202
    assert _drain(solved) == 7
    titles = {node["id"]: node["title"] for node in _get(api, f"{base}/tree")["decision"]["nodes"]}
    assert (titles[leaf["id"]], titles["ours"]) == ("Asked in our own words?", "And the partners?")
    told = [row["body"] for row in _get(api, f"{base}/history", limit=200)["items"] if "edits_kept" in row["body"]]
    assert [(body["step"], body["edits_kept"], body["edits_lost"]) for body in told[-2:]] == [("tree", 2, []), ("prioritize", 1, [])]
    assert _get(api, f"{base}/executions")["stale_steps"] == []
    assert _get(api, f"{base}/diff")["steps"]


def test_a_branch_tries_another_assumption_and_is_held_beside_its_origin(api: httpx.Client, solved: str) -> None:
    made = api.post(f"/v1/problems/{solved}/branches", json={"up_to": "prioritize", "reason": "What if we ask about everything?"})
    assert made.status_code == 201, made.text
    branch = made.json()["id"]
    assert made.json()["branched_from"] == solved
    cut = [node for node in _get(api, f"/v1/problems/{branch}/priorities")["decision"]["nodes"] if not node["is_recommended"]]
    again = next(node for node in cut if node["cut_reason"] and "We know the answer" in node["cut_reason"])
    api.put(f"/v1/problems/{branch}/priorities/{again['node_id']}", json={"is_recommended": True, "reason": "What if we do not?"})
    assert api.post(f"/v1/problems/{branch}/rerun").status_code == 202
    assert _drain(branch) == 4
    found = _get(api, f"/v1/problems/{solved}/diff", **{"with": branch})
    assert [change["step"] for change in found["steps"]][:2] == ["prioritize", "plan"]
    assert found["verdicts"]
    assert [one["id"] for one in _get(api, f"/v1/problems/{solved}/branches")] == [branch]
