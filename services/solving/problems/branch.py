"""A problem taken on from one of its steps under another assumption: its words, data and decisions so far, as a problem of its own.

The branch starts with nothing stale: it goes on at the step after the last one copied. Files are shared in the object store by content.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import events, outputs
from services.solving.errors import InvalidProblemError, StepNotReadyError
from services.solving.models import Attachment, Dataset, Evidence, Problem, StepOutput, TreeVersion
from services.solving.outputs import ACCEPTED
from services.solving.problems import repository as problems
from services.solving.runs.rows import Writing, short, write_rows
from services.solving.steps.contract import StepName
from services.solving.steps.registry import STEP_BY_NAME, STEPS
from services.solving.storable import storable_text
from services.solving.tree import versions

_OWN = {"id", "problem_id", "execution_id", "created_at"}  # what a copied row does not take over


def branch_problem(session: Session, actor: Actor, problem_id: UUID, *, up_to: StepName, reason: str, title: str | None = None) -> Problem:
    """Copy a problem with its inputs and every version of its steps up to one, to try what `reason` assumes.

    Raises ProblemNotFoundError, StepNotReadyError when that step has no result, and InvalidProblemError for an empty reason or a branch
    that would have nothing left to decide.
    """
    origin = problems.lock(session, actor, problem_id)
    why = storable_text(reason).strip()
    if not why:
        raise InvalidProblemError("Say what the branch assumes.")
    taken = [step.name for step in STEPS[: list(STEP_BY_NAME).index(up_to) + 1]]
    if len(taken) == len(STEPS):
        raise InvalidProblemError("A branch needs a step left to do: branch before the deck.")
    have = outputs.current(session, origin.id)
    missing = next((step for step in taken if step not in have), None)
    if missing is not None:
        raise StepNotReadyError(f"'{STEP_BY_NAME[missing].title}' has no result yet to branch from.", step=up_to, missing=missing)
    branch = _problem(session, actor, origin, why, title)
    _data(session, origin, branch)
    _history(session, origin, branch, taken)
    for step in taken:
        if step is not StepName.TREE:  # the tree's versions are copied as they are
            write_rows(Writing(session, branch, outputs.decided(session, branch.id, step), have[step].author))
    if StepName.TREE in taken:
        versions.project(session, branch, "tree")
    _tell(session, actor, origin, branch, up_to, why)
    return branch


def branches(session: Session, actor: Actor, problem_id: UUID) -> list[Problem]:
    """Return the branches of a problem, oldest first. Raises ProblemNotFoundError."""
    origin = problems.find(session, actor, problem_id)
    query = select(Problem).where(Problem.branched_from == origin.id, Problem.deleted_at.is_(None)).order_by(Problem.created_at)
    return list(session.scalars(query))


def _problem(session: Session, actor: Actor, origin: Problem, why: str, title: str | None) -> Problem:
    named = storable_text(title).strip() if title else f"{origin.title or 'Untitled problem'} (branch)"
    values = {
        "raw_text": origin.raw_text,
        "title": short(named),
        "submitter": actor.name,
        "urgency": origin.urgency,
        "metadata_": origin.metadata_,
        "created_by": actor.user_id,
        "organization_id": origin.organization_id,
        "submitted_on": origin.handed_in_on,
        "branched_from": origin.id,
        "branch_reason": why,
    }
    return session.scalars(insert(Problem).values(values).returning(Problem)).one()


def _data(session: Session, origin: Problem, branch: Problem) -> None:
    for attachment in problems.attachments(session, origin.id):
        copied = session.scalars(insert(Attachment).values(_copied(attachment, branch)).returning(Attachment)).one()
        for dataset in session.scalars(select(Dataset).where(Dataset.attachment_id == attachment.id)):
            session.execute(insert(Dataset).values(_copied(dataset, branch) | {"attachment_id": copied.id}))


def _history(session: Session, origin: Problem, branch: Problem, taken: list[StepName]) -> None:
    of_steps = select(StepOutput).where(StepOutput.problem_id == origin.id, StepOutput.step.in_(taken))
    for row in session.scalars(of_steps.order_by(StepOutput.step, StepOutput.version)):
        values = _copied(row, branch)
        session.execute(insert(StepOutput).values(values | {"operation": values["operation"] or {"kind": ACCEPTED}}))
    if StepName.TREE in taken:
        of_tree = select(TreeVersion).where(TreeVersion.problem_id == origin.id).order_by(TreeVersion.version)
        for version in session.scalars(of_tree):
            session.execute(insert(TreeVersion).values(_copied(version, branch)))
    entries = select(Evidence).where(Evidence.problem_id == origin.id).order_by(Evidence.created_at, Evidence.position, Evidence.key)
    rows = [_copied(entry, branch) | {"position": place} for place, entry in enumerate(session.scalars(entries))]
    if rows:
        session.execute(insert(Evidence), rows)


def _copied(row: Any, branch: Problem) -> dict[str, Any]:
    columns = {column.key for column in row.__mapper__.column_attrs} - _OWN
    return {name: getattr(row, name) for name in columns} | {"problem_id": branch.id}


def _tell(session: Session, actor: Actor, origin: Problem, branch: Problem, up_to: StepName, why: str) -> None:
    details = {"up_to": up_to, "reason": why}
    events.emit(session, branch, branch.organization_id, "problem_created", details | {"branched_from": str(origin.id)})
    events.emit(session, origin, origin.organization_id, "problem_branched", details | {"branch": str(branch.id)})
    for problem, other in ((branch, origin), (origin, branch)):
        told = details | {"from" if other is origin else "to": str(other.id)}
        audit.record(session, actor, "problem.branched", "problem", problem.id, problem_id=problem.id, details=told)
