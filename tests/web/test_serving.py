"""How the API serves the front end: on its own paths only, under a policy that lets nothing in from outside."""

import re
from collections.abc import Iterator

import httpx
import pytest

from services.api import web
from services.api.app import create_app
from services.web import BUILT
from shared.settings import Settings
from tests.fixtures.server import serving

PROBLEM = "6f1d2c2e-3a55-4d0e-9a3f-0c5a1b7e8d90"  # an address needs no problem behind it to be a link


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(create_app(Settings())) as found:
        yield found


@pytest.mark.parametrize("path", ["/", "/problems/new", f"/problems/{PROBLEM}", *(f"/problems/{PROBLEM}/{name}" for name in web.SCREENS)])
def test_every_screen_is_a_link(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert '<div id="root">' in answer.text


def test_each_page_has_a_nonce_of_its_own_and_no_unsafe_source(client: httpx.Client) -> None:
    nonces = set()
    for answer in (client.get("/"), client.get("/")):
        policy = answer.headers["content-security-policy"]
        (nonce,) = re.findall(r"'nonce-([\w-]+)'", policy)
        assert f'content="{nonce}"' in answer.text
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        nonces.add(nonce)
    assert len(nonces) == 2


@pytest.mark.parametrize("path", ["/v1/nowhere", "/v1", "/problems/new/more", f"/problems/{PROBLEM}/nope", "/assets/none.js", "/nowhere"])
def test_what_is_not_there_is_not_answered_with_the_front_end(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert '<div id="root">' not in answer.text


def test_other_pages_keep_their_paths(client: httpx.Client) -> None:
    assert "no such problem" in client.get("/problems/problem_not_found").text
    assert client.get("/healthz").json() == {"status": "ok"}


def test_files_with_a_hash_in_their_name_are_kept_for_ever(client: httpx.Client) -> None:
    name = next((BUILT / "assets").glob("index-*.js")).name
    answer = client.get(f"/assets/{name}")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-security-policy"]
    assert client.post("/").status_code == 405
