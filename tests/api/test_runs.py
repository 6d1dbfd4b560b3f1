"""Runs over HTTP with a scripted analyst: start, follow, stop, take up again, and what a run leaves behind."""

import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from services.decks import read_pptx
from services.solving.events import open_streams
from services.solving.models import Execution
from services.solving.runs.claim import ready
from services.solving.runs.perform import perform
from shared.db import reading
from shared.settings import configured
from tests.api.conftest import submit
from tests.decks.test_customer import as_potx, drawn
from tests.solving.scripted import script

STEPS = ["frame", "tree", "prioritize", "plan", "analyze", "synthesize", "present"]


@pytest.fixture(autouse=True)
def scripted(api: httpx.Client) -> Iterator[None]:
    with configured({"SEVENSTEPS_ANALYST": "tests.solving.scripted:ScriptedAnalyst"}):
        yield


def drain(problem_id: str) -> None:
    """Do every step of the problem that is ready, in this process."""
    while True:
        with reading() as session:
            due = select(Execution.id).where(Execution.problem_id == UUID(problem_id), *ready()).order_by(Execution.ordinal).limit(1)
            found = session.scalars(due).one_or_none()
        if found is None:
            return
        perform(found)


def solved(api: httpx.Client) -> str:
    problem_id = submit(api, script())
    assert api.post(f"/v1/problems/{problem_id}/runs").status_code == 202
    drain(problem_id)
    return problem_id


def frames(api: httpx.Client, problem_id: str, last: int = 0) -> list[dict[str, str]]:
    """Return the events of a stream until its end."""
    with api.stream("GET", f"/v1/problems/{problem_id}/events", headers={"Last-Event-ID": str(last)}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        blocks = "".join(answer.iter_text()).split("\n\n")
    found = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":")) for block in blocks]
    return [frame for frame in found if frame]


def test_a_run_goes_through_the_seven_steps(api: httpx.Client) -> None:
    problem_id = submit(api, script())
    answer = api.post(f"/v1/problems/{problem_id}/runs", json={"mode": "auto"})
    assert answer.status_code == 202
    assert answer.headers["retry-after"]
    assert [one["step"] for one in answer.json()["executions"]] == STEPS
    assert api.get(f"/v1/problems/{problem_id}").json()["status"] == "framing"
    assert api.post(f"/v1/problems/{problem_id}/runs").json()["code"] == "run_active"
    drain(problem_id)
    assert api.get(f"/v1/problems/{problem_id}").json()["status"] == "completed"
    executions = api.get(answer.headers["location"]).json()
    assert {one["status"] for one in executions["items"]} == {"completed"}
    assert executions["stale_steps"] == []


def test_the_stream_replays_numbers_without_a_gap_and_ends(api: httpx.Client) -> None:
    problem_id = solved(api)
    told = frames(api, problem_id)
    assert told[0] == {"retry": "2000"}
    numbers = [int(frame["id"]) for frame in told if "id" in frame]
    newest = api.get(f"/v1/problems/{problem_id}").json()["last_seq"]
    assert numbers == list(range(1, newest + 1))
    assert told[-1]["event"] == "end"
    bodies = [json.loads(frame["data"]) for frame in told if "id" in frame]
    assert [body["body"]["step"] for body in bodies if body["kind"] == "step_completed"] == STEPS


def test_a_stream_goes_on_after_the_last_event_that_was_seen(api: httpx.Client) -> None:
    problem_id = solved(api)
    newest = api.get(f"/v1/problems/{problem_id}").json()["last_seq"]
    assert [int(frame["id"]) for frame in frames(api, problem_id, last=newest - 2) if "id" in frame] == [newest - 1, newest]
    done = api.get(f"/v1/problems/{problem_id}/events", headers={"Last-Event-ID": str(newest)})
    assert done.status_code == 204


