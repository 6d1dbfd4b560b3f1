"""Which state follows which: for a problem, a run and an execution. Pure tables; nothing else decides a state.

A problem's status is the seed's vocabulary. It names the phase the problem is in; whether anybody is at work is said by its run.
"""

from enum import StrEnum

from services.solving.errors import IllegalTransitionError
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEP_BY_NAME, STEPS


class ExecutionStatus(StrEnum):
    """Where one step of one run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What can happen to an execution."""

    CLAIM = "claim"  # a worker starts, or takes over from a dead one
    PUT_BACK = "put_back"  # another attempt later
    COMPLETE = "complete"
    FAIL = "fail"
    CANCEL = "cancel"
    REOPEN = "reopen"  # a person retries or resumes


class RunStatus(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunMove(StrEnum):
    """What can happen to a run."""

    COMPLETE = "complete"
    FAIL = "fail"
    CANCEL = "cancel"
    REOPEN = "reopen"


class ProblemMove(StrEnum):
    """What can happen to a problem."""

    ENTER = "enter"  # a step is about to be worked on
    COMPLETE = "complete"  # the last step of the seven is done
    FAIL = "fail"
    CANCEL = "cancel"


E, R = ExecutionStatus, RunStatus
EXECUTION_MOVES: dict[tuple[ExecutionStatus, Move], ExecutionStatus] = {
    (E.QUEUED, Move.CLAIM): E.RUNNING,
    (E.RUNNING, Move.CLAIM): E.RUNNING,
    (E.RUNNING, Move.PUT_BACK): E.QUEUED,
    (E.RUNNING, Move.COMPLETE): E.COMPLETED,
    (E.RUNNING, Move.FAIL): E.FAILED,
    (E.QUEUED, Move.CANCEL): E.CANCELLED,
    (E.RUNNING, Move.CANCEL): E.CANCELLED,
    (E.FAILED, Move.REOPEN): E.QUEUED,
    (E.CANCELLED, Move.REOPEN): E.QUEUED,
}
RUN_MOVES: dict[tuple[RunStatus, RunMove], RunStatus] = {
    (R.RUNNING, RunMove.COMPLETE): R.COMPLETED,
    (R.RUNNING, RunMove.FAIL): R.FAILED,
    (R.RUNNING, RunMove.CANCEL): R.CANCELLED,
    (R.FAILED, RunMove.REOPEN): R.RUNNING,
    (R.CANCELLED, RunMove.REOPEN): R.RUNNING,
}
RESTING = frozenset({"created", "completed", "failed", "cancelled"})
WORKING = tuple(step.problem_status for step in STEPS)


def execution_after(status: ExecutionStatus, move: Move) -> ExecutionStatus:
    """Return the state of an execution after a move. Raises IllegalTransitionError when there is none."""
    try:
        return EXECUTION_MOVES[status, move]
    except KeyError:
        raise IllegalTransitionError(f"A step that is {status} cannot {_words(move)}.", status=status, move=move) from None


def run_after(status: RunStatus, move: RunMove) -> RunStatus:
    """Return the state of a run after a move. Raises IllegalTransitionError when there is none."""
    try:
        return RUN_MOVES[status, move]
    except KeyError:
        raise IllegalTransitionError(f"A run that is {status} cannot {_words(move)}.", status=status, move=move) from None


def problem_after(status: str, move: ProblemMove, step: StepName | None = None) -> str:
    """Return a problem's status after a move; `step` is the step entered, completed or failed.

    A problem enters any step from rest or from a working status (a run may start anywhere, and its steps follow each other), completes
    only from the last step, and fails or is cancelled only while it is worked on (a new one may be cancelled too).
    Raises IllegalTransitionError otherwise.
    """
    if move is ProblemMove.ENTER and step is not None and (status in RESTING or status in WORKING):
        return STEP_BY_NAME[step].problem_status
    if move is ProblemMove.COMPLETE and status == WORKING[-1]:
        return "completed"
    if move is ProblemMove.FAIL and status in WORKING:
        return "failed"
    if move is ProblemMove.CANCEL and (status in WORKING or status == "created"):
        return "cancelled"
    raise IllegalTransitionError(f"A problem that is {status} cannot {_words(move)}.", status=status, move=move)


def _words(move: StrEnum) -> str:
    return {
        "claim": "be started",
        "put_back": "be put back",
        "complete": "complete",
        "fail": "fail",
        "cancel": "be cancelled",
        "reopen": "be taken up again",
        "enter": "enter that step",
    }[move.value]
