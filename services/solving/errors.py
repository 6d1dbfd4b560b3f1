"""What can go wrong with a problem and its runs, each a named error with one sentence."""

from typing import ClassVar

from shared.kit.errors import ErrorKind, SevenStepsError


class ProblemNotFoundError(SevenStepsError):
    """There is no such problem in the caller's organization."""

    code: ClassVar[str] = "problem_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class RunNotFoundError(SevenStepsError):
    """The problem has not been run."""

    code: ClassVar[str] = "run_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class ExecutionNotFoundError(SevenStepsError):
    """There is no such execution in the caller's organization."""

    code: ClassVar[str] = "execution_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class NotDecidedYetError(SevenStepsError):
    """A step was asked about, or built upon, that has no result yet."""

    code: ClassVar[str] = "step_not_done"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class DeliverableNotFoundError(SevenStepsError):
    """There is no such deliverable in the caller's organization."""

    code: ClassVar[str] = "deliverable_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class ArtifactNotFoundError(SevenStepsError):
    """There is no such artifact in the caller's organization."""

    code: ClassVar[str] = "artifact_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class DatasetNotFoundError(SevenStepsError):
    """The problem has no such table."""

    code: ClassVar[str] = "dataset_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class AttachmentNotFoundError(SevenStepsError):
    """The problem has no such file."""

    code: ClassVar[str] = "attachment_not_found"
    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND


class InvalidProblemError(SevenStepsError):
    """The text of a problem, or one of its fields, cannot be worked with."""

    code: ClassVar[str] = "invalid_problem"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class AttachmentTooLargeError(SevenStepsError):
    """An attachment is larger than the limit."""

    code: ClassVar[str] = "attachment_too_large"
    kind: ClassVar[ErrorKind] = ErrorKind.TOO_LARGE


class InvalidEditError(SevenStepsError):
    """An edit of a frame, a tree or a priority does not leave something valid."""

    code: ClassVar[str] = "invalid_edit"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class EditConflictError(SevenStepsError):
    """Somebody else changed it since the caller read it."""

    code: ClassVar[str] = "edit_conflict"
    kind: ClassVar[ErrorKind] = ErrorKind.PRECONDITION_FAILED


class SupersededVersionError(SevenStepsError):
    """A version was approved that is not the newest."""

    code: ClassVar[str] = "version_superseded"
    kind: ClassVar[ErrorKind] = ErrorKind.PRECONDITION_FAILED


class StaleVersionError(SevenStepsError):
    """A version was approved that no longer follows from its inputs."""

    code: ClassVar[str] = "version_stale"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class PlanFailedError(SevenStepsError):
    """A plan of the analysis could not be carried out."""

    code: ClassVar[str] = "plan_failed"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL


class NoPromiseError(SevenStepsError):
    """There is no KPI, or no answer yet, that a reading could be held against."""

    code: ClassVar[str] = "no_promise"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class InvalidReadingError(SevenStepsError):
    """A reading of a KPI cannot be kept as it is."""

    code: ClassVar[str] = "invalid_reading"
    kind: ClassVar[ErrorKind] = ErrorKind.INVALID


class ApprovalBlockedError(SevenStepsError):
    """A file cannot be approved: its checks found errors, were not made, or found warnings and no reason was given."""

    code: ClassVar[str] = "approval_blocked"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class RunActiveError(SevenStepsError):
    """The problem is being worked on; one run at a time."""

    code: ClassVar[str] = "run_active"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class StepNotReadyError(SevenStepsError):
    """A step was asked for whose earlier steps have no result."""

    code: ClassVar[str] = "step_not_ready"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class IllegalTransitionError(SevenStepsError):
    """The state machine has no such move."""

    code: ClassVar[str] = "illegal_transition"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class NothingToDoError(SevenStepsError):
    """Nothing is stale, failed or held, so there is nothing to run again."""

    code: ClassVar[str] = "nothing_to_do"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class LeaseLostError(SevenStepsError):
    """Another worker took the step over, or it was cancelled; what this one did is thrown away."""

    code: ClassVar[str] = "lease_lost"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class StepTimeoutError(SevenStepsError):
    """A step took longer than it may."""

    code: ClassVar[str] = "step_timeout"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL


class WorkerLostError(SevenStepsError):
    """Every attempt at a step ended with its worker gone."""

    code: ClassVar[str] = "worker_lost"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL


class StepCrashedError(SevenStepsError):
    """Every attempt at a step ended in an error nobody foresaw."""

    code: ClassVar[str] = "step_crashed"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL


class UnknownAnalystError(SevenStepsError):
    """The configured analyst does not exist."""

    code: ClassVar[str] = "unknown_analyst"
    kind: ClassVar[ErrorKind] = ErrorKind.INTERNAL