def test_a_stream_hears_what_happens_while_it_is_open(api: httpx.Client) -> None:
    problem_id = submit(api, script())
    api.post(f"/v1/problems/{problem_id}/runs")
    told: list[str] = []
    with api.stream("GET", f"/v1/problems/{problem_id}/events") as answer:
        lines = answer.iter_lines()
        while not any(line == "event: run_started" for line in told):
            told.append(next(lines))
        began = time.monotonic()
        worker = threading.Thread(target=drain, args=(problem_id,))
        worker.start()
        while not any(line == "event: step_started" for line in told):
            told.append(next(lines))
        heard = time.monotonic() - began
        told += list(lines)
        worker.join()
    assert heard < 5
    numbers = [int(line.removeprefix("id: ")) for line in told if line.startswith("id: ")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "event: end" in told


def test_a_client_that_leaves_takes_its_stream_with_it(api: httpx.Client) -> None:
    problem_id = submit(api, script())
    for _ in range(5):
        with api.stream("GET", f"/v1/problems/{problem_id}/events") as answer:
            assert next(answer.iter_lines()) == "retry: 2000"
    deadline = time.monotonic() + 20
    while open_streams() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert open_streams() == 0
    assert "sevensteps_event_streams 0.0" in api.get("/metrics").text


def test_the_stream_and_the_history_tell_the_same(api: httpx.Client) -> None:
    problem_id = solved(api)
    streamed = [json.loads(frame["data"]) for frame in frames(api, problem_id) if "id" in frame]
    assert api.get(f"/v1/problems/{problem_id}/history").json()["items"] == streamed


def test_one_step_needs_those_before_it(api: httpx.Client) -> None:
    problem_id = submit(api, script())
    refused = api.post(f"/v1/problems/{problem_id}/run-step", json={"step": "tree"})
    assert (refused.status_code, refused.json()["code"]) == (409, "step_not_ready")
    assert api.post(f"/v1/problems/{problem_id}/run-step", json={"step": "poem"}).status_code == 422
    accepted = api.post(f"/v1/problems/{problem_id}/run-step", json={"step": "frame"})
    assert accepted.status_code == 202
    drain(problem_id)
    assert api.get(accepted.headers["location"]).json()["status"] == "completed"


def test_a_failed_step_says_why_and_can_be_tried_again(api: httpx.Client, tmp_path: Any) -> None:
    problem_id = submit(api, script(plan={"raise": "refusal"}))
    api.post(f"/v1/problems/{problem_id}/runs")
    drain(problem_id)
    assert api.get(f"/v1/problems/{problem_id}").json()["status"] == "failed"
    (failed,) = [one for one in api.get(f"/v1/problems/{problem_id}/executions").json()["items"] if one["status"] == "failed"]
    assert failed["step"] == "plan"
    assert "no time column" in failed["error_details"]["detail"]
    lines = api.get(f"/v1/executions/{failed['id']}/logs").json()["items"]
    assert "error" in {line["level"] for line in lines}
    again = api.post(f"/v1/executions/{failed['id']}/retry")
    assert again.status_code == 202
    assert api.post(f"/v1/problems/{problem_id}/cancel").json()["status"] == "cancelled"
    assert api.post(f"/v1/problems/{problem_id}/cancel").json()["code"] == "illegal_transition"
    assert api.post(f"/v1/problems/{problem_id}/resume").status_code == 202
    assert frames_end(api, problem_id) is False


def frames_end(api: httpx.Client, problem_id: str) -> bool:
    """Whether the newest run has ended."""
    return bool(api.get(f"/v1/problems/{problem_id}/runs").json()[0]["status"] != "running")


def test_a_guided_run_waits_for_a_person(api: httpx.Client) -> None:
    problem_id = submit(api, script())
    api.post(f"/v1/problems/{problem_id}/runs", json={"mode": "guided"})
    for done in (1, 3, 7):
        drain(problem_id)
        executions = api.get(f"/v1/problems/{problem_id}/executions").json()["items"]
        assert sum(one["status"] == "completed" for one in executions) == done
        assert api.post(f"/v1/problems/{problem_id}/continue").status_code == 202
    assert api.get(f"/v1/problems/{problem_id}").json()["status"] == "completed"
    assert api.post(f"/v1/problems/{problem_id}/continue").json()["code"] == "nothing_to_do"


def test_a_version_is_approved_by_its_hash_over_the_api(api: httpx.Client) -> None:
    problem_id = submit(api, script())
    here = f"/v1/problems/{problem_id}/approvals"
    assert api.get(here).json() == {"waiting": None, "items": []}
    api.post(f"/v1/problems/{problem_id}/runs", json={"mode": "guided"})
    drain(problem_id)
    waiting = api.get(here).json()["waiting"]
    assert (waiting["step"], waiting["version"], waiting["stale"]) == ("frame", 1, False)
    assert waiting["output_hash"] == api.get(f"/v1/problems/{problem_id}/frame").json()["output_hash"]
    refused = api.post(here, json={"output_hash": "0" * 64})
    assert (refused.status_code, refused.json()["code"]) == (412, "version_superseded")
    assert api.post(here, json={"output_hash": waiting["output_hash"], "verdict": "changes_requested"}).status_code == 422
    asked = api.post(here, json={"output_hash": waiting["output_hash"], "verdict": "changes_requested", "comment": "Name the region."})
    assert asked.status_code == 201
    approved = api.post(here, json={"output_hash": waiting["output_hash"]})
    assert (approved.status_code, approved.json()["covers"]) == (201, {"frame": 1})
    assert [one["verdict"] for one in api.get(here).json()["items"]] == ["approved", "changes_requested"]
    assert api.post(here, json={"output_hash": waiting["output_hash"]}).status_code == 409


def test_decisions_are_shown_with_their_version(api: httpx.Client) -> None:
    problem_id = submit(api, script())
    assert api.get(f"/v1/problems/{problem_id}/frame").json()["code"] == "step_not_done"
    api.post(f"/v1/problems/{problem_id}/runs")
    drain(problem_id)
    for path, step in [("frame", "frame"), ("tree", "tree"), ("priorities", "prioritize"), ("plans", "plan"), ("synthesis", "synthesize")]:
        answer = api.get(f"/v1/problems/{problem_id}/{path}")
        assert answer.headers["etag"] == '"1"'
        assert (answer.json()["step"], answer.json()["version"], answer.json()["stale"]) == (step, 1, False)
        assert [one["version"] for one in api.get(f"/v1/problems/{problem_id}/{step}/versions").json()] == [1]
    assert api.get(f"/v1/problems/{problem_id}/findings").json()["tests_run"] == 2
    assert api.get(f"/v1/problems/{problem_id}/recommendations").status_code == 200


def test_new_data_make_every_step_stale_and_a_rerun_mends_it(api: httpx.Client) -> None:
    problem_id = solved(api)
    assert api.post(f"/v1/problems/{problem_id}/rerun").json()["code"] == "nothing_to_do"
    api.post(f"/v1/problems/{problem_id}/attachments", files=[("files", ("a.csv", b"a,b\n1,2\n3,4\n"))])
    assert api.get(f"/v1/problems/{problem_id}/executions").json()["stale_steps"] == STEPS
    assert api.post(f"/v1/problems/{problem_id}/rerun").json()["epoch"] == 2
    drain(problem_id)
    assert api.get(f"/v1/problems/{problem_id}/executions").json()["stale_steps"] == []


def test_every_number_can_be_computed_again(api: httpx.Client) -> None:
    problem_id = solved(api)
    entries = api.get(f"/v1/problems/{problem_id}/evidence").json()["items"]
    assert entries
    for entry in entries:
        assert api.get(f"/v1/problems/{problem_id}/evidence/{entry['key']}").json() == entry
        again = api.post(f"/v1/problems/{problem_id}/evidence/{entry['key']}/rerun").json()
        assert again["rerun"]["same"], again
    keys = ",".join(entry["key"] for entry in entries)
    assert api.get(f"/v1/problems/{problem_id}/evidence", params={"ids": keys}).json()["items"] == entries
    assert api.get(f"/v1/problems/{problem_id}/evidence/E00000000").json()["code"] == "evidence_not_found"
    assert api.get(f"/v1/problems/{problem_id}/evidence", params={"ids": "E1, ,E2"}).status_code == 404


def test_the_pages_show_where_a_number_comes_from(api: httpx.Client) -> None:
    problem_id = solved(api)
    (entry, *_) = api.get(f"/v1/problems/{problem_id}/evidence").json()["items"]
    opened = api.get(f"/problems/{problem_id}/evidence", params={"ids": entry["key"]})
    again = api.post(f"/problems/{problem_id}/evidence/{entry['key']}/rerun")
    for answer in (opened, again):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert re.findall(r"""(?:src|href)=["'](?:https?:)?//|<script>|style=|onclick=""", answer.text) == []
    assert entry["display"] in opened.text
    assert "Same again" in again.text
    assert "No number" in api.get(f"/problems/{problem_id}/evidence", params={"ids": "E00000000"}).text


def test_a_page_that_is_not_there_is_a_page(api: httpx.Client) -> None:
    answer = api.get("/problems/00000000-0000-0000-0000-000000000000/evidence", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}} [[E00000000]] %s"])
