"""What can be shown and handed over: the ledger of numbers and the rendered files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from services.solving.models.columns import SCHEMA, CreatedAt, Id, JsonList, OrganizationId, ProblemId
from shared.db import Base


class Evidence(Base):
    """One ledger entry: a number (or a chart's rows), how it is written, and how to compute it again. Never changed."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("kind IN ('sql', 'method', 'formula', 'stated', 'assumption', 'count')", name=conv("valid_evidence_kind")),
        {"schema": SCHEMA},
    )

    problem_id: Mapped[UUID] = mapped_column(ForeignKey("solving.problems.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    organization_id: Mapped[OrganizationId]
    execution_id: Mapped[UUID | None] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(50))
    position: Mapped[int] = mapped_column(Integer)  # order of writing within its step
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(Text)
    value: Mapped[float | None] = mapped_column(Float)
    rows: Mapped[list[Any] | None]
    columns: Mapped[JsonList]
    unit: Mapped[str] = mapped_column(Text, server_default="")
    style: Mapped[str] = mapped_column(String(20))
    signed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    decimals: Mapped[int | None] = mapped_column(Integer)
    display: Mapped[str] = mapped_column(Text, server_default="")
    recipe: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]


class Deliverable(Base):
    """A rendered file that may be downloaded."""

    __tablename__ = "deliverables"
    __table_args__ = (
        CheckConstraint("deliverable_type IN ('ppt', 'pdf', 'video', 'audio', 'executive_summary')", name=conv("valid_deliverable_type")),
        CheckConstraint("status IN ('generating', 'ready', 'failed', 'expired')", name=conv("valid_deliverable_status")),
        Index("idx_deliverables_problem", "problem_id"),
        Index("idx_deliverables_type", "deliverable_type"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    deliverable_type: Mapped[str] = mapped_column(String(50))
    file_name: Mapped[str] = mapped_column(String(255))
    file_path: Mapped[str] = mapped_column(String(500))  # object key, named by content; empty for a file that failed
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    mime_type: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(50), server_default="generating")
    failure_reason: Mapped[str | None] = mapped_column(Text)  # one sentence for people
    generated_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    download_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    execution_id: Mapped[UUID | None] = mapped_column(ForeignKey("solving.executions.id", ondelete="CASCADE"))
    created_at: Mapped[CreatedAt]
