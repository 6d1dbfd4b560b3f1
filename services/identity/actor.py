"""Whoever acts: every service takes one, so that scope and trail never depend on the caller's memory."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """A user acting for an organization, or the platform itself acting for one (`user_id` is None)."""

    organization_id: UUID
    name: str  # what the trail shows: the e-mail of a user, or the part of the platform
    user_id: UUID | None = None
    role: str = "analyst"
    ip_address: str | None = None
    user_agent: str | None = None
    session_id: str | None = None


def worker(organization_id: UUID) -> Actor:
    """Return the platform's worker, acting for an organization."""
    return Actor(organization_id=organization_id, name="worker")
