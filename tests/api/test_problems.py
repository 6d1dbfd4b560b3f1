"""Problems over HTTP: handed in, found, listed, deleted; every bad input gets a sentence and never a 500."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import openpyxl
import pytest

from tests.api.conftest import submit

CSV = b"month,region,cost_eur,orders\n2026-01-01,North,120.5,10\n2026-01-01,South,99.0,11\n2026-02-01,North,140.0,10\n"
TEXT = "Cost per order rose; bring it down 10% by 31 December 2026."


def post(api: httpx.Client, text: str = TEXT, files: list[tuple[str, bytes]] | None = None, **more: str) -> httpx.Response:
    parts = [("files", part) for part in files or []]
    return api.post("/v1/problems", data={"text": text, **more}, files=parts or None)


def test_a_problem_comes_back_as_it_was_handed_in(api: httpx.Client) -> None:
    answer = post(api, files=[("costs.csv", CSV)], title="Costs", urgency="high")
    problem = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/problems/{problem['id']}"
    assert (problem["title"], problem["urgency"], problem["status"], problem["raw_text"]) == ("Costs", "high", "created", TEXT)
    assert [(a["file_name"], a["file_size"]) for a in problem["attachments"]] == [("costs.csv", len(CSV))]
    assert [(d["name"], d["row_count"], d["column_count"]) for d in problem["datasets"]] == [("costs", 3, 4)]
    assert api.get(answer.headers["location"]).json() == problem


def test_a_problem_may_come_without_data(api: httpx.Client) -> None:
    assert post(api).json()["datasets"] == []


@pytest.mark.parametrize("path", ["", "/runs", "/executions", "/history", "/events", "/frame", "/tree", "/findings", "/audit", "/feedback"])
def test_a_problem_nobody_has_is_404_everywhere(api: httpx.Client, path: str) -> None:
    answer = api.get(f"/v1/problems/{uuid4()}{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "problem_not_found"


def test_an_id_that_is_none_is_422(api: httpx.Client) -> None:
    assert api.get("/v1/problems/42").status_code == 422


def test_lists_go_on_where_they_stopped_and_miss_nothing(api: httpx.Client) -> None:
    mark = f"mark{uuid4().hex[:10]}"
    created = [post(api, f"{TEXT} {mark}").json()["id"] for _ in range(5)]
    seen: list[str] = []
    page = api.get("/v1/problems", params={"q": mark, "limit": 2}).json()
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        page = api.get("/v1/problems", params={"q": mark, "limit": 2, "cursor": page["next_cursor"]}).json()
    assert seen == created[::-1]


def test_a_page_links_to_the_next(api: httpx.Client) -> None:
    mark = f"mark{uuid4().hex[:10]}"
    for _ in range(2):
        post(api, f"{TEXT} {mark}")
    first = api.get("/v1/problems", params={"q": mark, "limit": 1})
    following = first.links["next"]["url"]
    assert api.get(following).json()["items"][0]["id"] != first.json()["items"][0]["id"]


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 201}, {"cursor": "nonsense"}, {"cursor": "W10="}, {"created_after": "soon"}])
def test_a_list_refuses_what_it_cannot_use(api: httpx.Client, params: dict[str, Any]) -> None:
    answer = api.get("/v1/problems", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("q", ['"', "a & | !", "-", "%00", "\x00", "漢字 or", "'; drop table problems; --", "(((", ":*"])
def test_a_search_takes_any_words(api: httpx.Client, q: str) -> None:
    assert api.get("/v1/problems", params={"q": q}).status_code == 200


def test_filters_narrow_the_list(api: httpx.Client) -> None:
    mark = f"mark{uuid4().hex[:10]}"
    post(api, f"{TEXT} {mark}", urgency="critical")
    post(api, f"{TEXT} {mark}", urgency="low")
    found = api.get("/v1/problems", params={"q": mark, "urgency": "critical", "status": "created"}).json()["items"]
    assert [item["urgency"] for item in found] == ["critical"]
    assert api.get("/v1/problems", params={"q": mark, "submitter": "somebody else"}).json()["items"] == []


def test_a_deleted_problem_is_gone(api: httpx.Client) -> None:
    problem_id = submit(api)
    assert api.delete(f"/v1/problems/{problem_id}").status_code == 204
    assert api.get(f"/v1/problems/{problem_id}").status_code == 404
    assert api.delete(f"/v1/problems/{problem_id}").status_code == 404


def test_files_can_be_added_and_replaced(api: httpx.Client) -> None:
    problem_id = submit(api, costs=CSV)
    more = [("files", ("costs.csv", CSV + b"2026-02-01,South,90,10\n")), ("files", ("regions.csv", b"region,manager\nNorth,3\nSouth,4\n"))]
    problem = api.post(f"/v1/problems/{problem_id}/attachments", files=more).json()
    assert [(d["name"], d["row_count"]) for d in problem["datasets"]] == [("costs", 4), ("regions", 2)]


def test_twenty_racing_requests_with_one_key_make_one_problem(api: httpx.Client) -> None:
    key, mark = f"key-{uuid4()}", f"mark{uuid4().hex[:10]}"

    def ask(_: int) -> httpx.Response:
        return api.post("/v1/problems", data={"text": f"{TEXT} {mark}"}, headers={"Idempotency-Key": key})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(api.get("/v1/problems", params={"q": mark}).json()["items"]) == 1


def test_a_key_is_good_for_one_request_only(api: httpx.Client) -> None:
    headers = {"Idempotency-Key": f"key-{uuid4()}"}
    assert api.post("/v1/problems", data={"text": TEXT}, headers=headers).status_code == 201
    answer = api.post("/v1/problems", data={"text": f"{TEXT} And more."}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"


def test_feedback_is_one_per_user(api: httpx.Client) -> None:
    problem_id = submit(api)
    assert api.put(f"/v1/problems/{problem_id}/feedback", json={"rating": 2}).status_code == 200
    api.put(f"/v1/problems/{problem_id}/feedback", json={"rating": 5, "feedback_text": "Good \x00 work", "category": "deck"})
    said = api.get(f"/v1/problems/{problem_id}/feedback").json()
    assert [(item["rating"], item["category"]) for item in said] == [(5, "deck")]
    assert api.put(f"/v1/problems/{problem_id}/feedback", json={"rating": 6}).status_code == 422


def test_the_trail_tells_who_did_what(api: httpx.Client) -> None:
    problem_id = submit(api)
    api.put(f"/v1/problems/{problem_id}/feedback", json={"rating": 4})
    trail = api.get(f"/v1/problems/{problem_id}/audit").json()["items"]
    assert [entry["action"] for entry in trail] == ["feedback.given", "problem.created"]
    assert {entry["actor"] for entry in trail} == {"local@localhost"}


def test_samples_are_offered_and_handed_in(api: httpx.Client) -> None:
    assert [one["name"] for one in api.get("/v1/samples").json()] == ["saas", "retail", "market"]
    problem = api.post("/v1/samples/market/problems").json()
    assert [d["name"] for d in problem["datasets"]] == ["competitor_prices", "countries"]
    assert api.post("/v1/samples/bakery/problems").status_code == 404


@pytest.mark.parametrize("text", ["", "   \n\t ", "?!…", "\x00", "x" * 20_001])
def test_a_text_that_says_nothing_is_refused(api: httpx.Client, text: str) -> None:
    answer = post(api, text)
    assert answer.status_code == 422
    assert len(answer.json()["detail"]) > 20


def test_a_request_without_text_is_refused(api: httpx.Client) -> None:
    assert api.post("/v1/problems", data={"title": "x"}).status_code == 422
    assert api.post("/v1/problems", json={"text": TEXT}).status_code == 422
    assert post(api, urgency="yesterday").status_code == 422


def excel(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


REFUSED: dict[str, tuple[str, bytes]] = {
    "no bytes": ("empty.csv", b""),
    "a PDF called csv": ("report.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n" * 20),
    "a picture called csv": ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
    "a header and nothing else": ("header.csv", b"month,cost\n"),
    "broken parquet": ("table.parquet", b"PAR1" + b"\x00" * 64),
    "broken Excel": ("book.xlsx", b"PK\x03\x04" + b"\x00" * 64),
    "broken JSON": ("rows.json", b'[{"a": 1}, {"a": '),
    "a program": ("tool.exe", b"MZ" + b"\x00" * 200),
}
ACCEPTED: dict[str, tuple[str, bytes]] = {
    "one column": ("one.csv", b"cost\n1\n2\n3\n"),
    "only nulls": ("nulls.csv", b"a,b\n,\n,\n,\n"),
    "duplicated headers": ("twice.csv", b"a,a,a\n1,2,3\n4,5,6\n"),
    "mixed types": ("mixed.csv", b"a,b\n1,x\ntwo,3\n,4.5\n"),
    "NaN and infinities": ("odd.csv", b"a,b\nNaN,1\nInf,2\n-Infinity,3\n1e308,4\n1e-308,5\n"),
    "formulas": ("formulas.csv", b"a,b\n=cmd|' /C calc'!A0,1\n\"=SUM(A1:A2)\",2\n@x,3\n"),
    "emoji and right to left": ("שלום \U0001f600.csv", "שם,עיר \U0001f600\nאבי,חיפה\nدانا,عكا\n".encode()),
    "three date formats": ("dates.csv", b"d,v\n2026-01-31,1\n31.01.2026,2\n01/31/2026,3\n"),
    "many columns": (
        "wide.csv",
        (",".join(f"c{i}" for i in range(400)) + "\n" + ",".join("1" * 400) + "\n" + ",".join("2" * 400)).encode(),
    ),
    "semicolons and decimal commas": ("deutsch.csv", "Monat;Umsatz\n01.02.2026;1.234,50\n01.03.2026;2.345,60\n".encode("latin-1")),
    "a name that climbs": ("../../etc/passwd.csv", b"a,b\n1,2\n3,4\n"),
    "a name that is SQL": ('x"; drop table y; --.csv', b"a,b\n1,2\n3,4\n"),
    "columns that are SQL": ("sql.csv", b'"a""; drop table x; --","b\'",[[E00000000]]\n1,2,3\n4,5,6\n'),
    "Excel": ("book.xlsx", excel([["month", "cost"], ["2026-01-01", 3], ["2026-02-01", 4]])),
    "JSON": ("rows.json", json.dumps([{"a": 1, "b": "x"}, {"a": 2, "b": None}]).encode()),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_file_that_holds_no_table_is_named_in_a_4xx(api: httpx.Client, name: str) -> None:
    file_name, content = REFUSED[name]
    answer = post(api, files=[("good.csv", CSV), (file_name, content)])
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert file_name in answer.json()["detail"]


@pytest.mark.parametrize("name", list(ACCEPTED))
def test_odd_files_are_read_or_refused_with_a_sentence(api: httpx.Client, name: str) -> None:
    answer = post(api, files=[ACCEPTED[name]])
    assert answer.status_code == 201, answer.text
    (dataset,) = answer.json()["datasets"]
    assert dataset["row_count"] >= 2
    assert "/" not in dataset["name"]


def test_too_many_files_are_refused(api: httpx.Client) -> None:
    assert post(api, files=[(f"f{i}.csv", CSV) for i in range(51)]).status_code == 422
