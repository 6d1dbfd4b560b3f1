"""Use-cases of whoever holds a link: open it, take a file through it; each is logged in the same transaction."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import outputs
from services.solving.deliverables import repository as deliverables
from services.solving.errors import DeliverableNotFoundError, ShareLinkNotFoundError
from services.solving.models import Deliverable, Problem, ShareLink, ShareVisit
from services.solving.sharing.links import token_hash
from services.solving.steps.contract import StepName

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


@dataclass(frozen=True)
class Visitor:
    """Who opens a link, as far as that is known: nobody logs in."""

    ip_address: str | None = None
    user_agent: str | None = None


def open_link(session: Session, token: str, visitor: Visitor | None) -> tuple[ShareLink, Problem]:
    """Return the link with this token and its problem, and log a view; `visitor=None` logs none (a picture of the page, say).

    Raises ShareLinkNotFoundError for a token that is unknown, or whose link has ended or was revoked, or whose problem is gone.
    """
    link, problem = _standing(session, token)
    if visitor is not None:
        _log(session, link, "view", visitor)
    return link, problem


def shared_files(session: Session, link: ShareLink) -> list[Deliverable]:
    """Return the files that may be taken through a link: those made of the deck that is shown, when ready, the deck itself first."""
    if not link.downloads:
        return []
    shown = outputs.decided(session, link.problem_id, StepName.PRESENT).execution_id
    ready = select(Deliverable).where(Deliverable.problem_id == link.problem_id, Deliverable.status == "ready")
    rows = session.scalars(ready.where(Deliverable.execution_id == shown)).all()
    order = ("ppt", "pdf", "video", "audio", "executive_summary")
    return sorted(rows, key=lambda row: (order.index(row.deliverable_type), row.file_name))


def take_file(session: Session, token: str, deliverable_id: UUID, visitor: Visitor) -> Deliverable:
    """Return a file that may be taken through a link, counting and logging the download.

    Raises ShareLinkNotFoundError, and DeliverableNotFoundError for a file that is not among the shared ones.
    """
    link, problem = _standing(session, token)
    row = next((one for one in shared_files(session, link) if one.id == deliverable_id), None)
    if row is None:
        raise DeliverableNotFoundError("There is no such file behind this link.")
    _log(session, link, "download", visitor, row)
    deliverables.count(session, row)
    actor = Actor(link.organization_id, f"share link {link.label or link.id}"[:255], role="viewer", ip_address=visitor.ip_address)
    details = {"file": row.file_name, "share_id": str(link.id)}
    audit.record(session, actor, "deliverable.downloaded", "deliverable", row.id, problem_id=problem.id, details=details)
    return row


def _standing(session: Session, token: str) -> tuple[ShareLink, Problem]:
    query = select(ShareLink, Problem).join(Problem, Problem.id == ShareLink.problem_id)
    query = query.where(ShareLink.token_hash == token_hash(token), ShareLink.revoked_at.is_(None), ShareLink.expires_at > func.now())
    found = session.execute(query.where(Problem.deleted_at.is_(None))).one_or_none() if _TOKEN.match(token) else None
    if found is None:
        raise ShareLinkNotFoundError("This link is not valid, or it has ended. Ask whoever sent it for a new one.")
    return found[0], found[1]


def _log(session: Session, link: ShareLink, kind: str, visitor: Visitor, file: Deliverable | None = None) -> None:
    row = {
        "organization_id": link.organization_id,
        "share_id": link.id,
        "kind": kind,
        "ip_address": visitor.ip_address,
        "user_agent": visitor.user_agent,
        "deliverable_id": file.id if file else None,
        "file_name": file.file_name if file else None,
    }
    session.execute(insert(ShareVisit).values(row))
