"""What the steps decided: frame, tree, priorities, plans, findings, synthesis and recommendations.

Texts come as people read them; with `cited=true` every number is the token of its ledger entry instead, which is the form edits take.
"""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from services.analysis.findings import DatasetInfo, Finding, Gap
from services.identity.actor import Actor
from services.solving import outputs
from services.solving.endpoints.dependencies import CurrentActor, Cursor, Limit, etag
from services.solving.endpoints.schemas import Row
from services.solving.errors import InvalidProblemError
from services.solving.evidence import repository as ledger_rows
from services.solving.models import FindingRecord, Recommendation
from services.solving.problems import repository as problems
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from services.solving.steps.plan import Plans
from services.solving.steps.prioritize import Priorities
from services.solving.steps.synthesize import Synthesis
from services.solving.steps.tree import IssueTree
from shared.db import reading
from shared.kit.cited import cited_keys, shown
from shared.kit.value import Value

router = APIRouter(prefix="/v1", tags=["decisions"])
D = TypeVar("D", bound=Value)
Cited = Annotated[bool, Query(description="Leave numbers as ledger tokens, [[E...]]")]


class Decided(Value, Generic[D]):
    """The newest version of a step's decision. `numbers` maps the ledger keys it cites to how they are written.

    `output_hash` names the version when it is approved; `stale_steps` are all steps of the problem that no longer follow from their
    inputs, in order.
    """

    step: StepName
    version: int
    output_hash: str
    stale: bool
    stale_steps: list[StepName]
    author: str
    decision: D
    numbers: dict[str, str]


class VersionView(Row):
    """One version of a decision: who made it, and why when it was a person."""

    version: int
    author: str
    reason: str | None
    created_at: datetime
    output_hash: str


class FindingPage(Value):
    """Findings as records, best first; `evidence` maps a finding to the ledger key of each of its facts."""

    datasets: list[DatasetInfo]
    findings: list[Finding]
    evidence: dict[str, dict[str, str]]
    not_enough_data: list[Gap]
    tests_run: int
    next_cursor: str | None


class SlideView(Value, extra="ignore"):
    """What a slide says without its drawing. Texts are cited text."""

    kind: str
    kicker: str
    title: str
    source: str
    notes: str


class Storyline(Value, extra="ignore"):
    """A deck as its titles tell it."""

    title: str
    slides: list[SlideView]


class RecommendationView(Row):
    """One thing to do."""

    id: UUID
    title: str
    summary: str
    evidence: list[Any]
    actions: list[Any]
    expected_impact: dict[str, Any]
    risks: list[Any]
    confidence: float | None
    priority: int | None


@router.get("/problems/{problem_id}/frame")
def get_frame(problem_id: UUID, actor: CurrentActor, response: Response, cited: Cited = False) -> Decided[Frame]:  # noqa: FBT002 (a query)
    """Return the problem as it was framed."""
    return decided(Decided[Frame], actor, problem_id, StepName.FRAME, response, cited=cited)


@router.get("/problems/{problem_id}/tree")
def get_tree(problem_id: UUID, actor: CurrentActor, response: Response, cited: Cited = False) -> Decided[IssueTree]:  # noqa: FBT002
    """Return the issue tree, its checks and the cuts that lost."""
    return decided(Decided[IssueTree], actor, problem_id, StepName.TREE, response, cited=cited)


@router.get("/problems/{problem_id}/priorities")
def get_priorities(problem_id: UUID, actor: CurrentActor, response: Response, cited: Cited = False) -> Decided[Priorities]:  # noqa: FBT002
    """Return the leaves with their scores, best first."""
    return decided(Decided[Priorities], actor, problem_id, StepName.PRIORITIZE, response, cited=cited)


@router.get("/problems/{problem_id}/plans")
def get_plans(problem_id: UUID, actor: CurrentActor, response: Response, cited: Cited = False) -> Decided[Plans]:  # noqa: FBT002
    """Return the work plan: for every kept leaf, the test and the rule that decides it."""
    return decided(Decided[Plans], actor, problem_id, StepName.PLAN, response, cited=cited)


