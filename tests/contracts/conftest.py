"""The same promises, kept by the store that comes with the platform and by the one it stands for.

`make test` runs the suite on the embedded server; `make test-neo4j` (pytest -m neo4j) runs it on a real Neo4j.
"""

from collections.abc import Iterator

import pytest

from graph.driver import Graph, connect
from graph.schema_runner import apply_schema
from graph.tree_model import Scope
from infra.embedded.supervisor import Supervisor
from tests.contracts.stores import new_scope
from tests.fixtures.platform import GraphAddress
from tests.graph.neo4j.server import running_neo4j

STORES = ["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the real Neo4j out unless it was asked for by its marker."""
    if "neo4j" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("neo4j")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _connected(address: GraphAddress) -> Graph:
    return connect(address.uri, address.user, address.password, address.database)


@pytest.fixture
def scope() -> Scope:
    """Return a problem of this test's own."""
    return new_scope()


@pytest.fixture(scope="session")
def real_neo4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphAddress]:
    with running_neo4j(tmp_path_factory.mktemp("neo4j") / "home") as address:
        yield address


@pytest.fixture(scope="session", params=STORES)
def graph(request: pytest.FixtureRequest) -> Iterator[Graph]:
    """A graph store with the schema applied; shared, so tests keep apart by organization."""
    address: GraphAddress = request.getfixturevalue("neo4j" if request.param == "embedded" else "real_neo4j")
    graph = _connected(address)
    apply_schema(graph)
    yield graph
    graph.close()


@pytest.fixture(scope="session", params=STORES)
def own_graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """A graph store that nobody else uses, for what concerns all of it."""
    if request.param == "neo4j":
        graph = _connected(request.getfixturevalue("real_neo4j"))
        yield graph
        graph.close()
        return
    with Supervisor(tmp_path_factory.mktemp("graph"), services=["graph"], external={}, durable=False) as endpoints:
        found = endpoints.env()
        graph = connect(found["NEO4J_URI"], found["NEO4J_USER"], found["NEO4J_PASSWORD"], found["NEO4J_DATABASE"])
        yield graph
        graph.close()
