"""Where the pages are. Forms post and redirect, so that a reload never repeats what they did."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from services.api.identify import identify
from services.api.pages.evidence import Shown, evidence_page, ledger_page
from services.api.pages.problems import problem_page, problems_page
from services.identity.actor import Actor
from services.solving import outputs
from services.solving.deliverables import repository as deliverables
from services.solving.endpoints.deliverables import DeliverableView
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.evidence import MOST_KEYS, keys_of
from services.solving.endpoints.problems import problem_view
from services.solving.endpoints.runs import run_view
from services.solving.endpoints.samples import list_samples
from services.solving.endpoints.schemas import ProblemSummary
from services.solving.errors import NotDecidedYetError
from services.solving.evidence import repository as ledger
from services.solving.evidence import service as evidence
from services.solving.problems import service as problems
from services.solving.runs import service as runs
from services.solving.samples.submit import submit_sample
from services.solving.steps.contract import StepName
from services.solving.steps.synthesize import Synthesis
from shared.db import reading, transaction
from shared.kit.cited import shown

router = APIRouter(include_in_schema=False, dependencies=[Depends(identify)])


@router.get("/", response_class=HTMLResponse)
def show_problems(actor: CurrentActor, cursor: Annotated[str | None, Query(max_length=500)] = None) -> str:
    """Show the list of problems."""
    with reading() as session:
        found = problems.list_problems(session, actor, limit=50, cursor=cursor)
        items = [ProblemSummary.model_validate(problem) for problem in found.problems]
    return problems_page(items, list_samples(), found.next_cursor)


@router.post("/samples/{name}")
def try_sample(name: str, actor: CurrentActor) -> RedirectResponse:
    """Hand in a bundled problem, start it and go there."""
    problem_id = submit_sample(actor, name)
    with transaction() as session:
        runs.start_run(session, actor, problem_id)
    return RedirectResponse(f"/problems/{problem_id}", status_code=303)


@router.get("/problems/{problem_id:uuid}", response_class=HTMLResponse)
def show_problem(problem_id: UUID, actor: CurrentActor) -> str:
    """Show one problem."""
    with reading() as session:
        problem = problem_view(session, problems.get_problem(session, actor, problem_id))
        newest = [run_view(session, run) for run in runs.list_runs(session, actor, problem_id)[:1]]
        files = [DeliverableView.model_validate(row) for row in deliverables.list_deliverables(session, actor, problem_id)]
        entries = ledger.ledger(session, problem_id)
        displays = ledger.displays(entries)
        try:
            decided = outputs.decided(session, problem_id, StepName.SYNTHESIZE).output
            synthesis = Synthesis.model_validate(shown(decided, displays))
        except NotDecidedYetError:
            synthesis = None
    titled = problem.model_copy(update={"title": shown(problem.title, displays)})
    return problem_page(titled, newest[0] if newest else None, synthesis, files, len(entries))


@router.post("/problems/{problem_id:uuid}/runs")
def start_run(problem_id: UUID, actor: CurrentActor) -> RedirectResponse:
    """Start the seven steps and go back to the problem."""
    with transaction() as session:
        runs.start_run(session, actor, problem_id)
    return RedirectResponse(f"/problems/{problem_id}", status_code=303)


@router.post("/problems/{problem_id:uuid}/resume")
def resume_run(problem_id: UUID, actor: CurrentActor) -> RedirectResponse:
    """Take the newest run up again and go back to the problem."""
    with transaction() as session:
        runs.resume_run(session, actor, problem_id)
    return RedirectResponse(f"/problems/{problem_id}", status_code=303)


@router.post("/problems/{problem_id:uuid}/continue")
def continue_run(problem_id: UUID, actor: CurrentActor) -> RedirectResponse:
    """Let a guided run go on and go back to the problem."""
    with transaction() as session:
        runs.continue_run(session, actor, problem_id)
    return RedirectResponse(f"/problems/{problem_id}", status_code=303)


@router.get("/problems/{problem_id:uuid}/evidence", response_class=HTMLResponse)
def show_evidence(
    problem_id: UUID,
    actor: CurrentActor,
    ids: Annotated[str | None, Query(max_length=4_000)] = None,
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> str:
    """Show the entries named by `ids` (what a number in the deck links to), or a page of the whole ledger."""
    if ids is not None:
        return _evidence(actor, problem_id, keys_of(ids))
    with reading() as session:
        title = problems.get_problem(session, actor, problem_id).title or "Problem"
        entries = evidence.entries_of(session, actor, problem_id)
    displays = {entry.key: entry.display for entry in entries}
    return ledger_page(str(problem_id), str(shown(title, displays)), entries[start : start + MOST_KEYS], start, len(entries))


@router.post("/problems/{problem_id:uuid}/evidence/{key}/rerun", response_class=HTMLResponse)
def rerun_evidence(problem_id: UUID, key: str, actor: CurrentActor) -> str:
    """Compute an entry again and show what came out."""
    rerun, seconds = evidence.rerun_entry(actor, problem_id, key)
    return _evidence(actor, problem_id, [key], {key: {"rerun": rerun, "seconds": seconds}})


def _evidence(actor: Actor, problem_id: UUID, keys: list[str], more: dict[str, dict[str, object]] | None = None) -> str:
    with reading() as session:
        problem = problems.get_problem(session, actor, problem_id)
        title = problem.title or "Problem"
        entries = {entry.key: entry for entry in evidence.entries_of(session, actor, problem_id)}
        around = evidence.surroundings(session, problem_id)
    wanted = [key for key in keys if key in entries]
    found = [
        Shown.model_validate(
            {
                "entry": entries[key],
                "cited_by": around.cited_by.get(key, []),
                "files": around.files,
                "displays": {used: around.displays[used] for used in entries[key].recipe.inputs.values() if used in around.displays},
                **(more or {}).get(key, {}),
            }
        )
        for key in wanted
    ]
    return evidence_page(str(problem_id), str(shown(title, around.displays)), found)
