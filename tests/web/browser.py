"""A Chromium that is already on the machine, driven by Playwright; it downloads none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from services.web import build

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
AXE = build.ROOT / "node_modules" / "axe-core" / "axe.min.js"
_RUN = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"


def chromium() -> str | None:
    """Return the path of a browser, or None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def browsing(executable: str) -> Iterator[Browser]:
    """Start a browser. The tests' pages come from loopback only, so its sandbox, which containers lack, is not missed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


class Told:
    """What a page complained of: errors of scripts, refusals of the content policy, requests that left the machine."""

    def __init__(self, page: Page, base: str) -> None:
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("request", lambda request: self._asked(request.url, base))

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.errors.append(text)

    def _asked(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:", "blob:")):
            self.errors.append(f"asked {url}")


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, one line a rule."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(_RUN)
    return [f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:4]}" for one in found["violations"]]
