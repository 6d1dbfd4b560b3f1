"""Tables of the transport: what must still be sent, what gave up, and which requests were already answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from shared.db import Base

SCHEMA = "platform"


class OutboxMessage(Base):
    """A message that leaves after commit. A doorbell is deleted once sent; a delivery once its consumer is done."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("keep_until IN ('sent', 'done')", name=conv("valid_keep_until")),
        Index("idx_outbox_due_at", "due_at"),
        {"schema": SCHEMA},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organization_id: Mapped[UUID]
    task: Mapped[str] = mapped_column(String(100))
    queue: Mapped[str] = mapped_column(String(50))
    body: Mapped[dict[str, Any]]
    keep_until: Mapped[str] = mapped_column(String(10), server_default="sent")
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    due_at: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class DeadLetter(Base):
    """A job that used up its attempts, kept so that a person can see why and send it again."""

    __tablename__ = "dead_letters"
    __table_args__ = (Index("idx_dead_letters_created_at", "created_at"), {"schema": SCHEMA})

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organization_id: Mapped[UUID]
    task: Mapped[str] = mapped_column(String(100))
    queue: Mapped[str] = mapped_column(String(50))
    body: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(Integer)
    error: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class IdempotencyKey(Base):
    """A request that carried an Idempotency-Key, with its answer once there is one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idx_idempotency_keys_expires_at", "expires_at"), {"schema": SCHEMA})

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int | None] = mapped_column(Integer)
    response_body: Mapped[bytes | None] = mapped_column(LargeBinary)
    response_headers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]
