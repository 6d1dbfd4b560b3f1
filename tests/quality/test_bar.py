"""The bar itself: problems of every kind pass it, and each fault it is there for is seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.quality.bar import ITEMS, measured
from tests.quality.item import Worked, solved
from tests.solving.analysts.runs import campaigns, customers, tickets, unknown

PROBLEMS: dict[str, tuple[str, Callable[[Path], Path] | None]] = {
    "campaigns": ("CAC has climbed since last year. The board wants it 20% lower by year end, without winning fewer customers.", campaigns),
    "customers": ("Churn is too high; bring it down by Q4.", customers),
    "tickets": ("Resolution time is too long. Cut it by a third by Q4.", tickets),
    "unknown": ("What explains how moss cover differs between our patches?", unknown),
    "no data": ("Reduce monthly churn from 8.2% to under 5% by Q4. The COO decides.", None),
    "vague": ("Help", None),
}


@contextmanager
def worked_through(name: str, folder: Path) -> Iterator[Worked]:
    text, make = PROBLEMS[name]
    with solved(text, [make(folder)] if make else []) as done:
        yield done


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_passes_every_item_that_applies_to_it(name: str, tmp_path: Path) -> None:
    with worked_through(name, tmp_path) as done:
        faults = {item: found for item, found in measured(done).items() if found}
    assert faults == {}


def test_names_of_items_are_unique() -> None:
    assert len({(item.step, item.name) for item in ITEMS}) == len(ITEMS)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    with worked_through("campaigns", tmp_path_factory.mktemp("campaigns")) as worked:
        yield worked


def spoiled(done: Worked, field: str, **changes: Any) -> Worked:
    """Return the problem with one decision changed."""
    return Worked(replace(done.context, **{field: getattr(done.context, field).model_copy(update=changes)}), done.results)


FAULTS: dict[str, tuple[str, Callable[[Worked], Worked]]] = {
    "two questions": ("frame: one question: dated, decided by somebody", lambda d: spoiled(d, "frame", goal=f"{d.frame.goal} Or not?")),
    "no date": ("frame: no solution in it, deadline ahead, success testable", lambda d: spoiled(d, "frame", success_criteria=["Better."])),
    "no ambition": ("frame: worksheet complete", lambda d: spoiled(d, "frame", ambition="")),
    "no veto": ("frame: stakeholders and vetoes", lambda d: spoiled(d, "frame", stakeholders=d.frame.stakeholders[:1])),
    "unlabelled default": ("frame: at most five questions, open ones assumed", lambda d: spoiled(d, "frame", assumptions=[])),
    "a gap of its own": (
        "frame: gap is target less baseline, with its formula",
        lambda d: spoiled(d, "frame", kpis=[d.frame.kpis[0].model_copy(update={"gap": 1.0})]),
    ),
    "another root": (
        "tree: root is the frame's question",
        lambda d: spoiled(d, "tree", nodes=[d.tree.nodes[0].model_copy(update={"title": "Why?"}), *d.tree.nodes[1:]]),
    ),
    "a branch too few": (
        "tree: three to five children, one logic a level, parallel",
        lambda d: spoiled(d, "tree", nodes=[node for node in d.tree.nodes if not node.id.startswith("A")]),
    ),
    "no loser": ("tree: type named, two cuts tried and their loss explained", lambda d: spoiled(d, "tree", alternatives=[])),
    "unchecked parts": ("tree: parts rebuild the KPI, cuts hold each row once or size the gap", lambda d: spoiled(d, "tree", checks=[])),
    "a score of its own": (
        "prioritize: criterion stated, scores with reasons and confidence",
        lambda d: spoiled(
            d, "priorities", nodes=[n.model_copy(update={"priority_score": n.priority_score + 1}) for n in d.priorities.nodes]
        ),
    ),
    "cut in silence": (
        "prioritize: cut list with reasons",
        lambda d: spoiled(
            d, "priorities", nodes=[n.model_copy(update={"is_recommended": False, "cut_reason": None}) for n in d.priorities.nodes]
        ),
    ),
    "a plan dropped": ("plan: one row a kept leaf, no cell empty", lambda d: spoiled(d, "plans", plans=d.plans.plans[1:])),
    "two points": (
        "synthesize: three to five points on findings",
        lambda d: spoiled(d, "synthesis", supporting_points=d.synthesis.supporting_points[:2]),
    ),
    "two recommendations": (
        "synthesize: three recommendations, each complete",
        lambda d: spoiled(d, "synthesis", recommendations=d.synthesis.recommendations[:2]),
    ),
    "a leaf forgotten": (
        "synthesize: a verdict for every leaf",
        lambda d: spoiled(d, "synthesis", leaf_verdicts=d.synthesis.leaf_verdicts[1:]),
    ),
    "a number of its own": (
        "synthesize: governing answer in one sentence",
        lambda d: spoiled(d, "synthesis", governing_answer="It works. It does not."),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(fault: str, done: Worked) -> None:
    name, spoil = FAULTS[fault]
    item = next(item for item in ITEMS if f"{item.step}: {item.name}" == name)
    assert item.faults(done) == []
    assert item.faults(spoil(done))
