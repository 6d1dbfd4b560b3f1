"""Hold everything a problem shows against its ledger: compute every entry again, then compare every number in every file.

All other files are held against a new rendering of the recorded deck, byte for byte; of sound and film the captions are, word
for word, since a voice on another machine may take a little longer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar
from uuid import UUID

from services import decks  # its functions load what they need when they are first called
from services.decks.model import Deck
from services.decks.truth import Discrepancy
from services.identity.actor import Actor
from services.solving import outputs
from services.solving.deliverables import repository as deliverables
from services.solving.deliverables.behind import behind
from services.solving.deliverables.rendering import CAPTIONS, kinds
from services.solving.errors import ProblemNotFoundError
from services.solving.evidence import repository, service
from services.solving.evidence.ledger import EvidenceEntry
from services.solving.evidence.rerun import Rerun
from services.solving.steps.contract import StepName
from shared.db import reading
from shared.kit.errors import ErrorKind, SevenStepsError
from shared.kit.value import Value
from shared.storage import get_object_store

Report = Callable[[int, int], None]


class NothingToVerifyError(SevenStepsError):
    """The problem has no number yet."""

    code: ClassVar[str] = "nothing_to_verify"
    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT


class FileCheck(Value):
    """One file held against the ledger: how many numbers it shows, and where it differs."""

    file_name: str
    numbers: int
    differences: list[Discrepancy]


class Verification(Value):
    """What came out. `differing` are the entries that no longer give their number."""

    problem_id: str
    entries: int
    differing: list[Rerun]
    files: list[FileCheck]

    @property
    def holds(self) -> bool:
        """Whether every number came out the same and no file shows one that the ledger does not vouch for."""
        return not self.differing and not any(one.false_number for file in self.files for one in file.differences)


def verify_problem(actor: Actor, problem_id: UUID, report: Report = lambda _done, _total: None) -> Verification:
    """Compute every entry of a problem again and compare all its files.

    Raises ProblemNotFoundError, NothingToVerifyError, and the object store's errors.
    """
    differing, entries = _rerun_all(actor, problem_id, None, report)
    with reading() as session:
        have = outputs.current(session, problem_id)
        ready = [row for row in deliverables.list_deliverables(session, actor, problem_id) if row.status == "ready"]
    deck = have[StepName.PRESENT].decision() if StepName.PRESENT in have else None
    again = {kind.file_name: kind.render for kind in kinds(behind(problem_id))} if deck is not None else {}
    files = []
    for row in reversed(ready):
        data = get_object_store().get(row.file_path)
        if row.deliverable_type == "ppt":
            files.append(check_deck(row.file_name, data, entries))
        elif deck is not None and row.file_name in again:
            files.append(_check_rendering(row.file_name, deck, same=data == again[row.file_name](deck)))
        elif deck is not None and row.mime_type == CAPTIONS:
            holds = decks.captions_hold(deck, "audio" if row.deliverable_type == "audio" else "video", data.decode("utf-8", "replace"))
            files.append(_check_rendering(row.file_name, deck, same=holds))
    return Verification(problem_id=str(problem_id), entries=len(entries), differing=differing, files=files)


def verify_deck(actor: Actor, file_name: str, data: bytes, report: Report = lambda _done, _total: None) -> Verification:
    """Compare a deck file, wherever it has been, with the ledger of the problem it names, and compute again what it shows.

    Raises UnreadableDeckError, NotOurDeckError and ProblemNotFoundError.
    """
    presented = decks.read_pptx(data)
    problem_id = _id_in(presented.problem_id)
    shown = {number.key for number in decks.shown_numbers(presented)}
    differing, entries = _rerun_all(actor, problem_id, shown, report)
    return Verification(problem_id=str(problem_id), entries=len(shown), differing=differing, files=[check_deck(file_name, data, entries)])


def check_deck(file_name: str, data: bytes, entries: Mapping[str, EvidenceEntry]) -> FileCheck:
    """Compare every number of a deck file with the ledger. Raises UnreadableDeckError and NotOurDeckError."""
    presented = decks.read_pptx(data)
    rows = {key: entry.rows for key, entry in entries.items() if entry.rows is not None}
    differences = decks.compare(presented, repository.displays(dict(entries)), rows)
    return FileCheck(file_name=file_name, numbers=len(decks.shown_numbers(presented)), differences=differences)


def _check_rendering(file_name: str, deck: Deck, *, same: bool) -> FileCheck:
    differs = Discrepancy(slide=0, shape=file_name, kind="number", shown="", expected="what the recorded deck renders to")
    return FileCheck(file_name=file_name, numbers=len(deck.numbers), differences=[] if same else [differs])


def _rerun_all(actor: Actor, problem_id: UUID, keys: set[str] | None, report: Report) -> tuple[list[Rerun], dict[str, EvidenceEntry]]:
    """Compute entries again (all, or those named with what they rest on) and return those that differ, and the whole ledger."""
    with service.bench(actor, problem_id) as bench:
        wanted = [bench.entries[key] for key in _resting_on(bench.entries, keys)]
        if not bench.entries:
            raise NothingToVerifyError("The problem shows no number yet: run it first.")
        differing = []
        for done, entry in enumerate(wanted, start=1):
            again = bench.rerun(entry)
            if not again.same:
                differing.append(again)
            report(done, len(wanted))
        return differing, dict(bench.entries)


def _resting_on(entries: Mapping[str, EvidenceEntry], keys: set[str] | None) -> Sequence[str]:
    """Return keys with all they are computed from, in the ledger's order."""
    if keys is None:
        return list(entries)
    open_keys, seen = [key for key in keys if key in entries], set[str]()
    while open_keys:
        key = open_keys.pop()
        if key not in seen and key in entries:
            seen.add(key)
            open_keys += entries[key].recipe.inputs.values()
    return [key for key in entries if key in seen]


def _id_in(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ProblemNotFoundError("The deck names no problem of this platform.") from None
