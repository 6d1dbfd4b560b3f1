"""Use-case: which slides fall if a file changes, in whose problem and why, by the evidence graph."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving.errors import AttachmentNotFoundError
from services.solving.evidence import repository as ledger_rows
from services.solving.models import FindingRecord, Problem, Recommendation
from services.solving.problems import repository as problems
from shared.kit.cited import shown
from shared.kit.value import Value

if TYPE_CHECKING:
    from graph.driver import Graph  # the driver takes a second to import
    from graph.evidence import RestingSlide


class FallingSlide(Value):
    """A slide that shows something computed from the file: findings (and leaves they test), recommendations, or numbers of its own."""

    problem_id: UUID
    problem: str
    slide_id: str
    position: int
    title: str
    findings: dict[str, str]  # id -> its sentence
    leaves: list[str]
    recommendations: list[str]
    own_numbers: bool


class FileImpact(Value):
    """What falls if one file changes."""

    file: str
    sha256: str
    slides: list[FallingSlide]


def impact_of_problem(session: Session, actor: Actor, graph: "Graph", problem_id: UUID, file: str | None = None) -> list[FileImpact]:
    """Return what falls with each file of a problem, or with one of them by its name; slides of other problems with the same bytes too.

    Raises ProblemNotFoundError, AttachmentNotFoundError and GraphUnavailableError.
    """
    problem = problems.find(session, actor, problem_id)
    files = [(row.file_name, row.sha256) for row in problems.attachments(session, problem.id) if file in (None, row.file_name)]
    if file is not None and not files:
        raise AttachmentNotFoundError(f"The problem has no file {file[:100]!r}.")
    return [impact_of_file(session, actor, graph, name, sha256) for name, sha256 in files]


def impact_of_file(session: Session, actor: Actor, graph: "Graph", name: str, sha256: str) -> FileImpact:
    """Return what falls in any problem of the organization if the bytes with this hash change. Raises GraphUnavailableError."""
    from graph.evidence import slides_resting_on

    resting = slides_resting_on(graph, str(actor.organization_id), sha256)
    ids = {UUID(slide.problem_id) for slide in resting}
    query = select(Problem).where(Problem.id.in_(ids), Problem.organization_id == actor.organization_id, Problem.deleted_at.is_(None))
    slides: list[FallingSlide] = []
    for problem in session.scalars(query.order_by(Problem.created_at.desc(), Problem.id)):
        slides += _told(session, problem, [slide for slide in resting if slide.problem_id == str(problem.id)])
    return FileImpact(file=name, sha256=sha256, slides=slides)


def _told(session: Session, problem: Problem, slides: Sequence["RestingSlide"]) -> list[FallingSlide]:
    displays = ledger_rows.displays(ledger_rows.ledger(session, problem.id))
    findings = {row.finding_id: row for row in session.scalars(select(FindingRecord).where(FindingRecord.problem_id == problem.id))}
    advice = select(Recommendation.priority, Recommendation.title).where(Recommendation.problem_id == problem.id)
    titles = {str(priority): title for priority, title in session.execute(advice)}
    told = []
    for slide in slides:
        rows = [findings[one] for one in slide.finding_ids if one in findings]
        told.append(
            {
                "problem_id": problem.id,
                "problem": problem.title or "Untitled problem",
                "slide_id": slide.slide_id,
                "position": slide.position,
                "title": slide.title,
                "findings": {row.finding_id: row.statement for row in rows},
                "leaves": sorted({row.body["hypothesis_id"] for row in rows if row.body.get("hypothesis_id")}),
                "recommendations": [titles[one] for one in slide.recommendation_ids if one in titles],
                "own_numbers": slide.own_numbers,
            }
        )
    return [FallingSlide.model_validate(one) for one in shown(told, displays)]
