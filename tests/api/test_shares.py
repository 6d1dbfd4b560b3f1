"""A share link over HTTP: made by an analyst, opened by anybody who holds it, closed by its end or by hand."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from services.api.pages.share import share_page
from services.solving.sharing.view import SharedAnswer
from shared.db import transaction
from shared.settings import configured
from tests.api.conftest import submit
from tests.api.test_runs import solved

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def problem_id(api: httpx.Client) -> Iterator[str]:
    with configured({"SEVENSTEPS_ANALYST": "tests.solving.scripted:ScriptedAnalyst"}):
        yield solved(api)


def shared(api: httpx.Client, problem_id: str, **how: object) -> dict[str, str]:
    answer = api.post(f"/v1/problems/{problem_id}/shares", json=how)
    assert answer.status_code == 201, answer.text
    return {"id": answer.json()["share"]["id"], "token": answer.json()["token"], "url": answer.json()["url"]}


class Tags(HTMLParser):
    """Collects what could run or lead elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs


def test_a_link_is_made_used_and_ended(api: httpx.Client, problem_id: str) -> None:
    link = shared(api, problem_id, days=7, label="The board")
    answer = api.get(f"/v1/shared/{link['token']}")
    assert answer.status_code == 200
    body = answer.json()
    assert body["answer"] == "Price moved the margin"
    assert [slide["title"] for slide in body["slides"]] == ["Price moved the margin"]
    file = body["files"][0]
    taken = api.get(f"/v1/shared/{link['token']}/files/{file['id']}")
    assert taken.status_code == 200
    assert taken.headers["content-disposition"].startswith("attachment")
    assert taken.headers["x-content-type-options"] == "nosniff"
    assert taken.headers["etag"] == f'"{file["sha256"]}"'
    listed = next(one for one in api.get(f"/v1/problems/{problem_id}/shares").json() if one["id"] == link["id"])
    assert (listed["status"], listed["views"], listed["files_taken"], listed["label"]) == ("active", 1, 1, "The board")
    assert "token" not in str(listed)
    log = api.get(f"/v1/shares/{link['id']}/visits").json()
    assert [one["kind"] for one in log["items"]] == ["download", "view"]
    assert api.post(f"/v1/shares/{link['id']}/revoke").json()["status"] == "revoked"
    for gone in (f"/v1/shared/{link['token']}", f"/v1/shared/{link['token']}/files/{file['id']}"):
        ended = api.get(gone)
        assert (ended.status_code, ended.json()["code"]) == (404, "share_link_not_found")


def test_a_link_to_the_object_store_is_good_for_five_minutes_and_an_attachment(api: httpx.Client, problem_id: str) -> None:
    link = shared(api, problem_id)
    file = api.get(f"/v1/shared/{link['token']}").json()["files"][0]
    for path in (f"/v1/shared/{link['token']}/files/{file['id']}", f"/v1/deliverables/{file['id']}/download"):
        answer = api.get(path, params={"redirect": True})
        assert answer.status_code == 307
        asked = httpx.URL(answer.headers["location"]).params
        assert int(asked["X-Amz-Expires"]) <= 300
        fetched = httpx.get(answer.headers["location"])
        assert fetched.status_code == 200
        assert fetched.headers["content-disposition"].startswith("attachment")
        assert len(fetched.content) == file["file_size"]


def test_the_page_needs_no_account_and_runs_nothing(api: httpx.Client, problem_id: str) -> None:
    link = shared(api, problem_id)
    path = re.sub(r"^https?://[^/]+", "", link["url"])
    answer = api.get(path, headers=HTML)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"
    tags = Tags(answer.text)
    assert {"script", "form", "iframe", "style"} & set(tags.names) == set()
    assert [name for name, _ in tags.attributes if name.startswith("on") or name == "style"] == []
    leads = [value or "" for name, value in tags.attributes if name in {"href", "src"}]
    assert all(value.startswith((path, "/static/", "data:,", "#")) for value in leads), leads
    assert "Price moved the margin" in answer.text
    downloads = [value for value in leads if "/files/" in value]
    assert downloads
    assert api.get(downloads[0]).headers["content-disposition"].startswith("attachment")


def test_numbers_open_their_evidence_and_only_those_of_the_deck(api: httpx.Client, problem_id: str) -> None:
    link = shared(api, problem_id)
    with transaction() as session:
        kept = session.scalars(text("SELECT key FROM solving.evidence WHERE problem_id = :id"), {"id": problem_id}).all()
        change = "UPDATE solving.step_outputs SET output = jsonb_set(output, '{numbers}', CAST(:numbers AS jsonb))"
        numbers = f'{{"{kept[0]}": {{"key": "{kept[0]}", "value": 0.05, "display": "5%", "label": "effect"}}}}'
        session.execute(text(f"{change} WHERE problem_id = :id AND step = 'present'"), {"numbers": numbers, "id": problem_id})
    opened = api.get(f"/v1/shared/{link['token']}/evidence", params={"ids": kept[0]})
    assert [one["key"] for one in opened.json()] == [kept[0]]
    page = api.get(f"/share/{link['token']}/evidence", params={"ids": kept[0]}, headers=HTML)
    assert page.status_code == 200
    assert "form" not in Tags(page.text).names
    for other in (kept[1], "E00000000"):
        assert api.get(f"/v1/shared/{link['token']}/evidence", params={"ids": other}).status_code == 404
        assert api.get(f"/share/{link['token']}/evidence", params={"ids": other}, headers=HTML).status_code == 404
    assert api.get(f"/v1/shared/{'A' * 43}/evidence", params={"ids": kept[0]}).json()["code"] == "share_link_not_found"


