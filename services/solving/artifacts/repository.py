"""Reads of artifacts and of the tables their notebooks read, each scoped to the organization of whoever asks."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving.artifacts.files import table_path
from services.solving.errors import ArtifactNotFoundError, DatasetNotFoundError
from services.solving.models import AnalysisArtifact, AnalysisResult, Dataset, Problem
from services.solving.problems import repository as problems


@dataclass(frozen=True)
class StoredFile:
    """A file as it can be fetched: its key in the object store, where it belongs beside the others, and its type."""

    key: str
    path: str
    mime_type: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def sha256(self) -> str:
        """The hash of the file's bytes, which its key ends in."""
        return self.key.rpartition("/")[2]


def list_artifacts(
    session: Session, actor: Actor, problem_id: UUID, *, artifact_type: str | None = None, question_id: str | None = None
) -> list[AnalysisArtifact]:
    """Return the artifacts of a problem's newest analysis by path, of one type or one plan where asked. Raises ProblemNotFoundError."""
    problem = problems.find(session, actor, problem_id)
    query = _visible(actor).where(AnalysisResult.problem_id == problem.id)
    if artifact_type is not None:
        query = query.where(AnalysisArtifact.artifact_type == artifact_type)
    if question_id is not None:
        query = query.where(AnalysisArtifact.metadata_["question_id"].as_string() == question_id)
    return sorted(session.scalars(query), key=lambda row: str(row.metadata_["path"]))


def find(session: Session, actor: Actor, artifact_id: UUID) -> AnalysisArtifact:
    """Return one artifact's row. Raises ArtifactNotFoundError."""
    row = session.scalars(_visible(actor).where(AnalysisArtifact.id == artifact_id)).one_or_none()
    if row is None:
        raise ArtifactNotFoundError("There is no such artifact.")
    return row


def take(session: Session, actor: Actor, artifact_id: UUID) -> StoredFile:
    """Return where an artifact lies, and record the download. Raises ArtifactNotFoundError."""
    row = find(session, actor, artifact_id)
    problem_id = session.scalars(select(AnalysisResult.problem_id).where(AnalysisResult.id == row.result_id)).one()
    _downloaded(session, actor, "artifact", row.id, problem_id, str(row.metadata_["path"]))
    return file_of(row)


def take_table(session: Session, actor: Actor, problem_id: UUID, dataset_id: UUID) -> StoredFile:
    """Return where a stored table lies, and record the download. Raises ProblemNotFoundError, DatasetNotFoundError."""
    problem = problems.find(session, actor, problem_id)
    row = next((one for one in problems.datasets(session, problem.id) if one.id == dataset_id), None)
    if row is None or row.parquet_path is None:
        raise DatasetNotFoundError("There is no such table.")
    file = table_file(row)
    _downloaded(session, actor, "dataset", row.id, problem.id, file.path)
    return file


def file_of(row: AnalysisArtifact) -> StoredFile:
    """Return an artifact as a file."""
    return StoredFile(row.file_path, str(row.metadata_["path"]), row.mime_type or "application/octet-stream")


def table_file(row: Dataset) -> StoredFile:
    """Return a stored table as the file that notebooks read."""
    assert row.parquet_path is not None, "every dataset is stored with its table"
    sha256 = row.parquet_path.rpartition("/")[2]
    return StoredFile(row.parquet_path, table_path(row.name, sha256), "application/vnd.apache.parquet")


def _visible(actor: Actor) -> Select[AnalysisArtifact]:
    joined = select(AnalysisArtifact).join(AnalysisResult, AnalysisResult.id == AnalysisArtifact.result_id)
    joined = joined.join(Problem, Problem.id == AnalysisResult.problem_id)
    return joined.where(AnalysisArtifact.organization_id == actor.organization_id, Problem.deleted_at.is_(None))


def _downloaded(session: Session, actor: Actor, kind: str, row_id: UUID, problem_id: UUID, path: str) -> None:
    details: dict[str, Any] = {"file": path}
    audit.record(session, actor, f"{kind}.downloaded", kind, row_id, problem_id=problem_id, details=details)
