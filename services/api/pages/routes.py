"""The evidence pages: what a number of a deck links to. They need no script, so that a link in a file opens anywhere."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from services.api.identify import identify
from services.api.pages.evidence import Shown, evidence_page, ledger_page
from services.identity.actor import Actor
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.evidence import MOST_KEYS, keys_of
from services.solving.evidence import service as evidence
from services.solving.problems import service as problems
from shared.db import reading
from shared.kit.cited import shown

router = APIRouter(include_in_schema=False, dependencies=[Depends(identify)])


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
