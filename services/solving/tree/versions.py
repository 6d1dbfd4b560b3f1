"""The issue tree's append-only history. PostgreSQL is the truth; the graph store shows the newest version."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.solving.models import Problem, TreeVersion
from services.solving.runs.queues import PROJECT_JOB
from services.solving.steps.tree import IssueTree
from services.solving.storable import storable
from shared.jobs.outbox import enqueue
from shared.kit.hashing import canonical_json, sha256_hex


def append(session: Session, problem: Problem, tree: IssueTree, operation: dict[str, Any], *, author: str, reason: str | None) -> int:
    """Write the next version and have it projected into the graph; return its number.

    The caller holds the problem's lock or its execution's token.
    """
    content = storable(tree.model_dump(mode="json"))
    highest = select(func.coalesce(func.max(TreeVersion.version), 0) + 1).where(TreeVersion.problem_id == problem.id)
    version = session.scalars(highest).one()
    row = {
        "organization_id": problem.organization_id,
        "problem_id": problem.id,
        "version": version,
        "operation": storable(operation),
        "tree": content,
        "content_hash": sha256_hex(canonical_json(content)),
        "author": author,
        "reason": reason,
    }
    session.execute(insert(TreeVersion).values(row))
    project(session, problem, "tree")
    return version


def project(session: Session, problem: Problem, aspect: str) -> None:
    """Have a problem's newest tree (`tree`) or evidence (`evidence`) copied into the graph store, or all of it erased (`erase`)."""
    body = {"problem_id": str(problem.id), "organization_id": str(problem.organization_id), "aspect": aspect}
    enqueue(session, problem.organization_id, PROJECT_JOB, body, keep_until="done")


def newest(session: Session, problem_id: UUID) -> TreeVersion | None:
    """Return the newest version of a problem's tree, or None."""
    query = select(TreeVersion).where(TreeVersion.problem_id == problem_id).order_by(TreeVersion.version.desc()).limit(1)
    return session.scalars(query).one_or_none()


def history(session: Session, problem_id: UUID) -> list[TreeVersion]:
    """Return every version of a problem's tree, newest first."""
    query = select(TreeVersion).where(TreeVersion.problem_id == problem_id).order_by(TreeVersion.version.desc())
    return list(session.scalars(query))
