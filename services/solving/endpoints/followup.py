"""Follow-up: the KPI as it is read 30 and 90 days on, beside the range that was promised."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.solving.endpoints.dependencies import CurrentActor
from services.solving.followup.service import FollowUp, follow_up, record_reading
from services.solving.models import KpiReading
from shared.db import reading, transaction
from shared.kit.value import Value

router = APIRouter(prefix="/v1", tags=["follow-up"])


class ReadingIn(Value):
    """What the KPI reads, in its own unit (a share as 0.05), and where that was read."""

    day: Literal[30, 90]
    value: float
    source: str = Field(min_length=1, max_length=2_000)
    read_on: date | None = None


class PromiseView(Value):
    """What was promised for the KPI, as people read it; None where nothing was sized."""

    kpi: str
    direction: str
    baseline: str | None
    low: str | None
    high: str | None


class ReadingView(Value):
    """A reading: as it is written, and where it stands in the range that was promised when it was recorded."""

    id: UUID
    kpi: str
    day: int
    due_on: date | None
    read_on: date
    value: float
    display: str
    low: str | None
    high: str | None
    standing: str
    source: str
    recorded_by: str
    created_at: datetime


class FollowUpView(Value):
    """The promise as it stands, when each reading falls due, and every reading, by day and oldest first."""

    promise: PromiseView | None
    due: dict[int, date]
    readings: list[ReadingView]


@router.get("/problems/{problem_id}/follow-up")
def get_follow_up(problem_id: UUID, actor: CurrentActor) -> FollowUpView:
    """Return what was promised for the KPI and what was read 30 and 90 days on."""
    with reading() as session:
        return _view(follow_up(session, actor, problem_id))


@router.post("/problems/{problem_id}/follow-up", status_code=201)
def record(problem_id: UUID, what: ReadingIn, actor: CurrentActor) -> FollowUpView:
    """Record a reading of the KPI and say where it stands in the promised range."""
    with transaction() as session:
        record_reading(session, actor, problem_id, **what.model_dump())
        return _view(follow_up(session, actor, problem_id))


def _view(found: FollowUp) -> FollowUpView:
    def said(key: str | None) -> str | None:
        return None if key is None else found.displays.get(key)

    def one(row: KpiReading) -> ReadingView:
        facts = {name: getattr(row, name) for name in ReadingView.model_fields if hasattr(row, name)}
        shown = {"display": said(row.value_key) or str(row.value), "low": said(row.low_key), "high": said(row.high_key)}
        return ReadingView.model_validate(facts | shown | {"due_on": found.due.get(row.day)})

    promise = found.promise
    told = None
    if promise is not None:
        ends = {"baseline": said(promise.baseline_key), "low": said(promise.low_key), "high": said(promise.high_key)}
        told = PromiseView.model_validate({"kpi": promise.kpi.name, "direction": promise.kpi.direction} | ends)
    return FollowUpView(promise=told, due=found.due, readings=[one(row) for row in found.readings])
