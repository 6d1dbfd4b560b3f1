"""Use-cases of whoever shares: make a link, list links with how often they were opened, end one, read its log. Nobody here commits."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import outputs
from services.solving.errors import InvalidShareError, ShareLinkNotFoundError
from services.solving.models import Problem, ShareLink, ShareVisit
from services.solving.problems import repository as problems
from services.solving.steps.contract import StepName
from services.solving.storable import storable_text
from shared.kit.clock import now
from shared.kit.hashing import sha256_hex

LONGEST_DAYS = 365
_TOKEN_BYTES = 32  # 256 bits: nobody guesses one


@dataclass(frozen=True)
class NewLink:
    """A link with its token, which is shown this once and kept nowhere."""

    link: ShareLink
    token: str


@dataclass(frozen=True)
class LinkUse:
    """A link and how it was used."""

    link: ShareLink
    views: int
    downloads: int
    last_visit: datetime | None


def token_hash(token: str) -> str:
    """Return what is kept of a token. A hash without salt does: a token of 256 random bits is in no table of guesses."""
    return sha256_hex(token)


def create_link(session: Session, actor: Actor, problem_id: UUID, *, days: int = 30, label: str = "", downloads: bool = True) -> NewLink:
    """Make a link to a problem's answer, good for `days`.

    Raises ProblemNotFoundError, NotDecidedYetError when there is no deck to show, and InvalidShareError for a time outside 1..365 days.
    """
    problem = problems.find(session, actor, problem_id)
    outputs.decided(session, problem.id, StepName.PRESENT)
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidShareError(f"A link is good for 1 to {LONGEST_DAYS} days.")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = {
        "organization_id": actor.organization_id,
        "problem_id": problem.id,
        "token_hash": token_hash(token),
        "label": storable_text(label).strip()[:255],
        "downloads": downloads,
        "created_by": actor.name,
        "expires_at": now() + timedelta(days=days),
    }
    link = session.scalars(insert(ShareLink).values(row).returning(ShareLink)).one()
    details = {"label": link.label, "expires_at": link.expires_at.isoformat(), "downloads": downloads}
    audit.record(session, actor, "share.created", "share_link", link.id, problem_id=problem.id, details=details)
    return NewLink(link, token)


def list_links(session: Session, actor: Actor, problem_id: UUID) -> list[LinkUse]:
    """Return a problem's links, newest first, ended ones too. Raises ProblemNotFoundError."""
    problem = problems.find(session, actor, problem_id)
    views = func.count().filter(ShareVisit.kind == "view")
    taken = func.count().filter(ShareVisit.kind == "download")
    visits = select(ShareVisit.share_id, views, taken, func.max(ShareVisit.created_at)).group_by(ShareVisit.share_id)
    links = session.scalars(
        select(ShareLink).where(ShareLink.problem_id == problem.id).order_by(ShareLink.created_at.desc(), ShareLink.id)
    ).all()
    used = {row[0]: row[1:] for row in session.execute(visits.where(ShareVisit.share_id.in_([link.id for link in links])))}
    return [LinkUse(link, *used.get(link.id, (0, 0, None))) for link in links]


def revoke_link(session: Session, actor: Actor, share_id: UUID) -> ShareLink:
    """End a link at once; a second time changes nothing. Raises ShareLinkNotFoundError."""
    link = find_link(session, actor, share_id, lock=True)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = now(), actor.name
        session.flush()
        audit.record(session, actor, "share.revoked", "share_link", link.id, problem_id=link.problem_id, details={"label": link.label})
    return link


def visits_of(session: Session, actor: Actor, share_id: UUID, *, limit: int = 100, before: int | None = None) -> list[ShareVisit]:
    """Return what was opened through a link, newest first. Raises ShareLinkNotFoundError."""
    link = find_link(session, actor, share_id)
    query = select(ShareVisit).where(ShareVisit.share_id == link.id)
    if before is not None:
        query = query.where(ShareVisit.id < before)
    return list(session.scalars(query.order_by(ShareVisit.id.desc()).limit(limit)))


def find_link(session: Session, actor: Actor, share_id: UUID, *, lock: bool = False) -> ShareLink:
    """Return a link of the actor's organization. Raises ShareLinkNotFoundError."""
    query = select(ShareLink).join(Problem, Problem.id == ShareLink.problem_id)
    query = query.where(ShareLink.id == share_id, ShareLink.organization_id == actor.organization_id, Problem.deleted_at.is_(None))
    link = session.scalars(query.with_for_update(of=ShareLink) if lock else query).one_or_none()
    if link is None:
        raise ShareLinkNotFoundError("There is no such link.")
    return link
