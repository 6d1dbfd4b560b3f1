"""The problem, what was attached to it, and what people said of the answer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from services.solving.models.columns import SCHEMA, CreatedAt, Id, JsonList, OrganizationId, ProblemId, UpdatedAt
from shared.db import Base

_STATUSES = (
    "status IN ('created', 'framing', 'tree_generation', 'prioritizing', 'planning', 'analyzing', 'synthesizing', 'presenting', "
    "'completed', 'failed', 'cancelled')"
)
# English stems for people who search in words, plain tokens for every other language; the length stays under the 1 MB of a tsvector.
_SEARCH = (
    "setweight(to_tsvector('english'::regconfig, COALESCE(title, ''::character varying)::text), 'A'::\"char\") || "
    "setweight(to_tsvector('english'::regconfig, \"left\"(raw_text, 100000)), 'B'::\"char\") || "
    "to_tsvector('simple'::regconfig, \"left\"(raw_text, 100000))"
)


class Problem(Base):
    """A business problem as it was submitted, and where it stands."""

    __tablename__ = "problems"
    __table_args__ = (
        CheckConstraint(_STATUSES, name=conv("valid_status")),
        CheckConstraint("urgency IN ('low', 'medium', 'high', 'critical')", name=conv("valid_urgency")),
        Index("idx_problems_status", "status"),
        Index("idx_problems_submitter", "submitter"),
        Index("idx_problems_created_at", "created_at"),
        Index("idx_problems_organization", "organization_id"),
        Index(
            "idx_problems_listing",
            "organization_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("idx_problems_branched_from", "branched_from", postgresql_where=text("branched_from IS NOT NULL")),
        Index("idx_problems_search", "search", postgresql_using="gin"),
        Index("idx_problems_metadata", "metadata", postgresql_using="gin"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    raw_text: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(String(255))
    submitter: Mapped[str] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(50), server_default="created")
    urgency: Mapped[str] = mapped_column(String(20), server_default="medium")
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'::jsonb"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    completed_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id"))
    organization_id: Mapped[OrganizationId]
    archived_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    last_seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # number of the newest event; taken under this row's lock
    submitted_on: Mapped[date | None] = mapped_column(Date)  # the day dates are counted from, where it is not the row's own
    branched_from: Mapped[UUID | None] = mapped_column(ForeignKey("solving.problems.id", ondelete="SET NULL"))
    branch_reason: Mapped[str | None] = mapped_column(Text)  # the assumption the branch was made to try
    search: Mapped[str] = mapped_column(TSVECTOR, Computed(_SEARCH, persisted=True), deferred=True)

    @property
    def handed_in_on(self) -> date:
        """The day from which plans and deadlines are counted."""
        return self.submitted_on or self.created_at.date()


class Attachment(Base):
    """A file as it was uploaded; its bytes lie in the object store under their hash."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("problem_id", "file_name", name="unique_attachment_name"),
        Index("idx_attachments_problem", "problem_id"),
        Index("idx_attachments_sha256", "organization_id", "sha256"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    file_name: Mapped[str] = mapped_column(String(255))
    mime_type: Mapped[str] = mapped_column(String(100))
    file_size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    file_path: Mapped[str] = mapped_column(String(500))  # object key
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id"))
    created_at: Mapped[CreatedAt]


class Dataset(Base):
    """One table read out of an attachment, with the profile of its columns."""

    __tablename__ = "datasets"
    __table_args__ = (
        UniqueConstraint("problem_id", "name", name="unique_dataset_name"),
        Index("idx_datasets_problem", "problem_id"),
        Index("idx_datasets_attachment", "attachment_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("solving.attachments.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))  # the table name that queries use
    source: Mapped[str] = mapped_column(String(255))  # the file it was read from
    sha256: Mapped[str] = mapped_column(String(64))  # of the uploaded bytes
    parquet_path: Mapped[str | None] = mapped_column(String(500))  # object key of the table as we read it
    row_count: Mapped[int] = mapped_column(BigInteger)
    column_count: Mapped[int] = mapped_column(Integer)
    columns: Mapped[JsonList]  # profile of every column
    notes: Mapped[JsonList]  # what reading had to decide, in sentences
    created_at: Mapped[CreatedAt]


class Feedback(Base):
    """What one person thought of one answer."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("rating >= 1 AND rating <= 5", name=conv("feedback_rating_check")),
        UniqueConstraint("problem_id", "user_id", name="unique_user_problem_feedback"),
        Index("idx_feedback_problem", "problem_id"),
        Index("idx_feedback_rating", "rating"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id"))
    rating: Mapped[int | None] = mapped_column(Integer)
    feedback_text: Mapped[str | None] = mapped_column(Text)
    improvement_suggestions: Mapped[JsonList]
    category: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[CreatedAt]
