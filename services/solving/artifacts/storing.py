"""Artifacts into the object store, and then their rows: objects are written before anything names them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.solving.artifacts.files import Artifact
from services.solving.models import AnalysisArtifact, AnalysisPlan, AnalysisResult, Problem
from services.solving.storable import storable
from shared.storage import ObjectStore, StoredObject


@dataclass(frozen=True)
class StoredArtifact:
    """An artifact that lies in the object store."""

    artifact: Artifact
    stored: StoredObject


def store_artifacts(
    artifacts: Sequence[Artifact], store: ObjectStore, organization_id: UUID, report: Callable[[int, int, str], None]
) -> list[StoredArtifact]:
    """Store every file under the hash of its bytes. Raises ObjectStoreUnavailableError; what was stored before it is an orphan."""
    kept = []
    for done, artifact in enumerate(artifacts):
        report(done, len(artifacts), f"writing {artifact.path}")
        kept.append(StoredArtifact(artifact, store.put(organization_id, artifact.content, artifact.mime_type)))
    return kept


def record_artifacts(session: Session, problem: Problem, artifacts: Sequence[StoredArtifact]) -> None:
    """Write the rows of stored artifacts beside the results of their plans, which the same transaction has written."""
    found = select(AnalysisPlan.question_id, AnalysisResult.id).join(AnalysisResult, AnalysisResult.plan_id == AnalysisPlan.id)
    results = {row.question_id: row.id for row in session.execute(found.where(AnalysisResult.problem_id == problem.id))}
    rows = [
        {
            "organization_id": problem.organization_id,
            "result_id": results[kept.artifact.question_id],
            "artifact_type": kept.artifact.artifact_type,
            "file_path": kept.stored.key,
            "file_size": kept.stored.size,
            "mime_type": kept.artifact.mime_type,
            "description": storable(kept.artifact.description),
            "metadata_": {
                "path": kept.artifact.path,
                "question_id": kept.artifact.question_id,
                "finding_id": kept.artifact.finding_id,
                "sha256": kept.stored.sha256,
            },
        }
        for kept in artifacts
        if kept.artifact.question_id in results
    ]
    if rows:
        session.execute(insert(AnalysisArtifact), rows)
