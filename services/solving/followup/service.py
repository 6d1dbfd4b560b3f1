"""Use-cases of follow-up: record a reading of the KPI, and show all of them beside the promise. Nobody here commits."""

import math
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import events, outputs
from services.solving.errors import InvalidReadingError, NoPromiseError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import EvidenceKind, Ledger, Recipe
from services.solving.followup.promise import Promise, promised, standing
from services.solving.models import KpiReading, Problem
from services.solving.problems import repository as problems
from services.solving.steps.contract import StepName
from services.solving.storable import storable_text
from shared.kit.clock import now

DAYS = (30, 90)


@dataclass(frozen=True)
class FollowUp:
    """The promise, how its numbers are written, and the readings, oldest first. `due` maps a day to the date it falls on."""

    promise: Promise | None
    displays: dict[str, str]
    readings: list[KpiReading]
    due: dict[int, date]


def record_reading(
    session: Session, actor: Actor, problem_id: UUID, *, day: int, value: float, source: str, read_on: date | None = None
) -> KpiReading:
    """Keep what the KPI reads on day 30 or 90, in the KPI's own unit, held against the promise of the newest synthesis.

    A second reading of a day is kept beside the first; the newest counts. Raises ProblemNotFoundError, NotDecidedYetError,
    InvalidReadingError, and NoPromiseError when the frame has no KPI.
    """
    problem = problems.lock(session, actor, problem_id)
    said, when = storable_text(source).strip(), read_on or now().date()
    if day not in DAYS or not math.isfinite(value) or not said:
        raise InvalidReadingError("A reading has a day (30 or 90), a number, and says where it was read.")
    if when > now().date():
        raise InvalidReadingError("A reading cannot be of a day to come.")
    ledger = Ledger(ledger_rows.ledger(session, problem.id))
    promise, version = _promise(session, problem, ledger)
    if promise is None:
        raise NoPromiseError("The frame names no KPI that could be read.")
    low, high = (None if key is None else ledger.value(key) for key in (promise.low_key, promise.high_key))
    row = {
        "organization_id": problem.organization_id,
        "problem_id": problem.id,
        "kpi": promise.kpi.name[:255],
        "day": day,
        "value": value,
        "value_key": _written(ledger, promise, value, f"Read by {actor.name} on {when.isoformat()}, day {day}: {said}", day),
        "read_on": when,
        "source": said,
        "baseline_key": promise.baseline_key,
        "low_key": promise.low_key,
        "high_key": promise.high_key,
        "standing": standing(value, low, high, promise.kpi.direction),
        "synthesis_version": version,
        "recorded_by": actor.name,
    }
    ledger_rows.save(session, problem.id, problem.organization_id, ledger.entries, step=StepName.SYNTHESIZE, execution_id=None)
    reading = session.scalars(insert(KpiReading).values(row).returning(KpiReading)).one()
    body = {"kpi": reading.kpi, "day": day, "standing": reading.standing}
    events.emit(session, problem, problem.organization_id, "kpi_read", body)
    audit.record(session, actor, "kpi.read", "problem", problem.id, problem_id=problem.id, details=body | {"value": value, "source": said})
    return reading


def follow_up(session: Session, actor: Actor, problem_id: UUID) -> FollowUp:
    """Return what was promised and what was read since. Raises ProblemNotFoundError and NotDecidedYetError."""
    problem = problems.find(session, actor, problem_id)
    ledger = Ledger(ledger_rows.ledger(session, problem.id))
    promise, _ = _promise(session, problem, ledger)
    query = select(KpiReading).where(KpiReading.problem_id == problem.id).order_by(KpiReading.day, KpiReading.created_at)
    displays = ledger_rows.displays(ledger.known)
    start = problem.completed_at
    due = {} if start is None else {day: date.fromordinal(start.date().toordinal() + day) for day in DAYS}
    return FollowUp(promise, displays, list(session.scalars(query)), due)


def _promise(session: Session, problem: Problem, ledger: Ledger) -> tuple[Promise | None, int]:
    frame = outputs.decided(session, problem.id, StepName.FRAME)
    synthesis = outputs.decided(session, problem.id, StepName.SYNTHESIZE)
    return promised(frame.decision(), synthesis.decision(), ledger), synthesis.version


def _written(ledger: Ledger, promise: Promise, value: float, reason: str, day: int) -> str:
    """Write the reading as the baseline is written, where there is one."""
    label, recipe = f"{promise.kpi.name}, day {day}", Recipe(reason=reason)
    if promise.baseline_key is None:
        return ledger.number(EvidenceKind.ASSUMPTION, value, recipe, label=label, unit=promise.kpi.unit)
    like = ledger.entry(promise.baseline_key)
    return ledger.number(
        EvidenceKind.ASSUMPTION, value, recipe, label=label, unit=like.unit, style=like.style, decimals=like.decimals, signed=like.signed
    )
