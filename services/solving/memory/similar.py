"""Use-case: which earlier problems are like this one, why, and what became of hypotheses like its own.

Found by meaning in the vector store, ordered by `ranking`, and held against PostgreSQL: what is deleted or another organization's is not
there, whatever the vectors say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity.actor import Actor
from services.solving import outputs
from services.solving.errors import NotDecidedYetError
from services.solving.evidence import repository as ledger_rows
from services.solving.memory.gather import collection, parts_now
from services.solving.memory.likeness import ColumnShape, DataShape, SharedKpi, data_shape, shared_kpi
from services.solving.memory.parts import Outcome, Part, PartKind
from services.solving.memory.ranking import ALIKE, THE_SAME, ranked
from services.solving.memory.words import shared_words
from services.solving.models import Problem
from services.solving.problems import repository as problems
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from shared.embeddings import DIMENSIONS, embed
from shared.kit.cited import shown
from shared.kit.value import Value

if TYPE_CHECKING:
    from shared.vectors import VectorStore  # its client takes a second to import

_WHOLE: tuple[PartKind, ...] = ("problem", "frame")
_PIECES: tuple[PartKind, ...] = ("hypothesis", "recommendation")
_LOOKED_AT, _PARTS_SHOWN, _WORDS_SHOWN = 50, 5, 12
# What a common KPI, data of the same shape and counterparts of every leaf add to the likeness of the texts, each at most.
_ADDS = 0.1


class AlikePart(Value):
    """A part of this problem and the part of the other that says the same."""

    kind: PartKind
    here: str
    there: str
    similarity: float
    words: list[str]


class SimilarProblem(Value):
    """An earlier problem: how alike it is and why. `similarity` is of the texts; the order also counts KPI, data and tree."""

    problem_id: UUID
    title: str
    completed_at: datetime | None
    answer: str
    similarity: float
    words: list[str]
    kpi: SharedKpi | None
    data: DataShape | None
    leaves: int  # how many leaves of our tree have a counterpart there
    parts: list[AlikePart]
    why: list[str]


class Precedent(Value):
    """What became of a hypothesis like one of ours in an earlier problem."""

    node_id: str
    hypothesis: str
    problem_id: UUID
    title: str
    earlier_node_id: str
    earlier: str
    outcome: Outcome
    reason: str
    similarity: float
    words: list[str]


class Similar(Value):
    """Problems like this one, most alike first, and what became of hypotheses like its own, refuted ones first."""

    items: list[SimilarProblem]
    precedents: list[Precedent]


@dataclass(frozen=True)
class Hit:
    """A remembered part of another problem that is like one of ours."""

    here: Part
    there: Part
    problem_id: UUID
    score: float


def similar_problems(session: Session, actor: Actor, store: "VectorStore", problem_id: UUID, *, limit: int = 10) -> Similar:
    """Return what memory has on a problem. Raises ProblemNotFoundError and VectorStoreUnavailableError."""
    problem = problems.find(session, actor, problem_id)
    parts = [part for part in parts_now(session, problem) if part.kind in (*_WHOLE, *_PIECES)]
    store.ensure_collection(collection(), DIMENSIONS)
    hits = [hit for kind in (*_WHOLE, *_PIECES) for hit in _hits(store, problem, [part for part in parts if part.kind == kind])]
    others = _visible(session, actor, {hit.problem_id for hit in hits})
    hits = [hit for hit in hits if hit.problem_id in others]
    mine = _Subject.of(session, problem)
    leaves = sum(part.kind == "hypothesis" for part in parts)
    best = sorted({hit.problem_id for hit in hits if hit.here.kind in _WHOLE}, key=lambda one: (-_of_texts(hits, one), str(one)))
    items = [
        _compared(mine, _Subject.of(session, others[one]), [hit for hit in hits if hit.problem_id == one]) for one in best[: 2 * limit]
    ]
    items.sort(key=lambda one: (-_order(one, leaves), str(one.problem_id)))
    titles = {one: _title(session, other) for one, other in others.items()}
    return Similar(items=items[:limit], precedents=_precedents(hits, titles))


def _hits(store: "VectorStore", problem: Problem, parts: Sequence[Part]) -> list[Hit]:
    """Return the remembered parts of the same kind that are like ours, each of ours ranked by itself."""
    if not parts:
        return []
    vectors = [vector.tolist() for vector in embed([part.text for part in parts])]
    found = store.search_many(
        collection(),
        str(problem.organization_id),
        vectors,
        where={"kind": parts[0].kind},
        limit=_LOOKED_AT,
        minimum=ALIKE / 2,
        besides=str(problem.id),
    )
    hits = []
    floor = ALIKE if parts[0].kind in _WHOLE else THE_SAME
    for part, matches in zip(parts, found, strict=True):
        candidates = [Part.model_validate(match.payload) for match in matches]
        order = ranked(part.text, [candidate.text for candidate in candidates], [match.score for match in matches])
        hits += [
            Hit(part, candidates[one.place], UUID(matches[one.place].entity_id), round(min(one.score, 1.0), 3))
            for one in order
            if one.score >= floor
        ]
    return hits


def _visible(session: Session, actor: Actor, ids: set[UUID]) -> dict[UUID, Problem]:
    query = select(Problem).where(Problem.id.in_(ids), Problem.organization_id == actor.organization_id, Problem.deleted_at.is_(None))
    return {row.id: row for row in session.scalars(query)}


@dataclass(frozen=True)
class _Subject:
    """A problem as far as it is held beside another."""

    problem: Problem
    title: str
    frame: Frame | None
    answer: str
    columns: list[ColumnShape]

    @classmethod
    def of(cls, session: Session, problem: Problem) -> "_Subject":
        displays = ledger_rows.displays(ledger_rows.ledger(session, problem.id))
        frame = _decision(session, problem, StepName.FRAME)
        synthesis = _decision(session, problem, StepName.SYNTHESIZE)
        columns = [
            ColumnShape(table=table.name, name=column["name"], role=column["role"])
            for table in problems.datasets(session, problem.id)
            for column in table.columns
        ]
        answer = str(shown(synthesis["governing_answer"], displays)) if synthesis else ""
        return cls(problem, _title(session, problem), Frame.model_validate(frame) if frame else None, answer, columns)


def _decision(session: Session, problem: Problem, step: StepName) -> Mapping[str, object] | None:
    try:
        return outputs.decided(session, problem.id, step).output
    except NotDecidedYetError:
        return None


def _title(session: Session, problem: Problem) -> str:
    if "[[" not in (problem.title or ""):
        return problem.title or "Untitled problem"
    return str(shown(problem.title, ledger_rows.displays(ledger_rows.ledger(session, problem.id))))


def _of_texts(hits: Sequence[Hit], problem_id: UUID) -> float:
    return max((hit.score for hit in hits if hit.problem_id == problem_id and hit.here.kind in _WHOLE), default=0.0)


def _order(one: SimilarProblem, leaves: int) -> float:
    """Return what a problem is ordered by: the likeness of the texts, and a tenth each for KPI, data and counterparts of our leaves."""
    counterparts = one.leaves / leaves if leaves else 0.0
    return one.similarity + _ADDS * ((one.kpi is not None) + (one.data.likeness if one.data else 0.0) + counterparts)


def _compared(mine: _Subject, other: _Subject, hits: Sequence[Hit]) -> SimilarProblem:
    whole = [hit for hit in hits if hit.here.kind in _WHOLE]
    words = list(dict.fromkeys(word for hit in whole for word in shared_words(hit.here.text, hit.there.text)))[:_WORDS_SHOWN]
    kpi = shared_kpi(mine.frame.kpis, other.frame.kpis) if mine.frame and other.frame else None
    data = data_shape(mine.columns, other.columns)
    parts = _alike_parts([hit for hit in hits if hit.here.kind in _PIECES])
    return SimilarProblem(
        problem_id=other.problem.id,
        title=other.title,
        completed_at=other.problem.completed_at,
        answer=other.answer,
        similarity=max((hit.score for hit in whole), default=0.0),
        words=words,
        kpi=kpi,
        data=data,
        leaves=len({hit.here.ref for hit in hits if hit.here.kind == "hypothesis"}),
        parts=parts,
        why=_why(words, kpi, data, parts),
    )


def _alike_parts(hits: Sequence[Hit]) -> list[AlikePart]:
    """Return for each of our parts its nearest there, most alike first."""
    nearest: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.here.ref, hit.there.ref)):
        nearest.setdefault(f"{hit.here.kind}/{hit.here.ref}", hit)
    return [
        AlikePart(
            kind=hit.here.kind,
            here=hit.here.text,
            there=hit.there.text,
            similarity=hit.score,
            words=shared_words(hit.here.text, hit.there.text),
        )
        for hit in list(nearest.values())[:_PARTS_SHOWN]
    ]


def _why(words: Sequence[str], kpi: SharedKpi | None, data: DataShape | None, parts: Sequence[AlikePart]) -> list[str]:
    """Return the reasons in sentences."""
    said = [f"Both texts speak of {_listed(words)}." if words else "The texts mean much the same, in different words."]
    if kpi is not None:
        said.append(f"Both are measured by {kpi.here}." if kpi.here == kpi.there else f"{kpi.here} here is {kpi.there} there.")
    if data is not None and data.columns:
        said.append(f"The data have columns in common: {_listed([column.here for column in data.columns][:_PARTS_SHOWN])}.")
    elif data is not None and data.both_have:
        said.append(f"Both data sets have {_listed(data.both_have)}, under other names.")
    said += [f"“{part.here}” here, “{part.there}” there." for part in parts[:2]]
    return said


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _precedents(hits: Sequence[Hit], titles: Mapping[UUID, str]) -> list[Precedent]:
    told = [hit for hit in hits if hit.here.kind == "hypothesis" and hit.there.outcome in {"supported", "refuted", "undecided"}]
    order = {"refuted": 0, "supported": 1, "undecided": 2}
    told.sort(key=lambda hit: (order[str(hit.there.outcome)], -hit.score, hit.here.ref, str(hit.problem_id), hit.there.ref))
    return [
        Precedent(
            node_id=hit.here.ref,
            hypothesis=hit.here.text,
            problem_id=hit.problem_id,
            title=titles[hit.problem_id],
            earlier_node_id=hit.there.ref,
            earlier=hit.there.text,
            outcome=hit.there.outcome or "not_tested",
            reason=hit.there.reason,
            similarity=hit.score,
            words=shared_words(hit.here.text, hit.there.text),
        )
        for hit in told
    ]
