"""Share links: unguessable, ending, revocable, logged, and nobody else's."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.identity.actor import Actor
from services.solving.errors import (
    DeliverableNotFoundError,
    InvalidShareError,
    NotDecidedYetError,
    ProblemNotFoundError,
    ShareLinkNotFoundError,
)
from services.solving.problems.service import delete_problem
from services.solving.runs.service import start_run
from services.solving.sharing.links import NewLink, create_link, find_link, list_links, revoke_link, token_hash, visits_of
from services.solving.sharing.view import SharedAnswer, shared_answer
from services.solving.sharing.visits import Visitor, open_link, shared_files, take_file
from shared.db import transaction
from shared.kit.clock import now
from tests.fixtures.runs import problem, rows
from tests.solving.runs.test_service import work

SOMEBODY = Visitor("192.0.2.7", "a browser")


@pytest.fixture
def done(actor: Actor) -> UUID:
    finished = problem(actor)
    work(finished)
    return finished


@pytest.fixture
def link(actor: Actor, done: UUID) -> NewLink:
    with transaction() as session:
        return create_link(session, actor, done, days=7, label="The board")


@pytest.fixture
def stranger(stores: None) -> Actor:
    organization = uuid4()
    with transaction() as session:
        session.execute(text("INSERT INTO identity.organizations (id, name) VALUES (:id, 'Another')"), {"id": organization})
    return Actor(organization_id=organization, name="somebody@else")


def seen(token: str, visitor: Visitor | None = SOMEBODY) -> SharedAnswer:
    with transaction() as session:
        found, of = open_link(session, token, visitor)
        return shared_answer(session, found, of, shared_files(session, found))


def files(link: NewLink) -> list[UUID]:
    with transaction() as session:
        return [row.id for row in shared_files(session, link.link)]


def test_a_link_shows_the_answer_and_its_files(link: NewLink, done: UUID) -> None:
    answer = seen(link.token)
    assert answer.answer == "Price moved the margin"
    assert [slide.title for slide in answer.slides] == ["Price moved the margin"]
    assert (answer.version, answer.shared_by, answer.organization) == (1, "local@localhost", "Local")
    assert {file.file_name for file in answer.files} >= {"deck.pptx", "summary.md"}
    assert answer.files[0].deliverable_type == "ppt"
    assert len(answer.deck_hash) == 64


def test_the_token_is_long_random_and_kept_only_as_a_hash(actor: Actor, done: UUID, link: NewLink) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", link.token), "256 bits"
    with transaction() as session:
        other = create_link(session, actor, done)
    assert other.token != link.token
    kept = rows("SELECT row_to_json(l)::text FROM solving.share_links l WHERE id = :id", id=link.link.id)[0][0]
    assert link.token not in kept
    assert token_hash(link.token) in kept
    audited = rows("SELECT details::text FROM identity.audit_entries WHERE resource_id = :id", id=str(link.link.id))
    assert audited
    assert all(link.token not in row[0] for row in audited)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 44, "' OR 1=1 --", "\x00" * 43, "é" * 43, "../" * 14 + "a", "%00" * 14 + "a"])
def test_a_guessed_token_opens_nothing_and_leaves_no_trace(link: NewLink, token: str) -> None:
    with pytest.raises(ShareLinkNotFoundError):
        seen(token)
    with pytest.raises(ShareLinkNotFoundError), transaction() as session:
        take_file(session, token, files(link)[0], SOMEBODY)
    assert rows("SELECT id FROM solving.share_visits WHERE share_id = :id", id=link.link.id) == []


def test_one_wrong_letter_is_as_wrong_as_any(link: NewLink) -> None:
    changed = link.token[:-1] + ("A" if link.token[-1] != "A" else "B")
    for token in (changed, link.token.swapcase(), link.token + "\n", token_hash(link.token)[:43]):
        with pytest.raises(ShareLinkNotFoundError):
            seen(token)


def test_a_link_ends_by_itself(link: NewLink) -> None:
    assert link.link.expires_at - now() <= timedelta(days=7)
    with transaction() as session:
        session.execute(text("UPDATE solving.share_links SET expires_at = now() WHERE id = :id"), {"id": link.link.id})
    with pytest.raises(ShareLinkNotFoundError):
        seen(link.token)


def test_a_revoked_link_ends_at_once_for_page_and_files(actor: Actor, link: NewLink) -> None:
    seen(link.token)
    file = files(link)[0]
    with transaction() as session:
        revoked = revoke_link(session, actor, link.link.id)
        assert revoked.revoked_by == actor.name
    with pytest.raises(ShareLinkNotFoundError):
        seen(link.token)
    with pytest.raises(ShareLinkNotFoundError), transaction() as session:
        take_file(session, link.token, file, SOMEBODY)
    with transaction() as session:
        again = revoke_link(session, actor, link.link.id)
        assert again.revoked_at == revoked.revoked_at
    told = rows("SELECT action FROM identity.audit_entries WHERE resource_id = :id ORDER BY timestamp", id=str(link.link.id))
    assert [row[0] for row in told] == ["share.created", "share.revoked"]


def test_a_deleted_problem_takes_its_links_along(actor: Actor, done: UUID, link: NewLink) -> None:
    with transaction() as session:
        delete_problem(session, actor, done)
    with pytest.raises(ShareLinkNotFoundError):
        seen(link.token)
    with transaction() as session:
        session.execute(text("DELETE FROM solving.problems WHERE id = :id"), {"id": done})
    assert rows("SELECT id FROM solving.share_links WHERE id = :id", id=link.link.id) == []


def test_every_view_and_download_is_in_the_log(actor: Actor, done: UUID, link: NewLink) -> None:
    seen(link.token)
    seen(link.token, None)
    with transaction() as session:
        taken = take_file(session, link.token, files(link)[0], SOMEBODY)
    with transaction() as session:
        log = visits_of(session, actor, link.link.id)
        used = list_links(session, actor, done)[0]
    assert [(visit.kind, visit.file_name, str(visit.ip_address), visit.user_agent) for visit in log] == [
        ("download", taken.file_name, "192.0.2.7", "a browser"),
        ("view", None, "192.0.2.7", "a browser"),
    ]
    assert (used.views, used.downloads) == (1, 1)
    assert used.last_visit == log[0].created_at
    assert rows("SELECT download_count FROM solving.deliverables WHERE id = :id", id=taken.id) == [(1,)]
    trail = rows("SELECT actor FROM identity.audit_entries WHERE action = 'deliverable.downloaded' AND resource_id = :id", id=str(taken.id))
    assert trail == [("share link The board",)]


def test_the_log_comes_in_pages(actor: Actor, link: NewLink) -> None:
    for _ in range(3):
        seen(link.token)
    with transaction() as session:
        first = visits_of(session, actor, link.link.id, limit=2)
        rest = visits_of(session, actor, link.link.id, limit=2, before=first[-1].id)
    assert [len(first), len(rest)] == [2, 1]


def test_another_organization_sees_and_changes_nothing(stranger: Actor, done: UUID, link: NewLink) -> None:
    with transaction() as session:
        for attempt in (
            lambda: create_link(session, stranger, done),
            lambda: list_links(session, stranger, done),
        ):
            with pytest.raises(ProblemNotFoundError):
                attempt()
        for ended in (
            lambda: revoke_link(session, stranger, link.link.id),
            lambda: visits_of(session, stranger, link.link.id),
            lambda: find_link(session, stranger, link.link.id),
        ):
            with pytest.raises(ShareLinkNotFoundError):
                ended()
    assert seen(link.token).version == 1


def test_a_link_gives_no_file_of_another_problem(actor: Actor, link: NewLink) -> None:
    other = problem(actor)
    work(other)
    theirs = rows("SELECT id FROM solving.deliverables WHERE problem_id = :id", id=other)[0][0]
    with pytest.raises(DeliverableNotFoundError), transaction() as session:
        take_file(session, link.token, theirs, SOMEBODY)
    assert rows("SELECT id FROM solving.share_visits WHERE share_id = :id", id=link.link.id) == []


def test_a_link_gives_the_files_of_the_deck_it_shows(actor: Actor, done: UUID, link: NewLink) -> None:
    before = set(files(link))
    with transaction() as session:
        start_run(session, actor, done)
    work(done)
    with transaction() as session:
        session.execute(text("UPDATE solving.deliverables SET status = 'ready' WHERE problem_id = :id AND file_path <> ''"), {"id": done})
    assert seen(link.token).version == 2
    assert before.isdisjoint(files(link)), "those of the run before are of another deck"
    assert len(files(link)) == len(before)


def test_a_link_may_withhold_the_files(actor: Actor, done: UUID) -> None:
    with transaction() as session:
        link = create_link(session, actor, done, downloads=False)
    assert seen(link.token).files == []
    file = rows("SELECT id FROM solving.deliverables WHERE problem_id = :id", id=done)[0][0]
    with pytest.raises(DeliverableNotFoundError), transaction() as session:
        take_file(session, link.token, file, SOMEBODY)


def test_there_must_be_something_to_share_and_an_end_to_it(actor: Actor, done: UUID) -> None:
    with transaction() as session:
        with pytest.raises(NotDecidedYetError):
            create_link(session, actor, problem(actor, start=False))
        for days in (0, -1, 366):
            with pytest.raises(InvalidShareError):
                create_link(session, actor, done, days=days)
