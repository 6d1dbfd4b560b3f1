"""The edits a person may make to an issue tree, as functions from nodes to nodes.

The history in PostgreSQL and the graph both apply an edit with these, so neither can understand it differently. Siblings are
numbered 0, 1, 2, ... again wherever an edit touched them. `at` becomes `updated_at` of the node the edit is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from graph.tree_model import MalformedTreeError, NodeNotFoundError, TreeNode, children_of, depth_first
from shared.kit.errors import ErrorKind, SevenStepsError


class RootStaysError(SevenStepsError):
    """The root of a tree can be neither moved nor deleted."""

    code: ClassVar[str] = "tree_root_stays"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class NodeTakenError(SevenStepsError):
    """The tree already has a node with this id."""

    code: ClassVar[str] = "tree_node_taken"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


@dataclass(frozen=True)
class NodeChanges:
    """What an update changes; None leaves a property as it is."""

    title: str | None = None
    hypotheses: tuple[str, ...] | None = None
    required_data: tuple[str, ...] | None = None
    priority_hint: str | None = None
    notes: str | None = None


def add(nodes: Sequence[TreeNode], node: TreeNode) -> list[TreeNode]:
    """Return the tree with a node among its parent's children, at its position; its level follows from its parent.

    Raises NodeTakenError, NodeNotFoundError (the parent) and MalformedTreeError (a second root).
    """
    if any(other.id == node.id for other in nodes):
        raise NodeTakenError(f"The tree already has a node {node.id!r}.")
    if node.parent_id is None:
        raise MalformedTreeError("A tree has one root: give the new node a parent.")
    parent = _find(nodes, node.parent_id)
    return _placed(nodes, replace(node, level=parent.level + 1))


def update(nodes: Sequence[TreeNode], node_id: str, changes: NodeChanges, at: datetime) -> list[TreeNode]:
    """Return the tree with a node's words changed. Raises NodeNotFoundError."""
    given = {name: value for name, value in vars(changes).items() if value is not None}
    changed = replace(_find(nodes, node_id), **given, updated_at=at)
    return [changed if node.id == node_id else node for node in nodes]


def move(nodes: Sequence[TreeNode], node_id: str, parent_id: str, position: int, at: datetime) -> list[TreeNode]:
    """Return the tree with a node and all below it moved under another parent (or to another place under the same).

    Raises NodeNotFoundError, RootStaysError, and MalformedTreeError when the new parent lies below the node.
    """
    node, parent = _find(nodes, node_id), _find(nodes, parent_id)
    if node.parent_id is None:
        raise RootStaysError("The root of a tree stays where it is.")
    below = {inner.id for inner in depth_first(nodes, node_id)}
    if parent_id in below | {node_id}:
        raise MalformedTreeError(f"Node {parent_id!r} lies within the branch of {node_id!r}.")
    deeper = parent.level + 1 - node.level
    rest = [replace(other, level=other.level + deeper) if other.id in below else other for other in nodes if other.id != node_id]
    rest = _renumbered(rest, node.parent_id)
    return _placed(rest, replace(node, parent_id=parent_id, position=position, level=node.level + deeper, updated_at=at))


def delete_subtree(nodes: Sequence[TreeNode], node_id: str) -> list[TreeNode]:
    """Return the tree without a node and all below it. Raises NodeNotFoundError and RootStaysError."""
    node = _find(nodes, node_id)
    if node.parent_id is None:
        raise RootStaysError("Deleting the root would delete the tree: delete the problem instead.")
    gone = {inner.id for inner in depth_first(nodes, node_id)} | {node_id}
    return _renumbered([other for other in nodes if other.id not in gone], node.parent_id)


def _find(nodes: Iterable[TreeNode], node_id: str) -> TreeNode:
    for node in nodes:
        if node.id == node_id:
            return node
    raise NodeNotFoundError(f"The tree has no node {node_id!r}.")


def _placed(nodes: Sequence[TreeNode], node: TreeNode) -> list[TreeNode]:
    """Return the nodes with one more among its siblings, which make room."""
    family = children_of(nodes).get(node.parent_id, [])
    place = min(max(node.position, 0), len(family))
    return _numbered(nodes, [*family[:place], node, *family[place:]])


def _renumbered(nodes: Sequence[TreeNode], parent_id: str | None) -> list[TreeNode]:
    return _numbered(nodes, children_of(nodes).get(parent_id, []))


def _numbered(nodes: Sequence[TreeNode], family: Sequence[TreeNode]) -> list[TreeNode]:
    numbered = {node.id: replace(node, position=position) for position, node in enumerate(family)}
    return [*(node for node in nodes if node.id not in numbered), *numbered.values()]
