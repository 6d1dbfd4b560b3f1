"""Answers in, frame out: the problem read again with what was answered, so that target, gap, deadline and question follow. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from services.solving.analysts.rules.frame import framed
from services.solving.evidence.ledger import Ledger
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import Answer, Assumption, ClarifyingQuestion, Frame


def reframed(context: StepContext, frame: Frame, answers: Sequence[Answer], ledger: Ledger) -> Frame:
    """Return the frame that follows from the text, the data and all answers so far; new numbers go into the ledger.

    Answers are cited text whose tokens the ledger or the context knows. What was answered stays beside its question, and stands
    among the assumptions as what is now known. An answer to a question that is not asked is kept as an assumption alone.
    """
    asked = [_with(question, answers) for question in frame.clarifying_questions]
    known = {**context.known, **{entry.key: entry for entry in ledger.entries}}
    held = frame.model_copy(update={"clarifying_questions": asked})
    again = framed(replace(context, frame=held, known=known), ledger)
    settled = [question for question in asked if question.answer is not None]
    reasons = {question.why for question in settled}
    still_open = [question for question in again.clarifying_questions if question.why not in reasons]
    gone = [question for question in again.clarifying_questions if question.why in reasons]
    assumptions = [one for one in again.assumptions if not any(q.default.rstrip(".") in one.text for q in gone)]
    told = {question.question: question.answer or "" for question in settled} | {one.question: one.answer for one in answers}
    said = [Assumption(text=f"{question} {answer}", confidence="high") for question, answer in told.items()]
    return again.model_copy(update={"clarifying_questions": _numbered([*settled, *still_open]), "assumptions": [*assumptions, *said]})


def _with(question: ClarifyingQuestion, answers: Sequence[Answer]) -> ClarifyingQuestion:
    given = next((one.answer for one in reversed(answers) if one.question == question.question), None)
    return question if given is None else question.model_copy(update={"answer": given})


def _numbered(questions: list[ClarifyingQuestion]) -> list[ClarifyingQuestion]:
    """Return questions with ids of their own; one that has been answered keeps its id."""
    taken = {question.id for question in questions if question.answer is not None}
    free = (f"question-{chr(97 + i)}" for i in range(26) if f"question-{chr(97 + i)}" not in taken)
    return [question if question.answer is not None else question.model_copy(update={"id": next(free)}) for question in questions]
