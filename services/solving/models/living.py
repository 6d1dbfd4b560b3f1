"""What makes an argument live: who approved which version, plans as jobs of their own, and what became of the promise."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from services.solving.models.columns import NOW, SCHEMA, CreatedAt, Id, JsonList, JsonObject, OrganizationId, ProblemId
from shared.db import Base


class Approval(Base):
    """What a named person said of one exact version at a gate of a guided run. Never changed."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("step IN ('frame', 'prioritize', 'present')", name=conv("valid_approval_step")),
        CheckConstraint("verdict IN ('approved', 'changes_requested')", name=conv("valid_approval_verdict")),
        Index("idx_approvals_problem", "problem_id", "created_at"),
        # a gate is passed once, held by the database
        Index("idx_approvals_once", "run_id", "step", unique=True, postgresql_where=text("verdict = 'approved'")),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("solving.runs.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(50))
    version: Mapped[int] = mapped_column(Integer)
    output_hash: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str | None] = mapped_column(Text)
    covers: Mapped[JsonObject]  # step -> version: what the run goes on from, this step's and every earlier one's
    decided_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]


class PlanExecution(Base):
    """One plan of one analyze step, as a job any worker may take. What its tests gave is written once, under its token."""

    __tablename__ = "plan_executions"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'completed', 'failed')", name=conv("valid_plan_execution_status")),
        UniqueConstraint("execution_id", "question_id", name="unique_plan_execution"),
        Index("idx_plan_executions_problem", "problem_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    execution_id: Mapped[UUID] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(Integer)  # place in the work plan
    dependencies: Mapped[JsonList]  # question ids that must be done first
    input_hash: Mapped[str] = mapped_column(String(64))  # of the analyze step's inputs: another one means other data or another plan
    status: Mapped[str] = mapped_column(String(20), server_default="queued")
    attempt: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    lease_host: Mapped[str | None] = mapped_column(String(255))
    lease_pid: Mapped[int | None] = mapped_column(Integer)
    lease_pid_started: Mapped[float | None] = mapped_column(Float)
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    error_details: Mapped[dict[str, Any] | None]
    outcome: Mapped[str | None] = mapped_column(Text)  # JSON of a PlanOutcome; text, since jsonb would reorder it
    created_at: Mapped[CreatedAt]


class KpiReading(Base):
    """The KPI as somebody read it 30 or 90 days on, beside the range that was promised. Never changed; the newest of a day counts."""

    __tablename__ = "kpi_readings"
    __table_args__ = (
        CheckConstraint("day IN (30, 90)", name=conv("valid_reading_day")),
        CheckConstraint("standing IN ('short', 'within', 'beyond', 'no_promise')", name=conv("valid_reading_standing")),
        Index("idx_kpi_readings_problem", "problem_id", "created_at"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    kpi: Mapped[str] = mapped_column(String(255))
    day: Mapped[int] = mapped_column(Integer)
    value: Mapped[float] = mapped_column(Float)
    value_key: Mapped[str] = mapped_column(String(20))  # ledger keys, of the reading and of what it is held against
    read_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
    baseline_key: Mapped[str | None] = mapped_column(String(20))
    low_key: Mapped[str | None] = mapped_column(String(20))
    high_key: Mapped[str | None] = mapped_column(String(20))
    standing: Mapped[str] = mapped_column(String(20))
    synthesis_version: Mapped[int] = mapped_column(Integer)  # whose promise it was
    recorded_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]
