"""The vector store's promises, on the embedded shim, through the official client over HTTP."""

from collections.abc import Iterator

import pytest

from shared.vectors import Point, VectorStore, VectorStoreUnavailableError
from tests.fixtures.platform import VectorAddress

MODEL = "test-model"


@pytest.fixture
def store(qdrant: VectorAddress) -> Iterator[VectorStore]:
    found = VectorStore.connect(qdrant.url, qdrant.api_key)
    yield found
    found.close()


@pytest.fixture
def name(store: VectorStore, qdrant: VectorAddress) -> Iterator[str]:
    chosen = f"{qdrant.prefix}stories"
    store.ensure_collection(chosen, 3)
    yield chosen
    store.drop(chosen)


def test_a_search_finds_the_nearest_of_its_own_organization_only(store: VectorStore, name: str) -> None:
    mine = [Point("o1", "north", [1, 0, 0], payload={"kind": "problem"}), Point("o1", "east", [0, 1, 0], payload={"kind": "story"})]
    store.upsert(name, [*mine, Point("o2", "theirs", [1, 0, 0], payload={"kind": "problem"})], model=MODEL)

    found = store.search(name, "o1", [0.9, 0.1, 0])

    assert [match.entity_id for match in found] == ["north", "east"]
    assert found[0].score == pytest.approx(0.9939, abs=1e-3)
    assert found[0].payload == {"kind": "problem"}
    assert [match.entity_id for match in store.search(name, "o1", [0.9, 0.1, 0], where={"kind": "story"})] == ["east"]
    assert [match.entity_id for match in store.search(name, "o1", [0.9, 0.1, 0], minimum=0.9)] == ["north"]


def test_several_searches_in_one_request_are_those_searches(store: VectorStore, name: str) -> None:
    store.upsert(name, [Point(o, e, v) for o in ("o1", "o2") for e, v in (("north", [1, 0, 0]), ("east", [0, 1, 0]))], model=MODEL)
    vectors = [[0.9, 0.1, 0], [0.1, 0.9, 0]]
    found = store.search_many(name, "o1", vectors, limit=1)
    assert [[match.entity_id for match in one] for one in found] == [["north"], ["east"]]
    assert found == [store.search(name, "o1", vector, limit=1) for vector in vectors]
    assert store.search_many(name, "o1", []) == []
    assert [[match.entity_id for match in one] for one in store.search_many(name, "o1", vectors, besides="north")] == [["east"], ["east"]]


def test_a_payload_cannot_pretend_to_be_of_another_organization(store: VectorStore, name: str) -> None:
    store.upsert(name, [Point("o1", "a", [1, 0, 0], payload={"organization_id": "o2"})], model=MODEL)
    assert store.count(name, "o2") == 0
    assert store.search(name, "o1", [1, 0, 0], where={"organization_id": "o2"})[0].entity_id == "a"


def test_writing_the_same_text_twice_is_one_point(store: VectorStore, name: str) -> None:
    store.upsert(name, [Point("o1", "a", [1, 0, 0], payload={"v": 1})], model=MODEL)
    store.upsert(name, [Point("o1", "a", [0, 1, 0], payload={"v": 2}), Point("o1", "a", [0, 0, 1], part=1)], model=MODEL)
    assert store.count(name, "o1") == 2
    assert store.search(name, "o1", [0, 1, 0], limit=1)[0].payload == {"v": 2}


def test_deleting_reaches_entities_or_the_whole_organization_and_no_other(store: VectorStore, name: str) -> None:
    store.upsert(name, [Point(o, e, [1, 0, 0]) for o in ("o1", "o2") for e in ("a", "b")], model=MODEL)
    store.delete(name, "o1", ["a"])
    assert (store.count(name, "o1"), store.count(name, "o2")) == (1, 2)
    store.delete(name, "o2")
    assert (store.count(name, "o1"), store.count(name, "o2")) == (1, 0)


def test_a_search_without_an_organization_is_refused(store: VectorStore, name: str) -> None:
    with pytest.raises(ValueError, match="organization"):
        store.search(name, "", [1, 0, 0])


def test_a_collection_of_another_length_is_refused(store: VectorStore, name: str) -> None:
    with pytest.raises(ValueError, match="4 numbers"):
        store.ensure_collection(name, 4)


def test_errors_have_names(store: VectorStore, qdrant: VectorAddress) -> None:
    with pytest.raises(VectorStoreUnavailableError, match="404"):
        store.search("never-made", "o1", [1, 0, 0])
    with pytest.raises(VectorStoreUnavailableError, match="401"):
        VectorStore.connect(qdrant.url, "wrong").server_name()
    with pytest.raises(VectorStoreUnavailableError):
        VectorStore.connect("http://127.0.0.1:9").server_name()


def test_the_server_says_its_version(store: VectorStore) -> None:
    assert store.server_name().startswith("qdrant ")
