"""Where the numbers behind a share link come from: those of the deck that is shared, and what they were computed from."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from services.decks.model import Deck
from services.solving import outputs
from services.solving.evidence import repository
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.evidence.repository import EvidenceNotFoundError
from services.solving.models import Problem
from services.solving.steps.contract import StepName


def shared_evidence(session: Session, problem: Problem, keys: Sequence[str]) -> list[EvidenceEntry]:
    """Return the entries of some numbers that the shared deck shows, or that those were computed from.

    Raises EvidenceNotFoundError for a number that is no part of the deck, whatever the ledger holds.
    """
    deck: Deck = outputs.decided(session, problem.id, StepName.PRESENT).decision()
    ledger = repository.ledger(session, problem.id)
    open_to_see = _with_inputs(list(deck.numbers), ledger)
    missing = next((key for key in keys if key not in open_to_see), None)
    if missing is not None:
        raise EvidenceNotFoundError(f"The shared deck has no number {missing[:20]!r}.", key=missing[:20])
    return [ledger[key] for key in keys]


def _with_inputs(keys: Sequence[str], ledger: Mapping[str, EvidenceEntry]) -> set[str]:
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key in ledger and key not in found:
            found.add(key)
            waiting += ledger[key].recipe.inputs.values()
    return found
