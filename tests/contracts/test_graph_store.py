"""What `graph` promises of the store itself, on every store it runs on: schema, trouble, size. The rest is in test_graph."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from neo4j.exceptions import TransientError

from graph import tree as issue_tree
from graph.driver import Graph, GraphRefusedError, GraphUnavailableError, Transaction, connect
from graph.schema_runner import SCHEMA, SchemaChangedError, applied_versions, apply_schema, schema_files
from graph.tree import replace_tree
from graph.tree_model import Scope, depth_first
from tests.graph.trees import small, wide


def test_the_schema_is_applied_once(graph: Graph) -> None:
    assert apply_schema(graph) == []
    assert applied_versions(graph) == {file.version: file.checksum for file in schema_files()}


def test_the_schema_keeps_ids_unique(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    with pytest.raises(GraphRefusedError):
        graph.write(lambda transaction: transaction.run("CREATE (:TreeNode {id: $id})", id=scope.key("root")).consume())


def test_a_changed_schema_file_is_refused(graph: Graph, tmp_path: Path) -> None:
    folder = tmp_path / "schema"
    shutil.copytree(SCHEMA, folder)
    first = min(folder.iterdir())
    first.write_text(first.read_text() + "// a word more\n")
    with pytest.raises(SchemaChangedError, match=first.name):
        apply_schema(graph, folder)


def test_a_new_schema_file_is_applied(own_graph: Graph, tmp_path: Path) -> None:
    folder = tmp_path / "schema"
    shutil.copytree(SCHEMA, folder)
    apply_schema(own_graph, folder)
    (folder / "003_more.cypher").write_text("// one more\nCREATE INDEX extra IF NOT EXISTS FOR (x:Extra) ON (x.id);\n")
    assert apply_schema(own_graph, folder) == [3]
    assert apply_schema(own_graph, folder) == []


def test_what_passes_is_tried_again(graph: Graph, scope: Scope) -> None:
    tries = []

    def work(transaction: Transaction) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise TransientError("a deadlock, say")
        return int(transaction.run("RETURN 7 AS seven").single(strict=True)["seven"])

    assert graph.write(work) == 7


def test_a_store_that_is_away_has_a_name(graph: Graph) -> None:
    started = time.monotonic()
    with pytest.raises(GraphUnavailableError) as caught:
        connect("bolt://127.0.0.1:1", "neo4j", "secret-password").facts()
    assert time.monotonic() - started < 8
    assert caught.value.retryable
    assert "secret-password" not in str(caught.value)
    assert graph.facts().latency_ms > 0


def test_a_database_that_does_not_exist_is_refused(graph: Graph) -> None:
    with pytest.raises(GraphRefusedError):
        Graph(graph.driver, "nosuchdatabase").facts()


def test_ten_thousand_nodes(graph: Graph, scope: Scope, record_property: Callable[[str, object], None]) -> None:
    nodes = wide(10_000)
    started = time.monotonic()
    replace_tree(graph, scope, nodes, 1)
    written = time.monotonic()
    found = issue_tree.tree(graph, scope)
    read = time.monotonic()
    record_property("write_seconds", round(written - started, 2))
    record_property("read_seconds", round(read - written, 2))
    assert list(found.nodes) == depth_first(nodes)
    assert written - started < 30, "a rebuild promises ten thousand nodes in thirty seconds"
