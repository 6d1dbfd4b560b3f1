"""Runs: start all seven steps or one, go on, stop, try again; and what each execution did and said."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy.orm import Session

from services.solving.changes.difference import Difference
from services.solving.changes.service import difference_of_problems, difference_of_runs
from services.solving.endpoints.dependencies import CurrentActor, Limit
from services.solving.endpoints.run_schemas import (
    ExecutionList,
    ExecutionView,
    LogLine,
    LogPage,
    PlanJobView,
    RerunIn,
    RunIn,
    RunStepIn,
    RunView,
)
from services.solving.models import Run
from services.solving.runs import approvals, logs, service
from shared.db import reading, transaction

router = APIRouter(prefix="/v1", tags=["runs"])
RETRY_AFTER = {"Retry-After": "2"}
_START = RunIn()
_STALE = RerunIn()
Epoch = Annotated[int | None, Field(ge=1, le=2**31 - 1)]


@router.post("/problems/{problem_id}/runs", status_code=202)
def start_run(problem_id: UUID, actor: CurrentActor, response: Response, how: RunIn = _START) -> RunView:
    """Start all seven steps."""
    with transaction() as session:
        return _accepted(session, service.start_run(session, actor, problem_id, mode=how.mode), response)


@router.get("/problems/{problem_id}/runs")
def list_runs(problem_id: UUID, actor: CurrentActor) -> list[RunView]:
    """List a problem's runs, newest first."""
    with reading() as session:
        return [run_view(session, run) for run in service.list_runs(session, actor, problem_id)]


@router.post("/problems/{problem_id}/run-step", status_code=202)
def run_step(problem_id: UUID, actor: CurrentActor, response: Response, what: RunStepIn) -> ExecutionView:
    """Run one step by itself."""
    with transaction() as session:
        execution = service.run_step(session, actor, problem_id, what.step)
        response.headers.update(RETRY_AFTER | {"Location": f"/v1/executions/{execution.id}"})
        return ExecutionView.model_validate(execution)


@router.post("/problems/{problem_id}/rerun", status_code=202)
def rerun(problem_id: UUID, actor: CurrentActor, response: Response, how: RerunIn = _STALE) -> RunView:
    """Run again from a step to the last; by default from the first step that is stale."""
    with transaction() as session:
        run = service.rerun(session, actor, problem_id, from_step=how.from_step, mode=how.mode)
        return _accepted(session, run, response)


@router.post("/problems/{problem_id}/cancel")
def cancel_run(problem_id: UUID, actor: CurrentActor) -> RunView:
    """Stop the active run; what a worker is doing is thrown away."""
    with transaction() as session:
        return run_view(session, service.cancel_run(session, actor, problem_id))


@router.post("/problems/{problem_id}/resume", status_code=202)
def resume_run(problem_id: UUID, actor: CurrentActor, response: Response) -> RunView:
    """Take the newest run up again after it failed or was cancelled."""
    with transaction() as session:
        return _accepted(session, service.resume_run(session, actor, problem_id), response)


@router.post("/problems/{problem_id}/continue", status_code=202)
def continue_run(problem_id: UUID, actor: CurrentActor, response: Response) -> RunView:
    """Approve the newest version of the step a guided run waits at, and let it go on."""
    with transaction() as session:
        return _accepted(session, service.continue_run(session, actor, problem_id), response)


@router.get("/problems/{problem_id}/executions")
def list_executions(problem_id: UUID, actor: CurrentActor, epoch: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None) -> ExecutionList:
    """List the executions of a problem, newest run first."""
    with reading() as session:
        rows = service.list_executions(session, actor, problem_id, epoch=epoch)
        items = [ExecutionView.model_validate(row) for row in rows]
        return ExecutionList(items=items, stale_steps=service.stale_steps(session, actor, problem_id))


@router.get("/problems/{problem_id}/diff")
def compare_runs(
    problem_id: UUID,
    actor: CurrentActor,
    before: Annotated[
        int | None, Query(alias="from", ge=1, le=2**31 - 1, description="A run by its number; by default the last but one")
    ] = None,
    after: Annotated[
        int | None, Query(alias="to", ge=1, le=2**31 - 1, description="The run it is compared with; by default the last")
    ] = None,
    other: Annotated[UUID | None, Query(alias="with", description="Another problem, a branch for instance: both as they stand")] = None,
) -> Difference:
    """Say what differs between two runs or two problems: steps, numbers, verdicts, findings, advice, slides, whether the answer holds."""
    with reading() as session:
        if other is not None:
            return difference_of_problems(session, actor, problem_id, other)
        return difference_of_runs(session, actor, problem_id, before, after)


@router.get("/executions/{execution_id}")
def get_execution(execution_id: UUID, actor: CurrentActor) -> ExecutionView:
    """Return one execution: where it stands, how far it got, what went wrong."""
    with reading() as session:
        return ExecutionView.model_validate(service.find_execution(session, actor, execution_id))


@router.post("/executions/{execution_id}/retry", status_code=202)
def retry_step(execution_id: UUID, actor: CurrentActor, response: Response) -> RunView:
    """Try a failed step again and go on from there."""
    with transaction() as session:
        return _accepted(session, service.retry_step(session, actor, execution_id), response)


@router.get("/executions/{execution_id}/plans")
def list_plan_jobs(execution_id: UUID, actor: CurrentActor) -> list[PlanJobView]:
    """List the plans of an analyze step as the jobs they are: what each waits for, which worker took it, how it ended."""
    with reading() as session:
        return [PlanJobView.model_validate(row) for row in service.plans_of(session, actor, execution_id)]


@router.get("/executions/{execution_id}/logs")
def get_logs(execution_id: UUID, actor: CurrentActor, after: Annotated[int, Query(ge=0, le=2**62)] = 0, limit: Limit = 200) -> LogPage:
    """Return what a step said, line by line."""
    with reading() as session:
        service.find_execution(session, actor, execution_id)
        items = [LogLine.model_validate(line) for line in logs.lines(session, execution_id, after_id=after, limit=limit)]
    return LogPage(items=items, next_after=items[-1].id if items else after)


def run_view(session: Session, run: Run) -> RunView:
    """Return a run with its steps."""
    rows = service.executions_of(session, run)
    facts = {name: getattr(run, name) for name in RunView.model_fields if name not in {"executions", "awaiting"}}
    return RunView(**facts, awaiting=approvals.awaited(run, rows), executions=[ExecutionView.model_validate(one) for one in rows])


def _accepted(session: Session, run: Run, response: Response) -> RunView:
    response.headers.update(RETRY_AFTER | {"Location": f"/v1/problems/{run.problem_id}/executions"})
    return run_view(session, run)
