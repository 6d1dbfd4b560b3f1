"""One step, from the doorbell to the record: claim, gather, decide, record."""

import importlib
import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from services.solving import events, outputs
from services.solving.artifacts.making import artifacts_of
from services.solving.artifacts.storing import store_artifacts
from services.solving.deliverables.behind import behind
from services.solving.deliverables.checking import check_files
from services.solving.deliverables.rendering import Rendered, render
from services.solving.edits.replay import Kept, made_again
from services.solving.errors import LeaseLostError, StepTimeoutError, UnknownAnalystError
from services.solving.models import Execution
from services.solving.runs import claim as claims
from services.solving.runs import failure, plans
from services.solving.runs.claim import Claim
from services.solving.runs.gather import gathered
from services.solving.runs.heartbeat import Pulse, beating
from services.solving.runs.logs import say
from services.solving.runs.record import record
from services.solving.steps.analyze import AnalysisStepResult
from services.solving.steps.contract import Analyst, Report, StepContext, StepName, StepResult, silent
from services.solving.steps.present import PresentResult
from services.solving.steps.registry import STEP_BY_NAME
from shared.crash import crashpoint
from shared.db import reading, transaction
from shared.jobs.timeouts import JobTimeoutError
from shared.settings import get_settings
from shared.storage import get_object_store

if TYPE_CHECKING:
    from services.decks.lint import Report as DeckReport

_RULES = "services.solving.analysts.rules:RulesAnalyst"
_BETWEEN_REPORTS = 0.25  # seconds: a bar needs no more, and each report is a transaction
_PAUSES = (0.3, 0.7, 1.5, 3.0)  # seconds between tries to record an outcome while the database is away
_log = structlog.get_logger(__name__)


def perform(execution_id: UUID) -> bool:
    """Do one step if it is ready and nobody has it; say whether it was done. Raises nothing that a worker should die of."""
    claimed = claims.claim(execution_id)
    if claimed is None:
        return False
    structlog.contextvars.bind_contextvars(problem_id=str(claimed.problem_id), execution_id=str(execution_id), step=claimed.step)
    crashpoint("step.claimed", execution_id)
    say(claimed, "info", f"{STEP_BY_NAME[claimed.step].title}: attempt {claimed.attempt} began.", attempt=claimed.attempt)
    began = time.monotonic()
    try:
        with beating(lambda: claims.extend(claimed), str(execution_id)) as pulse:
            _decide_and_record(claimed, pulse)
    except LeaseLostError as lost:
        _log.info("step_discarded", reason=lost.detail)
        say(claimed, "warning", "What was worked out is thrown away: the step was cancelled or taken over.")
        return False
    except JobTimeoutError:
        _give_up_or_wait(claimed, _too_long(claimed))
        return False
    except Exception as error:  # noqa: BLE001 (an error is the step's outcome, recorded with its sentence)
        _give_up_or_wait(claimed, error)
        return False
    finally:
        structlog.contextvars.unbind_contextvars("problem_id", "execution_id", "step")
    say(claimed, "info", f"{STEP_BY_NAME[claimed.step].title}: done.", seconds=round(time.monotonic() - began, 3))
    return True


def help_with_plans(execution_id: UUID) -> int:
    """Carry out plans of an analyze step that another worker holds, as many as are ready; return how many.

    Raises what the stores raise when they are away: nothing was taken then.
    """
    if not plans.anything_ready(execution_id):
        return 0
    with reading() as session:
        step = session.get_one(Execution, execution_id)
    with gathered(step.problem_id, step.run_id, StepName.ANALYZE, silent) as work:
        return plans.help_with(execution_id, work.context, work.input_hash, _analyst(get_settings().analyst))


def load_analyst(name: str) -> Analyst:
    """Return the analyst of the settings: `rules`, or anything importable as `package.module:factory`.

    Raises UnknownAnalystError.
    """
    module, _, factory = (_RULES if name == "rules" else name).partition(":")
    try:
        made: Analyst = getattr(importlib.import_module(module), factory)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise UnknownAnalystError(f"SEVENSTEPS_ANALYST={name!r} names no analyst: {error}") from error
    return made


