"""Twenty-four problems as people write them, each with the frame and the tree that a demanding reader would want of it.

Eight domains; with numbers and without, vague, contradictory, two goals in one, the solution in the question, met targets; English and
Chinese. No data are attached: what data add is asserted in test_frame.py and test_tree.py.
"""

from dataclasses import dataclass, field
from functools import cache

import pytest

from services.solving.steps.contract import StepContext
from services.solving.steps.frame import Frame
from tests.solving.analysts.runs import problem, read_aloud, worked


@dataclass(frozen=True)
class Wanted:
    """A text and what is wanted of its frame and tree; what is left out is not asserted."""

    text: str
    domain: str
    direction: str
    deadline: str
    baseline: float | None = None
    target: float | None = None
    decider: str | None = None
    asks: frozenset[str] = frozenset()  # categories of questions
    quiet: frozenset[str] = frozenset()  # categories nobody needs to ask about
    constraint: str = ""
    kpi: str = ""
    vetoes: frozenset[str] = frozenset()
    branches: tuple[str, ...] = field(default=())  # words of the first level, in order
    logic: str = ""


PROBLEMS: dict[str, Wanted] = {
    # churn
    "from, to, by": Wanted(
        "Reduce monthly subscriber churn from 8.2% to under 5% by Q4. The COO decides; the CFO can veto any discount.",
        "churn", "decrease", "2026-12-31", 0.082, 0.05, "COO",
        quiet=frozenset({"baseline", "target", "deadline", "decision"}), vetoes=frozenset({"COO", "CFO"}), logic="process",
        branches=("never going to stay", "wrong offer", "experience"),
    ),
    "nobody knows why": Wanted(
        "We are losing customers and nobody knows why.", "churn", "decrease", "2026-10-31",
        asks=frozenset({"baseline", "deadline", "decision"}),
    ),
    "target met already": Wanted(
        "Churn must fall to 5% by year end. It is 3% today.", "churn", "decrease", "2026-12-31", 0.03, 0.05,
        asks=frozenset({"target", "decision"}),
    ),
    # service
    "minutes and seconds": Wanted(
        "Our call centre answers too slowly. Average handling time is 9 minutes 30 seconds; it should be 7 minutes by March 2027 "
        "without hurting satisfaction.",
        "service_time", "decrease", "2027-03-31", 9.5, 7, constraint="without hurting satisfaction", kpi="handling time", logic="process",
        asks=frozenset({"constraint"}),
    ),
    "unit said once": Wanted(
        "Our patients wait 38 days for an appointment, the target is 14.", "service_time", "decrease", "2026-10-31", 38, 14,
        asks=frozenset({"deadline"}),
    ),
    "Chinese, hours": Wanted(
        "客服平均响应时间目前为48小时，希望在三个月内缩短到24小时，不增加人手。", "service_time", "decrease", "2026-10-06", 48, 24,
        constraint="不增加人手", quiet=frozenset({"deadline", "target", "baseline"}),
    ),
    # revenue and market
    "dismissal in the question": Wanted(
        "Sales are down 12% on last year. Should we fire the sales team?", "revenue", "increase", "2026-10-31",
        asks=frozenset({"solution", "baseline", "target"}), kpi="revenue",
    ),
    "fiscal year": Wanted(
        "Grow ARR from 3.2M EUR to 4M EUR by FY27 end", "revenue", "increase", "2027-12-31", 3.2e6, 4e6, quiet=frozenset({"deadline"}),
        branches=("orders", "worth less", "brings less"), logic="arithmetic",
    ),
    "two goals with numbers": Wanted(
        "Revenue should increase by 10% while costs fall by 10% this year, the board asks.", "revenue", "increase", "2026-12-31",
        decider="board", asks=frozenset({"goal", "baseline"}), quiet=frozenset({"target"}), constraint="costs must not get worse",
    ),
    "which country": Wanted(
        "Which of five countries should we enter first with our loyalty app, with at least 5M EUR revenue in year three? "
        "The board decides in November 2026.",
        "market_entry", "increase", "2026-11-30", None, 5e6, "board", quiet=frozenset({"deadline", "decision"}),
    ),
    # margin and cost
    "three wishes": Wanted(
        "We must raise margin and keep prices as they are and grow share.", "profitability", "increase", "2026-10-31",
        constraint="keep prices as they are", asks=frozenset({"baseline", "target"}),
    ),
    "Chinese, why": Wanted(
        "毛利率下降了3个百分点，为什么？", "profitability", "increase", "2026-10-31", asks=frozenset({"baseline", "deadline"}),
    ),
    "back under": Wanted(
        "Procurement spend on packaging rose from EUR 1.1m to EUR 1.45m. Get it back under 1.2m.", "cost", "decrease", "2026-10-31",
        1.45e6, 1.2e6, kpi="cost", asks=frozenset({"deadline"}),
    ),
    "Chinese, share of revenue": Wanted(
        "物流成本占收入的14%，计划明年6月前压缩到11%，不能影响准时率。", "cost", "decrease", "2027-06-30", 0.14, 0.11,
        constraint="不能影响准时率",
    ),
    # acquisition
    "Chinese, relative": Wanted(
        "年底前将获客成本降低20%，目前为412元。财务总监决定。", "acquisition_cost", "decrease", "2026-12-31", 412, 329.6,
        "chief financial officer", quiet=frozenset({"baseline", "target", "deadline", "decision"}), logic="arithmetic",
        branches=("pay more for each visit", "more visits for a lead", "more leads for a customer"),
    ),
    "gap to another group": Wanted(
        "Conversion on mobile is 1.8% against 3.1% on desktop; close half of the gap before Christmas.", "conversion", "increase",
        "2026-10-31", 0.018, asks=frozenset({"target"}),
    ),
    # quality, delivery, inventory
    "decimal comma": Wanted(
        "We want the defect rate back at 1.5 % — it is 3,8 % now — by the end of Q1 2027", "quality", "decrease", "2027-03-31",
        0.038, 0.015, kpi="defect rate",
    ),
    "two numbers of one trade": Wanted(
        "Cut delivery time by 2 days and late deliveries to below 5% by year end", "delivery", "decrease", "2026-12-31", None, 0.05,
        asks=frozenset({"goal", "baseline"}), constraint="delivery time must not get worse",
    ),
    "Chinese, past and wish": Wanted(
        "订单交付准时率从92%下降到85%，希望第四季度恢复到95%", "delivery", "increase", "2026-12-31", 0.85, 0.95,
        quiet=frozenset({"baseline", "target", "deadline"}),
    ),
    "software in the question": Wanted(
        "How do we implement SAP to lower our inventory from 3.2M EUR to 2.5M EUR until end of June 2027?", "inventory", "decrease",
        "2027-06-30", 3.2e6, 2.5e6, asks=frozenset({"solution"}),
    ),
    # people and the rest
    "a level to be looked up": Wanted(
        "Employee attrition is at 21 percent (industry 14 percent). Bring it to industry level within twelve months; budget of 400k EUR, "
        "works council must agree.",
        "people", "decrease", "2027-07-06", 0.21, asks=frozenset({"target"}), vetoes=frozenset({"works council"}), constraint="budget of",
    ),
    "no template": Wanted(
        "The hospital's readmission rate is 16%; bring it under 12% by June 2027.", "generic", "decrease", "2027-06-30", 0.16, 0.12,
        kpi="readmission rate", asks=frozenset({"goal"}), quiet=frozenset({"baseline", "target"}),
    ),
    "worth it": Wanted(
        "Is the new store layout worth rolling out to all 60 stores? CEO decides in September.", "generic", "increase", "2026-09-30",
        decider="CEO", asks=frozenset({"goal", "solution"}), quiet=frozenset({"deadline", "decision"}),
    ),
    "nothing said": Wanted(
        "Make it better.", "generic", "increase", "2026-10-31", asks=frozenset({"goal", "deadline", "decision"}),
    ),
}  # fmt: skip


