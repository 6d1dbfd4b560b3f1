"""What problems look like from outside. No field has a default: what an answer may hold is always there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.solving.steps.contract import StepName
from shared.kit.value import Value


class Row(BaseModel):
    """A view of a table row."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class AttachmentView(Row):
    """A file as it was uploaded."""

    id: UUID
    file_name: str
    mime_type: str
    file_size: int
    sha256: str
    created_at: datetime


class DatasetView(Row):
    """A table read out of an attachment; `name` is what queries call it, `source` where in the file it stands, `columns` its profile."""

    id: UUID
    attachment_id: UUID
    name: str
    source: str
    sha256: str
    row_count: int
    column_count: int
    columns: list[dict[str, Any]]
    notes: list[Any]


class ProblemSummary(Row):
    """A problem in a list. `last_seq` is the number of its newest event."""

    id: UUID
    title: str | None
    status: str
    urgency: str
    submitter: str
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    last_seq: int


class ProblemView(ProblemSummary):
    """A problem with its text and its data. A branch names the problem it came from and what it assumes."""

    raw_text: str
    branched_from: UUID | None
    branch_reason: str | None
    metadata: dict[str, Any] = Field(validation_alias="metadata_")
    attachments: list[AttachmentView]
    datasets: list[DatasetView]


class StandingView(Row):
    """Where a problem's newest run stands: at which step, how many of the seven are done; `awaited`: whose version waits for a person."""

    epoch: int
    status: str
    step: StepName
    steps_done: int
    awaited: StepName | None


class ProblemListed(ProblemSummary):
    """A problem in a list, with its newest run."""

    run: StandingView | None


class ProblemPage(Value):
    """A page of problems, newest first."""

    items: list[ProblemListed]
    next_cursor: str | None


class SampleView(Value):
    """A bundled problem."""

    name: str
    title: str
    text: str
    files: list[str]


class FeedbackIn(Value):
    """What a user thinks of the answer."""

    rating: int | None = Field(default=None, ge=1, le=5)
    feedback_text: str | None = Field(default=None, max_length=20_000)
    improvement_suggestions: list[str] = Field(default=[], max_length=50)
    category: str | None = Field(default=None, max_length=100)


class FeedbackView(Row):
    """What a user said."""

    id: UUID
    problem_id: UUID
    user_id: UUID
    rating: int | None
    feedback_text: str | None
    improvement_suggestions: list[str]
    category: str | None
    created_at: datetime


class AuditEntryView(Row):
    """One thing somebody did."""

    id: UUID
    timestamp: datetime
    action: str
    actor: str
    resource_type: str
    resource_id: str
    details: dict[str, Any]


class AuditTrail(Value):
    """Entries, newest first; `next_before` asks for the older ones."""

    items: list[AuditEntryView]
    next_before: datetime | None
