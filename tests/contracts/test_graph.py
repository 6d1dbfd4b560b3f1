"""What `graph` promises, on every store it runs on (see conftest)."""

import random
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import evidence as evidence_graph
from graph import tree as issue_tree
from graph import tree_edits
from graph.driver import Graph
from graph.erase import delete_problem, wipe
from graph.evidence import DatasetNode, Evidence, FindingNode, RecommendationNode, SlideNode, project_evidence
from graph.projection import ProblemNotFoundError, ProjectionBehindError
from graph.schema_runner import apply_schema
from graph.tree import replace_tree
from graph.tree_edits import NodeChanges
from graph.tree_model import NodeNotFoundError, Scope, TreeNode, depth_first
from graph.verify import checksum, expected_checksum, known_problems
from tests.contracts.stores import new_scope
from tests.graph.trees import LATER, node, small, trees, wide

on_a_store = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

SHA = "a" * 64
OTHER_SHA = "b" * 64
EVIDENCE = Evidence(
    findings=(
        FindingNode("F1", "Margin fell at [[=Pier 4]]", "difference", "association", ("a1",), (SHA,)),
        FindingNode("F2", "Nothing moved", "trend", "descriptive", ("a1", "nowhere"), (SHA, OTHER_SHA)),
        FindingNode("F3", "Costs rose", "trend", "descriptive", ("c1",), (OTHER_SHA,)),
    ),
    recommendations=(RecommendationNode("R1", "Renegotiate", ("F1",)), RecommendationNode("R2", "Wait", ("F3",))),
    slides=(
        SlideNode("S1", 1, "The answer", recommendation_ids=("R1", "R2")),
        SlideNode("S2", 2, "The evidence", finding_ids=("F2",)),
        SlideNode("S3", 3, "The way there", dataset_sha256s=(SHA,)),
    ),
    datasets=(DatasetNode(SHA, "sales.csv"), DatasetNode(OTHER_SHA, "costs.csv")),
)


def ids(nodes: list[TreeNode]) -> list[str]:
    return [found.id for found in nodes]


def rows(graph: Graph, statement: str, **parameters: object) -> list[list[Any]]:
    return graph.read(lambda transaction: transaction.run(statement, parameters).values())


# writing and reading trees


@on_a_store
@given(nodes=trees())
def test_a_tree_comes_back_as_it_went_in(graph: Graph, nodes: list[TreeNode]) -> None:
    scope = new_scope()
    assert replace_tree(graph, scope, nodes, 1)
    found = issue_tree.tree(graph, scope)
    assert (found.version, list(found.nodes)) == (1, depth_first(nodes))
    assert checksum(graph, scope) == expected_checksum(scope, nodes, 1)


