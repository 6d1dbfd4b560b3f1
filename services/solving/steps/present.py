"""Step 7, present: the storyline as a deck model; the files are rendered from it and from nothing else."""

from services.decks.model import Deck
from services.solving.evidence.ledger import EvidenceEntry
from shared.kit.value import Value


class PresentResult(Value):
    """What step 7 records."""

    deck: Deck
    entries: tuple[EvidenceEntry, ...]
