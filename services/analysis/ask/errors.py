"""Why a question is not answered."""

from typing import ClassVar

from shared.kit.errors import ErrorKind, SevenStepsError


class NotUnderstoodError(SevenStepsError):
    """Part of the question has no meaning the grammar knows; nothing is guessed."""

    code: ClassVar[str] = "question_not_understood"
    kind: ClassVar[ErrorKind] = ErrorKind.UNSUPPORTED


class NoAnswerError(SevenStepsError):
    """The question is understood, and the data give no answer to it (no rows left, a constant column)."""

    code: ClassVar[str] = "question_without_answer"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class NoPlanError(SevenStepsError):
    """A reply holds no plan that could be carried out again."""

    code: ClassVar[str] = "reply_without_plan"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID
