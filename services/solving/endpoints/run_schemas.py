"""What runs, executions and events look like from outside."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.solving.endpoints.schemas import Row
from services.solving.steps.contract import StepName
from shared.kit.value import Value


class RunIn(Value):
    """How to run: `auto` goes through, `guided` waits for a person's approval after the frame, the priorities and the deck."""

    mode: Literal["auto", "guided"] = "auto"


class RerunIn(RunIn):
    """Where to start again; by default at the first step that is stale or missing."""

    from_step: StepName | None = None


class RunStepIn(Value):
    """Which step to run by itself."""

    step: StepName


class ExecutionView(Row):
    """One step of one run. `held` waits for a person."""

    id: UUID
    problem_id: UUID
    run_id: UUID
    epoch: int
    ordinal: int
    step: StepName
    status: str
    progress_percentage: int
    current_activity: str | None
    attempt: int
    held: bool
    started_at: datetime | None
    completed_at: datetime | None
    estimated_duration: int | None
    actual_duration: int | None
    error_details: dict[str, Any] | None
    created_at: datetime


class RunView(Row):
    """One go at a problem with its steps in order; `epoch` counts the runs, `awaiting` is the step whose version waits for approval."""

    id: UUID
    problem_id: UUID
    epoch: int
    mode: str
    status: str
    reason: str
    requested_by: str
    created_at: datetime
    finished_at: datetime | None
    awaiting: StepName | None
    executions: list[ExecutionView]


class ExecutionList(Value):
    """Executions, newest run first, and the steps whose result no longer follows from its inputs."""

    items: list[ExecutionView]
    stale_steps: list[StepName]


class LogLine(Row):
    """One line a step said while it worked."""

    id: int
    timestamp: datetime
    level: str
    message: str
    metadata: dict[str, Any] = Field(validation_alias="metadata_")


class LogPage(Value):
    """Lines in order; `next_after` asks for the ones that follow."""

    items: list[LogLine]
    next_after: int


class EventView(Value):
    """One event of a problem, numbered 1, 2, 3, ... without a gap."""

    problem_id: UUID
    seq: int
    kind: str
    body: dict[str, Any]
    execution_id: UUID | None
    at: datetime


class EventPage(Value):
    """Events in order; `next_after` asks for the ones that follow."""

    items: list[EventView]
    next_after: int


class PlanJobView(Row):
    """One plan of an analyze step as a job: what it waits for, which worker took it, how it ended."""

    question_id: str
    position: int
    dependencies: list[str]
    status: str
    attempt: int
    lease_host: str | None
    lease_pid: int | None
    started_at: datetime | None
    completed_at: datetime | None
    error_details: dict[str, Any] | None
