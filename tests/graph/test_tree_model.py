"""What makes nodes a tree, and what an edit of one gives; no store in sight."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import tree_edits
from graph.tree_edits import NodeChanges, NodeTakenError, RootStaysError
from graph.tree_model import MalformedTreeError, NodeNotFoundError, TreeNode, checked, children_of, depth_first, relations
from tests.graph.trees import AT, LATER, node, small, trees


def ids(nodes: Sequence[TreeNode]) -> list[str]:
    return [one.id for one in nodes]


@given(nodes=trees(), chance=st.randoms(use_true_random=False))
def test_the_order_given_does_not_matter(nodes: list[TreeNode], chance: random.Random) -> None:
    ordered = checked(nodes)
    chance.shuffle(nodes)
    assert checked(nodes) == ordered
    assert all(one.parent_id is None or ids(ordered).index(one.parent_id) < place for place, one in enumerate(ordered))


@given(nodes=trees())
def test_relations_go_both_ways_and_chain_siblings(nodes: list[TreeNode]) -> None:
    found = relations(nodes)
    up = {(child, parent) for kind, child, parent in found if kind == "CHILD_OF"}
    assert up == {(child, parent) for kind, parent, child in found if kind == "PARENT_OF"}
    assert len(up) == len(nodes) - 1
    families = [family for parent, family in children_of(nodes).items() if parent is not None]
    assert sum(kind == "SIBLING_OF" for kind, *_ in found) == sum(len(family) - 1 for family in families)


def test_instants_are_kept_in_utc() -> None:
    moved = node("root", created_at=LATER)
    assert moved.created_at == LATER
    assert moved.created_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        ([], "one root; this one has 0"),
        ([node("a"), node("b")], "one root; this one has 2"),
        ([node("a"), node("a", "a", 0, 1)], "same id"),
        ([node("a"), node("b", "c", 0, 1)], "hangs from 'c'"),
        ([node("a"), node("b", "c", 0, 1), node("c", "b", 0, 1)], "its own ancestor"),
        ([node("a"), node("b", "a", 0, 2)], "at level 1 of the tree but says 2"),
        ([node("a", created_at=datetime(2026, 1, 1))], "without a time zone"),  # noqa: DTZ001 (the case under test)
    ],
)
def test_what_is_no_tree(nodes: list[TreeNode], sentence: str) -> None:
    with pytest.raises(MalformedTreeError, match=sentence):
        checked(nodes)


EDITS: dict[str, Callable[[list[TreeNode], TreeNode, TreeNode, int], list[TreeNode]]] = {
    "add": lambda nodes, one, _, place: tree_edits.add(nodes, node(max(ids(nodes)) + "x", one.id, place, 7)),
    "update": lambda nodes, one, _, __: tree_edits.update(nodes, one.id, NodeChanges(title="new"), LATER),
    "move": lambda nodes, one, other, place: tree_edits.move(nodes, one.id, other.id, place, LATER),
    "delete": lambda nodes, one, _, __: tree_edits.delete_subtree(nodes, one.id),
}


@given(data=st.data(), nodes=trees(max_nodes=12))
def test_any_edits_leave_a_tree(data: st.DataObject, nodes: list[TreeNode]) -> None:
    """Whatever people do, one after the other: what is refused is refused by name, what is done leaves one sound tree."""
    for kind in data.draw(st.lists(st.sampled_from(sorted(EDITS)), max_size=8)):
        one, other = data.draw(st.sampled_from(nodes)), data.draw(st.sampled_from(nodes))
        below = {one.id, *ids(depth_first(nodes, one.id))}
        try:
            edited = EDITS[kind](nodes, one, other, data.draw(st.integers(-1, 9)))
        except RootStaysError:
            assert kind in {"move", "delete"} and one.parent_id is None  # noqa: PT018 (which refusal, and is it right)
            continue
        except MalformedTreeError:
            assert kind == "move" and other.id in below  # noqa: PT018 (which refusal, and is it right)
            continue
        checked(edited)
        grown = {"add": 1, "update": 0, "move": 0, "delete": -len(below)}[kind]
        assert len(edited) == len(nodes) + grown
        nodes = edited


def test_a_place_is_kept_among_siblings() -> None:
    assert ids(children_of(tree_edits.add(small(), node("x", "root", 1, 1)))["root"]) == ["a", "x", "b", "c"]
    assert ids(children_of(tree_edits.add(small(), node("x", "root", 99, 1)))["root"]) == ["a", "b", "c", "x"]
    moved = children_of(tree_edits.move(small(), "c", "root", 0, LATER))["root"]
    assert [(one.id, one.position) for one in moved] == [("c", 0), ("a", 1), ("b", 2)]


def test_an_update_changes_only_what_it_names() -> None:
    nodes = tree_edits.update(small(), "b", NodeChanges(priority_hint="high", required_data=()), LATER)
    before = {one.id: one for one in small()}
    after = {one.id: one for one in nodes}
    assert after.pop("b") == replace(before.pop("b"), priority_hint="high", required_data=(), updated_at=LATER)
    assert after == before


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (lambda: tree_edits.add(small(), node("b", "a", 0, 2)), NodeTakenError),
        (lambda: tree_edits.add(small(), node("x", "nobody", 0, 1)), NodeNotFoundError),
        (lambda: tree_edits.add(small(), node("x")), MalformedTreeError),
        (lambda: tree_edits.update(small(), "nobody", NodeChanges(), AT), NodeNotFoundError),
        (lambda: tree_edits.move(small(), "a", "a1", 0, AT), MalformedTreeError),
        (lambda: tree_edits.move(small(), "root", "a", 0, AT), RootStaysError),
        (lambda: tree_edits.delete_subtree(small(), "root"), RootStaysError),
        (lambda: tree_edits.delete_subtree(small(), "nobody"), NodeNotFoundError),
    ],
)
def test_what_an_edit_may_not_do(edit: Callable[[], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        edit()
