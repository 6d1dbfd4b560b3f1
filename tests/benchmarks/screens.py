"""How soon the list can be used, and how soon what happens on the server is on the screen, by the browser's own clock.

`python -m tests.benchmarks.screens` uses the stores of the platform that runs, or starts them for the length of the run.
"""

import argparse
import os
import statistics
import time
from uuid import UUID

import httpx
from playwright.sync_api import Page
from sqlalchemy import text

from services.api.app import create_app
from services.cli.session import platform_session
from services.identity.local import LOCAL_ACTOR
from services.solving import events
from shared.db import transaction
from shared.kit.collector import settle
from shared.settings import Settings
from tests.fixtures.server import serving
from tests.web.browser import browsing, chromium

# Notes, by the browser's clock in milliseconds since the epoch, when a share was first painted.
_PAINTED = """() => {
  window.painted = {};
  const look = () => {
    const share = /(\\d+)% ·/.exec(document.querySelector("[data-state=running]")?.textContent ?? "")?.[1];
    const note = () => { window.painted[share] ??= performance.timeOrigin + performance.now(); };
    if (share && !(share in window.painted)) requestAnimationFrame(note);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
# The milliseconds since the page was asked for at which a problem's row was there and the page could be clicked.
_USABLE = """() => new Promise(done => {
  const look = () => document.querySelectorAll("[role=row], tbody tr").length > 1 && document.readyState === "complete"
    ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 4);
  look();
})"""


def until_painted(page: Page, problem_id: UUID, count: int) -> list[float]:
    """Return the milliseconds from the commit of each of `count` events to the frame that shows it."""
    page.goto(f"/problems/{problem_id}")
    page.locator("[data-state=running]").wait_for()
    page.wait_for_timeout(500)
    page.evaluate(_PAINTED)
    committed = {}
    for share in range(1, count + 1):
        body = {
            "step": "frame",
            "epoch": 1,
            "execution_status": "running",
            "progress": share,
            "done": share,
            "total": 100,
            "activity": "measuring",
        }
        with transaction() as session:
            running = session.execute(
                text(
                    "update solving.executions set progress_percentage = :share where problem_id = :id and status = 'running' returning id"
                ),
                {"share": share, "id": problem_id},
            ).scalar_one()
            events.emit(session, problem_id, LOCAL_ACTOR.organization_id, "step_progress", body, execution_id=running)
        committed[str(share)] = 1000 * time.time()
        page.wait_for_timeout(120)
    painted: dict[str, float] = page.evaluate("() => window.painted")
    assert len(painted) == count, f"{count - len(painted)} of {count} events were never painted"
    return [painted[share] - at for share, at in committed.items()]


def until_usable(page: Page, times: int) -> list[float]:
    """Return the milliseconds from asking for the list to its first row, the browser's cache warm but for the first time."""
    took = []
    for _ in range(times):
        page.goto("/")
        took.append(float(page.evaluate(_USABLE)))
    return took


def running_problem(client: httpx.Client) -> UUID:
    """Hand in a problem whose first step counts as running, with no worker that would move it."""
    problem_id = UUID(client.post("/v1/samples/saas/problems").json()["id"])
    client.post(f"/v1/problems/{problem_id}/runs", json={"mode": "auto"})
    with transaction() as session:
        session.execute(
            text("update solving.executions set status = 'running', started_at = now() where problem_id = :id and step = 'frame'"),
            {"id": problem_id},
        )
    return problem_id


def report(name: str, took: list[float], ceiling: int) -> None:
    """Print the median and the 95th percentile of a measure."""
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"| {name} | {len(took)} | {statistics.median(took):.0f} ms | {p95:.0f} ms | {ceiling} ms |")  # noqa: T201


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=90)
    parser.add_argument("--loads", type=int, default=20)
    chosen = parser.parse_args()
    executable = chromium()
    if executable is None:
        raise SystemExit("There is no Chromium on this machine (Debian: apt-get install chromium).")
    with platform_session(), serving(create_app(Settings())) as client, browsing(executable) as browser:
        problem_id = running_problem(client)
        settle()
        page = browser.new_context(base_url=str(client.base_url), viewport={"width": 1440, "height": 900}).new_page()
        print(f"load average {os.getloadavg()[0]:.1f}\n\n| measure | times | median | 95% | ceiling |\n|---|---|---|---|---|")  # noqa: T201
        report("list, from the request to a row that can be clicked", until_usable(page, chosen.loads), 1_000)
        report("event, from the commit to the frame that shows it", until_painted(page, problem_id, chosen.events), 250)
        client.delete(f"/v1/problems/{problem_id}")


if __name__ == "__main__":
    main()
