"""The issue tree as a value: nodes, their order, and the rules a set of nodes must keep to be a tree. Nothing here touches a store."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import ClassVar

from shared.kit.errors import ErrorKind, SevenStepsError

PARENT_OF, CHILD_OF, SIBLING_OF = "PARENT_OF", "CHILD_OF", "SIBLING_OF"


class MalformedTreeError(SevenStepsError):
    """The nodes given do not form one tree."""

    code: ClassVar[str] = "malformed_tree"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class NodeNotFoundError(SevenStepsError):
    """The tree has no such node."""

    code: ClassVar[str] = "tree_node_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


@dataclass(frozen=True)
class Scope:
    """Whose problem: every query of this package names both."""

    organization_id: str
    problem_id: str

    def key(self, local_id: str) -> str:
        """Return an id that is unique in the whole graph, as the constraints ask, for an id that is unique within the problem."""
        return f"{self.problem_id}:{local_id}"


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node with the seed's properties.

    `id` is unique within its problem; siblings are ordered by `position`, then `id`; the root has level 0.
    """

    id: str
    parent_id: str | None
    position: int
    level: int
    title: str
    created_at: datetime
    updated_at: datetime
    hypotheses: tuple[str, ...] = ()
    required_data: tuple[str, ...] = ()
    priority_hint: str = "medium"
    notes: str = ""

    def __post_init__(self) -> None:
        """Keep instants in UTC: a graph store knows no other zone, and Python never calls two zones equal in the hour a clock repeats."""
        for name in ("created_at", "updated_at"):
            instant: datetime = getattr(self, name)
            if instant.tzinfo is not None and instant.tzinfo is not UTC:
                object.__setattr__(self, name, instant.astimezone(UTC))


@dataclass(frozen=True)
class Tree:
    """All nodes of a problem, parents before children and siblings in order, and the version they are at."""

    version: int
    nodes: tuple[TreeNode, ...]


Relation = tuple[str, str, str]
"""(type, from node id, to node id)"""


def children_of(nodes: Iterable[TreeNode]) -> dict[str | None, list[TreeNode]]:
    """Return the ordered children of each node; the root is the only child of None."""
    families: defaultdict[str | None, list[TreeNode]] = defaultdict(list)
    for node in nodes:
        families[node.parent_id].append(node)
    for family in families.values():
        family.sort(key=lambda node: (node.position, node.id))
    return families


def depth_first(nodes: Iterable[TreeNode], top: str | None = None) -> list[TreeNode]:
    """Return the nodes below `top` (by default all), parents before children and siblings in order."""
    families = children_of(nodes)
    ordered: list[TreeNode] = []
    waiting = list(reversed(families.get(top, [])))
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting.extend(reversed(families.get(node.id, [])))
    return ordered


def checked(nodes: Sequence[TreeNode]) -> list[TreeNode]:
    """Return the nodes in depth-first order.

    Raises MalformedTreeError unless ids are unique, exactly one node is the root, every parent is there, nothing is its own
    ancestor, every level is its parent's plus one, and every instant has a time zone.
    """
    ids = {node.id for node in nodes}
    if len(ids) != len(nodes):
        raise MalformedTreeError("Two nodes of the tree have the same id.")
    roots = [node for node in nodes if node.parent_id is None]
    if len(roots) != 1:
        raise MalformedTreeError(f"A tree has one root; this one has {len(roots)}.")
    for node in nodes:
        if node.parent_id is not None and node.parent_id not in ids:
            raise MalformedTreeError(f"Node {node.id!r} hangs from {node.parent_id!r}, which is not in the tree.")
        if node.created_at.tzinfo is None or node.updated_at.tzinfo is None:
            raise MalformedTreeError(f"Node {node.id!r} has an instant without a time zone.")
    ordered = depth_first(nodes)
    if len(ordered) != len(nodes):
        raise MalformedTreeError("A node of the tree is its own ancestor.")
    _check_levels(ordered)
    return ordered


def _check_levels(ordered: Iterable[TreeNode]) -> None:
    levels: dict[str | None, int] = {None: -1}
    for node in ordered:
        levels[node.id] = levels[node.parent_id] + 1
        if node.level != levels[node.id]:
            raise MalformedTreeError(f"Node {node.id!r} is at level {levels[node.id]} of the tree but says {node.level}.")


def relations(nodes: Iterable[TreeNode]) -> set[Relation]:
    """Return the tree's relations: a parent and its child know each other, and each sibling points to the next.

    Siblings form a chain and not a clique: a node with n children has n - 1 SIBLING_OF relations, in their order.
    """
    found: set[Relation] = set()
    for parent_id, family in children_of(nodes).items():
        if parent_id is None:
            continue
        for node in family:
            found.add((PARENT_OF, parent_id, node.id))
            found.add((CHILD_OF, node.id, parent_id))
        found.update((SIBLING_OF, one.id, other.id) for one, other in pairwise(family))
    return found
