"""The files a problem ends in, rendered from the recorded deck and stored by content before any row names them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, update
from sqlalchemy.orm import Session

from services import decks
from services.decks.model import Deck
from services.solving.deliverables.behind import Behind
from services.solving.deliverables.media import TellingKind, telling_kinds, told
from services.solving.models import Deliverable, Problem
from shared.storage import ObjectStore, StoredObject

_OFFICE = "application/vnd.openxmlformats-officedocument"
CAPTIONS = "text/vtt"
_PPTX, _DOCX = f"{_OFFICE}.presentationml.presentation", f"{_OFFICE}.wordprocessingml.document"


@dataclass(frozen=True)
class File:
    """A file by the seed's type, its name and its kind."""

    deliverable_type: str
    file_name: str
    mime_type: str


@dataclass(frozen=True)
class Kind(File):
    """A kind of file whose bytes follow from the deck, and how it is made."""

    render: Callable[[Deck], bytes]


def kinds(behind: Behind) -> tuple[Kind, ...]:
    """Return every kind of file a problem ends in; `behind` is what the data pack holds beside the deck's own numbers."""
    return (
        Kind("ppt", "deck.pptx", _PPTX, decks.render_pptx),
        Kind("pdf", "deck.pdf", "application/pdf", decks.render_pdf),
        Kind("executive_summary", "summary.md", "text/markdown", lambda deck: decks.render_summary_md(deck).encode()),
        Kind("executive_summary", "summary.pdf", "application/pdf", decks.render_summary_pdf),
        Kind("executive_summary", "summary.docx", _DOCX, decks.render_summary_docx),
        Kind("executive_summary", "summary-long.md", "text/markdown", lambda deck: decks.render_summary_md(deck, "long").encode()),
        Kind("executive_summary", "summary-long.pdf", "application/pdf", lambda deck: decks.render_summary_pdf(deck, "long")),
        Kind("executive_summary", "summary-long.docx", _DOCX, lambda deck: decks.render_summary_docx(deck, "long")),
        Kind("audio", "audio.txt", "text/plain", lambda deck: decks.render_transcript(deck, "audio").encode()),
        Kind("video", "video.txt", "text/plain", lambda deck: decks.render_transcript(deck, "video").encode()),
        Kind("executive_summary", "data-pack.zip", "application/zip", lambda deck: _packed(deck, behind)),
    )


def _packed(deck: Deck, behind: Behind) -> bytes:
    from services.solving.deliverables.pack import data_pack  # the deck engine's fonts take their time

    return data_pack(deck, behind)


@dataclass(frozen=True)
class Rendered:
    """A rendered file that lies in the object store; or one that could not be made, with the reason."""

    file: File
    stored: StoredObject | None
    reason: str | None = None


def render(
    deck: Deck, behind: Behind, voice: str, store: ObjectStore, organization_id: UUID, report: Callable[[int, int, str], None]
) -> list[Rendered]:
    """Render every kind of file and store it under the hash of its bytes; `voice` is the setting that names who speaks.

    Raises UncitedNumberError and UnknownEvidenceError for a deck that shows a number nobody vouches for, and
    ObjectStoreUnavailableError. Files stored before an error are orphans that the object sweep removes.
    """

    def put(file: File, data: bytes) -> Rendered:
        return Rendered(file, store.put(organization_id, data, file.mime_type))

    rendered: list[Rendered] = []
    wanted: tuple[Kind | TellingKind, ...] = (*kinds(behind), *telling_kinds())
    for done, kind in enumerate(wanted):
        report(done, len(wanted), f"writing {kind.file_name}")
        if isinstance(kind, TellingKind):
            media, captions = _told_files(kind)
            telling = told(kind, deck, voice)
            if isinstance(telling, str):
                rendered.append(Rendered(media, None, telling))
            else:
                rendered += [put(media, telling.media), put(captions, telling.captions.encode())]
        else:
            rendered.append(put(kind, kind.render(deck)))
    report(len(wanted), len(wanted), "files are stored")
    return rendered


def _told_files(kind: TellingKind) -> tuple[File, File]:
    return (
        File(kind.deliverable_type, kind.file_name, kind.mime_type),
        File(kind.deliverable_type, kind.captions_name, CAPTIONS),
    )


def record_files(session: Session, problem: Problem, files: list[Rendered], execution_id: UUID | None) -> None:
    """Write the rows of new files; those of earlier runs expire, and stay in the object store."""
    old = update(Deliverable).where(Deliverable.problem_id == problem.id, Deliverable.status.in_(("ready", "failed")))
    session.execute(old.values(status="expired", expires_at=func.now()).execution_options(synchronize_session=False))
    for rendered in files:
        file, stored = rendered.file, rendered.stored
        row = {
            "organization_id": problem.organization_id,
            "problem_id": problem.id,
            "deliverable_type": file.deliverable_type,
            "file_name": file.file_name,
            "file_path": stored.key if stored else "",
            "file_size": stored.size if stored else None,
            "mime_type": file.mime_type,
            "sha256": stored.sha256 if stored else None,
            "status": "ready" if stored else "failed",
            "failure_reason": rendered.reason,
            "generated_at": func.now(),
            "execution_id": execution_id,
        }
        session.execute(insert(Deliverable).values(row))
