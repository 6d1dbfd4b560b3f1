"""A file's row tells the truth at every moment: on its way, ready, failed and why, expired, and back again with the same bytes."""

from uuid import UUID

import pytest
from sqlalchemy import text

from services.identity.actor import Actor
from services.solving import retention
from services.solving.deliverables import again, lifecycle
from services.solving.deliverables.again import render_message
from services.solving.deliverables.lifecycle import expire, render_again
from services.solving.deliverables.rendering import files_of_a_run
from services.solving.deliverables.repository import take
from services.solving.errors import DeliverableNotExpiredError, DeliverableNotFoundError
from services.solving.runs.service import cancel_run, rerun, start_run
from services.solving.steps.contract import StepName
from shared.db import transaction
from shared.kit.clock import now
from shared.storage import ObjectStoreUnavailableError, get_object_store
from tests.fixtures.runs import problem, rows
from tests.solving.runs.test_service import work

FILES = len(files_of_a_run())
# Nobody speaks in these tests: sound and film fail, and their captions are not there.
TOLD = 2
READY = FILES - 2 * TOLD
MADE = ["failed"] * TOLD + ["ready"] * READY
GONE = ["expired"] * (TOLD + READY)


def states(problem_id: UUID) -> list[str]:
    return [row[0] for row in rows("SELECT status FROM solving.deliverables WHERE problem_id = :id ORDER BY status", id=problem_id)]


def deck_of(problem_id: UUID) -> UUID:
    found = "SELECT id FROM solving.deliverables WHERE problem_id = :id AND file_name = 'deck.pptx' ORDER BY created_at"
    return UUID(str(rows(found, id=problem_id)[0][0]))


def row_of(deliverable_id: UUID) -> dict[str, object]:
    return dict(rows("SELECT * FROM solving.deliverables WHERE id = :id", id=deliverable_id)[0]._mapping)


def expired(problem_id: UUID) -> UUID:
    with transaction() as session:
        session.execute(text("UPDATE solving.deliverables SET expires_at = now() WHERE problem_id = :id"), {"id": problem_id})
    with transaction() as session:
        assert expire(session) >= READY
    return deck_of(problem_id)


def render_what_waits() -> int:
    waiting = rows("SELECT id FROM platform.outbox WHERE task = 'solving.render'")
    for message in waiting:
        render_message(message[0])
    return len(waiting)


@pytest.fixture
def done(actor: Actor) -> UUID:
    finished = problem(actor)
    work(finished)
    return finished


def test_files_are_ready_until_they_expire(done: UUID) -> None:
    assert states(done) == MADE
    row = row_of(deck_of(done))
    assert row["sha256"]
    assert row["expires_at"] > now()  # type: ignore[operator]
    with transaction() as session:
        expire(session)
    assert states(done) == MADE, "its time is not over"


