"""The one built-in local user, for as long as nobody has to log in."""

from uuid import NAMESPACE_DNS, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.identity.models import Organization, User

# The same on every installation, so that a restore or a second process finds the same user.
_ORGANIZATION = uuid5(NAMESPACE_DNS, "organization.local.sevensteps")
_USER = uuid5(NAMESPACE_DNS, "user.local.sevensteps")
_EMAIL = "local@localhost"

LOCAL_ACTOR = Actor(organization_id=_ORGANIZATION, name=_EMAIL, user_id=_USER, role="owner")


def ensure_local_user(session: Session) -> Actor:
    """Create the local organization and its user unless they exist, and return the user as an actor."""
    session.execute(insert(Organization).values(id=_ORGANIZATION, name="Local", domain="localhost").on_conflict_do_nothing())
    session.execute(
        insert(User).values(id=_USER, email=_EMAIL, name="Local user", role="owner", organization_id=_ORGANIZATION).on_conflict_do_nothing()
    )
    return LOCAL_ACTOR