_analyst = cache(load_analyst)


def _decide_and_record(claimed: Claim, pulse: Pulse) -> None:
    report = reporter(claimed, pulse)
    analyst = _analyst(get_settings().analyst)
    with gathered(claimed.problem_id, claimed.run_id, claimed.step, report) as work:
        context = work.context
        if claimed.step is StepName.ANALYZE:
            context = replace(context, tested=plans.carried_out(claimed, context, work.input_hash, analyst, pulse))
        result = STEP_BY_NAME[claimed.step].decide(analyst, context)
        kept = _edits_kept(claimed, context, result)
        made = artifacts_of(context, result.analysis) if isinstance(result, AnalysisStepResult) else []
    crashpoint("step.decided", claimed.execution_id)
    files, reports = _rendered(result, claimed, report) if isinstance(result, PresentResult) else ([], {})
    artifacts = store_artifacts(made, get_object_store(), claimed.organization_id, report) if made else []
    pulse.check()
    record(claimed, result, work.input_hash, files, artifacts, kept, reports)


def _edits_kept(claimed: Claim, context: StepContext, result: StepResult) -> Kept:
    """Make what people changed of the step's last result again in the new one; nobody can edit the step while it is worked on."""
    with reading() as session:
        edits = outputs.edits(session, claimed.problem_id, claimed.step)
    decision = getattr(result, outputs.FIELDS[claimed.step])
    return made_again(context, claimed.step, decision, result.entries, edits)


def _rendered(result: PresentResult, claimed: Claim, report: Report) -> "tuple[list[Rendered], dict[str, DeckReport]]":
    """Return the deck's files and what its checks found; a deck with errors is delivered, and cannot be approved."""
    store = get_object_store()
    files = render(result.deck, behind(claimed.problem_id), get_settings().voice, store, claimed.organization_id, report)
    return files, check_files(result.deck, files, store)


def reporter(claimed: Claim, pulse: Pulse) -> Report:
    """Return what a step reports `k of n` to: the execution's row, an event and a log line, at most four times a second.

    Reporting raises LeaseLostError when the step was cancelled or taken over, which ends the work at once.
    """
    last = 0.0

    def report(done: int, total: int, activity: str) -> None:
        nonlocal last
        pulse.check()
        if done < total and time.monotonic() - last < _BETWEEN_REPORTS:
            return
        last = time.monotonic()
        progress = min(99, int(100 * done / total)) if total > 0 else 0
        with transaction() as session:
            claims.change(session, claimed, progress_percentage=progress, current_activity=activity)
            body: dict[str, Any] = {"step": claimed.step, "epoch": claimed.epoch, "execution_status": "running"}
            body |= {"progress": progress, "done": done, "total": total, "activity": activity}
            events.emit(session, claimed.problem_id, claimed.organization_id, "step_progress", body, execution_id=claimed.execution_id)
        say(claimed, "info", f"{done} of {total}: {activity}")

    return report


def _settle(claimed: Claim, error: Exception) -> None:
    """Record what becomes of the step; a database that restarts is given a few seconds, which saves the step an attempt."""
    for pause in (*_PAUSES, None):
        try:
            return failure.settle(claimed, error)
        except Exception as trouble:
            if pause is None or not failure.away(trouble):
                raise
            time.sleep(pause)
    return None


def _too_long(claimed: Claim) -> StepTimeoutError:
    step = STEP_BY_NAME[claimed.step]
    return StepTimeoutError(f"'{step.title}' took longer than the {step.time_limit:,} seconds it may take, so it was stopped.")


def _give_up_or_wait(claimed: Claim, error: Exception) -> None:
    _log.warning("step_not_done", reason=str(error), exc_info=error)
    try:
        _settle(claimed, error)
    except LeaseLostError:
        _log.info("step_discarded", reason="the lease was lost before the error could be recorded")
        return
    except Exception:  # noqa: BLE001 (the database stays away: the lease runs out and the sweep takes over)
        _log.exception("step_outcome_not_recorded")
        return
    told = failure.describe(error, claimed.step, claimed.attempt)
    say(claimed, "error", str(told["detail"]), code=told["code"], attempt=claimed.attempt)
