"""Answers to clarifying questions: a frame and what somebody answered in, the frame that follows out. Pure."""

from collections.abc import Sequence

from services.solving.steps.frame import Answer, Assumption, Frame


def answered(frame: Frame, answers: Sequence[Answer]) -> Frame:
    """Return the frame with the answers in it: beside their questions, and as what is now taken as true instead of the defaults.

    An answer whose question the frame no longer asks is kept as an assumption. Texts are cited text.
    """
    questions = list(frame.clarifying_questions)
    said: list[Assumption] = []
    for answer in answers:
        for place, asked in enumerate(questions):
            if asked.question == answer.question:
                questions[place] = asked.model_copy(update={"answer": answer.answer})
        said.append(Assumption(text=f"{answer.question} {answer.answer}", confidence="high"))
    told = {answer.question for answer in answers}
    kept = [one for one in frame.assumptions if not any(one.text.startswith(f"{question} ") for question in told)]
    open_ = sum(one.required and one.answer is None for one in questions)
    required = any(one.required for one in frame.clarifying_questions)
    confidence = "medium" if required and open_ == 0 and frame.confidence == "low" else frame.confidence
    return frame.model_copy(update={"clarifying_questions": questions, "assumptions": [*kept, *said], "confidence": confidence})
