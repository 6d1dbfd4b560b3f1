"""Edits leave something valid or say why not; numbers people write are vouched for by name."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.edits.numbers import vouched
from services.solving.edits.service import edit_frame, edit_tree, override_priority, undo_tree_edit
from services.solving.edits.tree import AddNode, AnyEdit, MergeNodes, MoveNode, Part, RemoveNode, SplitNode, UpdateNode, edited
from services.solving.errors import EditConflictError, InvalidEditError, NotDecidedYetError, RunActiveError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import Ledger
from services.solving.models import NodePriority, ProblemFrame
from services.solving.runs.service import start_run
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Kpi
from services.solving.steps.tree import IssueTree, TreeNode
from shared.db import transaction
from shared.kit.cited import loose_numerals, resolve
from tests.fixtures.runs import problem
from tests.solving.runs.test_service import work

NAMES = [f"n{number}" for number in range(8)]
EDITS = st.one_of(
    st.builds(AddNode, node_id=st.sampled_from(NAMES), parent_id=st.sampled_from(NAMES), title=st.just("a part")),
    st.builds(UpdateNode, node_id=st.sampled_from(NAMES), title=st.just("another part")),
    st.builds(MoveNode, node_id=st.sampled_from(NAMES), parent_id=st.sampled_from(NAMES), position=st.integers(0, 5)),
    st.builds(RemoveNode, node_id=st.sampled_from(NAMES)),
    st.builds(
        SplitNode,
        node_id=st.sampled_from(NAMES),
        parts=st.lists(st.builds(Part, node_id=st.sampled_from(NAMES), title=st.just("a half")), min_size=2, max_size=3),
    ),
    st.builds(MergeNodes, node_ids=st.lists(st.sampled_from(NAMES), min_size=2, max_size=3), title=st.just("one of many")),
)


@given(st.lists(EDITS, max_size=25))
def test_any_edits_leave_one_tree_in_reading_order(edits: list[AnyEdit]) -> None:
    root = TreeNode(id="n0", parent_id=None, position=0, level=0, kind="root", title="whole")
    tree = IssueTree(nodes=[root], template="t", tree_type="component", alternatives=[], checks=[])
    for edit in edits:
        with suppress(InvalidEditError):
            tree = edited(tree, edit)
    levels = {node.id: node.level for node in tree.nodes}
    parents = Counter(node.parent_id for node in tree.nodes)
    assert len(levels) == len(tree.nodes)
    assert tree.nodes[0].id == "n0"
    for place, node in enumerate(tree.nodes[1:], start=1):
        assert node.parent_id is not None
        assert node.level == levels[node.parent_id] + 1
        assert node.parent_id in {earlier.id for earlier in tree.nodes[:place]}
        assert (node.kind == "leaf") == (parents[node.id] == 0)
    for parent, count in parents.items():
        assert sorted(node.position for node in tree.nodes if node.parent_id == parent) == list(range(count))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_no_number_in_an_edited_text_is_without_a_source(words: str) -> None:
    ledger = Ledger()
    said = vouched(words, ledger, "ann@localhost")
    displays = {entry.key: entry.display for entry in ledger.entries}
    if not loose_numerals(said):
        assert resolve(said, displays) is not None
    assert all(entry.recipe.reason == "Written by ann@localhost." for entry in ledger.entries)


def test_figures_read_as_they_were_written() -> None:
    ledger = Ledger()
    said = vouched("Cut 20% of 1,204 orders at 3.50 by Q4, not -5", ledger, "ann")
    assert loose_numerals(said) == []
    read = resolve(said, {entry.key: entry.display for entry in ledger.entries})
    assert read == "Cut 20% of 1,204 orders at 3.50 by Q4, not −5"


def test_a_new_target_brings_its_gap(actor: Actor) -> None:
    done = problem(actor)
    work(done, 1)
    with transaction() as session:
        frame = outputs.decided(session, done, StepName.FRAME).decision()
        kpi = Kpi(name="Margin", definition="profit / revenue", unit="EUR", direction="increase", baseline=10, target=12.5)
        output = edit_frame(session, actor, done, frame.model_copy(update={"kpis": [kpi], "goal": "Reach 12.5 by June"}), reason="agreed")
    with transaction() as session:
        kept = outputs.decided(session, done, StepName.FRAME).decision().kpis[0]
        ledger = ledger_rows.ledger(session, done)
        assert (kept.gap, ledger[kept.gap_key].recipe.formula) == (2.5, "target - baseline")
        row = session.scalars(select(ProblemFrame).where(ProblemFrame.problem_id == done)).one()
        assert row.version == output.version == 2
        assert resolve(row.goal, ledger_rows.displays(ledger)) == "Reach 12.5 by June"


def test_an_overridden_priority_keeps_its_reason_and_its_rows(actor: Actor) -> None:
    done = problem(actor)
    work(done, 3)
    with transaction() as session:
        override_priority(session, actor, done, "cost", impact_score=10, reason="The board asks for it")
        with pytest.raises(InvalidEditError, match="from 1 to 10"):
            override_priority(session, actor, done, "cost", impact_score=11, reason="more")
        with pytest.raises(InvalidEditError, match="Say why"):
            override_priority(session, actor, done, "cost", impact_score=9, reason=" ")
        with pytest.raises(InvalidEditError, match="no leaf 'nothing'"):
            override_priority(session, actor, done, "nothing", impact_score=9, reason="x")
    with transaction() as session:
        best = session.scalars(
            select(NodePriority).where(NodePriority.problem_id == done).order_by(NodePriority.priority_score.desc())
        ).first()
        assert best is not None
        assert (best.node_id, float(best.priority_score)) == ("cost", 5.0)
        assert "Overridden: The board asks for it" in str(best.rationale)


def test_an_edit_of_what_is_not_there_or_not_newest_or_being_made_is_refused(actor: Actor) -> None:
    fresh = problem(actor, start=False)
    update = UpdateNode(node_id="price", title="Is it price at all?")
    with pytest.raises(NotDecidedYetError), transaction() as session:
        edit_tree(session, actor, fresh, update)
    with transaction() as session:
        start_run(session, actor, fresh)
    work(fresh, 2)
    with transaction() as session:
        edit_tree(session, actor, fresh, update)  # later steps are under way; they will be stale
        with pytest.raises(EditConflictError, match="newest version is 2"):
            edit_tree(session, actor, fresh, update, expected_version=1)
        with pytest.raises(NotDecidedYetError):
            override_priority(session, actor, fresh, "price", impact_score=5, reason="x")
    work(fresh)
    with transaction() as session:
        start_run(session, actor, fresh)
        with pytest.raises(RunActiveError):
            edit_tree(session, actor, fresh, update)


def _whole() -> IssueTree:
    nodes = [
        TreeNode(id="n0", parent_id=None, position=0, level=0, kind="root", title="whole"),
        TreeNode(id="a", parent_id="n0", position=0, level=1, kind="leaf", title="A", hypotheses=["a moved"], required_data=["orders"]),
        TreeNode(
            id="b", parent_id="n0", position=1, level=1, kind="leaf", title="B", hypotheses=["b moved"], required_data=["orders", "prices"]
        ),
    ]
    return IssueTree(nodes=nodes, template="t", tree_type="component", alternatives=[], checks=[])


def test_a_split_leaf_becomes_a_branch_whose_parts_need_its_data() -> None:
    parts = [Part(node_id="a1", title="A in the north", hypotheses=["it moved there"]), Part(node_id="a2", title="A in the south")]
    split = {node.id: node for node in edited(_whole(), SplitNode(node_id="a", parts=parts)).nodes}
    assert (split["a"].kind, split["a"].hypotheses) == ("branch", [])
    assert [(split[n].parent_id, split[n].kind, split[n].required_data) for n in ("a1", "a2")] == [("a", "leaf", ["orders"])] * 2
    with pytest.raises(InvalidEditError, match="Only a leaf"):
        edited(_whole(), SplitNode(node_id="n0", parts=parts))


def test_merged_siblings_are_one_with_all_that_hung_from_them() -> None:
    tree = edited(_whole(), AddNode(node_id="b1", parent_id="b", title="below B"))
    merged = {node.id: node for node in edited(tree, MergeNodes(node_ids=["a", "b"], title="A and B")).nodes}
    assert set(merged) == {"n0", "a", "b1"}
    assert (merged["a"].title, merged["a"].hypotheses, merged["a"].required_data) == (
        "A and B",
        ["a moved", "b moved"],
        ["orders", "prices"],
    )
    assert merged["b1"].parent_id == "a"
    with pytest.raises(InvalidEditError, match="under one parent"):
        edited(tree, MergeNodes(node_ids=["a", "b1"], title="no"))


def test_edits_are_taken_back_one_by_one_and_leave_nothing_stale(actor: Actor) -> None:
    done = problem(actor)
    work(done)
    with transaction() as session:
        first = outputs.decided(session, done, StepName.TREE)
        for title in ("Is it the price list?", "Is it rebates?"):
            edit_tree(session, actor, done, UpdateNode(node_id="price", title=title))
        assert undo_tree_edit(session, actor, done).decision().nodes[1].title == "Is it the price list?"
        back = undo_tree_edit(session, actor, done)
        assert back.output_hash == first.output_hash
        assert back.version == 5
        with pytest.raises(InvalidEditError, match="no edit"):
            undo_tree_edit(session, actor, done)
        edit_tree(session, actor, done, UpdateNode(node_id="price", title="Is it fees?"))
        assert undo_tree_edit(session, actor, done).output_hash == first.output_hash
