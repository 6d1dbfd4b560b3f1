"""Trees from texts and from data: shape, tests bound to real columns, checks that can fail."""

from collections import Counter
from pathlib import Path

import pytest

from services.solving.steps.tree import IssueTree
from tests.solving.analysts.runs import campaigns, csv_file, customers, problem, read_aloud, texts_of, tickets, unknown, worked

TEXTS = {
    "campaigns": "CAC has climbed since last year. We want it 20% lower by year end.",
    "customers": "Churn is too high; bring it down by Q4.",
    "tickets": "Resolution time is too long. Cut it by a third by Q4.",
    "unknown": "What explains how moss cover differs between our patches?",
}
FILES = {"campaigns": campaigns, "customers": customers, "tickets": tickets, "unknown": unknown}


@pytest.fixture(scope="module", params=list(TEXTS))
def grown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, IssueTree, list[str]]:
    folder = tmp_path_factory.mktemp(request.param)
    with problem(TEXTS[request.param], [FILES[request.param](folder)]) as begun:
        columns = [c.name for d in begun.data.datasets for c in d.columns] if begun.data else []
        context, results = worked(begun, until="tree")
        assert all(read_aloud(context, text) for text in texts_of(results["tree"].tree.model_dump(mode="json")) if text)
    return request.param, results["tree"].tree, columns


def test_every_node_has_three_to_five_children_and_one_logic(grown: tuple[str, IssueTree, list[str]]) -> None:
    _, tree, _ = grown
    children = Counter(node.parent_id for node in tree.nodes if node.parent_id)
    assert all(3 <= count <= 5 for count in children.values())
    assert all(node.logic for node in tree.nodes if node.kind != "leaf")
    assert tree.nodes[0].kind == "root"
    assert max(node.level for node in tree.nodes) >= 2


def test_every_leaf_can_fail_and_is_bound_to_columns_of_the_data(grown: tuple[str, IssueTree, list[str]]) -> None:
    _, tree, columns = grown
    assert len(tree.leaves()) >= 9
    for leaf in tree.leaves():
        assert leaf.title.endswith("?")
        assert leaf.hypotheses
        assert leaf.required_data
        assert (leaf.test is not None) == leaf.data_available
        assert leaf.test is None or set(leaf.test.columns) <= set(columns)
    assert sum(leaf.data_available for leaf in tree.leaves()) >= 5


def test_the_loser_is_kept_with_its_reason(grown: tuple[str, IssueTree, list[str]]) -> None:
    _, tree, _ = grown
    assert all(cut.reason for cut in tree.alternatives)
    assert len(tree.alternatives) >= 2


def test_the_checks_pass_on_sound_data(grown: tuple[str, IssueTree, list[str]]) -> None:
    _, tree, _ = grown
    assert {check.name for check in tree.checks} >= {"segments_partition_rows", "leaves_testable", "no_overlap_in_words", "branching"}
    assert [check for check in tree.checks if not check.passed] == []


def test_arithmetic_parts_rebuild_the_kpi(tmp_path: Path) -> None:
    with problem(TEXTS["campaigns"], [campaigns(tmp_path)]) as begun:
        _, results = worked(begun, until="tree")
    check = next(c for c in results["tree"].tree.checks if c.name == "parts_rebuild_whole")
    assert check.passed


def test_rows_outside_every_segment_are_counted(tmp_path: Path) -> None:
    rows = [["2025-01-01", ("", "A", "B")[i % 3], "x" if i % 2 else "y", i % 7 + 1] for i in range(300)]
    file = csv_file(tmp_path, "odd.csv", ["seen_on", "basket", "colour", "weight"], rows)
    with problem("What explains how weight differs by basket?", [file]) as begun:
        context, results = worked(begun, until="tree")
        failed = [c for c in results["tree"].tree.checks if not c.passed]
        assert [c.name for c in failed] == ["segments_partition_rows"]
        assert "100 rows" in read_aloud(context, failed[0].detail)


def test_without_data_every_leaf_says_what_to_ask_for() -> None:
    with problem("Reduce churn from 8% to 5% by Q4.") as begun:
        _, results = worked(begun, until="tree")
    leaves = results["tree"].tree.leaves()
    assert len(leaves) >= 9
    assert not any(leaf.data_available for leaf in leaves)
    assert all(leaf.required_data and leaf.notes for leaf in leaves)


def test_a_file_of_one_column_still_gives_a_tree(tmp_path: Path) -> None:
    file = csv_file(tmp_path, "one.csv", ["note"], [[f"remark {i}"] for i in range(30)])
    with problem("Help us", [file]) as begun:
        _, results = worked(begun, until="plan")
    assert results["tree"].tree.leaves()
