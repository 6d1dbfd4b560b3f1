"""The whole platform behind a browser: every store, a worker as a process, the API on loopback."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from services.api.app import create_app
from services.cli.session import bring_up_to_date
from shared.logging import configure_logging
from shared.settings import Settings
from tests.fixtures.runs import Workers, eventually
from tests.fixtures.server import serving
from tests.web.browser import Told, browsing, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser; without one on the machine these tests say so and are skipped."""
    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with browsing(executable) as found:
        yield found


@pytest.fixture(scope="session")
def site(platform: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Return a client of a platform that solves what it is handed."""
    bring_up_to_date()
    configure_logging(platform)
    group = Workers(tmp_path_factory.mktemp("web-worker"))
    group.start(SEVENSTEPS_LEASE_SECONDS=30)
    with serving(create_app(platform)) as client:
        yield client
    group.stop()


@pytest.fixture(scope="session")
def solved(site: httpx.Client) -> str:
    """Return the id of a bundled problem that went through all seven steps."""
    problem_id = str(site.post("/v1/samples/saas/problems").json()["id"])
    site.post(f"/v1/problems/{problem_id}/runs", json={"mode": "auto"})

    def done() -> bool:
        """The run is completed."""
        return bool(site.get(f"/v1/problems/{problem_id}/runs").json()[0]["status"] == "completed")

    eventually(done, seconds=180, every=0.5)
    return problem_id


@pytest.fixture
def page(browser: Browser, site: httpx.Client, tmp_path: Path) -> Iterator[Page]:
    """Return a page that is checked at the end: no script failed, the policy refused nothing, nothing was asked from outside."""
    base = str(site.base_url)
    context = browser.new_context(base_url=base, viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    opened = context.new_page()
    told = Told(opened, base)
    yield opened
    context.close()
    assert told.errors == []
