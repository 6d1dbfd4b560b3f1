"""Runs of the seven steps: who asked, how far each step got, what it said on the way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from services.solving.models.columns import NOW, SCHEMA, CreatedAt, Id, OrganizationId, ProblemId
from shared.db import Base


class Run(Base):
    """One go at a problem, from a first step to a last. A re-run is a new epoch."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("mode IN ('auto', 'guided')", name=conv("valid_run_mode")),
        CheckConstraint("status IN ('running', 'completed', 'failed', 'cancelled')", name=conv("valid_run_status")),
        UniqueConstraint("problem_id", "epoch", name="unique_run_epoch"),
        # one run at a time, held by the database and not by a check in code
        Index("idx_runs_active", "problem_id", unique=True, postgresql_where=text("status = 'running'")),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    epoch: Mapped[int] = mapped_column(Integer)
    mode: Mapped[str] = mapped_column(String(20), server_default="auto")
    status: Mapped[str] = mapped_column(String(20), server_default="running")
    reason: Mapped[str] = mapped_column(String(50))
    requested_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]


class Execution(Base):
    """One step of one run. The row is the truth; the queue only carries its id."""

    __tablename__ = "executions"
    __table_args__ = (
        CheckConstraint("progress_percentage >= 0 AND progress_percentage <= 100", name=conv("executions_progress_percentage_check")),
        CheckConstraint("status IN ('queued', 'running', 'completed', 'failed', 'cancelled')", name=conv("valid_execution_status")),
        CheckConstraint("step IN ('frame', 'tree', 'prioritize', 'plan', 'analyze', 'synthesize', 'present')", name=conv("valid_step")),
        UniqueConstraint("run_id", "step", name="unique_run_step"),
        Index("idx_executions_problem", "problem_id", "epoch", "ordinal"),
        Index("idx_executions_queued", "next_attempt_at", postgresql_where=text("status = 'queued'")),
        Index("idx_executions_leased", "lease_until", postgresql_where=text("status = 'running'")),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("solving.runs.id", ondelete="CASCADE"))
    epoch: Mapped[int] = mapped_column(Integer)
    ordinal: Mapped[int] = mapped_column(Integer)  # place among the seven, 1..7
    step: Mapped[str] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(String(50), server_default="queued")
    progress_percentage: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    current_activity: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    estimated_duration: Mapped[int | None] = mapped_column(Integer)
    actual_duration: Mapped[int | None] = mapped_column(Integer)
    error_details: Mapped[dict[str, Any] | None]
    created_at: Mapped[CreatedAt]
    attempt: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    waits: Mapped[int] = mapped_column(Integer, server_default=text("0"))  # times put back because a store was away
    token: Mapped[UUID | None]  # fencing token of the claim that may record
    lease_until: Mapped[datetime | None]
    lease_host: Mapped[str | None] = mapped_column(String(255))
    lease_pid: Mapped[int | None] = mapped_column(Integer)
    lease_pid_started: Mapped[float | None] = mapped_column(Float)
    held: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))  # guided mode: waits for a person
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    rung_at: Mapped[datetime | None]  # when the doorbell last rang for it


class ExecutionLog(Base):
    """One line a step said while it worked. Partitioned by week, so the key holds the instant."""

    __tablename__ = "execution_logs"
    __table_args__ = (
        CheckConstraint("level IN ('debug', 'info', 'warning', 'error')", name=conv("valid_log_level")),
        Index("idx_execution_logs_execution", "execution_id"),
        Index("idx_execution_logs_timestamp", "timestamp"),
        {"schema": SCHEMA, "postgresql_partition_by": "RANGE (timestamp)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    timestamp: Mapped[datetime] = mapped_column(primary_key=True, server_default=NOW)
    organization_id: Mapped[OrganizationId]
    execution_id: Mapped[UUID] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(String(20), server_default="info")
    message: Mapped[str] = mapped_column(Text)
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'::jsonb"))


class Event(Base):
    """What happened to a problem, numbered 1, 2, 3, ... without a gap, in commit order."""

    __tablename__ = "events"
    __table_args__ = ({"schema": SCHEMA},)

    problem_id: Mapped[UUID] = mapped_column(ForeignKey("solving.problems.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organization_id: Mapped[OrganizationId]
    kind: Mapped[str] = mapped_column(String(50))
    execution_id: Mapped[UUID | None] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))
    body: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[CreatedAt]
