"""Links through which stakeholders read an answer without an account, and what was opened through them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Identity, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from services.solving.models.columns import SCHEMA, CreatedAt, Id, OrganizationId, ProblemId
from shared.db import Base


class ShareLink(Base):
    """One link. Only the hash of its token is kept: who reads this table cannot open the link."""

    __tablename__ = "share_links"
    __table_args__ = (
        UniqueConstraint("token_hash", name="unique_share_token"),
        Index("idx_share_links_problem", "problem_id"),
        {"schema": SCHEMA},
    )

    id: Mapped[Id]
    organization_id: Mapped[OrganizationId]
    problem_id: Mapped[ProblemId]
    token_hash: Mapped[str] = mapped_column(String(64))  # SHA-256 of the token
    label: Mapped[str] = mapped_column(String(255), server_default="")  # for whom it is
    downloads: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))  # whether files may be taken through it
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(255))


class ShareVisit(Base):
    """One time somebody opened a link, or took a file through it."""

    __tablename__ = "share_visits"
    __table_args__ = (
        CheckConstraint("kind IN ('view', 'download')", name=conv("valid_visit_kind")),
        Index("idx_share_visits_share", "share_id", "id"),
        {"schema": SCHEMA},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organization_id: Mapped[OrganizationId]
    share_id: Mapped[UUID] = mapped_column(ForeignKey("solving.share_links.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    deliverable_id: Mapped[UUID | None] = mapped_column(ForeignKey("solving.deliverables.id", ondelete="SET NULL"))
    file_name: Mapped[str | None] = mapped_column(String(255))
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
