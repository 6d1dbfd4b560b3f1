"""Verify a problem or a deck file: compute every ledger entry again, and hold every number a deck shows against the ledger."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from services.decks import compare, read_pptx, shown_numbers
from services.decks.truth import Discrepancy
from services.identity.actor import Actor
from services.solving.deliverables import repository as deliverables
from services.solving.errors import ProblemNotFoundError
from services.solving.evidence import repository, service
from services.solving.evidence.ledger import EvidenceEntry, EvidenceKind
from services.solving.evidence.rerun import Rerun
from services.solving.problems import repository as problems
from shared.db import reading
from shared.kit.value import Value
from shared.storage import get_object_store


class Difference(Value):
    """An entry that does not compute to what the ledger holds."""

    key: str
    kind: EvidenceKind
    label: str
    ledger: str  # how the number is written in the ledger
    rerun: str  # and how it is written now; empty when nothing came out
    detail: str


class VerifyReport(Value):
    """What verifying found. It holds when `differences` and `discrepancies` are empty."""

    problem_id: str
    entries: int  # re-run
    by_kind: dict[str, int]
    differences: list[Difference]
    shown: int  # numbers a deck shows
    discrepancies: list[Discrepancy]
    decks: list[str]  # file names that were read

    @property
    def holds(self) -> bool:
        """Whether every entry gave its number again and the decks show no false number."""
        return not self.differences and not any(one.false_number for one in self.discrepancies)


def verify_problem(actor: Actor, problem_id: UUID) -> VerifyReport:
    """Compute every entry of a problem's ledger again, and hold its newest decks against the ledger.

    Raises ProblemNotFoundError, and the object store's errors when data or decks cannot be fetched.
    """
    with service.bench(actor, problem_id) as tools:
        entries = list(tools.entries.values())
        reruns = [tools.rerun(entry) for entry in entries]
    with reading() as session:
        files = _decks(session, actor, problem_id)
    store = get_object_store()
    checked = [_compared(store.get(key), entries) for _, key in files]
    return _report(str(problem_id), entries, reruns, checked, [name for name, _ in files])


def verify_deck(actor: Actor, data: bytes, file_name: str = "deck.pptx") -> VerifyReport:
    """Hold a deck file against the ledger of the problem it names, and compute the entries it shows again.

    Raises UnreadableDeckError, NotOurDeckError, and ProblemNotFoundError when the problem is not here.
    """
    problem_id = problem_of_deck(data)
    with service.bench(actor, problem_id) as tools:
        every = list(tools.entries.values())
        presented = read_pptx(data)
        keys = {number.key for number in shown_numbers(presented)}
        entries = [entry for entry in every if entry.key in _with_inputs(keys, tools.entries)]
        reruns = [tools.rerun(entry) for entry in entries]
    return _report(str(problem_id), entries, reruns, [_compared(data, every)], [file_name])


def problem_of_deck(data: bytes) -> UUID:
    """Return the problem a deck file says it belongs to. Raises UnreadableDeckError, NotOurDeckError and ProblemNotFoundError."""
    named = read_pptx(data).problem_id
    try:
        return UUID(named)
    except ValueError:
        raise ProblemNotFoundError("The deck names a problem that is not on this platform.") from None


def _with_inputs(keys: set[str], entries: Mapping[str, EvidenceEntry]) -> set[str]:
    """Return the keys and, step by step, everything they are computed from."""
    found: set[str] = set()
    waiting = sorted(keys & entries.keys())
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [one for one in entries[key].recipe.inputs.values() if one in entries]
    return found


def _decks(session: Session, actor: Actor, problem_id: UUID) -> list[tuple[str, str]]:
    problem = problems.find(session, actor, problem_id)
    rows = deliverables.list_deliverables(session, actor, problem.id)
    return [(row.file_name, row.file_path) for row in rows if row.deliverable_type == "ppt" and row.status == "ready"]


def _compared(data: bytes, entries: Sequence[EvidenceEntry]) -> tuple[int, list[Discrepancy]]:
    presented = read_pptx(data)
    displays = repository.displays({entry.key: entry for entry in entries})
    tables = {entry.key: entry.rows for entry in entries if entry.rows is not None}
    return len(shown_numbers(presented)), compare(presented, displays, tables)


def _report(
    problem_id: str,
    entries: Sequence[EvidenceEntry],
    reruns: Sequence[Rerun],
    checked: Sequence[tuple[int, list[Discrepancy]]],
    decks: list[str],
) -> VerifyReport:
    differing = [(entry, rerun) for entry, rerun in zip(entries, reruns, strict=True) if not rerun.same]
    kinds = [entry.kind.value for entry in entries]
    return VerifyReport(
        problem_id=problem_id,
        entries=len(entries),
        by_kind={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        differences=[
            Difference(key=entry.key, kind=entry.kind, label=entry.label, ledger=entry.display, rerun=rerun.display, detail=rerun.detail)
            for entry, rerun in differing
        ],
        shown=sum(count for count, _ in checked),
        discrepancies=[one for _, found in checked for one in found],
        decks=decks,
    )