def test_what_people_write_never_becomes_markup(api: httpx.Client, text: str) -> None:
    problem_id = api.post("/v1/problems", data={"text": f"{text} fell", "title": text}).json()["id"]
    told = api.get(f"/problems/{problem_id}/evidence").text
    assert "<script>alert" not in told
    assert "<img" not in told


def test_an_edit_is_a_new_version_and_makes_what_follows_stale(api: httpx.Client) -> None:
    problem_id = solved(api)
    read = api.get(f"/v1/problems/{problem_id}/frame", params={"cited": True})
    frame = read.json()["decision"] | {"goal": "Which of 3 levers brings the margin back first?"}
    said = {"frame": frame, "reason": "The board wants an order."}
    answer = api.put(f"/v1/problems/{problem_id}/frame", json=said, headers={"If-Match": read.headers["etag"]})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert "Which of 3 levers" in api.get(f"/v1/problems/{problem_id}/frame").json()["decision"]["goal"]
    assert api.get(f"/v1/problems/{problem_id}/executions").json()["stale_steps"] == STEPS[1:]
    stale = api.put(f"/v1/problems/{problem_id}/frame", json=said, headers={"If-Match": read.headers["etag"]})
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "edit_conflict", 2)
    assert api.put(f"/v1/problems/{problem_id}/frame", json=said, headers={"If-Match": "newest"}).status_code == 422
    assert [one["version"] for one in api.get(f"/v1/problems/{problem_id}/frame/versions").json()] == [2, 1]


