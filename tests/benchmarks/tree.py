"""Reading a tree of 10,000 nodes beside a flat PostgreSQL read of the same nodes, turn by turn in one run.

`python -m tests.benchmarks.tree` uses the platform that runs, or starts the embedded stores for the length of the run.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg

from graph import tree as issue_tree
from graph.driver import get_graph
from graph.erase import delete_problem
from graph.tree_model import Scope, TreeNode
from services.cli.session import platform_session
from services.solving.steps.tree import IssueTree
from services.solving.steps.tree import TreeNode as Node
from shared.kit.clock import now
from shared.kit.collector import settle
from shared.settings import get_settings

FAN = 10
FLAT = """CREATE TEMPORARY TABLE nodes (id text PRIMARY KEY, parent_id text, position int, level int, title text, created_at timestamptz,
updated_at timestamptz, hypotheses text[], required_data text[], priority_hint text, notes text)"""


def nodes(count: int) -> list[TreeNode]:
    """Return a tree in which every inner node has ten children."""
    at, levels, found = now(), [0], []
    for number in range(count):
        parent = (number - 1) // FAN if number else None
        if parent is not None:
            levels.append(levels[parent] + 1)
        words = {"title": f"Is it part {number}?", "hypotheses": (f"Part {number} moved",), "required_data": ("orders",)}
        place = {"parent_id": None if parent is None else f"n{parent}", "position": (number - 1) % FAN if number else 0}
        found.append(TreeNode(id=f"n{number}", level=levels[number], created_at=at, updated_at=at, **place, **words))  # type: ignore[arg-type]
    return found


def interleaved(reads: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every read, taken in turn, after one round that does not count."""
    took: dict[str, list[float]] = {name: [] for name in reads}
    for turn in range(rounds + 1):
        for name, read in reads.items():
            began = time.perf_counter()
            read()
            if turn:
                took[name].append(time.perf_counter() - began)
    return took


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    chosen = parser.parse_args()
    tree, scope = nodes(chosen.nodes), Scope(str(uuid4()), str(uuid4()))
    with platform_session(), psycopg.connect(get_settings().store("DATABASE_URL")) as connection:
        graph = get_graph()
        issue_tree.replace_tree(graph, scope, tree, 1)
        connection.execute(FLAT)
        rows = [(n.id, n.parent_id, n.position, n.level, n.title, n.created_at, n.updated_at) for n in tree]
        rest = [(list(n.hypotheses), list(n.required_data), n.priority_hint, n.notes) for n in tree]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO nodes VALUES ({', '.join(['%s'] * 11)})", [a + b for a, b in zip(rows, rest, strict=True)])
        whole = IssueTree(nodes=[_node(one) for one in tree], template="", tree_type="component", alternatives=[], checks=[])
        connection.execute("CREATE TEMPORARY TABLE versions (tree jsonb)")
        connection.execute("INSERT INTO versions VALUES (%s::jsonb)", [whole.model_dump_json()])

        def flat_rows() -> list[tuple[Any, ...]]:
            return connection.execute("SELECT * FROM nodes").fetchall()

        def flat_values() -> list[TreeNode]:
            return [_value(row) for row in flat_rows()]

        def as_a_version() -> IssueTree:
            row = connection.execute("SELECT tree FROM versions").fetchone()
            assert row is not None
            return IssueTree.model_validate(row[0])

        reads: dict[str, Callable[[], object]] = {
            "flat PostgreSQL read, rows": flat_rows,
            "flat PostgreSQL read, as values": flat_values,
            "the version that steps and the API read (PostgreSQL)": as_a_version,
            "the graph store, as a tree": lambda: issue_tree.tree(graph, scope),
        }
        settle()  # as the API and the workers do before they begin
        assert len(issue_tree.tree(graph, scope).nodes) == len(flat_values()) == len(as_a_version().nodes) == chosen.nodes
        report(interleaved(reads, chosen.rounds), chosen.nodes)
        delete_problem(graph, scope)


def report(took: dict[str, list[float]], count: int) -> None:
    """Print the medians and what each is of the flat reads."""
    medians = {name: statistics.median(times) for name, times in took.items()}
    rows, values, *_ = medians.values()
    print(f"{count:,} nodes, {len(next(iter(took.values())))} rounds, load average {os.getloadavg()[0]:.1f}\n")  # noqa: T201
    print("| read | median | quickest | of the rows | of the values |\n|---|---|---|---|---|")  # noqa: T201
    for name, median in medians.items():
        quickest = min(took[name])
        print(f"| {name} | {1000 * median:.0f} ms | {1000 * quickest:.0f} ms | {median / rows:.1f} x | {median / values:.1f} x |")  # noqa: T201


def _value(row: tuple[Any, ...]) -> TreeNode:
    node_id, parent, position, level, title, created, updated, hypotheses, required, hint, notes = row
    return TreeNode(node_id, parent, position, level, title, created, updated, tuple(hypotheses), tuple(required), hint, notes)


def _node(one: TreeNode) -> Node:
    kind = "root" if one.parent_id is None else "leaf"
    facts = {"id": one.id, "parent_id": one.parent_id, "position": one.position, "level": one.level, "title": one.title, "kind": kind}
    return Node.model_validate(facts | {"hypotheses": list(one.hypotheses), "required_data": list(one.required_data)})


if __name__ == "__main__":
    main()