@cache
def cut(name: str) -> StepContext:
    """Return a problem's context after frame and tree; every text of it resolves."""
    with problem(PROBLEMS[name].text) as begun:
        context, _ = worked(begun, until="tree")
    return context


def framed(name: str) -> Frame:
    frame = cut(name).frame
    assert frame is not None
    return frame


def test_there_are_twenty_four_of_eight_domains_and_more() -> None:
    assert len(PROBLEMS) == 24
    assert len({wanted.domain for wanted in PROBLEMS.values()}) >= 8


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_kpi_is_read_from_the_words(name: str) -> None:
    wanted, frame = PROBLEMS[name], framed(name)
    kpi = frame.kpis[0]
    assert (frame.domain, kpi.direction, frame.deadline) == (wanted.domain, wanted.direction, wanted.deadline)
    assert kpi.baseline == (None if wanted.baseline is None else pytest.approx(wanted.baseline))
    assert kpi.target == (None if wanted.target is None else pytest.approx(wanted.target))
    assert kpi.gap == (pytest.approx(wanted.target - wanted.baseline) if wanted.baseline and wanted.target else None)
    assert not wanted.kpi or kpi.name == wanted.kpi


@pytest.mark.parametrize("name", PROBLEMS)
def test_who_decides_and_what_binds_is_read_from_the_words(name: str) -> None:
    wanted, frame = PROBLEMS[name], framed(name)
    assert wanted.decider is None or frame.decision_maker == wanted.decider
    assert wanted.vetoes <= {person.role for person in frame.stakeholders if person.can_veto}
    assert wanted.constraint.lower() in " ".join(read_aloud(cut(name), text) for text in frame.constraints).lower()


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_open_is_asked_and_what_is_said_is_not(name: str) -> None:
    wanted, frame = PROBLEMS[name], framed(name)
    asked = {question.category for question in frame.clarifying_questions}
    assert wanted.asks <= asked
    assert not wanted.quiet & asked
    assert len(frame.clarifying_questions) <= 5
    assert all(any(q.default.rstrip(".") in a.text for a in frame.assumptions) for q in frame.clarifying_questions)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_goal_is_one_question_free_of_a_solution(name: str) -> None:
    frame, goal = framed(name), read_aloud(cut(name), framed(name).goal)
    assert goal.endswith("?")
    assert goal.count("?") == 1
    assert " and " not in goal
    assert frame.decision_maker in goal
    assert not any(word in goal for word in ("fire", "SAP", "layout", "hiring"))
    assert frame.decision_criteria
    assert frame.accuracy_needed
    assert frame.ambition


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_tree_cuts_the_goal_into_questions_that_can_fail(name: str) -> None:
    wanted, tree = PROBLEMS[name], cut(name).tree
    assert tree is not None
    assert tree.nodes[0].title == framed(name).goal
    branches = [node.title for node in tree.nodes if node.kind == "branch"]
    assert 3 <= len(branches) <= 5
    assert all(words in branches[place] for place, words in enumerate(wanted.branches))
    assert not wanted.logic or tree.nodes[0].logic.startswith(wanted.logic)
    for leaf in tree.leaves():
        assert leaf.title.endswith("?")
        assert leaf.hypotheses
        assert leaf.required_data
        assert leaf.notes.startswith("Not in the data: ")
    assert all(check.passed for check in tree.checks)
    assert len(tree.alternatives) >= 2
    assert all(lost.reason for lost in tree.alternatives)
