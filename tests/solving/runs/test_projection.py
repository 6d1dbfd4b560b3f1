"""The graph shows the newest tree and what rests on it, by way of the outbox."""

from collections.abc import Iterator

import pytest

from graph.driver import close_graph, get_graph
from graph.tree import tree as read_tree
from graph.tree_model import Scope
from services.identity.actor import Actor
from services.solving.edits.service import edit_tree
from services.solving.edits.tree import AddNode
from services.solving.tree.projection import project_message
from shared.db import transaction
from shared.settings import Settings, configured
from tests.fixtures.runs import SCRIPTED, problem, rows
from tests.solving.runs.test_service import work


@pytest.fixture
def graph_actor(platform: Settings, actor: Actor) -> Iterator[Actor]:
    graph = {name: value for name, value in platform.explicit().items() if name.startswith("NEO4J")}
    with configured(graph | {"SEVENSTEPS_ANALYST": SCRIPTED}):
        close_graph()
        yield actor
        close_graph()


def _deliver() -> int:
    messages = [row[0] for row in rows("SELECT id FROM platform.outbox WHERE task = 'solving.project' ORDER BY id DESC")]
    for message in messages:  # newest first: versions make the order harmless
        project_message(message)
    return len(messages)


def test_every_version_of_the_tree_reaches_the_graph(graph_actor: Actor) -> None:
    done = problem(graph_actor)
    work(done)
    assert _deliver() == 2
    scope = Scope(str(graph_actor.organization_id), str(done))
    assert [node.id for node in read_tree(get_graph(), scope).nodes] == ["root", "price", "cost"]
    with transaction() as session:
        edit_tree(session, graph_actor, done, AddNode(node_id="mix", parent_id="root", title="Is it the mix?"))
        edit_tree(session, graph_actor, done, AddNode(node_id="tax", parent_id="root", title="Is it tax?"))
    assert _deliver() == 2
    tree = read_tree(get_graph(), scope)
    assert (tree.version, [node.id for node in tree.nodes]) == (3, ["root", "price", "cost", "mix", "tax"])
    assert rows("SELECT id FROM platform.outbox WHERE task = 'solving.project'") == []
