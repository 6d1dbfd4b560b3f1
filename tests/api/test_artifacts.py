"""Artifacts over HTTP: listed, narrowed, downloaded and gone with what they belong to."""

import hashlib
import json
from collections.abc import Iterator

import httpx
import pytest

from services.solving.retention import dangling, orphans
from shared.kit.clock import now
from shared.settings import configured
from shared.storage import get_object_store
from tests.api.conftest import submit
from tests.api.test_runs import drain
from tests.solving.scripted import script

SALES = b"region,amount\n" + b"".join(b"%s,%d\n" % (b"North" if i % 2 else b"South", i) for i in range(40))


@pytest.fixture
def scripted(api: httpx.Client) -> Iterator[None]:
    with configured({"SEVENSTEPS_ANALYST": "tests.solving.scripted:ScriptedAnalyst"}):
        yield


@pytest.fixture
def problem_id(api: httpx.Client, scripted: None) -> str:
    found = submit(api, script(), sales=SALES)
    assert api.post(f"/v1/problems/{found}/runs").status_code == 202
    drain(found)
    return found


def test_every_plan_has_its_files(api: httpx.Client, problem_id: str) -> None:
    listed = api.get(f"/v1/problems/{problem_id}/artifacts").json()
    plans = {plan["question_id"] for plan in api.get(f"/v1/problems/{problem_id}/plans").json()["decision"]["plans"]}
    assert {(one["metadata"]["question_id"], one["artifact_type"]) for one in listed} == {
        (plan, kind) for plan in plans for kind in ("notebook", "sql_query")
    }
    paths = [one["metadata"]["path"] for one in listed]
    assert paths == sorted(paths)


def test_the_list_is_narrowed_by_type_and_plan(api: httpx.Client, problem_id: str) -> None:
    path = f"/v1/problems/{problem_id}/artifacts"
    assert {one["artifact_type"] for one in api.get(path, params={"type": "notebook"}).json()} == {"notebook"}
    assert {one["metadata"]["question_id"] for one in api.get(path, params={"plan": "cost"}).json()} == {"cost"}
    assert api.get(path, params={"plan": "' or true --"}).json() == []
    assert api.get(path, params={"type": "painting"}).status_code == 422


def test_a_download_is_the_bytes_that_were_stored_with_the_table_it_reads(api: httpx.Client, problem_id: str) -> None:
    notebook = api.get(f"/v1/problems/{problem_id}/artifacts", params={"type": "notebook"}).json()[0]
    assert api.get(f"/v1/artifacts/{notebook['id']}").json() == notebook
    answer = api.get(f"/v1/artifacts/{notebook['id']}/download")
    assert hashlib.sha256(answer.content).hexdigest() == notebook["metadata"]["sha256"]
    assert answer.headers["content-type"] == "application/x-ipynb+json"
    assert len(answer.content) == notebook["file_size"]
    dataset = api.get(f"/v1/problems/{problem_id}").json()["datasets"][0]
    table = api.get(f"/v1/problems/{problem_id}/datasets/{dataset['id']}/download")
    name = table.headers["content-disposition"].rpartition("'")[2]
    read = "".join("".join(cell["source"]) for cell in json.loads(answer.content)["cells"])
    assert f"'../data/{name}', '{hashlib.sha256(table.content).hexdigest()}'" in read


def test_what_is_not_there_is_not_found(api: httpx.Client, problem_id: str) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    assert api.get(f"/v1/problems/{nowhere}/artifacts").json()["code"] == "problem_not_found"
    assert api.get(f"/v1/artifacts/{nowhere}").json()["code"] == "artifact_not_found"
    assert api.get(f"/v1/artifacts/{nowhere}/download").status_code == 404
    assert api.get(f"/v1/problems/{problem_id}/datasets/{nowhere}/download").json()["code"] == "dataset_not_found"


def test_artifacts_are_named_by_rows_and_go_with_their_problem(api: httpx.Client, problem_id: str) -> None:
    store = get_object_store()
    one = api.get(f"/v1/problems/{problem_id}/artifacts").json()[0]
    assert dangling(store) == []
    assert one["metadata"]["sha256"] not in {lost.sha256 for lost in orphans(store, before=now())}
    assert api.delete(f"/v1/problems/{problem_id}").status_code == 204
    assert api.get(f"/v1/artifacts/{one['id']}").status_code == 404
