"""A finished problem is remembered, found again with the reason, reused, and forgotten when it is purged: on real stores."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from graph.driver import close_graph, get_graph
from graph.schema_runner import apply_schema
from services.identity.actor import Actor
from services.solving import retention
from services.solving.errors import InvalidEditError, ProblemNotFoundError
from services.solving.memory.gather import collection
from services.solving.memory.impact import impact_of_problem
from services.solving.memory.index import rebuild, remember, remember_message
from services.solving.memory.recall import recall
from services.solving.memory.service import reuse_tree
from services.solving.memory.similar import Similar, similar_problems
from services.solving.problems.intake import Upload, prepare_uploads
from services.solving.problems.service import ProblemDraft, create_problem, delete_problem
from services.solving.runs.service import rerun, run_step, start_run
from services.solving.samples import catalogue
from services.solving.steps.contract import StepName
from services.solving.tree.projection import project_message
from shared.db import reading, transaction
from shared.settings import Settings, configured
from shared.storage import get_object_store
from shared.vectors import VectorStore, get_vector_store
from tests.fixtures.runs import rows
from tests.solving.runs.test_service import work

OTHER_WORDS = (
    "Winning a new client has become too expensive: acquisition cost must come down by 15% until 31 December 2027. "
    "The head of marketing decides where the budget goes."
)


@pytest.fixture(scope="module")
def organization(platform: Settings) -> Iterator[Actor]:
    """Give an organization of this module's own, on every store, with the rules analyst."""
    with configured(platform.explicit() | {"SEVENSTEPS_ANALYST": "rules"}):
        close_graph()
        apply_schema(get_graph())
        yield new_organization()
        close_graph()


def new_organization() -> Actor:
    organization_id = uuid4()
    with transaction() as session:
        session.execute(text("TRUNCATE platform.outbox"))
        session.execute(text("INSERT INTO identity.organizations (id, name) VALUES (:id, 'Memory')"), {"id": organization_id})
    return Actor(organization_id=organization_id, name="somebody@memory")


def handed_in(actor: Actor, words: str, files: tuple[Path, ...] = (), title: str | None = None) -> UUID:
    prepared = prepare_uploads(get_object_store(), actor, [Upload(file.name, file) for file in files])
    with transaction() as session:
        return create_problem(session, actor, ProblemDraft(words, title), prepared).id


def solved(actor: Actor, name: str) -> UUID:
    sample = catalogue.sample(name)
    problem_id = handed_in(actor, sample.text, tuple(sample.files), sample.title)
    with transaction() as session:
        start_run(session, actor, problem_id)
    work(problem_id)
    return problem_id


def deliver() -> None:
    handlers = {"solving.project": project_message, "solving.remember": remember_message}
    for message_id, task in rows("SELECT id, task FROM platform.outbox WHERE keep_until = 'done' ORDER BY id"):
        handlers[task](message_id)


@pytest.fixture(scope="module")
def saas(organization: Actor) -> UUID:
    """Return a bundled problem taken to its end, remembered and projected."""
    done = solved(organization, "saas")
    deliver()
    return done


@pytest.fixture(scope="module")
def alike(organization: Actor, saas: UUID) -> UUID:
    """Return a problem that says much the same in other words, with the same data, framed and with a tree of its own."""
    files = tuple(catalogue.sample("saas").files)
    problem_id = handed_in(organization, OTHER_WORDS, files)
    for step in (StepName.FRAME, StepName.TREE):
        with transaction() as session:
            run_step(session, organization, problem_id, step)
        work(problem_id)
    return problem_id


def similar(actor: Actor, problem_id: UUID) -> Similar:
    with reading() as session:
        return similar_problems(session, actor, get_vector_store(), problem_id)


def points(actor: Actor) -> int:
    return get_vector_store().count(collection(), str(actor.organization_id))


def test_a_similar_problem_is_found_and_says_why(organization: Actor, saas: UUID, alike: UUID) -> None:
    found = similar(organization, alike)
    assert [one.problem_id for one in found.items] == [saas]
    best = found.items[0]
    assert best.similarity >= 0.4
    assert best.kpi is not None
    assert best.kpi.same_unit
    assert best.data is not None
    assert best.data.likeness == 1.0
    assert "campaigns.channel" in {column.here for column in best.data.columns}
    assert {part.kind for part in best.parts} >= {"hypothesis"}
    assert best.leaves >= 3
    assert len(best.why) >= 3
    assert best.answer
    assert "[[" not in found.model_dump_json()


def test_a_hypothesis_refuted_before_says_so(organization: Actor, saas: UUID, alike: UUID) -> None:
    precedents = similar(organization, alike).precedents
    assert precedents[0].outcome == "refuted"
    refuted = {one.earlier_node_id for one in precedents if one.outcome == "refuted"}
    verdicts = rows("SELECT output->'leaf_verdicts' FROM solving.step_outputs WHERE problem_id = :id AND step = 'synthesize'", id=saas)[0][
        0
    ]
    assert refuted <= {one["node_id"] for one in verdicts if one["verdict"] == "refuted"}
    assert all(one.reason and one.similarity >= 0.5 for one in precedents if one.outcome == "refuted")


def test_nothing_alike_is_nothing(organization: Actor, saas: UUID) -> None:
    stranger = handed_in(organization, "The choir sings flat on Sundays; find out why before Easter 2027.")
    assert similar(organization, stranger) == Similar(items=[], precedents=[])


