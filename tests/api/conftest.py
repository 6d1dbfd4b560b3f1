"""The API on real stores, and what tests hand in."""

from collections.abc import Iterator

import httpx
import pytest

from services.api.app import create_app
from services.identity.local import ensure_local_user
from shared.db import transaction
from shared.logging import configure_logging
from shared.settings import Settings
from tests.fixtures.server import serving


@pytest.fixture(scope="session")
def api(platform: Settings) -> Iterator[httpx.Client]:
    """Return a client of the API, served on every store."""
    configure_logging(platform)
    with transaction() as session:
        ensure_local_user(session)
    with serving(create_app(platform)) as client:
        yield client


def submit(api: httpx.Client, text: str = "Cost per order rose; bring it down 10% by 31 December 2026.", **files: bytes) -> str:
    """Hand in a problem with CSV files and return its id."""
    parts = [("files", (f"{name}.csv", content)) for name, content in files.items()]
    answer = api.post("/v1/problems", data={"text": text}, files=parts or None)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
