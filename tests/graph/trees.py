"""Trees for the tests: hand-written small ones, large ones, and any that hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from graph.tree_model import TreeNode

AT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=5, minutes=30)))

# A store of Unicode text has no place for half a surrogate pair; everything else must come back as it went in.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
instants = st.builds(
    lambda microseconds, zone: datetime.fromtimestamp(0, UTC).astimezone(zone) + timedelta(microseconds=microseconds),
    st.integers(0, 4_000_000_000_000_000),
    st.timezones(),
)


def node(node_id: str, parent_id: str | None = None, position: int = 0, level: int = 0, **more: object) -> TreeNode:
    plain = TreeNode(node_id, parent_id, position, level, f"Title of {node_id}", AT, AT, ("It falls.",), ("sales",))
    return replace(plain, **more)  # type: ignore[arg-type] # names are checked by replace itself


def small() -> list[TreeNode]:
    """Return a root, three branches out of order, and leaves below two of them."""
    return [
        node("root"),
        node("b", "root", 1, 1),
        node("a", "root", 0, 1),
        node("c", "root", 2, 1),
        node("a2", "a", 1, 2),
        node("a1", "a", 0, 2),
        node("c1", "c", 0, 2),
    ]


def wide(count: int, fan: int = 10) -> list[TreeNode]:
    """Return a tree of `count` nodes in which every inner node has `fan` children."""
    levels = [0]
    nodes = [node("n0")]
    for number in range(1, count):
        parent = (number - 1) // fan
        levels.append(levels[parent] + 1)
        nodes.append(node(f"n{number}", f"n{parent}", (number - 1) % fan, levels[number]))
    return nodes


@st.composite
def trees(draw: st.DrawFn, max_nodes: int = 8, words: st.SearchStrategy[str] = texts) -> list[TreeNode]:
    """Any tree, in any order of its nodes."""
    parents = draw(st.lists(st.integers(0, max_nodes), max_size=max_nodes - 1))
    nodes = [_any_node(draw, words, "n0", None, 0)]
    for number, chosen in enumerate(parents, start=1):
        parent = nodes[chosen % number]
        nodes.append(_any_node(draw, words, f"n{number}", parent.id, parent.level + 1))
    return draw(st.permutations(nodes))


def _any_node(draw: st.DrawFn, words: st.SearchStrategy[str], node_id: str, parent_id: str | None, level: int) -> TreeNode:
    return TreeNode(
        id=node_id,
        parent_id=parent_id,
        position=draw(st.integers(0, 3)),
        level=level,
        title=draw(words),
        created_at=draw(instants),
        updated_at=draw(instants),
        hypotheses=tuple(draw(st.lists(words, max_size=2))),
        required_data=tuple(draw(st.lists(words, max_size=2))),
        priority_hint=draw(st.sampled_from(["high", "medium", "low"])),
        notes=draw(words),
    )
