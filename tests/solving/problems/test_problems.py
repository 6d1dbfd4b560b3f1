"""Problems come in whole or not at all, and are found again only by their own organization."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.analysis.errors import DatasetError
from services.identity.actor import Actor
from services.identity.audit import trail
from services.identity.models import Organization, User
from services.solving.errors import InvalidProblemError, ProblemNotFoundError
from services.solving.problems.intake import Upload, clean_file_name, prepare_uploads
from services.solving.problems.repository import ProblemFilter, attachments, datasets
from services.solving.problems.service import (
    LONGEST_TEXT,
    ProblemDraft,
    attach_files,
    check_draft,
    create_problem,
    delete_problem,
    get_problem,
    give_feedback,
    list_feedback,
    list_problems,
)
from services.solving.storable import storable, storable_text
from shared.db import transaction
from shared.storage import get_object_store


@pytest.fixture
def team(stores: None) -> Actor:
    """An organization of its own, so that lists hold what the test put there."""
    with transaction() as session:
        organization = Organization(name="Team")
        session.add(organization)
        session.flush()
        user = User(email=f"{uuid4().hex}@localhost", name="Analyst", organization_id=organization.id)
        session.add(user)
        session.flush()
        return Actor(organization.id, user.email, user.id)


def make(actor: Actor, words: str, *, title: str | None = None, urgency: str = "medium") -> UUID:
    with transaction() as session:
        return create_problem(session, actor, ProblemDraft(words, title, urgency)).id


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (ProblemDraft(""), "is empty"),
        (ProblemDraft(" \n\t .,;!"), "is empty"),
        (ProblemDraft("x" * (LONGEST_TEXT + 1)), "20,001 characters"),
        (ProblemDraft("Costs rose", urgency="yesterday"), "Urgency must be one of low"),
    ],
)
def test_what_cannot_be_worked_with_gets_a_sentence(draft: ProblemDraft, sentence: str) -> None:
    with pytest.raises(InvalidProblemError, match=sentence):
        check_draft(draft)


@given(st.text(max_size=200))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_kept_or_refused_with_a_sentence(team: Actor, words: str) -> None:
    try:
        draft = check_draft(ProblemDraft(words, title=words, metadata={words: [words]}))
    except InvalidProblemError:
        return
    with transaction() as session:
        problem = create_problem(session, team, draft)
    with transaction() as session:
        assert get_problem(session, team, problem.id).raw_text == draft.text


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_what_is_storable_stays_the_same_when_it_was(value: object) -> None:
    assert storable(storable(value)) == storable(value)


def test_only_what_postgresql_cannot_keep_is_replaced() -> None:
    assert storable_text("a\x00b\ud800c\U0001f600 \u05d0") == "a\ufffdb\ufffdc\U0001f600 \u05d0"


def test_files_lie_in_the_store_before_a_row_names_them(team: Actor, tmp_path: Path) -> None:
    sales = tmp_path / "upload-1"
    sales.write_text("region,revenue\nnorth,10\nsouth,20\nnorth,12\n")
    store = get_object_store()
    prepared = prepare_uploads(store, team, [Upload("sales.csv", sales), Upload("../../sales.csv", sales)])
    assert [upload.file_name for upload in prepared] == ["sales.csv", "sales_2.csv"]
    assert store.get(prepared[0].stored.key) == sales.read_bytes()
    assert prepared[0].stored == prepared[1].stored, "the same bytes are stored once"
    with transaction() as session:
        problem = create_problem(session, team, ProblemDraft("Revenue fell"), prepared)
    with transaction() as session:
        tables = datasets(session, problem.id)
        assert [(table.name, table.row_count, table.column_count) for table in tables] == [("sales", 3, 2), ("sales_2", 3, 2)]
        assert {column["name"] for column in tables[0].columns} == {"region", "revenue"}
        assert store.get(str(tables[0].parquet_path))[:4] == b"PAR1"


def test_a_file_that_is_no_table_leaves_no_row(team: Actor, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"%PDF-1.7\n" + b"\x00" * 100)
    with pytest.raises(DatasetError):
        prepare_uploads(get_object_store(), team, [Upload("figures.csv", bad)])


def test_attaching_a_file_of_the_same_name_replaces_it(team: Actor, tmp_path: Path) -> None:
    problem_id = make(team, "Revenue fell")
    for number, words in enumerate(("a,b\n1,2\n3,4\n", "a,b\n5,6\n7,8\n9,9\n")):
        file = tmp_path / f"upload-{number}"
        file.write_text(words)
        prepared = prepare_uploads(get_object_store(), team, [Upload("table.csv", file)])
        with transaction() as session:
            attach_files(session, team, problem_id, prepared)
    with transaction() as session:
        assert [file.file_name for file in attachments(session, problem_id)] == ["table.csv"]
        assert [table.row_count for table in datasets(session, problem_id)] == [3]


@given(st.text(max_size=300))
def test_a_file_name_is_clean_short_and_never_empty(name: str) -> None:
    cleaned = clean_file_name(name)
    assert cleaned
    assert len(cleaned) <= 150
    assert not set(cleaned) & set("/\\\x00\n")
    assert cleaned not in {".", ".."}


def test_pages_follow_each_other_without_gap_or_repeat(team: Actor) -> None:
    made = [make(team, f"Problem of kind {place}", urgency="high" if place % 2 else "low") for place in range(7)]
    seen, cursor = [], None
    while True:
        with transaction() as session:
            page = list_problems(session, team, limit=3, cursor=cursor)
        seen += [problem.id for problem in page.problems]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == made[::-1]
    with transaction() as session:
        assert len(list_problems(session, team, ProblemFilter(urgency="high")).problems) == 3
        with pytest.raises(InvalidProblemError, match="cursor"):
            list_problems(session, team, cursor="bm9uc2Vuc2U=")


def test_words_find_problems_by_stem_by_title_and_in_other_languages(team: Actor) -> None:
    stores_ = make(team, "Margins of our stores are falling", title="Retail")
    german = make(team, "Die Kosten der Lieferung steigen")
    searches = {"store margin": [stores_], "retail": [stores_], "lieferung": [german], '"falling margins"': [], "-stores": [german]}
    for words, expected in searches.items():
        with transaction() as session:
            found = list_problems(session, team, ProblemFilter(search=words)).problems
        assert [problem.id for problem in found] == expected, words


def test_a_deleted_problem_is_gone_for_everybody(team: Actor) -> None:
    problem_id = make(team, "Costs rose")
    with transaction() as session:
        delete_problem(session, team, problem_id)
    with transaction() as session:
        with pytest.raises(ProblemNotFoundError):
            get_problem(session, team, problem_id)
        assert list_problems(session, team).problems == []
        assert [entry.action for entry in trail(session, team)] == ["problem.deleted", "problem.created"]


def test_feedback_is_one_per_user_and_problem(team: Actor) -> None:
    problem_id = make(team, "Costs rose")
    for rating in (2, 5):
        with transaction() as session:
            give_feedback(session, team, problem_id, rating=rating, feedback_text="clear")
    with transaction() as session:
        assert [given_.rating for given_ in list_feedback(session, team, problem_id)] == [5]
        with pytest.raises(InvalidProblemError, match="from 1 to 5"):
            give_feedback(session, team, problem_id, rating=6)


def test_a_problem_purged_leaves_its_trail(team: Actor) -> None:
    problem_id = make(team, "Costs rose")
    with transaction() as session:
        session.execute(text("DELETE FROM solving.problems WHERE id = :id"), {"id": problem_id})
    with transaction() as session:
        entries = trail(session, team)
    assert [(entry.problem_id, entry.resource_id) for entry in entries] == [(None, str(problem_id))]