@router.get("/problems/{problem_id}/synthesis")
def get_synthesis(problem_id: UUID, actor: CurrentActor, response: Response, cited: Cited = False) -> Decided[Synthesis]:  # noqa: FBT002
    """Return the answer, what it rests on, and what to do."""
    return decided(Decided[Synthesis], actor, problem_id, StepName.SYNTHESIZE, response, cited=cited)


@router.get("/problems/{problem_id}/deck")
def get_deck(problem_id: UUID, actor: CurrentActor, response: Response, cited: Cited = False) -> Decided[Storyline]:  # noqa: FBT002
    """Return the storyline of the deck: the slides in order with what each claims, its source and its notes."""
    return decided(Decided[Storyline], actor, problem_id, StepName.PRESENT, response, cited=cited)


@router.get("/problems/{problem_id}/{step}/versions")
def list_versions(problem_id: UUID, step: StepName, actor: CurrentActor) -> list[VersionView]:
    """List the versions of a step's decision, newest first."""
    with reading() as session:
        problems.find(session, actor, problem_id)
        return [VersionView.model_validate(row) for row in outputs.history(session, problem_id, step)]


@router.get("/problems/{problem_id}/findings")
def list_findings(
    problem_id: UUID,
    actor: CurrentActor,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FindingPage:
    """List the findings, best first, with the questions the data could not answer."""
    after = _rank(cursor)
    with reading() as session:
        problem = problems.find(session, actor, problem_id)
        analysis = outputs.decided(session, problem.id, StepName.ANALYZE).decision()
        query = select(FindingRecord).where(FindingRecord.problem_id == problem.id, FindingRecord.rank > after)
        if kind is not None:
            query = query.where(FindingRecord.kind == kind)
        rows = session.scalars(query.order_by(FindingRecord.rank).limit(limit + 1)).all()
        tables = [
            DatasetInfo(name=t.name, source=t.source, sha256=t.sha256, rows=t.row_count, columns=[c["name"] for c in t.columns])
            for t in problems.datasets(session, problem.id)
        ]
    return FindingPage(
        datasets=tables,
        findings=[Finding.model_validate(row.body) for row in rows[:limit]],
        evidence={row.finding_id: row.facts for row in rows[:limit]},
        not_enough_data=analysis.not_enough_data,
        tests_run=analysis.tests_run,
        next_cursor=str(rows[limit - 1].rank) if len(rows) > limit else None,
    )


@router.get("/problems/{problem_id}/recommendations")
def list_recommendations(problem_id: UUID, actor: CurrentActor, cited: Cited = False) -> list[RecommendationView]:  # noqa: FBT002
    """List what to do, first things first."""
    with reading() as session:
        problem = problems.find(session, actor, problem_id)
        outputs.decided(session, problem.id, StepName.SYNTHESIZE)
        query = select(Recommendation).where(Recommendation.problem_id == problem.id)
        rows = [RecommendationView.model_validate(row) for row in session.scalars(query.order_by(Recommendation.priority))]
        displays = {} if cited else ledger_rows.displays(ledger_rows.ledger(session, problem.id))
    return rows if cited else [RecommendationView.model_validate(shown(row.model_dump(mode="json"), displays)) for row in rows]


def decided(kind: type[Decided[D]], actor: Actor, problem_id: UUID, step: StepName, response: Response, *, cited: bool) -> Decided[D]:
    """Return the newest decision of a step with its ETag. Raises ProblemNotFoundError and NotDecidedYetError."""
    with reading() as session:
        problem = problems.find(session, actor, problem_id)
        found = outputs.decided(session, problem.id, step)
        stale = outputs.stale_steps(outputs.base_hash(session, problem), outputs.current(session, problem.id))
        displays = ledger_rows.displays(ledger_rows.ledger(session, problem.id))
    response.headers.update(etag(found.version))
    keys = cited_keys(str(found.output))
    return kind.model_validate(
        {
            "step": step,
            "version": found.version,
            "output_hash": found.output_hash,
            "stale": step in stale,
            "stale_steps": stale,
            "author": found.author,
            "decision": found.output if cited else shown(found.output, displays),
            "numbers": {key: displays[key] for key in keys if key in displays},
        }
    )


def _rank(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9:
        raise InvalidProblemError("The cursor is not one this list gave out.")
    return int(cursor)
