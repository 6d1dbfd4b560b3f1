"""Who asks: the one built-in local user, for as long as nobody has to log in."""

from dataclasses import replace
from functools import cache

from fastapi import Request

from services.identity.actor import Actor
from services.identity.local import ensure_local_user
from shared.db import transaction
from shared.settings import get_settings


def identify(request: Request) -> None:
    """Put the actor on the request, with where it came from for the trail."""
    local = _local_user(get_settings().store("DATABASE_URL"))
    client = request.client
    agent = request.headers.get("user-agent", "")[:400].replace("\x00", "")
    request.state.actor = replace(local, ip_address=client.host if client else None, user_agent=agent or None)


@cache
def _local_user(_database: str) -> Actor:
    """Make sure of the local user once per process and database."""
    with transaction() as session:
        return ensure_local_user(session)