def test_another_organization_remembers_nothing_of_it(organization: Actor, saas: UUID) -> None:
    other = Actor(organization_id=new_organization().organization_id, name="somebody@else")
    theirs = handed_in(other, catalogue.sample("saas").text)
    assert similar(other, theirs).items == []
    with pytest.raises(ProblemNotFoundError):
        similar(other, saas)
    with reading() as session:
        assert recall(session, other, get_vector_store(), "acquisition cost") == []
    with pytest.raises(ProblemNotFoundError), transaction() as session:
        reuse_tree(session, other, theirs, saas)
    with pytest.raises(ProblemNotFoundError), reading() as session:
        impact_of_problem(session, other, get_graph(), saas)


def test_memory_answers_in_any_words(organization: Actor, saas: UUID) -> None:
    with reading() as session:
        found = recall(session, organization, get_vector_store(), "what did we learn about the price of winning customers?")
        advice = recall(session, organization, get_vector_store(), "hold back advertising budget in social media", kind="recommendation")
    assert found
    assert {one.problem_id for one in found} == {saas}
    assert {one.kind for one in advice} == {"recommendation"}
    assert found == sorted(found, key=lambda one: -one.similarity)


def test_a_tree_can_be_started_from(organization: Actor, saas: UUID, alike: UUID) -> None:
    with transaction() as session:
        output = reuse_tree(session, organization, alike, saas)
    tree, old = output.decision(), rows("SELECT tree FROM solving.tree_versions WHERE problem_id = :id", id=saas)[0][0]
    assert [node.id for node in tree.nodes] == [node["id"] for node in old["nodes"]]
    tested = {node["id"] for node in old["nodes"] if node["test"]}
    assert {node.id for node in tree.nodes if node.test} == tested, "the same columns are here"
    goal = rows("SELECT goal FROM solving.problem_frames WHERE problem_id = :id", id=alike)[0][0]
    assert tree.nodes[0].title == goal
    with transaction() as session:
        rerun(session, organization, alike, from_step=StepName.PRIORITIZE)
    work(alike)
    assert rows("SELECT status FROM solving.runs WHERE problem_id = :id ORDER BY epoch DESC LIMIT 1", id=alike) == [("completed",)]
    assert rows("SELECT step FROM solving.step_outputs WHERE problem_id = :id AND step = 'present'", id=alike)
    with pytest.raises(InvalidEditError), transaction() as session:
        reuse_tree(session, organization, alike, alike)


def test_which_slides_fall_with_a_file(organization: Actor, saas: UUID) -> None:
    with reading() as session:
        impacts = {one.file: one for one in impact_of_problem(session, organization, get_graph(), saas)}
    assert set(impacts) == {file.name for file in catalogue.sample("saas").files}
    campaigns = impacts["campaigns.csv"]
    assert len(campaigns.slides) >= 5
    assert any(slide.findings and slide.leaves for slide in campaigns.slides)
    assert any(slide.recommendations for slide in campaigns.slides)
    assert "[[" not in campaigns.model_dump_json()
    deck = rows("SELECT output FROM solving.step_outputs WHERE problem_id = :id AND step = 'present'", id=saas)[0][0]
    assert {slide.position for slide in campaigns.slides} <= set(range(1, len(deck["slides"]) + 1))


def test_the_evidence_hangs_together_in_the_graph(organization: Actor, saas: UUID) -> None:
    way = (
        "MATCH (n:TreeNode {problem_id: $id})-[:TESTED_BY]->(:Finding)-[:SUPPORTS]->(r:Recommendation)-[:SHOWN_ON]->(s:Slide) "
        "RETURN DISTINCT n.node_id, r.local_id, s.position"
    )
    found = get_graph().read(lambda transaction: transaction.run(way, id=str(saas)).values())
    assert len({row[0] for row in found}) >= 2
    assert len({row[1] for row in found}) >= 2


def test_what_is_written_twice_or_rebuilt_is_the_same(organization: Actor, saas: UUID) -> None:
    store = get_vector_store()
    before = points(organization)
    assert before > 20
    assert remember(store, organization.organization_id, saas) > 20
    assert points(organization) == before
    asked = embed_of("acquisition cost")
    found = store.search(collection(), str(organization.organization_id), asked, limit=200)
    assert rebuild(store) >= 1
    again = store.search(collection(), str(organization.organization_id), asked, limit=200)
    kept = [match for match in again if match.entity_id == str(saas)]
    assert [match.payload for match in kept] == [match.payload for match in found if match.entity_id == str(saas)]


def embed_of(words: str) -> list[float]:
    from shared.embeddings import embed

    return [float(number) for number in embed([words])[0]]


def test_a_purged_problem_is_forgotten_and_a_late_message_does_not_bring_it_back(platform: Settings) -> None:
    with configured(platform.explicit() | {"SEVENSTEPS_ANALYST": "tests.solving.scripted:ScriptedAnalyst"}):
        actor = new_organization()
        gone = handed_in(actor, "Margins fell. Bring them back.")
        with transaction() as session:
            start_run(session, actor, gone)
        work(gone)
        store: VectorStore = get_vector_store()
        assert remember(store, actor.organization_id, gone) >= 5
        with transaction() as session:
            delete_problem(session, actor, gone)
        again = handed_in(actor, "Margins fell. Bring them back.")
        assert similar(actor, again).items == [], "deleted is gone at once"
        with transaction() as session:
            session.execute(text("UPDATE solving.problems SET deleted_at = now() - interval '31 days' WHERE id = :id"), {"id": gone})
            assert retention.retain(session) >= 1
        late = rows(
            "SELECT id FROM platform.outbox WHERE task = 'solving.remember' AND body->>'problem_id' = :id ORDER BY id", id=str(gone)
        )
        assert len(late) == 2, "one of the run that completed, one of the purge"
        for message in reversed(late):
            remember_message(message[0])
        assert points(actor) == 0
