"""What people change: the frame, the tree, a priority. Each change is a new version; what comes after it becomes stale.

`If-Match` names the version a change is based on; a stale one gets 412. Texts are cited text; a number written plainly becomes an
assumption of whoever wrote it.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.solving.changes.difference import Change
from services.solving.changes.service import changes_of_frame
from services.solving.edits import service
from services.solving.edits.tree import TreeEdit
from services.solving.endpoints.decisions import Decided, decided
from services.solving.endpoints.dependencies import CurrentActor, ExpectedVersion
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from services.solving.steps.prioritize import Priorities
from services.solving.steps.tree import IssueTree
from shared.db import reading, transaction
from shared.kit.value import Value

router = APIRouter(prefix="/v1", tags=["edits"])
Reason = Annotated[str | None, Field(max_length=2_000)]


class FrameEdit(Value):
    """The frame as it shall be (read it with `cited=true`), and why."""

    frame: Frame
    reason: Reason = None


class Answers(Value):
    """Answers to clarifying questions, by the question's id."""

    answers: dict[str, Annotated[str, Field(min_length=1, max_length=2_000)]] = Field(min_length=1, max_length=20)


class TreeChange(Value):
    """One change of the tree, and why."""

    edit: TreeEdit
    reason: Reason = None


class PriorityOverride(Value):
    """A leaf's scores as a person sees them; the reason is kept."""

    reason: str = Field(min_length=1, max_length=2_000)
    impact_score: int | None = Field(default=None, ge=1, le=10)
    feasibility_score: int | None = Field(default=None, ge=1, le=10)
    is_recommended: bool | None = None


@router.put("/problems/{problem_id}/frame")
def edit_frame(
    problem_id: UUID, what: FrameEdit, actor: CurrentActor, response: Response, expected_version: ExpectedVersion
) -> Decided[Frame]:
    """Replace the frame."""
    with transaction() as session:
        service.edit_frame(session, actor, problem_id, what.frame, reason=what.reason, expected_version=expected_version)
    return decided(Decided[Frame], actor, problem_id, StepName.FRAME, response, cited=True)


@router.get("/problems/{problem_id}/frame/changes")
def list_frame_changes(
    problem_id: UUID,
    actor: CurrentActor,
    before: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1, description="A version; by default the last but one")] = None,
    after: Annotated[int | None, Query(alias="to", ge=1, le=2**31 - 1, description="The version it is compared with")] = None,
) -> list[Change]:
    """Say what differs between two versions of the frame, what the last answers or edits moved for instance."""
    with reading() as session:
        return changes_of_frame(session, actor, problem_id, before, after)


@router.post("/problems/{problem_id}/frame/answers")
def answer_questions(
    problem_id: UUID, what: Answers, actor: CurrentActor, response: Response, expected_version: ExpectedVersion
) -> Decided[Frame]:
    """Answer clarifying questions: a new version of the frame, which the steps after it have yet to follow."""
    with transaction() as session:
        service.answer_questions(session, actor, problem_id, what.answers, expected_version=expected_version)
    return decided(Decided[Frame], actor, problem_id, StepName.FRAME, response, cited=True)


@router.post("/problems/{problem_id}/tree/edits")
def edit_tree(
    problem_id: UUID, what: TreeChange, actor: CurrentActor, response: Response, expected_version: ExpectedVersion
) -> Decided[IssueTree]:
    """Add, change, move, remove or split a node, or merge several; the checks run again on the data."""
    with transaction() as session:
        service.edit_tree(session, actor, problem_id, what.edit, reason=what.reason, expected_version=expected_version)
    return decided(Decided[IssueTree], actor, problem_id, StepName.TREE, response, cited=True)


@router.post("/problems/{problem_id}/tree/undo")
def undo_tree_edit(problem_id: UUID, actor: CurrentActor, response: Response, expected_version: ExpectedVersion) -> Decided[IssueTree]:
    """Take back the newest edit of the tree that still stands; the history keeps both."""
    with transaction() as session:
        service.undo_tree_edit(session, actor, problem_id, expected_version=expected_version)
    return decided(Decided[IssueTree], actor, problem_id, StepName.TREE, response, cited=True)


@router.put("/problems/{problem_id}/priorities/{node_id}")
def override_priority(
    problem_id: UUID, node_id: str, what: PriorityOverride, actor: CurrentActor, response: Response, expected_version: ExpectedVersion
) -> Decided[Priorities]:
    """Override a leaf's scores, or whether it is worked on."""
    with transaction() as session:
        service.override_priority(session, actor, problem_id, node_id, expected_version=expected_version, **what.model_dump())
    return decided(Decided[Priorities], actor, problem_id, StepName.PRIORITIZE, response, cited=True)