def test_the_relations_are_the_seeds(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    related = rows(
        graph, "MATCH (n {problem_id: $p})-[r]->(m) RETURN labels(n)[0], type(r), labels(m)[0], n.node_id, m.node_id", p=scope.problem_id
    )
    assert Counter((one, kind, other) for one, kind, other, *_ in related) == {
        ("TreeNode", "PARENT_OF", "TreeNode"): 6,
        ("TreeNode", "CHILD_OF", "TreeNode"): 6,
        ("TreeNode", "SIBLING_OF", "TreeNode"): 3,
        ("TreeNode", "ROOT_OF", "Problem"): 1,
    }
    assert {(one, other) for _, kind, _, one, other in related if kind == "SIBLING_OF"} == {("a", "b"), ("b", "c"), ("a1", "a2")}
    [[properties]] = rows(graph, "MATCH (n:TreeNode {id: $id}) RETURN keys(n)", id=scope.key("a1"))
    seed = {"id", "problem_id", "title", "hypotheses", "required_data", "priority_hint", "notes", "level", "created_at", "updated_at"}
    assert set(properties) == seed | {"node_id", "organization_id", "position", "v"}


def test_reads(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    assert ids(issue_tree.subtree(graph, scope, "a")) == ["a", "a1", "a2"]
    assert ids(issue_tree.subtree(graph, scope, "root")) == ["root", "a", "a1", "a2", "b", "c", "c1"]
    assert ids(issue_tree.path(graph, scope, "a2")) == ["root", "a", "a2"]
    assert ids(issue_tree.path(graph, scope, "root")) == ["root"]
    assert ids(issue_tree.children(graph, scope, "root")) == ["a", "b", "c"]
    assert issue_tree.children(graph, scope, "b") == []
    assert ids(issue_tree.leaves(graph, scope)) == ["a1", "a2", "b", "c1"]
    assert issue_tree.node(graph, scope, "a2") == node("a2", "a", 1, 2)


@pytest.mark.parametrize("read", [issue_tree.subtree, issue_tree.path, issue_tree.children, issue_tree.node])
def test_a_node_that_is_not_there(graph: Graph, scope: Scope, read: Callable[[Graph, Scope, str], object]) -> None:
    replace_tree(graph, scope, small(), 1)
    assert read(graph, scope, "a")
    with pytest.raises(NodeNotFoundError):
        read(graph, scope, "nobody")


@pytest.mark.parametrize("read", [issue_tree.tree, issue_tree.leaves])
def test_a_tree_that_is_not_there(graph: Graph, scope: Scope, read: Callable[[Graph, Scope], object]) -> None:
    with pytest.raises(issue_tree.TreeNotFoundError):
        read(graph, scope)


def test_a_new_tree_takes_the_old_ones_place(graph: Graph, scope: Scope) -> None:
    other = [node("top"), node("a1", "top", 0, 1), node("x", "a1", 0, 2)]
    replace_tree(graph, scope, small(), 1)
    assert replace_tree(graph, scope, other, 2)
    assert checksum(graph, scope) == expected_checksum(scope, other, 2)


def test_a_failure_half_way_changes_nothing(graph: Graph, scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_tree(graph, scope, small(), 1)

    def fail(*_: object) -> None:
        raise RuntimeError("the power is cut")

    monkeypatch.setattr(issue_tree, "set_version", fail)
    with pytest.raises(RuntimeError, match="power"):
        replace_tree(graph, scope, wide(30), 2)
    assert checksum(graph, scope) == expected_checksum(scope, small(), 1)


# messages that come twice, late and out of order


@on_a_store
@given(versions=st.lists(trees(5, st.sampled_from(["one", "two"])), min_size=2, max_size=4), chance=st.randoms(use_true_random=False))
def test_any_order_of_delivery_gives_the_same_graph(graph: Graph, versions: list[list[TreeNode]], chance: random.Random) -> None:
    scope = new_scope()
    first = FindingNode("F", "It fell", "trend", "descriptive", ("n0", "n1", "n4"), (SHA,))
    deliveries: list[Callable[[], bool]] = []
    for version, nodes in enumerate(versions, start=1):
        evidence = Evidence((replace(first, statement=f"[[={version}]]"),), datasets=(DatasetNode(SHA, "x.csv"),))
        deliveries.append(partial(replace_tree, graph, scope, nodes, version))
        deliveries.append(partial(project_evidence, graph, scope, evidence, version))
    newest = expected_checksum(scope, versions[-1], len(versions), evidence, len(versions))
    several = deliveries * 3
    chance.shuffle(several)
    for deliver in several:
        deliver()
    assert checksum(graph, scope) == newest


def test_writers_at_the_same_time(graph: Graph) -> None:
    scopes = [new_scope(), new_scope()]
    versions = {version: [*small(), *(node(f"x{version}{n}", "b", n, 2) for n in range(version))] for version in range(1, 7)}
    work = [(scope, version) for version in versions for scope in scopes] * 2
    random.Random(7).shuffle(work)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: replace_tree(graph, one[0], versions[one[1]], one[1]), work))
    for scope in scopes:
        assert checksum(graph, scope) == expected_checksum(scope, versions[6], 6)


# edits


def test_edits(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    assert issue_tree.add_node(graph, scope, node("a3", "a", 1, 2), 2)
    assert ids(issue_tree.children(graph, scope, "a")) == ["a1", "a3", "a2"]
    assert issue_tree.update_node(graph, scope, "b", NodeChanges(title="Renamed", hypotheses=()), LATER, 3)
    assert issue_tree.node(graph, scope, "b") == replace(node("b", "root", 1, 1), title="Renamed", hypotheses=(), updated_at=LATER)
    assert issue_tree.move_node(graph, scope, "a", "c", 0, LATER, 4)
    assert [(one.id, one.level) for one in issue_tree.subtree(graph, scope, "c")] == [
        ("c", 1),
        ("a", 2),
        ("a1", 3),
        ("a3", 3),
        ("a2", 3),
        ("c1", 2),
    ]
    assert issue_tree.delete_subtree(graph, scope, "a", 5)
    assert ids(list(issue_tree.tree(graph, scope).nodes)) == ["root", "b", "c", "c1"]


def edits() -> list[issue_tree.Edit]:
    """Return edits of `small()` that each need the ones before."""
    return [
        partial(tree_edits.add, node=node("d", "root", 0, 1)),
        partial(tree_edits.move, node_id="a", parent_id="d", position=0, at=LATER),
        partial(tree_edits.update, node_id="a1", changes=NodeChanges(notes="seen"), at=LATER),
        partial(tree_edits.delete_subtree, node_id="c"),
        partial(tree_edits.move, node_id="d", parent_id="b", position=5, at=LATER),
    ]


@on_a_store
@given(chance=st.randoms(use_true_random=False))
def test_edits_in_any_order_wait_for_one_another(graph: Graph, chance: random.Random) -> None:
    scope, nodes = new_scope(), small()
    replace_tree(graph, scope, nodes, 1)
    numbered = list(enumerate(edits(), start=2))
    for _, edit in numbered:
        nodes = edit(nodes)
    waiting = numbered * 2
    while waiting:
        version, edit = waiting.pop(chance.randrange(len(waiting)))
        try:
            issue_tree.apply_edit(graph, scope, edit, version)
        except ProjectionBehindError:
            waiting.append((version, edit))
    assert checksum(graph, scope) == expected_checksum(scope, nodes, 6)


def test_an_edit_that_came_too_early_may_come_again(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    with pytest.raises(ProjectionBehindError) as caught:
        issue_tree.delete_subtree(graph, scope, "a", 3)
    assert caught.value.retryable


def test_an_edit_that_is_refused_changes_nothing(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    with pytest.raises(tree_edits.RootStaysError):
        issue_tree.delete_subtree(graph, scope, "root", 2)
    assert checksum(graph, scope) == expected_checksum(scope, small(), 1)


# organizations


def test_another_organization_sees_and_changes_nothing(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    project_evidence(graph, scope, EVIDENCE, 1)
    stranger = Scope("another-organization", scope.problem_id)
    for write in (
        partial(replace_tree, graph, stranger, wide(3), 9),
        partial(project_evidence, graph, stranger, Evidence(), 9),
        partial(delete_problem, graph, stranger),
        partial(issue_tree.delete_subtree, graph, stranger, "a", 2),
    ):
        with pytest.raises(ProblemNotFoundError):
            write()
    with pytest.raises(issue_tree.TreeNotFoundError):
        issue_tree.tree(graph, stranger)
    for read in (issue_tree.subtree, issue_tree.path, issue_tree.children, issue_tree.node):
        with pytest.raises(NodeNotFoundError):
            read(graph, stranger, "root")
    assert evidence_graph.slides_resting_on(graph, stranger.organization_id, SHA) == []
    assert evidence_graph.branches_without_evidence(graph, stranger) == []
    assert evidence_graph.findings_testing(graph, stranger, "root") == []
    assert checksum(graph, stranger) == expected_checksum(stranger)
    assert checksum(graph, scope) == expected_checksum(scope, small(), 1, EVIDENCE, 1)


# evidence


def test_which_slides_fall_with_a_file(graph: Graph, scope: Scope) -> None:
    second = Scope(scope.organization_id, str(uuid.uuid4()))
    for one in (scope, second):
        project_evidence(graph, one, EVIDENCE, 1)
    found = evidence_graph.slides_resting_on(graph, scope.organization_id, SHA)
    mine = [slide for slide in found if slide.problem_id == scope.problem_id]
    assert [(slide.slide_id, slide.finding_ids, slide.recommendation_ids, slide.own_numbers) for slide in mine] == [
        ("S1", ("F1",), ("R1",), False),
        ("S2", ("F2",), (), False),
        ("S3", (), (), True),
    ]
    assert {slide.problem_id for slide in found} == {scope.problem_id, second.problem_id}
    assert evidence_graph.slides_resting_on(graph, scope.organization_id, "c" * 64) == []


def test_which_branches_have_no_evidence(graph: Graph, scope: Scope) -> None:
    replace_tree(graph, scope, small(), 1)
    assert [branch.node_id for branch in evidence_graph.branches_without_evidence(graph, scope)] == ["root"]
    project_evidence(graph, scope, EVIDENCE, 1)
    assert [branch.node_id for branch in evidence_graph.branches_without_evidence(graph, scope)] == ["b", "a2"]
    assert evidence_graph.findings_testing(graph, scope, "a") == ["F1", "F2"]
    assert evidence_graph.findings_testing(graph, scope, "b") == []


def test_evidence_waits_for_its_tree_and_outlives_it(graph: Graph, scope: Scope) -> None:
    project_evidence(graph, scope, EVIDENCE, 1)
    replace_tree(graph, scope, [node("root")], 1)
    replace_tree(graph, scope, small(), 2)
    assert checksum(graph, scope) == expected_checksum(scope, small(), 2, EVIDENCE, 1)


# erasing, wiping, verifying


def test_an_erased_problem_leaves_nothing_and_stays_gone(graph: Graph, scope: Scope) -> None:
    canary = "canary 51f0"
    neighbour = Scope(scope.organization_id, str(uuid.uuid4()))
    replace_tree(graph, neighbour, small(), 1)
    told = [replace(one, title=canary, hypotheses=(canary,), notes=canary) for one in small()]
    evidence = replace(EVIDENCE, findings=tuple(replace(one, statement=canary) for one in EVIDENCE.findings))
    replace_tree(graph, scope, told, 1)
    project_evidence(graph, scope, evidence, 1)
    assert delete_problem(graph, scope) == len(told) + 10
    assert delete_problem(graph, scope) == 0
    assert not replace_tree(graph, scope, told, 5)
    assert not project_evidence(graph, scope, evidence, 5)
    everything = rows(graph, "MATCH (n) WHERE n.problem_id = $p OR n.id = $p RETURN properties(n)", p=scope.problem_id)
    assert everything == [[{"id": scope.problem_id, "organization_id": scope.organization_id, "erased": True}]]
    assert checksum(graph, scope) == expected_checksum(scope)
    assert checksum(graph, neighbour) == expected_checksum(neighbour, small(), 1)


def test_wiped_and_rebuilt_is_the_same(own_graph: Graph) -> None:
    apply_schema(own_graph)
    wipe(own_graph)
    problems = [new_scope() for _ in range(3)]

    def build() -> list[Any]:
        for scope in problems:
            replace_tree(own_graph, scope, wide(40), 3)
            project_evidence(own_graph, scope, EVIDENCE, 2)
        return [checksum(own_graph, scope) for scope in problems]

    before = build()
    delete_problem(own_graph, new_scope())
    assert {known.scope for known in known_problems(own_graph) if not known.erased} == set(problems)
    assert wipe(own_graph) == 3 * (40 + 10 + 1) + 1
    assert known_problems(own_graph) == []
    assert build() == before


@pytest.mark.parametrize(
    "damage",
    [
        "MATCH (n:TreeNode {id: $node}) SET n.title = 'changed'",
        "MATCH (n:TreeNode {id: $node})-[r:SIBLING_OF]->() DELETE r",
        "MATCH (n:TreeNode {id: $node}), (m:TreeNode {id: $root}) CREATE (m)-[:PARENT_OF]->(n)",
        "MATCH (n:TreeNode {id: $node})-[r:TESTED_BY]->() DELETE r",
        "MATCH (f:Finding {id: $finding}) SET f.strength = 'adjusted'",
        "MATCH (s:Slide)-[r:RESTS_ON]->(:Dataset {id: $dataset}) DELETE r",
    ],
)
def test_the_checksum_sees_damage(graph: Graph, scope: Scope, damage: str) -> None:
    replace_tree(graph, scope, small(), 1)
    project_evidence(graph, scope, EVIDENCE, 1)
    assert checksum(graph, scope) == expected_checksum(scope, small(), 1, EVIDENCE, 1)
    keys = {"node": scope.key("a1"), "root": scope.key("root"), "finding": scope.key("F1"), "dataset": scope.key(SHA)}
    graph.write(lambda transaction: transaction.run(damage, keys).consume())
    assert checksum(graph, scope) != expected_checksum(scope, small(), 1, EVIDENCE, 1)
