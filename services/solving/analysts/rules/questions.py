"""Clarifying questions: few, each with what we do until it is answered, why it is asked and what an answer would change."""

from dataclasses import dataclass

from services.solving.analysts.rules.kpi import Reckoning, direction_of, name_of
from services.solving.analysts.rules.numbers_in_text import Quantity
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.template import GENERIC
from services.solving.analysts.rules.wording import is_plural, safe, sentence
from services.solving.steps.frame import ClarifyingQuestion
from shared.kit.cited import cite, name
from shared.kit.numbers import Style

MOST = 5


@dataclass(frozen=True)
class Doubts:
    """What the text leaves open."""

    second_goal: str | None
    has_deadline: bool
    past_deadline: str | None
    deadline: str  # the deadline worked with, as a name
    decider_named: bool
    decision_maker: str


def clarifying_questions(now: Situation, reckoned: Reckoning, doubts: Doubts) -> list[ClarifyingQuestion]:
    """Return at most five questions, those that would change the work most first."""
    asked = [
        *_about_goal(now, reckoned, doubts),
        *_about_numbers(now, reckoned),
        *_about_time(doubts),
        *_about_solution(now),
        *_about_people(doubts),
        *_about_meaning(now, reckoned),
    ]
    return [q.model_copy(update={"id": f"question-{chr(97 + i)}"}) for i, q in enumerate(asked[:MOST])]


def _question(category: str, question: str, default: str, why: str, would_change: str, *, required: bool = False) -> ClarifyingQuestion:
    return ClarifyingQuestion(
        id="", question=question, category=category, required=required, default=default, why=why, would_change=would_change
    )


def _about_goal(now: Situation, reckoned: Reckoning, doubts: Doubts) -> list[ClarifyingQuestion]:
    kpi = reckoned.kpi.name
    questions = []
    if now.template.name == GENERIC and now.measure is None and now.reading.subject is None:
        questions.append(
            _question(
                "goal",
                "Which number would tell you that the problem is solved?",
                "No number is chosen; the data are described and nothing is sized",
                "The text names no measure that we recognise",
                "The tree, the sizing and the recommendations, all of which hang on that number",
                required=True,
            )
        )
    elif now.template.name == GENERIC:
        questions.append(
            _question(
                "goal",
                f"Is {kpi} the number you want to move?",
                f"We work on {kpi}, which the words of the text come closest to",
                "The text names no measure by the name it has in the data",
                "Every test, since each asks what moves this number",
            )
        )
    if doubts.second_goal:
        questions.append(
            _question(
                "goal",
                f"The text asks for two things, {kpi} among them and {doubts.second_goal}: which one decides when they pull apart?",
                f"{sentence(kpi).rstrip('.')} {'decide' if is_plural(kpi) else 'decides'}; {doubts.second_goal} must not get worse",
                "One question can have one measure of success",
                "The tree is built on the goal that decides",
                required=True,
            )
        )
    return questions


def _about_numbers(now: Situation, reckoned: Reckoning) -> list[ClarifyingQuestion]:
    kpi, questions = reckoned.kpi, []
    if reckoned.disagreement and kpi.baseline_key and kpi.baseline_stated_key:
        questions.append(
            _question(
                "baseline",
                f"The text puts {kpi.name} at {cite(kpi.baseline_stated_key)}, "
                f"the data at {cite(kpi.baseline_key)} for {kpi.window}: which one counts?",
                f"The data's {cite(kpi.baseline_key)}, because its query can be run again",
                "The gap is counted from the baseline",
                "The size of the gap and each recommendation's share of it",
            )
        )
    if kpi.baseline_key is None and not (now.kpi and now.kpi.sizing) and _is_named(now):
        questions.append(
            _question(
                "baseline",
                f"Where {'do' if is_plural(kpi.name) else 'does'} {kpi.name} stand today?",
                "No baseline is assumed, so no gap is shown",
                "Neither the text nor the data give the number",
                "Without it nothing can be sized against the goal",
                required=True,
            )
        )
    return [*questions, *_about_target(now, reckoned)]


def _is_named(now: Situation) -> bool:
    return now.kpi is not None or now.measure is not None or now.reading.subject is not None


