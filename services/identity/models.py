"""Who works here: organizations, their users, and the trail of what was done. Tables and names are the seed's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import conv

from shared.db import Base

SCHEMA = "identity"
NOW = text("now()")
NEW_ID = text("gen_random_uuid()")


class Organization(Base):
    """The tenant: every row of the platform belongs to one."""

    __tablename__ = "organizations"
    __table_args__ = (UniqueConstraint("domain", name="unique_org_domain"), {"schema": SCHEMA})

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    name: Mapped[str] = mapped_column(String(255))
    domain: Mapped[str | None] = mapped_column(String(255))
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, onupdate=NOW)


class User(Base):
    """A person (or the built-in local user) who acts for an organization."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("email", name="unique_user_email"),
        CheckConstraint("role IN ('admin', 'analyst', 'viewer', 'owner')", name=conv("valid_role")),
        Index("idx_users_organization", "organization_id"),
        Index("idx_users_email", "email"),
        {"schema": SCHEMA},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    email: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(50), server_default="analyst")
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("identity.organizations.id"))
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    last_login: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW, onupdate=NOW)


class AuditEntry(Base):
    """One thing somebody did. Partitioned by month, so the key holds the instant.

    The foreign key on `problem_id` is added where problems are defined (services/solving/models): identity knows no problem.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("idx_audit_timestamp", "timestamp"),
        Index("idx_audit_actor", "actor"),
        Index("idx_audit_resource", "resource_type", "resource_id"),
        Index("idx_audit_problem", "problem_id"),
        Index("idx_audit_organization", "organization_id", "timestamp"),
        {"schema": SCHEMA, "postgresql_partition_by": "RANGE (timestamp)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=NEW_ID)
    timestamp: Mapped[datetime] = mapped_column(primary_key=True, server_default=NOW)
    action: Mapped[str] = mapped_column(String(100))
    actor: Mapped[str] = mapped_column(String(255))
    resource_type: Mapped[str] = mapped_column(String(100))
    resource_id: Mapped[str] = mapped_column(String(255))
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[str | None] = mapped_column(String(255))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("identity.organizations.id"))
    problem_id: Mapped[UUID | None]
