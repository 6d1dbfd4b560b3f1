"""Scores with reasons, an explicit cut list, and a plan written before anything runs."""

import itertools
from datetime import date
from pathlib import Path

import pytest

from services.solving.steps.contract import StepContext
from tests.solving.analysts.runs import SUBMITTED, campaigns, problem, read_aloud, texts_of, tickets, worked

TEXT = "CAC has climbed since last year. We want it 20% lower by year end."


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> StepContext:
    with problem(TEXT, [campaigns(tmp_path_factory.mktemp("campaigns"))]) as begun:
        context, results = worked(begun, until="plan")
        for step in ("prioritize", "plan"):
            for text in texts_of(results[step].model_dump(mode="json", exclude={"entries"})):
                read_aloud(context, text)
    return context


def test_scores_lie_in_their_range_and_follow_the_formula(planned: StepContext) -> None:
    assert planned.priorities is not None
    for node in planned.priorities.nodes:
        assert 1 <= node.impact_score <= 10
        assert 1 <= node.feasibility_score <= 10
        assert node.priority_score == round(node.impact_score * node.feasibility_score / 10, 2)
        assert node.impact_reason
        assert node.feasibility_reason
    scores = [node.priority_score for node in planned.priorities.nodes]
    assert scores == sorted(scores, reverse=True)


def test_the_planted_channel_comes_first(planned: StepContext) -> None:
    assert planned.priorities is not None
    first = planned.priorities.nodes[0]
    assert "Radio" in first.impact_reason
    assert first.impact_score >= 4
    assert first.is_recommended


def test_what_is_cut_says_why_and_every_branch_keeps_a_test(planned: StepContext) -> None:
    assert planned.priorities is not None
    assert planned.tree is not None
    kept = {planned.tree.node(n.node_id).parent_id for n in planned.priorities.nodes if n.is_recommended}
    assert kept == {"A", "B", "C"}
    for node in planned.priorities.nodes:
        assert (node.cut_reason is None) == node.is_recommended
    assert planned.priorities.kept == sum(n.is_recommended for n in planned.priorities.nodes)
    assert 0 <= planned.priorities.stability <= 1


def test_every_kept_leaf_has_a_plan_with_its_rule_and_dates(planned: StepContext) -> None:
    assert planned.priorities is not None
    assert planned.plans is not None
    assert {p.question_id for p in planned.plans.plans} == {n.node_id for n in planned.priorities.nodes if n.is_recommended}
    for plan in planned.plans.plans:
        start, due = date.fromisoformat(plan.start), date.fromisoformat(plan.due)
        assert SUBMITTED < start <= due
        assert start.weekday() < 5
        assert due.weekday() < 5
        assert plan.decision_rule.minimum_effect > 0
        assert plan.decision_rule.confirms
        assert plan.decision_rule.kills
        assert plan.end_product
        assert plan.data_check
        assert plan.tests
        assert plan.hypothesis


def test_dependencies_end_before_what_waits_for_them(planned: StepContext) -> None:
    assert planned.plans is not None
    due = {plan.question_id: plan.due for plan in planned.plans.plans}
    waiting = [plan for plan in planned.plans.plans if plan.dependencies]
    assert all(due[need] < plan.start for plan in waiting for need in plan.dependencies)
    path = planned.plans.critical_path
    assert path
    assert due[path[-1]] == max(due.values())
    assert all(due[a] < next(p.start for p in planned.plans.plans if p.question_id == b) for a, b in itertools.pairwise(path))


def test_the_plan_looks_inside_the_group_that_moved(planned: StepContext) -> None:
    assert planned.plans is not None
    assert all(len(plan.tests) <= 2 for plan in planned.plans.plans)
    assert all(test.params.get("parts") or test.method == "trend" for plan in planned.plans.plans for test in plan.tests[1:])


def test_what_the_data_lack_is_asked_for(tmp_path: Path) -> None:
    with problem("Resolution time is too long. Cut it by a third by Q4.", [tickets(tmp_path)]) as begun:
        _, results = worked(begun, until="plan")
    untested = [leaf for leaf in results["tree"].tree.leaves() if leaf.test is None]
    assert len(results["plan"].plans.asks) == len({leaf.required_data[0] for leaf in untested})


def test_without_data_nothing_is_planned_and_all_is_asked_for() -> None:
    with problem("Reduce churn from 8% to 5% by Q4.") as begun:
        _, results = worked(begun, until="plan")
    assert results["plan"].plans.plans == []
    assert len(results["plan"].plans.asks) >= 6


def test_values_that_are_missing_are_asked_for(tmp_path: Path) -> None:
    whole = tickets(tmp_path)
    header, *lines = whole.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("category")
    torn = [",".join("" if i == place and n % 4 == 0 else cell for i, cell in enumerate(line.split(","))) for n, line in enumerate(lines)]
    for content, asked in ((lines, False), (torn, True)):
        whole.write_text("\n".join([header, *content]) + "\n", encoding="utf-8")
        with problem("Bring the time to close down by 20% by 31 December 2026.", [whole]) as begun:
            context, _ = worked(begun, until="plan")
            assert context.plans is not None
            assert any("category" in ask and "missing" in ask for ask in context.plans.asks) is asked
            by_category = [plan for plan in context.plans.plans if "category" in plan.tests[0].columns]
            assert by_category