def _about_target(now: Situation, reckoned: Reckoning) -> list[ClarifyingQuestion]:
    kpi = reckoned.kpi
    questions: list[ClarifyingQuestion] = []
    if reckoned.met and kpi.target_key and kpi.baseline_key:
        questions.append(
            _question(
                "target",
                f"{sentence(name_of(now)).rstrip('.')} stands at {cite(kpi.baseline_key)}, already past the target of "
                f"{cite(kpi.target_key)}: which of the two numbers is meant otherwise?",
                f"The level is held on the right side of {cite(kpi.target_key)}",
                "A target that is met already asks for nothing",
                "Whether there is a gap to close at all, and in which direction",
                required=True,
            )
        )
    if kpi.target_key is None and reckoned.change_key is None and now.reading.intent != "explain" and _is_named(now):
        questions.append(
            _question(
                "target",
                f"Which level of {kpi.name} would you call a success?",
                f"Any lasting {'fall' if direction_of(now) == 'decrease' else 'rise'} counts; effects are shown without a gap",
                "The text names no target",
                "How much is enough, and so how many actions are needed",
                required=True,
            )
        )
    elif reckoned.target_by_default and kpi.target_key:
        questions.append(
            _question(
                "target",
                f"Is the earlier level of {cite(kpi.target_key)} the right target for {kpi.name}?",
                f"Back to {cite(kpi.target_key)}, where it was before",
                "The text says what happened and not what is wanted",
                "The gap, and how many actions it takes to close it",
            )
        )
    if reckoned.relative and (ambiguous := _share_of_share(now)):
        questions.append(
            _question(
                "target",
                f"{sentence(name_of(now)).rstrip('.')} is itself a share: "
                f"is {safe(ambiguous.text)} meant as a part of today's level or in percentage points?",
                "As a part of today's level",
                "The two readings give different targets",
                "The target and the gap",
            )
        )
    return questions


def _share_of_share(now: Situation) -> Quantity | None:
    if now.measure is None or now.measure.ratio.style is not Style.PERCENT:
        return None
    return next((m.change for m in now.reading.wishes if m.change and m.change.kind == "percent"), None)


def _about_time(doubts: Doubts) -> list[ClarifyingQuestion]:
    if doubts.past_deadline:
        return [
            _question(
                "deadline",
                f"The date in the text, {doubts.past_deadline}, has passed: by when is the decision needed now?",
                f"By {doubts.deadline}",
                "Dates of the plan are counted back from it",
                "Which tests fit into the time",
                required=True,
            )
        ]
    if doubts.has_deadline:
        return []
    return [
        _question(
            "deadline",
            "By when must the goal be reached?",
            f"By {doubts.deadline}, three full months from now",
            "The text names no date",
            "Which actions can still take effect, and which tests fit into the time",
        )
    ]


def _about_solution(now: Situation) -> list[ClarifyingQuestion]:
    if not now.reading.solution:
        return []
    return [
        _question(
            "solution",
            f"The text already names a way, {name('“' + now.reading.solution + '”')}: is it decided, or one option among others?",
            "It is one option; it is recommended only if the evidence points to it",
            "A question that holds its answer keeps better answers out",
            "Whether the other branches of the tree are worth testing",
        )
    ]


def _about_people(doubts: Doubts) -> list[ClarifyingQuestion]:
    if doubts.decider_named:
        return []
    return [
        _question(
            "decision",
            "Who decides, and who can stop the decision?",
            f"The {doubts.decision_maker} decides",
            "The text names nobody",
            "Whom the recommendation is written for, and which objections it must meet",
        )
    ]


def _about_meaning(now: Situation, reckoned: Reckoning) -> list[ClarifyingQuestion]:
    asked = []
    if now.kpi is not None:
        asked.append(
            _question(
                "definition",
                f"{'Are' if is_plural(reckoned.kpi.name) else 'Is'} {reckoned.kpi.name} measured as we do it: {reckoned.kpi.definition}?",
                f"{sentence(reckoned.kpi.name).rstrip('.')} is taken as {reckoned.kpi.definition}",
                "The same name often stands for different sums",
                "The baseline, and with it the gap",
            )
        )
    if now.reading.guards:
        asked.append(
            _question(
                "constraint",
                f"How is the condition {name('“' + now.reading.guards[0] + '”')} checked?",
                "Each action names it as a stop rule",
                "The text sets a condition without a measure",
                "Which actions are allowed",
            )
        )
    return asked