def test_the_tree_is_edited_node_by_node(api: httpx.Client) -> None:
    problem_id = solved(api)
    change = {"kind": "update", "node_id": "price", "title": "Did prices fall?"}
    answer = api.post(f"/v1/problems/{problem_id}/tree/edits", json={"edit": change}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert "Did prices fall?" in {node["title"] for node in answer.json()["decision"]["nodes"]}
    removed = {"edit": {"kind": "remove", "node_id": "nowhere"}}
    assert 400 <= api.post(f"/v1/problems/{problem_id}/tree/edits", json=removed).status_code < 500
    assert api.post(f"/v1/problems/{problem_id}/tree/edits", json={"edit": {"kind": "burn"}}).status_code == 422


def test_a_priority_is_overridden_with_a_reason(api: httpx.Client) -> None:
    problem_id = solved(api)
    path = f"/v1/problems/{problem_id}/priorities/cost"
    assert api.put(path, json={"impact_score": 9}).status_code == 422
    answer = api.put(path, json={"impact_score": 9, "reason": "Costs are what we can change."})
    assert answer.status_code == 200, answer.text
    (changed,) = [node for node in answer.json()["decision"]["nodes"] if node["node_id"] == "cost"]
    assert changed["impact_score"] == 9
    assert "what we can change" in changed["rationale"]
    assert api.put(path, json={"impact_score": 11, "reason": "more"}).status_code == 422


def test_the_files_are_listed_and_downloaded(api: httpx.Client) -> None:
    problem_id = solved(api)
    listed = api.get(f"/v1/problems/{problem_id}/deliverables").json()
    files = [one for one in listed if one["status"] == "ready"]
    assert {one["file_name"] for one in files} == {
        *("deck.pptx", "deck.pdf", "data-pack.zip", "audio.txt", "video.txt"),
        *(f"{name}.{form}" for name in ("summary", "summary-long") for form in ("md", "pdf", "docx")),
    }
    for one in files:
        answer = api.get(f"/v1/deliverables/{one['id']}/download")
        assert len(answer.content) == one["file_size"] == int(answer.headers["content-length"])
        assert answer.headers["etag"] == f'"{one["sha256"]}"'
        assert "attachment" in answer.headers["content-disposition"]
        assert api.get(f"/v1/deliverables/{one['id']}").json()["download_count"] == 1
    link = api.get(f"/v1/deliverables/{files[0]['id']}/download", params={"redirect": True}, follow_redirects=False)
    assert link.status_code == 307
    assert httpx.get(link.headers["location"]).status_code == 200
    assert api.post(f"/v1/problems/{problem_id}/verify").json()["holds"] is True


def test_a_file_that_could_not_be_made_says_why(api: httpx.Client) -> None:
    problem_id = solved(api)
    failed = [one for one in api.get(f"/v1/problems/{problem_id}/deliverables").json() if one["status"] == "failed"]
    assert {(one["deliverable_type"], one["file_name"]) for one in failed} == {("audio", "audio.mp3"), ("video", "video.mp4")}
    for one in failed:
        assert one["failure_reason"] == "The voice is switched off (SEVENSTEPS_VOICE=none)."
        assert one["file_size"] is one["sha256"] is None
        answer = api.get(f"/v1/deliverables/{one['id']}/download")
        assert answer.status_code == 404
        assert "switched off" in answer.json()["detail"]


def test_a_deck_is_approved_by_its_checks(api: httpx.Client) -> None:
    problem_id = solved(api)
    files = {one["file_name"]: one["id"] for one in api.get(f"/v1/problems/{problem_id}/deliverables").json()}
    deck = f"/v1/deliverables/{files['deck.pptx']}"
    found = api.get(f"{deck}/checks").json()
    assert [one["rule"] for one in found["report"]["results"]] == [f"D{number:02}" for number in range(1, 23)]
    assert found["approved_at"] is None
    assert api.get(f"/v1/deliverables/{files['summary.md']}/checks").status_code == 404
    assert api.post(f"/v1/deliverables/{files['summary.md']}/approval", json={}).json()["code"] == "approval_blocked"
    # The scripted deck is two slides long: it has no decision, so it cannot be approved whatever is said for it.
    assert found["errors"] > 0
    answer = api.post(f"{deck}/approval", json={"reason": "The board is waiting."})
    assert (answer.status_code, answer.json()["code"]) == (409, "approval_blocked")


def test_a_deck_is_drawn_in_a_customers_template_or_the_template_is_refused(api: httpx.Client) -> None:
    problem_id = solved(api)
    path = f"/v1/problems/{problem_id}/deck"
    answer = api.post(path, files={"template": ("ours.potx", as_potx(drawn()))})
    assert answer.status_code == 200, answer.text
    assert read_pptx(answer.content).problem_id == problem_id
    refused = api.post(path, files={"template": ("square.pptx", drawn(width=10))})
    assert (refused.status_code, refused.json()["code"]) == (422, "template_refused")
    assert "10.00 x 7.50" in refused.json()["detail"]
