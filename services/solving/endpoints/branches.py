"""Branches: a problem taken on from one of its steps under another assumption, beside the one it came from."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.problems import problem_view
from services.solving.endpoints.schemas import ProblemView, Row
from services.solving.problems.branch import branch_problem, branches
from services.solving.steps.contract import StepName
from shared.db import reading, transaction
from shared.kit.value import Value

router = APIRouter(prefix="/v1", tags=["branches"])


class BranchIn(Value):
    """The last step to take over, and what the branch assumes instead."""

    up_to: StepName
    reason: str = Field(min_length=1, max_length=2_000)
    title: str | None = Field(default=None, max_length=255)


class BranchView(Row):
    """A branch in a list."""

    id: UUID
    title: str | None
    status: str
    branch_reason: str | None
    created_at: datetime


@router.post("/problems/{problem_id}/branches", status_code=201)
def create_branch(problem_id: UUID, what: BranchIn, actor: CurrentActor, response: Response) -> ProblemView:
    """Branch a problem: copy its inputs and its versions up to a step, to try another assumption."""
    with transaction() as session:
        branch = branch_problem(session, actor, problem_id, up_to=what.up_to, reason=what.reason, title=what.title)
        session.refresh(branch)  # the event that tells of it moved its last_seq
        response.headers["Location"] = f"/v1/problems/{branch.id}"
        return problem_view(session, branch)


@router.get("/problems/{problem_id}/branches")
def list_branches(problem_id: UUID, actor: CurrentActor) -> list[BranchView]:
    """List the branches of a problem, oldest first."""
    with reading() as session:
        return [BranchView.model_validate(row) for row in branches(session, actor, problem_id)]
