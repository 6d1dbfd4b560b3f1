"""Step 1 of the bar: one question that can be answered, the worksheet complete, the KPI computed or asked for."""

import re
from collections.abc import Iterator
from datetime import date

from services.solving.analysts.rules.dates_in_text import spoken
from tests.quality.item import Item, Worked, has_data

_FEWEST_PEOPLE = 2
_MOST_QUESTIONS = 5


def _one_question(done: Worked) -> Iterator[str]:
    goal = done.read(done.frame.goal)
    if goal.count("?") != 1 or not goal.endswith("?"):
        yield "the goal is not one question"
    if re.search(r"\band\b", re.sub(r"\[\[=.*?\]\]", "", done.frame.goal)):
        yield "the goal joins two things"
    if spoken(date.fromisoformat(done.frame.deadline)) not in goal:
        yield "the goal has no date"
    if done.frame.decision_maker not in goal:
        yield "the goal does not name who decides"
    if done.frame.decision.split(",")[0].removeprefix("whether to ") not in goal and done.frame.domain != "market_entry":
        yield "the goal does not say which decision it serves"


def _worksheet(done: Worked) -> Iterator[str]:
    frame = done.frame
    parts = {
        "desired outcome": frame.success_criteria,
        "decision criteria": frame.decision_criteria,
        "accuracy needed": frame.accuracy_needed,
        "ambition": frame.ambition,
        "scope in": frame.scope.include,
        "scope out": frame.scope.exclude,
        "constraints": [*frame.constraints] or [a.text for a in frame.assumptions if a.text.startswith("No condition binds")],
        "assumptions": frame.assumptions,
    }
    yield from (f"{name} is empty" for name, value in parts.items() if not value)


def _kpi(done: Worked) -> Iterator[str]:
    kpi = done.frame.kpis[0]
    asked = {question.category for question in done.frame.clarifying_questions}
    if not (kpi.name and kpi.definition):
        yield "the KPI has no name or definition"
    if kpi.baseline_key is None and not asked & {"baseline", "goal"} and done.frame.domain != "market_entry":
        yield "no baseline, and nobody is asked for it"
    if kpi.target_key is None and not asked & {"target", "goal"} and not done.read(done.frame.goal).startswith("What explains"):
        yield "no target, and nobody is asked for it"
    if kpi.baseline_source == "data" and not kpi.window:
        yield "the baseline's window is not said"
    if kpi.baseline_key and kpi.baseline_source == "none":
        yield "the baseline's source is not said"


def _gap(done: Worked) -> Iterator[str]:
    kpi = done.frame.kpis[0]
    if kpi.baseline is not None and kpi.target is not None:
        if kpi.gap_key is None or kpi.gap is None or abs(kpi.gap - (kpi.target - kpi.baseline)) > 1e-9 * max(1.0, abs(kpi.target)):
            yield "the gap is not the target less the baseline"
        elif done.entries[kpi.gap_key].recipe.formula is None:
            yield "the gap has no formula"
        gap = kpi.target - kpi.baseline
        wrong = gap > 0 if kpi.direction == "decrease" else gap < 0
        if wrong and not any(q.category in ("target", "baseline") for q in done.frame.clarifying_questions):
            yield "the target lies the wrong way, and nobody is asked about it"


def _from_data(done: Worked) -> Iterator[str]:
    kpi = done.frame.kpis[0]
    if kpi.measure is not None and kpi.baseline_source != "data":
        yield "the data have the KPI and its baseline is not computed from them"
    if kpi.baseline_stated is not None and kpi.baseline is not None and kpi.baseline_source == "data":
        apart = abs(kpi.baseline - kpi.baseline_stated) > 0.05 * max(abs(kpi.baseline), abs(kpi.baseline_stated))
        if apart and not any(q.category == "baseline" for q in done.frame.clarifying_questions):
            yield "text and data disagree, and nobody is asked"


def _people(done: Worked) -> Iterator[str]:
    people = done.frame.stakeholders
    if len(people) < _FEWEST_PEOPLE or not all(person.role and person.interest for person in people):
        yield "too few stakeholders, or one without an interest"
    if not any(person.can_veto for person in people):
        yield "nobody can veto"
    if people and people[0].role != done.frame.decision_maker:
        yield "the decision-maker does not come first"


def _questions(done: Worked) -> Iterator[str]:
    questions = done.frame.clarifying_questions
    if len(questions) > _MOST_QUESTIONS:
        yield "too many questions"
    if not all(q.default and q.why and q.would_change for q in questions):
        yield "a question has no default, reason or consequence"
    assumed = " ".join(a.text for a in done.frame.assumptions)
    for question in questions:
        if question.answer is None and question.default.rstrip(".") not in assumed:
            yield f"the open question {question.id} is not labelled as an assumption"


def _no_solution(done: Worked) -> Iterator[str]:
    if re.search(r"\b(?:hiring|implement\w*|introduc\w*|firing|buying|launching|outsourc\w*|rolling out)\b", done.read(done.frame.goal)):
        yield "the question holds its solution"
    if date.fromisoformat(done.frame.deadline) <= done.context.problem.submitted_on:
        yield "the deadline has passed"
    if not any(spoken(date.fromisoformat(done.frame.deadline)) in done.read(text) for text in done.frame.success_criteria):
        yield "success has no date"


ITEMS = (
    Item("frame", "one question: dated, decided by somebody", _one_question),
    Item("frame", "worksheet complete", _worksheet),
    Item("frame", "KPI defined; baseline and target given or asked for", _kpi),
    Item("frame", "gap is target less baseline, with its formula", _gap),
    Item("frame", "baseline computed from the data, disagreement asked about", _from_data, has_data),
    Item("frame", "stakeholders and vetoes", _people),
    Item("frame", "at most five questions, open ones assumed", _questions),
    Item("frame", "no solution in it, deadline ahead, success testable", _no_solution),
)
