"""The issue tree in the graph: the seed's `TreeNode`s with PARENT_OF, CHILD_OF, SIBLING_OF, and ROOT_OF to the `Problem`.

Writes are idempotent and guarded by version (see `projection`); reads and writes always match the organization. Every function raises
GraphUnavailableError and GraphRefusedError besides what it names.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from graph import tree_edits
from graph.driver import Graph, Transaction
from graph.projection import ProjectionBehindError, lock, parameters, run_batches, set_version
from graph.tree_edits import NodeChanges
from graph.tree_model import NodeNotFoundError, Relation, Scope, Tree, TreeNode, checked, depth_first, relations
from shared.kit.errors import ErrorKind, SevenStepsError

Edit = Callable[[Sequence[TreeNode]], list[TreeNode]]

# Instants travel as text: the embedded server gives them back without their zone (always UTC here), and text is read three times faster.
_COLUMNS = """
OPTIONAL MATCH (n)-[:CHILD_OF]->(parent:TreeNode)
RETURN n.node_id, parent.node_id, n.position, n.level, n.title, toString(n.created_at), toString(n.updated_at),
       n.hypotheses, n.required_data, n.priority_hint, n.notes
"""
_ALL = "MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id})" + _COLUMNS
_ONE = "MATCH (n:TreeNode {id: $id, organization_id: $organization_id})" + _COLUMNS
_SUBTREE = (
    "MATCH (top:TreeNode {id: $id, organization_id: $organization_id})-[:PARENT_OF*0..]->(n:TreeNode {organization_id: $organization_id})"
    + _COLUMNS
)
_PATH = (
    "MATCH (end:TreeNode {id: $id, organization_id: $organization_id})-[:CHILD_OF*0..]->(n:TreeNode {organization_id: $organization_id})"
    + _COLUMNS
)
_CHILDREN = (
    "MATCH (:TreeNode {id: $id, organization_id: $organization_id})-[:PARENT_OF]->(n:TreeNode {organization_id: $organization_id})"
    + _COLUMNS
)
_VERSION = "MATCH (p:Problem {id: $problem_id, organization_id: $organization_id}) RETURN p.tree_version AS version"
_RELATIONS = """
MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id})-[r:PARENT_OF|CHILD_OF|SIBLING_OF]->(m:TreeNode)
RETURN type(r), n.node_id, m.node_id
"""
_WRITE_NODES = """
UNWIND $rows AS row
MERGE (n:TreeNode {id: row.id})
SET n = row
"""
_STAMP = "MATCH (n:TreeNode {problem_id: $problem_id, organization_id: $organization_id}) SET n.v = $version"
_DELETE_NODES = "UNWIND $rows AS row MATCH (n:TreeNode {id: row.id, organization_id: $organization_id}) DETACH DELETE n"
_CREATE = {
    "PARENT_OF": "UNWIND $rows AS row MATCH (a:TreeNode {id: row.a}) MATCH (b:TreeNode {id: row.b}) CREATE (a)-[:PARENT_OF]->(b)",
    "CHILD_OF": "UNWIND $rows AS row MATCH (a:TreeNode {id: row.a}) MATCH (b:TreeNode {id: row.b}) CREATE (a)-[:CHILD_OF]->(b)",
    "SIBLING_OF": "UNWIND $rows AS row MATCH (a:TreeNode {id: row.a}) MATCH (b:TreeNode {id: row.b}) CREATE (a)-[:SIBLING_OF]->(b)",
}
_DELETE = {
    "PARENT_OF": "UNWIND $rows AS row MATCH (:TreeNode {id: row.a})-[r:PARENT_OF]->(:TreeNode {id: row.b}) DELETE r",
    "CHILD_OF": "UNWIND $rows AS row MATCH (:TreeNode {id: row.a})-[r:CHILD_OF]->(:TreeNode {id: row.b}) DELETE r",
    "SIBLING_OF": "UNWIND $rows AS row MATCH (:TreeNode {id: row.a})-[r:SIBLING_OF]->(:TreeNode {id: row.b}) DELETE r",
}
_UNROOT = "MATCH (n:TreeNode)-[r:ROOT_OF]->(p:Problem {id: $problem_id, organization_id: $organization_id}) WHERE n.id <> $id DELETE r"
_ROOT = """
MATCH (n:TreeNode {id: $id, organization_id: $organization_id})
MATCH (p:Problem {id: $problem_id, organization_id: $organization_id})
MERGE (n)-[:ROOT_OF]->(p)
"""
# A finding remembers which nodes it tests, so it does not matter whether the tree or the evidence arrives first.
_TESTED_BY = """
MATCH (f:Finding {problem_id: $problem_id, organization_id: $organization_id})
UNWIND f.tests AS tested
MATCH (n:TreeNode {id: tested})
MERGE (n)-[:TESTED_BY]->(f)
"""


class TreeNotFoundError(SevenStepsError):
    """The graph holds no tree of this problem for this organization."""

    code: ClassVar[str] = "tree_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


def replace_tree(graph: Graph, scope: Scope, nodes: Sequence[TreeNode], version: int) -> bool:
    """Make the problem's tree the given one, in one transaction, and say whether anything was done.

    A version not above the one already there does nothing, so messages may come twice and in any order; so does any version of an
    erased problem. Raises MalformedTreeError and ProblemNotFoundError (the problem is another organization's).
    """
    after = checked(nodes)

    def work(transaction: Transaction) -> bool:
        state = lock(transaction, scope)
        if state.erased or version <= state.tree_version:
            return False
        _write(transaction, scope, _nodes(transaction, _ALL, scope), after, version)
        return True

    return graph.write(work)


def apply_edit(graph: Graph, scope: Scope, edit: Edit, version: int) -> bool:
    """Apply an edit that leads from version - 1 to `version`, and say whether anything was done.

    False when the graph is already there or further. Raises ProjectionBehindError (retryable) when the edit before this one has not
    arrived, and what the edit raises.
    """

    def work(transaction: Transaction) -> bool:
        state = lock(transaction, scope)
        if state.erased or version <= state.tree_version:
            return False
        if version != state.tree_version + 1:
            raise ProjectionBehindError(f"The graph is at version {state.tree_version} of the tree; edit {version} has to wait.")
        before = _nodes(transaction, _ALL, scope)
        _write(transaction, scope, before, checked(edit(before)), version)
        return True

    return graph.write(work)


def add_node(graph: Graph, scope: Scope, node: TreeNode, version: int) -> bool:
    """Add a node (see `tree_edits.add` and `apply_edit`)."""
    return apply_edit(graph, scope, partial(tree_edits.add, node=node), version)


def update_node(graph: Graph, scope: Scope, node_id: str, changes: NodeChanges, at: datetime, version: int) -> bool:
    """Change a node's words (see `tree_edits.update` and `apply_edit`)."""
    return apply_edit(graph, scope, partial(tree_edits.update, node_id=node_id, changes=changes, at=at), version)


def move_node(graph: Graph, scope: Scope, node_id: str, parent_id: str, position: int, at: datetime, version: int) -> bool:
    """Move a branch (see `tree_edits.move` and `apply_edit`)."""
    return apply_edit(graph, scope, partial(tree_edits.move, node_id=node_id, parent_id=parent_id, position=position, at=at), version)


def delete_subtree(graph: Graph, scope: Scope, node_id: str, version: int) -> bool:
    """Delete a branch (see `tree_edits.delete_subtree` and `apply_edit`)."""
    return apply_edit(graph, scope, partial(tree_edits.delete_subtree, node_id=node_id), version)


def tree(graph: Graph, scope: Scope) -> Tree:
    """Return the whole tree, parents before children and siblings in order. Raises TreeNotFoundError."""

    def work(transaction: Transaction) -> Tree:
        row = transaction.run(_VERSION, parameters(scope)).single()
        nodes = _nodes(transaction, _ALL, scope)
        if row is None or not nodes:
            raise TreeNotFoundError("The graph holds no tree of this problem.")
        return Tree(row["version"], tuple(depth_first(nodes)))

    return graph.read(work)


def leaves(graph: Graph, scope: Scope) -> list[TreeNode]:
    """Return the nodes nothing hangs from, in the order of the tree. Raises TreeNotFoundError."""
    nodes = tree(graph, scope).nodes
    parents = {node.parent_id for node in nodes}
    return [node for node in nodes if node.id not in parents]


def subtree(graph: Graph, scope: Scope, node_id: str) -> list[TreeNode]:
    """Return a node and all below it, parents before children and siblings in order. Raises NodeNotFoundError."""
    found = _around(graph, scope, node_id, _SUBTREE)
    top = next(node for node in found if node.id == node_id)
    return depth_first(found, top.parent_id)


def path(graph: Graph, scope: Scope, node_id: str) -> list[TreeNode]:
    """Return the nodes from the root down to this one. Raises NodeNotFoundError."""
    return sorted(_around(graph, scope, node_id, _PATH), key=lambda node: node.level)


def children(graph: Graph, scope: Scope, node_id: str) -> list[TreeNode]:
    """Return the nodes that hang from this one, in order. Raises NodeNotFoundError."""

    def work(transaction: Transaction) -> list[TreeNode]:
        _existing(_nodes(transaction, _ONE, scope, node_id), node_id)
        return depth_first(_nodes(transaction, _CHILDREN, scope, node_id), node_id)

    return graph.read(work)


def node(graph: Graph, scope: Scope, node_id: str) -> TreeNode:
    """Return one node. Raises NodeNotFoundError."""
    return _around(graph, scope, node_id, _ONE)[0]


def _around(graph: Graph, scope: Scope, node_id: str, statement: str) -> list[TreeNode]:
    return _existing(graph.read(lambda transaction: _nodes(transaction, statement, scope, node_id)), node_id)


def _existing(found: list[TreeNode], node_id: str) -> list[TreeNode]:
    if not found:
        raise NodeNotFoundError(f"The tree has no node {node_id!r}.")
    return found


def _nodes(transaction: Transaction, statement: str, scope: Scope, node_id: str = "") -> list[TreeNode]:
    return [_node(row) for row in transaction.run(statement, parameters(scope, id=scope.key(node_id))).values()]


def _node(row: Sequence[Any]) -> TreeNode:
    identity, parent_id, position, level, title, created_at, updated_at, hypotheses, required_data, priority_hint, notes = row
    return TreeNode(
        id=identity,
        parent_id=parent_id,
        position=position,
        level=level,
        title=title,
        created_at=instant(created_at),
        updated_at=instant(updated_at),
        hypotheses=tuple(hypotheses),
        required_data=tuple(required_data),
        priority_hint=priority_hint,
        notes=notes,
    )


def instant(text: str) -> datetime:
    """Return an instant a graph store has written as text; without a zone it is UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def properties_of(scope: Scope, node: TreeNode, version: int) -> dict[str, Any]:
    """Return the properties a node has in the graph."""
    return {
        "id": scope.key(node.id),
        "node_id": node.id,
        "problem_id": scope.problem_id,
        "organization_id": scope.organization_id,
        "position": node.position,
        "level": node.level,
        "title": node.title,
        "hypotheses": list(node.hypotheses),
        "required_data": list(node.required_data),
        "priority_hint": node.priority_hint,
        "notes": node.notes,
        "created_at": node.created_at,
        "updated_at": node.updated_at,
        "v": version,
    }


def _write(transaction: Transaction, scope: Scope, before: Sequence[TreeNode], after: Sequence[TreeNode], version: int) -> None:
    """Write the difference between what is there and what shall be: most edits touch a handful of nodes."""
    there, wanted = {node.id: node for node in before}, {node.id: node for node in after}
    gone = there.keys() - wanted.keys()
    changed = [node for node in after if there.get(node.id) != node]
    drawn = {relation for relation in _drawn(transaction, scope) if gone.isdisjoint(relation[1:])}
    shall = relations(after)
    run_batches(transaction, _DELETE_NODES, scope, [{"id": scope.key(node_id)} for node_id in sorted(gone)])
    _relate(transaction, scope, _DELETE, drawn - shall)
    run_batches(transaction, _WRITE_NODES, scope, [properties_of(scope, node, version) for node in changed])
    _relate(transaction, scope, _CREATE, shall - drawn)
    root = parameters(scope, id=scope.key(after[0].id))
    for statement in (_UNROOT, _ROOT, _TESTED_BY):
        transaction.run(statement, root).consume()
    if len(changed) < len(after):
        transaction.run(_STAMP, parameters(scope, version=version)).consume()
    set_version(transaction, scope, "tree_version", version)


def _drawn(transaction: Transaction, scope: Scope) -> set[Relation]:
    return {(kind, one, other) for kind, one, other in transaction.run(_RELATIONS, parameters(scope)).values()}


def _relate(transaction: Transaction, scope: Scope, statements: dict[str, str], wanted: Iterable[Relation]) -> None:
    ordered = sorted(wanted)
    for kind, statement in statements.items():
        rows = [{"a": scope.key(one), "b": scope.key(other)} for found, one, other in ordered if found == kind]
        run_batches(transaction, statement, scope, rows)