def test_hostile_words_stay_words(api: httpx.Client, problem_id: str) -> None:
    link = shared(api, problem_id)
    with transaction() as session:
        change = "UPDATE solving.step_outputs SET output = jsonb_set(output, '{title}', to_jsonb(CAST(:title AS text)))"
        where = "WHERE problem_id = :id AND step = 'present'"
        old = session.scalar(text(f"SELECT output->>'title' FROM solving.step_outputs {where}"), {"id": problem_id})
        session.execute(text(f"{change} {where}"), {"title": "<script>alert(1)</script>", "id": problem_id})
    try:
        page = api.get(f"/share/{link['token']}", headers=HTML).text
    finally:
        with transaction() as session:
            session.execute(text(f"{change} {where}"), {"title": old, "id": problem_id})
    assert "&lt;script&gt;" in page
    assert "script" not in Tags(page).names


def test_slides_are_pictures_for_whoever_may_see_them_and_for_nobody_else(api: httpx.Client, problem_id: str) -> None:
    link = shared(api, problem_id)
    page = f"/share/{link['token']}"
    assert api.get(page, headers=HTML).status_code == 200
    address = f"{page}/slides/1"
    behind = api.get(address)
    assert behind.headers["content-type"] == "image/png"
    assert behind.content.startswith(b"\x89PNG")
    own = api.get(f"/v1/problems/{problem_id}/deck/slides/1/picture")
    assert own.content == behind.content == api.get(f"/v1/shared/{link['token']}/slides/1/picture").content
    assert [api.get(f"{page}/slides/{there}").status_code for there in ("0", "99", "1?part=2", "1?part=0")] == [404, 404, 404, 422]
    views = api.get(f"/v1/problems/{problem_id}/shares").json()[0]["views"]
    assert views == 1, "a picture of the page is no view of its own"
    assert api.post(f"/v1/shares/{link['id']}/revoke").status_code == 200
    assert [api.get(ended).status_code for ended in (address, f"/v1/shared/{link['token']}/slides/1/picture")] == [404, 404]


def test_the_page_shows_every_page_of_a_slide_and_plays_with_captions(api: httpx.Client, problem_id: str) -> None:
    answer = SharedAnswer.model_validate(api.get(f"/v1/shared/{shared(api, problem_id)['token']}").json())
    slide = answer.slides[0].model_copy(update={"kind": "tree", "pages": 2})
    names = ("video.mp4", "video/mp4"), ("video.vtt", "text/vtt"), ("summary-long.pdf", "application/pdf")
    kinds = ("video", "video", "executive_summary")
    files = [
        answer.files[0].model_copy(update={"id": uuid4(), "deliverable_type": kind, "file_name": name, "mime_type": mime})
        for kind, (name, mime) in zip(kinds, names, strict=True)
    ]
    page = share_page(answer.model_copy(update={"slides": [slide], "files": files}), "/share/x")
    assert re.findall(r'<img src="([^"]+)"', page) == ["/share/x/slides/1?part=1", "/share/x/slides/1?part=2"]
    assert f'<track kind="captions" src="/share/x/files/{files[1].id}"' in page
    assert all(name in page for name in ("Captions", "Long summary"))


def test_an_ended_or_guessed_link_says_the_same_to_a_person(api: httpx.Client, problem_id: str) -> None:
    link = shared(api, problem_id)
    with transaction() as session:
        session.execute(text("UPDATE solving.share_links SET expires_at = now() WHERE id = :id"), {"id": link["id"]})
    ended, guessed = (api.get(f"/share/{token}", headers=HTML) for token in (link["token"], "A" * 43))
    assert ended.status_code == guessed.status_code == 404
    assert ended.text == guessed.text
    assert "not valid" in ended.text
    assert api.get(f"/v1/problems/{problem_id}/shares").json()[0]["status"] == "expired"


def test_what_cannot_be_shared_is_refused(api: httpx.Client, problem_id: str) -> None:
    early = submit(api, "Costs rose; find out why.")
    assert api.post(f"/v1/problems/{early}/shares", json={}).json()["code"] == "step_not_done"
    assert api.post(f"/v1/problems/{problem_id}/shares", json={"days": 400}).status_code == 422
    assert api.get("/v1/shares/00000000-0000-0000-0000-000000000000/visits").status_code == 404


def test_an_expired_file_can_be_asked_for_again(api: httpx.Client, problem_id: str) -> None:
    file = next(one for one in api.get(f"/v1/problems/{problem_id}/deliverables").json() if one["status"] == "ready")
    assert api.post(f"/v1/deliverables/{file['id']}/regenerate").json()["code"] == "deliverable_not_expired"
    with transaction() as session:
        session.execute(text("UPDATE solving.deliverables SET status = 'expired' WHERE id = :id"), {"id": file["id"]})
    asked = api.post(f"/v1/deliverables/{file['id']}/regenerate")
    assert (asked.status_code, asked.json()["status"]) == (202, "generating")
    assert asked.headers["location"] == f"/v1/deliverables/{file['id']}"
