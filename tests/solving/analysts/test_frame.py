"""Problem texts of many kinds, each with the frame that a demanding reader would want."""

from datetime import date
from pathlib import Path

import pytest

from services.solving.analysts.rules.frame import frame
from services.solving.steps.frame import Frame
from tests.solving.analysts.runs import campaigns, customers, problem, read_aloud, texts_of, tickets, unknown, worked


def framed(text: str, *files: Path, day: date = date(2026, 7, 6)) -> tuple[Frame, dict[str, str]]:
    with problem(text, files, day=day) as begun:
        result = frame(begun)
    return result.frame, {entry.key: entry.display for entry in result.entries}


@pytest.mark.parametrize(
    ("text", "domain", "direction", "baseline", "target", "deadline"),
    [
        ("Reduce monthly churn from 8.2% to under 5% by Q4.", "churn", "decrease", 0.082, 0.05, "2026-12-31"),
        ("Our CAC is 412 EUR. We need it 20% lower by year end.", "acquisition_cost", "decrease", 412, 329.6, "2026-12-31"),
        ("Lift gross margin from 31% to 34% by March 2027. The CFO decides.", "profitability", "increase", 0.31, 0.34, "2027-03-31"),
        ("Handling time must go from 45 to 30 minutes within six months.", "service_time", "decrease", 45, 30, "2027-01-06"),
        ("The defect rate stands at 4%. Bring it down to 2.5% by 31 October 2026.", "quality", "decrease", 0.04, 0.025, "2026-10-31"),
        ("Raise the conversion rate from 2.1% to 3% by the end of next quarter.", "conversion", "increase", 0.021, 0.03, "2026-12-31"),
        ("Grow revenue by $1.2 million over the next 12 months; revenue is $6.0 million.", "revenue", "increase", 6e6, 7.2e6, "2027-07-06"),
        ("Staff turnover is 18% and must fall to 12% by June 2027.", "people", "decrease", 0.18, 0.12, "2027-06-30"),
        ("Late deliveries are 14% of all. We want at most 8% by Q1 2027.", "delivery", "decrease", 0.14, 0.08, "2027-03-31"),
        ("Stock cover must fall from 80 to 60 days by December 2026.", "inventory", "decrease", 80, 60, "2026-12-31"),
        ("Overheads are 2.4M EUR a year; cut them by a fifth by 2027-06-30.", "cost", "decrease", 2.4e6, 1.92e6, "2027-06-30"),
        ("客户流失率从8.2%下降到5%以内，年底前完成", "churn", "decrease", 0.082, 0.05, "2026-12-31"),
        ("毛利率目前为31%，年底前提高到34%", "profitability", "increase", 0.31, 0.34, "2026-12-31"),
    ],
)
def test_numbers_and_dates_of_the_words_make_the_kpi(
    text: str, domain: str, direction: str, baseline: float, target: float, deadline: str
) -> None:
    got, _ = framed(text)
    kpi = got.kpis[0]
    assert (got.domain, kpi.direction, got.deadline) == (domain, direction, deadline)
    assert kpi.baseline == pytest.approx(baseline)
    assert kpi.target == pytest.approx(target)
    assert kpi.gap == pytest.approx(target - baseline)
    assert kpi.baseline_source == "stated"


@pytest.mark.parametrize(
    "text",
    [
        "Reduce monthly churn from 8.2% to under 5% by Q4.",
        "Why did conversion drop 3 points since April?",
        "Help",
        "Cut costs and grow revenue by 10% this year",
        "We should implement a new CRM to reduce churn by hiring two agents.",
    ],
)
def test_the_question_is_one_sentence_without_a_second_goal_or_a_solution(text: str) -> None:
    got, displays = framed(text)
    assert got.goal.count("?") == 1
    assert got.goal.endswith("?")
    assert " and " not in got.goal
    assert "CRM" not in got.goal
    assert "hiring" not in got.goal
    assert got.decision_maker in got.goal
    assert displays is not None


def test_a_vague_text_is_asked_about_and_nothing_is_invented() -> None:
    got, displays = framed("Help")
    assert got.domain == "generic"
    assert displays == {}
    assert got.kpis[0].baseline is None
    assert got.kpis[0].target is None
    assert got.confidence == "low"
    assert {"goal", "deadline", "decision"} <= {q.category for q in got.clarifying_questions}


def test_no_number_at_all_asks_for_baseline_and_target() -> None:
    got, _ = framed("Customers leave us too often. Please reduce churn by year end.")
    assert got.kpis[0].gap is None
    assert {"baseline", "target"} <= {q.category for q in got.clarifying_questions}


