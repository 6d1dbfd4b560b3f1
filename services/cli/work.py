"""See a run through: follow its events, and do its steps here when no worker takes them."""

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.cli.outcome import WorkFailedError

if TYPE_CHECKING:
    from uuid import UUID

    from services.cli.screen import Advance
    from services.cli.session import PlatformSession
    from services.solving.events import EventRow

_LOOK_SECONDS = 0.2
_PATIENCE_SECONDS = 5.0  # how long a step may wait for somebody else's worker before it is done here
_STEPS = 7


def run_to_end(session: "PlatformSession", problem_id: "UUID", advance: "Advance", *, start: bool = True) -> str:
    """Start all seven steps (unless a run is under way) and return the run's status when it has ended.

    Interrupted, the run is cancelled and the interruption goes on.
    """
    from services.solving.runs import service
    from shared.db import transaction

    if start:
        with transaction() as tx:
            service.start_run(tx, session.actor, problem_id)
    try:
        return _see_through(session, problem_id, advance)
    except KeyboardInterrupt:
        with transaction() as tx:
            service.stop_if_active(tx, session.actor, problem_id)
        raise


def reason_of_failure(problem_id: "UUID") -> str:
    """Return in one sentence why a problem's newest run did not complete."""
    from services.solving.runs import service
    from shared.db import reading

    with reading() as tx:
        run = service.newest_run(tx, problem_id)
        failed = [one for one in service.executions_of(tx, run) if one.status == "failed"]
        if not failed:
            return f"The run was {run.status}."
        told = failed[0].error_details or {}
        return f"The step '{failed[0].step}' failed: {told.get('detail', 'no reason was recorded')}"


def follow(problem_id: "UUID", *, after: int = 0) -> Iterator["EventRow"]:
    """Yield a problem's events after a number, and go on until its newest run has ended."""
    from services.solving.events import after as events_after
    from services.solving.runs import service
    from shared.db import reading

    last = after
    while True:
        with reading() as tx:
            rows = events_after(tx, problem_id, last)
            ended = str(service.newest_run(tx, problem_id).status) != "running"
        for row in rows:
            last = row.seq
            yield row
        if ended and not rows:
            return
        if not rows:
            time.sleep(_LOOK_SECONDS)


def _see_through(session: "PlatformSession", problem_id: "UUID", advance: "Advance") -> str:
    stop = threading.Event()
    hand = threading.Thread(target=_lend_a_hand, args=(session, problem_id, stop), daemon=True)
    hand.start()
    try:
        for row in follow(problem_id):
            _show(row, advance)
    finally:
        stop.set()
    hand.join(timeout=10)
    return _status(problem_id)


def _show(row: "EventRow", advance: "Advance") -> None:
    step = row.body.get("step")
    if step is None:
        return
    from services.solving.steps.contract import StepName
    from services.solving.steps.registry import STEP_BY_NAME

    place = list(STEP_BY_NAME).index(StepName(step))
    within = float(row.body.get("progress") or 0) / 100
    advance(100 * (place + within) / _STEPS, row.body.get("activity") or STEP_BY_NAME[StepName(step)].title)


def _lend_a_hand(session: "PlatformSession", problem_id: "UUID", stop: threading.Event) -> None:
    """Do the steps that nobody takes, one after the other, and the projection into the graph."""
    from shared.jobs.outbox import sweep
    from shared.kit.errors import SevenStepsError

    patience = _PATIENCE_SECONDS if session.has_worker else 0.0
    while not stop.wait(_LOOK_SECONDS):
        try:
            while _do_next(problem_id, patience):
                patience = 0.0  # whoever was expected did not come: no step waits for them again
            if patience == 0:
                sweep()
        except SevenStepsError:
            continue  # a store was away for a moment; the step's own record says what became of it


def _do_next(problem_id: "UUID", patience: float) -> bool:
    """Do the problem's next step if it has waited long enough; say whether there was one."""
    from datetime import timedelta

    from sqlalchemy import func, select

    from services.solving.models import Execution
    from services.solving.runs.claim import ready
    from services.solving.runs.perform import perform
    from shared.db import reading

    waited = Execution.next_attempt_at < func.now() - timedelta(seconds=patience)
    due = select(Execution.id).where(Execution.problem_id == problem_id, *ready(), waited).order_by(Execution.ordinal).limit(1)
    with reading() as tx:
        found = tx.scalars(due).one_or_none()
    if found is None:
        return False
    perform(found)
    return True


def _status(problem_id: "UUID") -> str:
    from services.solving.runs import service
    from shared.db import reading

    with reading() as tx:
        return str(service.newest_run(tx, problem_id).status)


def require_completed(problem_id: "UUID", status: str) -> None:
    """Raise WorkFailedError with the reason unless the run completed."""
    if status != "completed":
        raise WorkFailedError(reason_of_failure(problem_id), problem_id=str(problem_id), status=status)
