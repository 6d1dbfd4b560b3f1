"""Memory over HTTP: what is asked is answered, and what is wrong is named."""

import httpx

from services.solving.memory.index import remember_message
from shared.settings import configured
from tests.api.conftest import submit
from tests.api.test_runs import drain
from tests.fixtures.runs import rows
from tests.solving.scripted import script


def test_similar_impact_and_reuse(api: httpx.Client) -> None:
    with configured({"SEVENSTEPS_ANALYST": "tests.solving.scripted:ScriptedAnalyst"}):
        earlier = submit(api, script(), data=b"month,margin\n2026-01-01,3\n2026-02-01,4\n")
        api.post(f"/v1/problems/{earlier}/runs")
        drain(earlier)
    for message in rows("SELECT id FROM platform.outbox WHERE task = 'solving.remember'"):
        remember_message(message[0])
    later = submit(api, script())
    found = api.get(f"/v1/problems/{later}/similar", params={"limit": 50}).json()
    assert earlier in [one["problem_id"] for one in found["items"]]
    assert [one["file"] for one in api.get(f"/v1/problems/{earlier}/impact").json()] == ["data.csv"]
    assert api.get(f"/v1/problems/{earlier}/impact", params={"file": "other.csv"}).json()["code"] == "attachment_not_found"
    assert any(one["problem_id"] == earlier for one in api.get("/v1/memory", params={"q": "bring the margin back", "limit": 50}).json())
    early = api.post(f"/v1/problems/{later}/tree/reuse", json={"problem_id": earlier})
    assert (early.status_code, early.json()["code"]) == (404, "step_not_done")
    with configured({"SEVENSTEPS_ANALYST": "tests.solving.scripted:ScriptedAnalyst"}):
        api.post(f"/v1/problems/{later}/run-step", json={"step": "frame"})
        drain(later)
    reused = api.post(f"/v1/problems/{later}/tree/reuse", json={"problem_id": earlier, "reason": "It held there"})
    assert reused.status_code == 200
    assert [node["id"] for node in reused.json()["decision"]["nodes"]] == ["root", "price", "cost"]
    assert api.get(f"/v1/problems/{later}/tree/versions").json()[0]["reason"] == "It held there"
