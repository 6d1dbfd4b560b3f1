"""One command's use of the platform: the running one, or the embedded one for as long as the command takes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.cli.outcome import BadInputError

if TYPE_CHECKING:
    from uuid import UUID

    from services.identity.actor import Actor
    from shared.settings import Settings


@dataclass(frozen=True)
class PlatformSession:
    """The settings that lead to the stores, who acts, and whether workers are expected to do the steps."""

    settings: "Settings"
    actor: "Actor"
    has_worker: bool
    url: str | None


@contextmanager
def platform_session(*, start: bool = True) -> Iterator[PlatformSession]:
    """Use the platform for the length of the block.

    With `start=False` it must be there already. Raises PlatformFailedError and StoreNotConfiguredError.
    """
    from infra.embedded.state import PlatformFailedError
    from infra.embedded.supervisor import platform, running
    from shared.logging import configure_logging
    from shared.settings import configured, get_settings

    settings = get_settings()
    configure_logging(settings.model_copy(update={"log_level": "INFO" if "--debug" in sys.argv else "CRITICAL"}))
    found = running(settings.home)
    if found is not None:
        with configured(found.env()) as led:
            yield PlatformSession(led, _local_user(), has_worker=found.api_url is not None, url=found.api_url)
    elif settings.database_url is not None:
        yield PlatformSession(settings, _local_user(), has_worker=True, url=settings.public_url or None)
    elif not start:
        raise PlatformFailedError("No platform runs on this machine: start one with `sevensteps up --detach`.")
    else:
        with platform() as led:
            bring_up_to_date()
            yield PlatformSession(led, _local_user(), has_worker=False, url=None)


def bring_up_to_date() -> tuple[str | None, str, list[int]]:
    """Migrate every store; return the revision before and after, and the graph files that were applied."""
    from graph.driver import get_graph
    from graph.schema_runner import apply_schema
    from migrations import runner
    from shared.settings import get_settings
    from shared.storage import get_object_store

    url = get_settings().store("DATABASE_URL")
    before = runner.current(url)
    runner.upgrade(url)
    applied = apply_schema(get_graph())
    get_object_store().ensure_bucket()
    _local_user()
    return before, runner.head(), applied


def problem_id_of(text: str) -> "UUID":
    """Return a problem's id as it was typed. Raises BadInputError."""
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        raise BadInputError(f"{text[:60]!r} is not the id of a problem.") from None


def _local_user() -> "Actor":
    from services.identity.local import ensure_local_user
    from shared.db import transaction

    with transaction() as session:
        return ensure_local_user(session)
