"""Answers to clarifying questions, read into what the problem text says: an answer counts for more than the text and the data."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.solving.analysts.rules import dates_in_text
from services.solving.analysts.rules.numbers_in_text import Quantity, quantities
from services.solving.analysts.rules.reading import Movement, Reading
from services.solving.analysts.rules.vocabulary import pattern
from services.solving.steps.frame import ClarifyingQuestion

_YES = re.compile(r"^\s*(?:yes|right|correct|agreed|ok|okay|是|对|同意)\b[\s.!,]*", re.IGNORECASE)
_DECIDED = re.compile(r"\b(?:it is decided|already decided|is fixed|fixed|decided)\b", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:not|option|open|no)\b", re.IGNORECASE)


def settled(reading: Reading, questions: Sequence[ClarifyingQuestion], today: date) -> Reading:
    """Return a reading with the answers to its questions in it; answers are plain text, as people read it."""
    for question in questions:
        answer = (question.answer or "").strip()
        if answer and (settle := _BY_CATEGORY.get(question.category)):
            reading = settle(reading, answer, today)
    return reading


def _goal(reading: Reading, answer: str, _: date) -> Reading:
    if _YES.match(answer):
        return reading
    return replace(reading, settled=replace(reading.settled, goal=answer))


def _baseline(reading: Reading, answer: str, _: date) -> Reading:
    said = quantities(answer)
    if said:
        told = Movement(answer, -1, is_wish=False, direction=None, baseline=said[0])
        return replace(reading, movements=(told, *reading.movements), settled=replace(reading.settled, baseline="text"))
    if re.search(r"\b(?:text|stated|ours|document)\b|文本", answer, re.IGNORECASE):
        return replace(reading, settled=replace(reading.settled, baseline="text"))
    if re.search(r"\b(?:data|computed|file|query)\b|数据", answer, re.IGNORECASE):
        return replace(reading, settled=replace(reading.settled, baseline="data"))
    return reading


def _target(reading: Reading, answer: str, _: date) -> Reading:
    said = [q for q in quantities(answer) if q.kind != "factor"]
    if said:
        return replace(reading, movements=(Movement(answer, -1, is_wish=True, direction=None, target=_level(said)), *reading.movements))
    if re.search(r"\bpoints?\b|百分点", answer, re.IGNORECASE):
        return replace(reading, settled=replace(reading.settled, in_points=True))
    return reading


def _level(said: list[Quantity]) -> Quantity:
    """Return the level an answer names: its last figure, since "from eight to five" ends at the target."""
    return said[-1]


def _deadline(reading: Reading, answer: str, today: date) -> Reading:
    found = dates_in_text.deadline(answer, today) or dates_in_text.deadline(f"by {answer}", today)
    return replace(reading, deadline=found, past_deadline=None) if found else reading


def _decision(reading: Reading, answer: str, _: date) -> Reading:
    named = [match.group(0) for match in pattern("roles", "names").finditer(answer)]
    decides = re.search(r"(?:the\s+)?(?P<who>[a-z][a-z ]{2,40}?)\s+(?:decides?|approves?|signs? off)\b", answer, re.IGNORECASE)
    who = named[0] if named else decides["who"] if decides else answer if len(answer) <= 40 and not re.search(r"\d", answer) else None
    if who is None:
        return reading
    roles = tuple(dict.fromkeys([*reading.roles, *(role.lower() for role in named)]))
    who = re.sub(r"^(?:the|our)\s+", "", who.strip(" ."), flags=re.IGNORECASE)
    return replace(reading, roles=roles, settled=replace(reading.settled, decider=who))


def _solution(reading: Reading, answer: str, _: date) -> Reading:
    if reading.solution and _DECIDED.search(answer) and not _OPEN.search(answer):
        return replace(reading, guards=(*reading.guards, f"it is decided: {reading.solution}"), solution=None)
    return replace(reading, solution=None)


def _definition(reading: Reading, answer: str, _: date) -> Reading:
    told = _YES.sub("", answer).strip(" .")
    return replace(reading, settled=replace(reading.settled, definition=told)) if told else reading


def _constraint(reading: Reading, answer: str, _: date) -> Reading:
    if not reading.guards or len(answer) > 160:
        return reading
    return replace(reading, guards=(f"{reading.guards[0]} ({answer.strip(' .')})", *reading.guards[1:]))


_BY_CATEGORY = {
    "goal": _goal,
    "baseline": _baseline,
    "target": _target,
    "deadline": _deadline,
    "decision": _decision,
    "solution": _solution,
    "definition": _definition,
    "constraint": _constraint,
}
