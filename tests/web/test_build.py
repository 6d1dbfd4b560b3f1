"""The built front end: complete, small at first, and typed by the HTTP API as it is."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.api import client
from services.web import BUILT, build

MOST_FIRST_BYTES = 200_000


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    build.check()
    found: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    return found


def test_the_types_of_the_api_are_those_of_its_document() -> None:
    assert client.TYPES.read_text("utf-8") == client.types(), "the API has changed: run `make client`"


def test_the_first_page_stays_small(manifest: dict[str, Any]) -> None:
    first, waiting = set[str](), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name not in first:
            first.add(name)
            waiting += manifest[name].get("imports", [])
    scripts = [BUILT / manifest[name]["file"] for name in first]
    size = sum(len(gzip.compress(path.read_bytes())) for path in scripts if path.suffix == ".js")
    assert 50_000 < size <= MOST_FIRST_BYTES


def test_nothing_in_it_is_fetched_from_elsewhere() -> None:
    page = (BUILT / "index.html").read_text("utf-8")
    styles = "".join(path.read_text("utf-8") for path in (BUILT / "assets").glob("*.css"))
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page) == []
    assert re.findall(r"""@import|url\(["']?(?:https?:)?//""", styles) == []
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_a_folder_that_is_not_complete_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "BUILT", tmp_path)
    with pytest.raises(build.FrontEndNotBuiltError, match=r"index\.html is missing"):
        build.check()
    (tmp_path / "index.html").write_text("<html>")
    (tmp_path / "manifest.json").write_text('{"a": {"file": "assets/a.js"}}')
    with pytest.raises(build.FrontEndNotBuiltError, match=r"lacks assets/a\.js"):
        build.check()


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((build.ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: found for name, found in lock["packages"].items() if name}
    assert packages
    assert [name for name, found in packages.items() if "resolved" in found or "integrity" not in found] == []


def test_the_front_ends_own_checks_pass() -> None:
    build.install()
    assert build.node("node_modules/typescript/bin/tsc", "--noEmit").stdout == ""
    assert " passed" in build.node("node_modules/vitest/vitest.mjs", "run").stdout
