"""What stands behind a deck, read for its data pack: the findings of the newest analysis, and the files it left in the object store."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import select

from services.solving import outputs
from services.solving.artifacts.repository import file_of
from services.solving.models import AnalysisArtifact, AnalysisResult
from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepName
from shared.db import reading
from shared.storage import get_object_store


@dataclass(frozen=True)
class PackedFile:
    """A file of the pack."""

    path: str
    mime_type: str
    description: str
    content: bytes


@dataclass(frozen=True)
class Behind:
    """What the analyses left behind: their findings, and their files."""

    analysis: Analysis | None = None
    artifacts: tuple[PackedFile, ...] = ()


def behind(problem_id: UUID) -> Behind:
    """Return the findings and the files of a problem's newest analysis.

    Raises ObjectStoreUnavailableError, ObjectNotFoundError and CorruptObjectError when a file cannot be fetched.
    """
    with reading() as session:
        have = outputs.current(session, problem_id)
        analysis = cast("Analysis", have[StepName.ANALYZE].decision()) if StepName.ANALYZE in have else None
        joined = select(AnalysisArtifact).join(AnalysisResult, AnalysisResult.id == AnalysisArtifact.result_id)
        rows = session.scalars(joined.where(AnalysisResult.problem_id == problem_id))
        files = [(file_of(row), row.description or "") for row in rows]
    store = get_object_store()
    artifacts = tuple(PackedFile(file.path, file.mime_type, description, store.get(file.key)) for file, description in files)
    return Behind(analysis, artifacts)