def test_of_two_goals_one_decides_and_the_other_becomes_a_constraint() -> None:
    got, _ = framed("Cut costs and grow revenue by 10% this year.")
    assert any(q.category == "goal" and q.required for q in got.clarifying_questions)
    assert got.kpis[0].name == "revenue"
    assert any("costs must not get worse" in c.lower() for c in got.constraints)


def test_a_condition_is_a_constraint_and_not_a_second_goal() -> None:
    got, _ = framed("Cut handling time from 45 to 30 minutes by Q4 without hiring more staff.")
    assert any("without hiring more staff" in c.lower() for c in got.constraints)
    assert not any(q.category == "goal" for q in got.clarifying_questions)
    assert got.domain == "service_time"


def test_a_solution_in_the_text_is_one_option_among_others() -> None:
    got, _ = framed("We need to reduce churn by introducing a loyalty card. Churn is 8%.")
    asked = next(q for q in got.clarifying_questions if q.category == "solution")
    assert "loyalty card" in asked.question
    assert "option" in asked.default


def test_a_contradiction_between_text_and_data_is_asked_about(tmp_path: Path) -> None:
    got, displays = framed("Our CAC is 150 EUR and must fall by 20% by year end.", campaigns(tmp_path))
    kpi = got.kpis[0]
    assert kpi.baseline_source == "data"
    assert kpi.baseline_stated == 150
    assert kpi.baseline is not None
    assert kpi.baseline > 250
    assert any(q.category == "baseline" for q in got.clarifying_questions)
    assert kpi.baseline_key in displays


def test_the_data_give_the_baseline_of_a_ratio(tmp_path: Path) -> None:
    got, _ = framed("CAC must be 20% lower by year end.", campaigns(tmp_path))
    kpi = got.kpis[0]
    assert kpi.baseline_source == "data"
    assert kpi.target == pytest.approx(0.8 * (kpi.baseline or 0))
    assert kpi.unit == "EUR"
    assert kpi.expression is not None
    assert "spend_eur" in kpi.expression


def test_a_rate_of_yes_and_no_and_a_duration_of_two_dates_are_found(tmp_path: Path) -> None:
    churn, _ = framed("Churn is too high; bring it down by Q4.", customers(tmp_path))
    assert churn.kpis[0].baseline == pytest.approx(0.155, abs=0.03)
    service, _ = framed("Resolution time is too long. Cut it by a third by Q4.", tickets(tmp_path))
    assert service.kpis[0].unit == "days"
    assert service.kpis[0].baseline == pytest.approx(7.3, abs=1)


def test_a_file_nobody_has_a_template_for_is_framed_by_its_own_columns(tmp_path: Path) -> None:
    got, _ = framed("What explains how moss cover differs between our patches?", unknown(tmp_path))
    assert got.domain == "generic"
    assert got.kpis[0].name == "moss cover"
    assert got.kpis[0].baseline is not None


def test_a_share_of_a_share_is_asked_about(tmp_path: Path) -> None:
    got, _ = framed("Cut churn by 20% by Q4.", customers(tmp_path))
    assert any("percentage points" in q.question for q in got.clarifying_questions)


def test_a_deadline_that_has_passed_is_asked_about() -> None:
    got, _ = framed("Reduce churn from 8% to 5% by 31 March 2025.")
    assert any(q.category == "deadline" and q.required for q in got.clarifying_questions)
    assert got.deadline > "2026-07-06"


def test_questions_are_few_and_complete() -> None:
    got, _ = framed("Cut costs and grow revenue by hiring people.")
    assert 1 <= len(got.clarifying_questions) <= 5
    assert all(q.default and q.why and q.would_change for q in got.clarifying_questions)
    assert len({q.id for q in got.clarifying_questions}) == len(got.clarifying_questions)


def test_roles_of_the_text_come_before_those_of_the_domain() -> None:
    got, _ = framed("The works council must agree. The CFO decides. Cut overtime and staff turnover to 12%.")
    assert got.decision_maker == "CFO"
    assert got.stakeholders[0].role == "CFO"
    assert any(s.role == "works council" and s.can_veto for s in got.stakeholders)


def test_every_text_of_a_frame_resolves(tmp_path: Path) -> None:
    with problem("Our CAC is 150 EUR; cut it by 20% by year end, within a budget of 2M EUR.", [campaigns(tmp_path)]) as begun:
        context, results = worked(begun, until="frame")
        for text in texts_of(results["frame"].frame.model_dump(mode="json")):
            assert read_aloud(context, text) is not None
