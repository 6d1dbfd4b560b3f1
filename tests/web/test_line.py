"""The line to the server breaks in the middle of a run: the page says so, loses nothing, and needs no reload."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from services.api.app import create_app
from shared.settings import Settings
from tests.fixtures.cable import Cable, cable_to
from tests.fixtures.runs import eventually
from tests.fixtures.server import serving

# What the page had seen by its own fetches: every number of an event, in the order in which they came.
_HEAR = """
const seen = (window.seen = []);
const ask = window.fetch;
window.fetch = async (...given) => {
  const answer = await ask(...given);
  if (!(answer.headers.get("content-type") || "").startsWith("text/event-stream")) return answer;
  const [kept, read] = answer.body.tee();
  (async () => {
    const reader = read.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ done: true }));
      if (done) break;
      text += value;
      const parts = text.split("\\n\\n");
      text = parts.pop();
      for (const part of parts) { const id = /^id: ?(\\d+)/m.exec(part); if (id) seen.push(Number(id[1])); }
    }
  })();
  return new Response(kept, { status: answer.status, headers: answer.headers });
};
"""


@pytest.fixture
def cable(site: httpx.Client) -> Iterator[Cable]:
    """Return a cable to the platform."""
    with cable_to(site.base_url.port or 80) as laid:
        yield laid


@pytest.fixture
def watched(browser: Browser, cable: Cable) -> Iterator[Page]:
    """Return a page at the other end of the cable that keeps the numbers of the events it was sent."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{cable.port}", viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.add_init_script(_HEAR)
    yield page
    context.close()


def started(site: httpx.Client, page: Page) -> str:
    """Start a guided run of a bundled problem, open its page, and wait until it waits for a person after the frame."""
    problem_id = str(site.post("/v1/samples/saas/problems").json()["id"])
    page.goto(f"/problems/{problem_id}")
    expect(page.locator("[data-line]")).to_have_text("Live")
    site.post(f"/v1/problems/{problem_id}/runs", json={"mode": "guided"})
    expect(page.get_by_role("link", name="Review Frame")).to_be_visible(timeout=90_000)
    return problem_id


def go_on(site: httpx.Client, problem_id: str) -> None:
    """Approve what waits, with no page involved."""
    assert site.post(f"/v1/problems/{problem_id}/continue").status_code in {200, 202}


def waits_at(site: httpx.Client, problem_id: str, step: str) -> bool:
    """Say whether the run waits for a person after a step."""
    waiting = site.get(f"/v1/problems/{problem_id}/approvals").json()["waiting"]
    return bool(waiting and waiting["step"] == step)


def newest_event(site: httpx.Client, problem_id: str) -> int:
    """Return the number of the newest event."""
    return int(site.get(f"/v1/problems/{problem_id}").json()["last_seq"])


def assert_heard_all(page: Page, last: int) -> None:
    """No event is missing between the first that reached the page and the last; the snapshot stands for those before it was opened."""
    page.wait_for_function("last => window.seen.at(-1) === last", arg=last, timeout=30_000)
    seen = page.evaluate("() => window.seen")
    assert sorted(set(seen)) == list(range(seen[0], last + 1))


def test_a_cut_cable_in_mid_run_loses_nothing(watched: Page, cable: Cable, site: httpx.Client) -> None:
    problem_id = started(site, watched)
    cable.cut()
    expect(watched.locator("[data-line]")).to_have_text(re.compile("Reconnecting|Offline"))
    go_on(site, problem_id)
    eventually(lambda: waits_at(site, problem_id, "prioritize"), seconds=120, every=0.3)
    expect(watched.get_by_role("link", name="Review Frame")).to_be_visible()  # what it knew is still there to read
    cable.mend()
    expect(watched.locator("[data-line]")).to_have_text("Live")
    expect(watched.get_by_role("link", name="Review Prioritise")).to_be_visible()
    assert_heard_all(watched, newest_event(site, problem_id))


def test_the_api_restarts_in_mid_run(watched: Page, cable: Cable, site: httpx.Client, platform: Settings) -> None:
    with serving(create_app(platform)) as first:
        cable.mend(first.base_url.port)
        problem_id = started(site, watched)
        go_on(site, problem_id)
    expect(watched.locator("[data-line]")).to_have_text(re.compile("Reconnecting|Offline"))
    with serving(create_app(platform)) as second:
        cable.mend(second.base_url.port)
        expect(watched.get_by_role("link", name="Review Prioritise")).to_be_visible(timeout=120_000)
        expect(watched.locator("[data-line]")).to_have_text("Live")
        assert_heard_all(watched, newest_event(site, problem_id))


def test_a_reload_shows_what_was_there(watched: Page, site: httpx.Client) -> None:
    problem_id = started(site, watched)
    watched.reload()
    expect(watched.get_by_role("link", name="Review Frame")).to_be_visible()
    go_on(site, problem_id)
    expect(watched.get_by_role("link", name="Review Prioritise")).to_be_visible(timeout=120_000)
    assert_heard_all(watched, newest_event(site, problem_id))
