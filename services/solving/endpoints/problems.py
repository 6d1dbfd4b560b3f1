"""Problems: hand one in with its files, find it, delete it, say what you think of the answer."""

from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, File, Form, Header, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from services.identity import audit
from services.solving.endpoints.dependencies import CurrentActor, Cursor, Limit, on_disk
from services.solving.endpoints.schemas import (
    AttachmentView,
    AuditEntryView,
    AuditTrail,
    DatasetView,
    FeedbackIn,
    FeedbackView,
    ProblemListed,
    ProblemPage,
    ProblemSummary,
    ProblemView,
    Row,
    StandingView,
)
from services.solving.errors import InvalidProblemError
from services.solving.models import Problem
from services.solving.problems import repository, service
from services.solving.problems.intake import PreparedUpload, prepare_uploads
from services.solving.runs.standing import Standing, standings
from shared.db import reading, transaction
from shared.idempotency import Answer, once
from shared.kit.hashing import content_id
from shared.storage import get_object_store

router = APIRouter(prefix="/v1", tags=["problems"])
V = TypeVar("V", bound=Row)


@router.post("/problems", status_code=201, response_model=ProblemView)
def create_problem(
    actor: CurrentActor,
    text: Annotated[str, Form(description="What should change, by how much and by when")],
    title: Annotated[str | None, Form()] = None,
    urgency: Annotated[str, Form(description="low, medium, high or critical")] = "medium",
    files: Annotated[list[UploadFile], File(description="CSV, TSV, Parquet, Excel or JSON")] = [],  # noqa: B006 (FastAPI copies it)
    idempotency_key: Annotated[str | None, Header(description="A repeat with the same key gets the first answer")] = None,
) -> Response:
    """Hand in a problem with its data. It is read and profiled before it is accepted; a file that cannot be read is named."""
    draft = service.check_draft(service.ProblemDraft(text, title, urgency))
    with on_disk(files) as uploads:
        prepared = prepare_uploads(get_object_store(), actor, uploads)
    with transaction() as session:

        def produce() -> Answer:
            problem = service.create_problem(session, actor, draft, prepared)
            session.refresh(problem)  # the event that tells of it moved its last_seq
            body = problem_view(session, problem).model_dump_json().encode()
            return Answer(201, body, {"Location": f"/v1/problems/{problem.id}"})

        if idempotency_key is None:
            answer, repeated = produce(), False
        else:
            answer, repeated = once(session, actor.organization_id, idempotency_key, _request_hash(draft, prepared), produce)
    headers = answer.headers | ({"Idempotency-Replayed": "true"} if repeated else {})
    return Response(answer.body, answer.status_code, headers, media_type="application/json")


