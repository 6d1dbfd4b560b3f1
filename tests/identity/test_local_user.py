"""The local user is the same on every start, and the trail is written with what it tells of."""

import pytest

from services.identity import audit
from services.identity.local import LOCAL_ACTOR, ensure_local_user
from services.identity.models import User
from shared.db import transaction


def test_the_local_user_is_made_once(stores: None) -> None:
    for _ in range(2):
        with transaction() as session:
            assert ensure_local_user(session) == LOCAL_ACTOR
    with transaction() as session:
        assert session.get_one(User, LOCAL_ACTOR.user_id).organization_id == LOCAL_ACTOR.organization_id


def test_the_trail_goes_with_its_transaction(stores: None) -> None:
    def fail() -> None:
        with transaction() as session:
            ensure_local_user(session)
            audit.record(session, LOCAL_ACTOR, "thing.done", "thing", "undone")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction() as session:
        ensure_local_user(session)
        audit.record(session, LOCAL_ACTOR, "thing.done", "thing", "done", details={"why": "a test"})
    with transaction() as session:
        entries = [entry for entry in audit.trail(session, LOCAL_ACTOR, limit=1000) if entry.action == "thing.done"]
    assert [entry.resource_id for entry in entries] == ["done"]
