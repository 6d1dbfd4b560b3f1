"""What the deck's checks found, and who approved it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from services.solving.models.columns import SCHEMA, CreatedAt, JsonObject, OrganizationId
from shared.db import Base


class DeliverableCheck(Base):
    """The report of a deck's checks. An approval stands only beside a report without errors, and with a reason where it has warnings."""

    __tablename__ = "deliverable_checks"
    __table_args__ = (
        CheckConstraint("approved_at IS NULL OR errors = 0", name=conv("errors_block_approval")),
        CheckConstraint("approved_at IS NULL OR warnings = 0 OR approval_reason IS NOT NULL", name=conv("warnings_need_a_reason")),
        {"schema": SCHEMA},
    )

    deliverable_id: Mapped[UUID] = mapped_column(ForeignKey("solving.deliverables.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[OrganizationId]
    errors: Mapped[int] = mapped_column(Integer)
    warnings: Mapped[int] = mapped_column(Integer)
    report: Mapped[JsonObject]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(255))
    approval_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