@router.get("/problems")
def list_problems(
    *,
    request: Request,
    response: Response,
    actor: CurrentActor,
    status: Annotated[str | None, Query(max_length=200, description="One status, or several with commas between them")] = None,
    urgency: Annotated[str | None, Query(max_length=20)] = None,
    submitter: Annotated[str | None, Query(max_length=255)] = None,
    q: Annotated[str | None, Query(max_length=500, description='Words, "a phrase", -not; in title and text')] = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ProblemPage:
    """List problems, newest first."""
    statuses = status.split(",") if status else ()
    wanted = repository.ProblemFilter(statuses, urgency, submitter, q and q.replace("\x00", ""), created_after, created_before)
    with reading() as session:
        page = service.list_problems(session, actor, wanted, limit=limit, cursor=cursor)
        found = standings(session, [problem.id for problem in page.problems])
        items = [_listed(problem, found.get(problem.id)) for problem in page.problems]
    if page.next_cursor is not None:
        following = dict(request.query_params) | {"cursor": page.next_cursor}
        response.headers["Link"] = f'<{request.url.path}?{urlencode(following)}>; rel="next"'
    return ProblemPage(items=items, next_cursor=page.next_cursor)


@router.get("/problems/{problem_id}")
def get_problem(problem_id: UUID, actor: CurrentActor) -> ProblemView:
    """Return a problem with its text, its files and the tables that were read out of them."""
    with reading() as session:
        return problem_view(session, service.get_problem(session, actor, problem_id))


@router.delete("/problems/{problem_id}", status_code=204)
def delete_problem(problem_id: UUID, actor: CurrentActor) -> None:
    """Delete a problem: gone at once for everybody, purged from every store after 30 days."""
    with transaction() as session:
        service.delete_problem(session, actor, problem_id)


@router.post("/problems/{problem_id}/attachments", status_code=201)
def attach_files(problem_id: UUID, actor: CurrentActor, files: Annotated[list[UploadFile], File()]) -> ProblemView:
    """Add files, or replace those of the same name; what was decided from the old data becomes stale."""
    with reading() as session:
        service.get_problem(session, actor, problem_id)
    with on_disk(files) as uploads:
        if not uploads:
            raise InvalidProblemError("No file was sent.")
        with reading() as session:
            replaced = {upload.file_name for upload in uploads}
            kept = {a.id for a in repository.attachments(session, problem_id) if a.file_name not in replaced}
            taken = [dataset.name for dataset in repository.datasets(session, problem_id) if dataset.attachment_id in kept]
        prepared = prepare_uploads(get_object_store(), actor, uploads, taken=taken)
    with transaction() as session:
        problem = service.attach_files(session, actor, problem_id, prepared)
        session.refresh(problem)
        return problem_view(session, problem)


@router.put("/problems/{problem_id}/feedback")
def give_feedback(problem_id: UUID, actor: CurrentActor, said: FeedbackIn) -> FeedbackView:
    """Say what you think of the answer; a second time replaces the first."""
    with transaction() as session:
        return FeedbackView.model_validate(service.give_feedback(session, actor, problem_id, **said.model_dump()))


@router.get("/problems/{problem_id}/feedback")
def list_feedback(problem_id: UUID, actor: CurrentActor) -> list[FeedbackView]:
    """List what people said of the answer."""
    with reading() as session:
        return [FeedbackView.model_validate(row) for row in service.list_feedback(session, actor, problem_id)]


@router.get("/problems/{problem_id}/audit", tags=["audit"])
def get_audit_trail(problem_id: UUID, actor: CurrentActor, before: datetime | None = None, limit: Limit = 100) -> AuditTrail:
    """Return who did what to a problem, newest first."""
    with reading() as session:
        service.get_problem(session, actor, problem_id)
        entries = audit.trail(session, actor, problem_id=problem_id, before=before, limit=limit)
        items = [AuditEntryView.model_validate(entry) for entry in entries]
    return AuditTrail(items=items, next_before=items[-1].timestamp if len(items) == limit else None)


def problem_view(session: Session, problem: Problem) -> ProblemView:
    """Return a problem with its files and tables."""
    facts: dict[str, Any] = {name: getattr(problem, name) for name in ProblemSummary.model_fields}
    return ProblemView(
        **facts,
        raw_text=problem.raw_text,
        branched_from=problem.branched_from,
        branch_reason=problem.branch_reason,
        metadata_=problem.metadata_,
        attachments=_views(AttachmentView, repository.attachments(session, problem.id)),
        datasets=_views(DatasetView, repository.datasets(session, problem.id)),
    )


def _listed(problem: Problem, run: Standing | None) -> ProblemListed:
    facts = ProblemSummary.model_validate(problem).model_dump()
    return ProblemListed(**facts, run=run and StandingView.model_validate(run))


def _views(kind: type[V], rows: list[Any]) -> list[V]:
    return [kind.model_validate(row) for row in rows]


def _request_hash(draft: service.ProblemDraft, prepared: list[PreparedUpload]) -> str:
    files = [[upload.file_name, upload.stored.sha256] for upload in prepared]
    return content_id("", draft.text, draft.title, draft.urgency, files, digits=64)
