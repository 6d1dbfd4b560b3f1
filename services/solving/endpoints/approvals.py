"""Approvals of a guided run: which version waits for a person, who said what of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from services.solving import outputs
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.schemas import Row
from services.solving.errors import RunNotFoundError
from services.solving.models import Problem
from services.solving.problems import repository as problems
from services.solving.runs import approvals, service
from services.solving.steps.contract import StepName
from shared.db import reading, transaction
from shared.kit.value import Value

router = APIRouter(prefix="/v1", tags=["approvals"])


class ApprovalIn(Value):
    """What you say of the version that waits; `output_hash` is that of the decision you read. Changes are asked for with a comment."""

    output_hash: str = Field(pattern="^[0-9a-f]{64}$")
    verdict: Literal["approved", "changes_requested"] = "approved"
    comment: str | None = Field(default=None, max_length=2_000)

    @model_validator(mode="after")
    def _changes_are_named(self) -> "ApprovalIn":
        if self.verdict == "changes_requested" and not (self.comment or "").strip():
            raise ValueError("say in the comment what should change")
        return self


class ApprovalView(Row):
    """What a person said of one version; `covers` is what the run goes on from: step to version."""

    id: UUID
    run_id: UUID
    step: StepName
    version: int
    output_hash: str
    verdict: str
    comment: str | None
    covers: dict[str, int]
    decided_by: str
    created_at: datetime


class Waiting(Value):
    """The version that a guided run waits to have approved."""

    step: StepName
    version: int
    output_hash: str
    stale: bool


class Approvals(Value):
    """What waits for a person now, and what people said before, newest first."""

    waiting: Waiting | None
    items: list[ApprovalView]


@router.get("/problems/{problem_id}/approvals")
def list_approvals(problem_id: UUID, actor: CurrentActor) -> Approvals:
    """Say which version waits for a person, and list what people said of versions before."""
    with reading() as session:
        problem = problems.find(session, actor, problem_id)
        items = [ApprovalView.model_validate(row) for row in approvals.of_problem(session, problem.id)]
        return Approvals(waiting=_waiting(session, problem), items=items)


@router.post("/problems/{problem_id}/approvals", status_code=201)
def approve(problem_id: UUID, said: ApprovalIn, actor: CurrentActor) -> ApprovalView:
    """Approve the exact version that waits and let the run go on from it, or say what must change first."""
    with transaction() as session:
        if said.verdict == "approved":
            row = service.approve(session, actor, problem_id, output_hash=said.output_hash, comment=said.comment)
        else:
            row = service.request_changes(session, actor, problem_id, output_hash=said.output_hash, comment=said.comment or "")
        return ApprovalView.model_validate(row)


def _waiting(session: Session, problem: Problem) -> Waiting | None:
    try:
        run = service.newest_run(session, problem.id)
    except RunNotFoundError:
        return None
    step = approvals.awaited(run, service.executions_of(session, run))
    if step is None:
        return None
    have = outputs.current(session, problem.id)
    stale = step in outputs.stale_steps(outputs.base_hash(session, problem), have)
    return Waiting(step=step, version=have[step].version, output_hash=have[step].output_hash, stale=stale)
