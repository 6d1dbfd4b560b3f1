"""Edits of the issue tree as values and as pure functions: a tree in, a tree out, or a sentence why not."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from services.solving.errors import InvalidEditError
from services.solving.steps.tree import IssueTree, TreeNode
from shared.kit.value import Value

_DEEPEST = 6
_MOST_NODES = 200


class AddNode(Value):
    """Hang a new node under a parent, last among its siblings."""

    kind: Literal["add"] = "add"
    node_id: str = Field(min_length=1, max_length=100)
    parent_id: str
    title: str = Field(min_length=1, max_length=500)
    hypotheses: list[str] = []
    required_data: list[str] = []
    priority_hint: Literal["high", "medium", "low"] = "medium"
    notes: str = ""


class UpdateNode(Value):
    """Change the words of a node; what is None stays. New hypotheses drop the test that was bound to the old ones."""

    kind: Literal["update"] = "update"
    node_id: str
    title: str | None = Field(None, min_length=1, max_length=500)
    hypotheses: list[str] | None = None
    required_data: list[str] | None = None
    priority_hint: Literal["high", "medium", "low"] | None = None
    notes: str | None = None


class MoveNode(Value):
    """Hang a node, with all below it, under another parent at a position among its new siblings."""

    kind: Literal["move"] = "move"
    node_id: str
    parent_id: str
    position: int = Field(ge=0)


class RemoveNode(Value):
    """Take a node out, with all below it."""

    kind: Literal["remove"] = "remove"
    node_id: str


class Part(Value):
    """One of the questions a leaf is split into."""

    node_id: str = Field(min_length=1, max_length=100)
    title: str = Field(min_length=1, max_length=500)
    hypotheses: list[str] = []


class SplitNode(Value):
    """Make a leaf a branch of two to five parts, each of which needs the data the leaf needed."""

    kind: Literal["split"] = "split"
    node_id: str
    parts: list[Part] = Field(min_length=2, max_length=5)


class MergeNodes(Value):
    """Make siblings one: the first keeps its id and place, takes the title, and everything that hung from the others."""

    kind: Literal["merge"] = "merge"
    node_ids: list[str] = Field(min_length=2, max_length=10)
    title: str = Field(min_length=1, max_length=500)


AnyEdit = AddNode | UpdateNode | MoveNode | RemoveNode | SplitNode | MergeNodes
TreeEdit = Annotated[AnyEdit, Field(discriminator="kind")]


def edited(tree: IssueTree, edit: AnyEdit) -> IssueTree:
    """Return the tree after an edit, in reading order, levels and kinds made right.

    Checks that the step ran on the old tree are dropped: they say nothing of the new one. Raises InvalidEditError.
    """
    nodes = {node.id: node for node in tree.nodes}
    match edit:
        case AddNode():
            changed = _added(nodes, edit)
        case UpdateNode():
            changed = _updated(nodes, edit)
        case MoveNode():
            changed = _moved(nodes, edit)
        case RemoveNode():
            changed = _removed(nodes, edit)
        case SplitNode():
            changed = _split(nodes, edit)
        case MergeNodes():
            changed = _merged(nodes, edit)
    if len(changed) > _MOST_NODES:
        raise InvalidEditError(f"A tree has at most {_MOST_NODES} nodes.")
    return tree.model_copy(update={"nodes": _in_order(changed), "checks": []})


def _added(nodes: dict[str, TreeNode], edit: AddNode) -> list[TreeNode]:
    if edit.node_id in nodes:
        raise InvalidEditError(f"The tree has a node {edit.node_id!r} already.")
    _known(nodes, edit.parent_id)
    node = TreeNode(
        id=edit.node_id,
        parent_id=edit.parent_id,
        position=len(nodes),
        level=0,
        kind="leaf",
        title=edit.title,
        hypotheses=edit.hypotheses,
        required_data=edit.required_data,
        priority_hint=edit.priority_hint,
        notes=edit.notes,
    )
    return [*nodes.values(), node]


def _updated(nodes: dict[str, TreeNode], edit: UpdateNode) -> list[TreeNode]:
    before = _known(nodes, edit.node_id)
    changes = {name: value for name, value in edit.model_dump(exclude={"kind", "node_id"}).items() if value is not None}
    if "hypotheses" in changes and changes["hypotheses"] != before.hypotheses:
        changes["test"] = None
    return list((nodes | {before.id: before.model_copy(update=changes)}).values())


def _moved(nodes: dict[str, TreeNode], edit: MoveNode) -> list[TreeNode]:
    node, parent = _known(nodes, edit.node_id), _known(nodes, edit.parent_id)
    if node.parent_id is None:
        raise InvalidEditError("The root stays where it is.")
    if parent.id in _below(nodes, node.id):
        raise InvalidEditError("A node cannot hang from itself or from a node below it.")
    others = sorted((one for one in nodes.values() if one.parent_id == parent.id and one.id != node.id), key=lambda one: one.position)
    others.insert(min(edit.position, len(others)), node.model_copy(update={"parent_id": parent.id}))
    placed = {one.id: one.model_copy(update={"position": place}) for place, one in enumerate(others)}
    return list((nodes | placed).values())


def _removed(nodes: dict[str, TreeNode], edit: RemoveNode) -> list[TreeNode]:
    if _known(nodes, edit.node_id).parent_id is None:
        raise InvalidEditError("The root stays where it is.")
    gone = _below(nodes, edit.node_id)
    return [node for node in nodes.values() if node.id not in gone]


def _split(nodes: dict[str, TreeNode], edit: SplitNode) -> list[TreeNode]:
    leaf = _known(nodes, edit.node_id)
    if any(node.parent_id == leaf.id for node in nodes.values()):
        raise InvalidEditError("Only a leaf can be split; add a node to a branch instead.")
    changed = nodes
    for part in edit.parts:
        added = AddNode(
            node_id=part.node_id, parent_id=leaf.id, title=part.title, hypotheses=part.hypotheses, required_data=leaf.required_data
        )
        changed = {node.id: node for node in _added(changed, added)}
    return list((changed | {leaf.id: leaf.model_copy(update={"hypotheses": [], "test": None})}).values())


def _merged(nodes: dict[str, TreeNode], edit: MergeNodes) -> list[TreeNode]:
    chosen = [_known(nodes, node_id) for node_id in dict.fromkeys(edit.node_ids)]
    if len(chosen) < 2 or len({node.parent_id for node in chosen}) > 1:
        raise InvalidEditError("Only nodes under one parent can become one.")
    first, gone = chosen[0], {node.id for node in chosen[1:]}

    def joined(lists: Iterable[list[str]]) -> list[str]:
        return list(dict.fromkeys(one for found in lists for one in found))

    whole = first.model_copy(
        update={
            "title": edit.title,
            "hypotheses": joined(node.hypotheses for node in chosen),
            "required_data": joined(node.required_data for node in chosen),
            "test": None,  # it was bound to one of the questions, not to all of them
        }
    )
    rehung = [node.model_copy(update={"parent_id": first.id}) if node.parent_id in gone else node for node in nodes.values()]
    return [whole if node.id == first.id else node for node in rehung if node.id not in gone]


def _known(nodes: dict[str, TreeNode], node_id: str) -> TreeNode:
    if node_id not in nodes:
        raise InvalidEditError(f"The tree has no node {node_id[:100]!r}.")
    return nodes[node_id]


def _below(nodes: dict[str, TreeNode], node_id: str) -> set[str]:
    """Return the node and all below it."""
    found, waiting = set[str](), [node_id]
    while waiting:
        current = waiting.pop()
        found.add(current)
        waiting += [node.id for node in nodes.values() if node.parent_id == current and node.id not in found]
    return found


def _in_order(nodes: list[TreeNode]) -> list[TreeNode]:
    children: defaultdict[str | None, list[TreeNode]] = defaultdict(list)
    for node in nodes:
        children[node.parent_id].append(node)
    ordered: list[TreeNode] = []

    def visit(node: TreeNode, level: int, position: int) -> None:
        if level > _DEEPEST:
            raise InvalidEditError(f"A tree has at most {_DEEPEST} levels below its root.")
        family = sorted(children[node.id], key=lambda one: (one.position, one.id))
        kind = "root" if node.parent_id is None else "branch" if family else "leaf"
        changes: dict[str, object] = {"level": level, "position": position, "kind": kind}
        if family:
            changes["test"] = None
        ordered.append(node.model_copy(update=changes))
        for place, child in enumerate(family):
            visit(child, level + 1, place)

    visit(children[None][0], 0, 0)
    return ordered
