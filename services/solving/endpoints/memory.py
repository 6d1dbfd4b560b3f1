"""What earlier problems have to say: problems like this one, a tree to start from, texts by meaning, and what rests on a file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.solving.endpoints.decisions import Decided, decided
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.memory import service
from services.solving.memory.impact import FileImpact, impact_of_problem
from services.solving.memory.parts import PartKind
from services.solving.memory.recall import Recalled, recall
from services.solving.memory.similar import Similar, similar_problems
from services.solving.steps.contract import StepName
from services.solving.steps.tree import IssueTree
from shared.db import reading, transaction
from shared.kit.value import Value

router = APIRouter(prefix="/v1", tags=["memory"])
Few = Annotated[int, Query(ge=1, le=50, description="How many at most")]


class TreeReuse(Value):
    """The problem whose tree is taken, and why."""

    problem_id: UUID
    reason: Annotated[str | None, Field(max_length=2_000)] = None


@router.get("/problems/{problem_id}/similar")
def list_similar(problem_id: UUID, actor: CurrentActor, limit: Few = 10) -> Similar:
    """Say which earlier problems are like this one and why, and what became of hypotheses like its own."""
    from shared.vectors import get_vector_store  # its client takes a second to import

    with reading() as session:
        return similar_problems(session, actor, get_vector_store(), problem_id, limit=limit)


@router.post("/problems/{problem_id}/tree/reuse")
def reuse_tree(problem_id: UUID, what: TreeReuse, actor: CurrentActor, response: Response) -> Decided[IssueTree]:
    """Start from another problem's tree; tests come along where the data have their columns. Go on with `rerun` from `prioritize`."""
    with transaction() as session:
        service.reuse_tree(session, actor, problem_id, what.problem_id, reason=what.reason)
    return decided(Decided[IssueTree], actor, problem_id, StepName.TREE, response, cited=True)


@router.get("/problems/{problem_id}/impact")
def get_impact(
    problem_id: UUID,
    actor: CurrentActor,
    file: Annotated[str | None, Query(max_length=255, description="One of the problem's files by its name; by default all")] = None,
) -> list[FileImpact]:
    """Say which slides fall if a file changes, and by which findings and recommendations."""
    from graph.driver import get_graph  # the driver takes a second to import

    with reading() as session:
        return impact_of_problem(session, actor, get_graph(), problem_id, file)


@router.get("/memory")
def search_memory(
    actor: CurrentActor,
    q: Annotated[str, Query(min_length=2, max_length=1_000, description="What it is about, in any words")],
    kind: PartKind | None = None,
    limit: Few = 20,
) -> list[Recalled]:
    """Find what earlier problems asked, tested, found and advised, by meaning and by words."""
    from shared.vectors import get_vector_store

    with reading() as session:
        return recall(session, actor, get_vector_store(), q, kind=kind, limit=limit)