def test_rows_are_generating_while_files_are_made(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    made, seen = problem(actor), []
    real = lifecycle.record_files

    def look(*given: object) -> None:
        seen.append(states(made))
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("services.solving.runs.record.record_files", look)
    work(made)
    assert seen == [["generating"] * FILES]
    assert states(made) == MADE


def test_a_step_that_fails_says_so_of_its_files_and_another_try_makes_them(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    unlucky = problem(actor)

    def fail(*_: object) -> None:
        raise DeliverableNotFoundError("No ink.")

    with monkeypatch.context() as patched:
        patched.setattr("services.solving.runs.perform.render", fail)
        work(unlucky)
    assert states(unlucky) == ["failed"] * FILES
    assert row_of(deck_of(unlucky))["failure_reason"] == "No ink."
    with transaction() as session:
        rerun(session, actor, unlucky, from_step=StepName.PRESENT)
    work(unlucky)
    assert states(unlucky) == ["expired"] * FILES + MADE


def test_a_cancelled_run_leaves_no_file_on_its_way(actor: Actor) -> None:
    stopped = problem(actor)
    execution = rows("SELECT id, organization_id FROM solving.executions WHERE problem_id = :id AND step = 'present'", id=stopped)[0]
    with transaction() as session:
        lifecycle.announce(session, stopped, execution[1], execution[0])
        cancel_run(session, actor, stopped)
    assert states(stopped) == ["failed"] * FILES


def test_a_new_run_expires_the_files_of_the_one_before(actor: Actor, done: UUID) -> None:
    with transaction() as session:
        start_run(session, actor, done)
    work(done)
    assert states(done) == GONE + MADE


def test_an_expired_file_is_rendered_again_with_the_same_bytes(actor: Actor, done: UUID) -> None:
    before = row_of(deck_of(done))
    gone = expired(done)
    with pytest.raises(DeliverableNotFoundError, match="expired"), transaction() as session:
        take(session, actor, gone)
    get_object_store().delete(str(before["file_path"]))
    with transaction() as session:
        assert render_again(session, actor, gone).status == "generating"
    assert render_what_waits() == 1
    after = row_of(gone)
    assert (after["status"], after["sha256"]) == ("ready", before["sha256"])
    assert get_object_store().get(str(after["file_path"]))
    told = rows(
        "SELECT body->>'deliverable_status' FROM solving.events WHERE problem_id = :id AND kind = 'deliverable_changed' ORDER BY seq",
        id=done,
    )
    assert [row[0] for row in told] == ["generating", "ready"]
    with transaction() as session:
        assert take(session, actor, gone).id == gone
    assert row_of(gone)["download_count"] == 1


def test_only_what_expired_or_failed_is_rendered_again_and_only_once(actor: Actor, done: UUID) -> None:
    with pytest.raises(DeliverableNotExpiredError), transaction() as session:
        render_again(session, actor, deck_of(done))
    gone = expired(done)
    with transaction() as session:
        render_again(session, actor, gone)
    with pytest.raises(DeliverableNotExpiredError), transaction() as session:
        render_again(session, actor, gone)
    message = rows("SELECT id FROM platform.outbox WHERE task = 'solving.render'")[0][0]
    render_message(message)
    render_message(message)
    assert row_of(gone)["status"] == "ready"


def test_what_cannot_be_rendered_fails_with_the_reason_and_a_store_that_is_away_is_waited_for(
    actor: Actor, done: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = expired(done)
    with transaction() as session:
        render_again(session, actor, gone)

    def away(*_: object) -> None:
        raise ObjectStoreUnavailableError("It rests.")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret cell of somebody's data")

    monkeypatch.setattr(again, "_rendered", away)
    with pytest.raises(ObjectStoreUnavailableError):
        render_what_waits()
    assert row_of(gone)["status"] == "generating"
    monkeypatch.setattr(again, "_rendered", broken)
    render_what_waits()
    row = row_of(gone)
    assert row["status"] == "failed"
    assert "ZeroDivisionError" in str(row["failure_reason"])
    assert "secret" not in str(row["failure_reason"])


def test_another_organization_renders_nothing(done: UUID) -> None:
    stranger = Actor(organization_id=UUID(int=7), name="somebody@else")
    with pytest.raises(DeliverableNotFoundError), transaction() as session:
        render_again(session, stranger, expired(done))


def test_bytes_stay_a_while_after_a_file_expired_and_then_go(done: UUID) -> None:
    path = str(row_of(expired(done))["file_path"])
    soon = now().replace(year=now().year + 1)
    assert path not in {one.key for one in retention.orphans(get_object_store(), before=soon)}
    with transaction() as session:
        long_ago = "UPDATE solving.deliverables SET expires_at = now() - interval '31 days' WHERE file_path = :path"
        session.execute(text(long_ago), {"path": path})
    assert path in {one.key for one in retention.orphans(get_object_store(), before=soon)}
    assert retention.dangling(get_object_store()) == []
