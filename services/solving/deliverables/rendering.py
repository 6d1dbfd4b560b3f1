"""The files a problem ends in, rendered from the recorded deck and stored by content before any row names them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services import decks
from services.decks.model import Deck
from shared.storage import ObjectStore, StoredObject

_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True)
class Kind:
    """A kind of file: the seed's type, its name, how it is made."""

    deliverable_type: str
    file_name: str
    mime_type: str
    render: Callable[[Deck], bytes]


KINDS: tuple[Kind, ...] = (
    Kind("ppt", "deck.pptx", _PPTX, lambda deck: decks.render_pptx(deck)),  # noqa: PLW0108 (loaded when first asked for)
    Kind("executive_summary", "summary.md", "text/markdown", lambda deck: decks.render_summary_md(deck).encode()),
    Kind("executive_summary", "summary.pdf", "application/pdf", lambda deck: decks.render_summary_pdf(deck)),  # noqa: PLW0108 (same)
)


@dataclass(frozen=True)
class Rendered:
    """A rendered file that lies in the object store."""

    kind: Kind
    stored: StoredObject


def render(deck: Deck, store: ObjectStore, organization_id: UUID, report: Callable[[int, int, str], None]) -> list[Rendered]:
    """Render every kind of file and store it under the hash of its bytes.

    Raises UncitedNumberError and UnknownEvidenceError for a deck that shows a number nobody vouches for, and
    ObjectStoreUnavailableError. Files stored before an error are orphans that the object sweep removes.
    """
    rendered = []
    for done, kind in enumerate(KINDS):
        report(done, len(KINDS), f"writing {kind.file_name}")
        rendered.append(Rendered(kind, store.put(organization_id, kind.render(deck), kind.mime_type)))
    report(len(KINDS), len(KINDS), "files are stored")
    return rendered
