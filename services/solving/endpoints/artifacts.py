"""What the planned analyses left behind: list it, download it, with the tables its notebooks read."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.solving.artifacts import repository
from services.solving.endpoints.dependencies import CurrentActor
from services.solving.endpoints.downloads import AsLink, download
from services.solving.endpoints.schemas import Row
from shared.db import reading, transaction

router = APIRouter(prefix="/v1", tags=["artifacts"])
ArtifactType = Literal["chart", "csv", "notebook", "model", "sql_query", "visualization"]


class ArtifactView(Row):
    """A file of an analysis. `metadata` has its `path` beside the others, its plan's `question_id`, its `finding_id` and `sha256`."""

    id: UUID
    result_id: UUID
    artifact_type: ArtifactType
    file_size: int | None
    mime_type: str | None
    description: str | None
    metadata: dict[str, Any] = Field(validation_alias="metadata_")
    created_at: datetime


@router.get("/problems/{problem_id}/artifacts")
def list_artifacts(
    problem_id: UUID,
    actor: CurrentActor,
    artifact_type: Annotated[ArtifactType | None, Query(alias="type", description="Only files of this type")] = None,
    question_id: Annotated[str | None, Query(alias="plan", max_length=255, description="Only files of the plan of this question")] = None,
) -> list[ArtifactView]:
    """List the files of a problem's newest analysis, plan by plan within each type."""
    with reading() as session:
        rows = repository.list_artifacts(session, actor, problem_id, artifact_type=artifact_type, question_id=question_id)
        return [ArtifactView.model_validate(row) for row in rows]


@router.get("/artifacts/{artifact_id}")
def get_artifact(artifact_id: UUID, actor: CurrentActor) -> ArtifactView:
    """Return what is known of one file of an analysis."""
    with reading() as session:
        return ArtifactView.model_validate(repository.find(session, actor, artifact_id))


@router.get("/artifacts/{artifact_id}/download", response_class=StreamingResponse)
def download_artifact(artifact_id: UUID, actor: CurrentActor, redirect: AsLink = False) -> Response:  # noqa: FBT002
    """Download a file of an analysis; its bytes are checked against their hash on the way."""
    with transaction() as session:
        file = repository.take(session, actor, artifact_id)
    return download(file.key, file.name, file.mime_type, file.sha256, as_link=redirect)


@router.get("/problems/{problem_id}/datasets/{dataset_id}/download", response_class=StreamingResponse)
def download_table(problem_id: UUID, dataset_id: UUID, actor: CurrentActor, redirect: AsLink = False) -> Response:  # noqa: FBT002
    """Download a table as Parquet, under the name by which the notebooks read it from the folder `data`."""
    with transaction() as session:
        file = repository.take_table(session, actor, problem_id, dataset_id)
    return download(file.key, file.name, file.mime_type, file.sha256, as_link=redirect)
