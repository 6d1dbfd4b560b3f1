"""Answers to clarifying questions: read again with the text, they move target, gap, deadline and question; nothing else."""

from pathlib import Path

from services.solving.analysts.rules.reframe import reframed
from services.solving.changes.worksheet import frame_changes
from services.solving.evidence.ledger import EvidenceKind, Ledger
from services.solving.evidence.rerun import Bench
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import Answer, Frame
from shared.kit.cited import shown
from tests.solving.analysts.runs import campaigns, customers, problem, tickets, worked


def reanswered(context: StepContext, frame: Frame, said: dict[str, str]) -> tuple[Frame, Ledger]:
    """Answer questions by their category."""
    answers = [Answer(question=q.question, answer=said[q.category]) for q in frame.clarifying_questions if q.category in said]
    ledger = Ledger(context.known)
    return reframed(context, frame, answers, ledger), ledger


def after(text: str, said: dict[str, str], *files: Path) -> tuple[Frame, Frame, list[tuple[str, str | None, str | None]]]:
    """Return the frame before and after answers, and what moved; every number of the new frame is computed again."""
    with problem(text, files) as begun:
        context, _ = worked(begun, until="frame")
        assert context.frame is not None
        before = context.frame
        now, ledger = reanswered(context, before, said)
        entries = {**context.known, **{entry.key: entry for entry in ledger.entries}}
        bench = Bench(entries, context.data, text)
        assert [entry.label for entry in entries.values() if not bench.rerun(entry).same] == []
        displays = {key: entry.display for key, entry in entries.items()}
        moved = frame_changes(before, now, lambda cited: str(shown(cited, displays)))
        return before, now, [(change.what, change.before, change.after) for change in moved]


def test_a_baseline_a_target_and_a_date_make_a_gap() -> None:
    said = {
        "baseline": "about 8%",
        "target": "under 5%",
        "deadline": "end of March 2027",
        "decision": "The CFO, and the works council can veto",
    }
    before, now, moved = after("Too many customers leave. Please reduce churn.", said)
    assert before.kpis[0].gap is None
    assert (now.kpis[0].baseline, now.kpis[0].target, round(now.kpis[0].gap or 0, 9)) == (0.08, 0.05, -0.03)
    assert now.kpis[0].baseline_source == "stated"
    assert now.deadline == "2027-03-31"
    assert now.decision_maker == "CFO"
    assert any(person.role == "works council" and person.can_veto for person in now.stakeholders)
    assert ("baseline", None, "8.0%") in moved
    assert ("decision maker", "chief customer officer", "CFO") in moved
    assert {q.category for q in now.clarifying_questions if q.answer is None} == {"definition"}


def test_an_answer_is_an_assumption_of_whoever_gave_it_and_not_words_of_the_text() -> None:
    with problem("Please reduce churn by Q4.") as begun:
        context, _ = worked(begun, until="frame")
        assert context.frame is not None
        now, ledger = reanswered(context, context.frame, {"baseline": "8%"})
        assert now.kpis[0].baseline_key is not None
        assert ledger.entry(now.kpis[0].baseline_key).kind is EvidenceKind.ASSUMPTION
    assert any("8%" in one.text and one.confidence == "high" for one in now.assumptions)


def test_of_text_and_data_the_one_that_was_chosen_counts(tmp_path: Path) -> None:
    file = campaigns(tmp_path)
    text = "Our CAC is 150 EUR and must fall by 20% by year end."
    before, now, _ = after(text, {"baseline": "The text counts."}, file)
    assert before.kpis[0].baseline_source == "data"
    assert (now.kpis[0].baseline, now.kpis[0].baseline_source) == (150, "stated")
    assert now.kpis[0].target == 120
    _, kept, _ = after(text, {"baseline": "The data, of course."}, file)
    assert kept.kpis[0].baseline == before.kpis[0].baseline
    assert not any(q.category == "baseline" and q.answer is None for q in kept.clarifying_questions)


def test_percent_of_a_share_is_read_as_it_was_answered(tmp_path: Path) -> None:
    file = customers(tmp_path)
    before, now, _ = after("Cut churn by 5% by Q4.", {"target": "percentage points"}, file)
    level = before.kpis[0].baseline or 0
    assert round(before.kpis[0].target or 0, 9) == round(0.95 * level, 9)
    assert round(now.kpis[0].target or 0, 9) == round(level - 0.05, 9)


def test_the_goal_that_was_chosen_changes_the_tree_of_the_problem(tmp_path: Path) -> None:
    _, now, moved = after("Help", {"goal": "time to resolution", "deadline": "Q4"}, tickets(tmp_path))
    assert now.domain == "service_time"
    assert now.kpis[0].unit == "days"
    assert any(what == "KPI" for what, _, _ in moved)
    _, costs, _ = after("Cut costs and grow revenue by 10% this year.", {"goal": "costs"})
    assert (costs.domain, costs.kpis[0].name) == ("cost", "cost")


def test_a_way_that_is_decided_becomes_a_constraint_and_an_open_one_is_dropped() -> None:
    text = "We should introduce a loyalty card to reduce churn. Churn is 8%."
    _, decided, _ = after(text, {"solution": "It is decided."})
    assert any("loyalty card" in words for words in decided.constraints)
    _, free, _ = after(text, {"solution": "One option among others."})
    assert not any("loyalty card" in words for words in free.constraints)


def test_answers_are_kept_when_more_are_given_and_later_steps_go_by_them() -> None:
    with problem("Please reduce churn.") as begun:
        context, _ = worked(begun, until="frame")
        assert context.frame is not None
        first, ledger = reanswered(context, context.frame, {"baseline": "8%"})
        known = {**context.known, **{entry.key: entry for entry in ledger.entries}}
        held = StepContext(context.problem, known=known, frame=first)
        second, _ = reanswered(held, first, {"target": "5%"})
    assert (second.kpis[0].baseline, second.kpis[0].target) == (0.08, 0.05)
    assert [q.answer for q in second.clarifying_questions if q.category == "baseline"] == ["8%"]
    assert len({q.id for q in second.clarifying_questions}) == len(second.clarifying_questions)


def test_an_answer_that_says_nothing_changes_nothing_but_is_kept() -> None:
    before, now, moved = after("Reduce churn from 8% to 5% by Q4.", {"definition": "Yes", "decision": "No idea, 42"})
    assert (now.goal, now.kpis) == (before.goal, before.kpis)
    assert moved == []
    assert [q.answer for q in now.clarifying_questions if q.category == "definition"] == ["Yes"]
