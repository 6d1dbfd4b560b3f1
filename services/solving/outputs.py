"""What the steps decided, version by version, and which of it is stale.

The newest version of a step is the current one. A step is stale when its input hash is not what its inputs hash to now, or when a
step before it is: an edit therefore makes everything downstream stale by itself, and an edit undone makes it fresh again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.decks.model import Deck
from services.solving.errors import NotDecidedYetError
from services.solving.models import Dataset, Problem, StepOutput
from services.solving.steps.analyze import Analysis
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from services.solving.steps.plan import Plans
from services.solving.steps.prioritize import Priorities
from services.solving.steps.registry import STEP_BY_NAME, STEPS
from services.solving.steps.synthesize import Synthesis
from services.solving.steps.tree import IssueTree
from services.solving.storable import storable
from shared.kit.hashing import canonical_json, sha256_hex
from shared.kit.value import Value

Decision = Frame | IssueTree | Priorities | Plans | Analysis | Synthesis | Deck
RECORDS: dict[StepName, type[Value]] = {
    StepName.FRAME: Frame,
    StepName.TREE: IssueTree,
    StepName.PRIORITIZE: Priorities,
    StepName.PLAN: Plans,
    StepName.ANALYZE: Analysis,
    StepName.SYNTHESIZE: Synthesis,
    StepName.PRESENT: Deck,
}
FIELDS: dict[StepName, str] = {  # where a step's result holds its decision
    StepName.FRAME: "frame",
    StepName.TREE: "tree",
    StepName.PRIORITIZE: "priorities",
    StepName.PLAN: "plans",
    StepName.ANALYZE: "analysis",
    StepName.SYNTHESIZE: "synthesis",
    StepName.PRESENT: "deck",
}


ACCEPTED = "accepted"  # the kind of operation that stands for a step's own result
UNDO = "undo"


@dataclass(frozen=True)
class Output:
    """One version of a step's decision."""

    step: StepName
    version: int
    input_hash: str
    output_hash: str
    output: dict[str, Any]
    author: str
    execution_id: UUID | None

    def decision(self) -> Any:
        """Return the decision as its record."""
        return RECORDS[self.step].model_validate(self.output)


@dataclass(frozen=True)
class Edit:
    """Something a person changed of a step's result, as it can be changed again."""

    operation: dict[str, Any]
    author: str
    reason: str | None


def current(session: Session, problem_id: UUID) -> dict[StepName, Output]:
    """Return the newest version of every step that has one."""
    newest = (
        select(StepOutput)
        .where(StepOutput.problem_id == problem_id)
        .ext(distinct_on(StepOutput.step))
        .order_by(StepOutput.step, StepOutput.version.desc())
    )
    return {StepName(row.step): _output(row) for row in session.scalars(newest)}


def at(session: Session, problem_id: UUID, versions: Mapping[StepName, int]) -> dict[StepName, Output]:
    """Return the newest version of every step that has one, but of the steps named the version named."""
    found = current(session, problem_id)
    wanted = [(step, version) for step, version in versions.items() if step in found and found[step].version != version]
    if wanted:
        named = select(StepOutput).where(StepOutput.problem_id == problem_id, tuple_(StepOutput.step, StepOutput.version).in_(wanted))
        found |= {StepName(row.step): _output(row) for row in session.scalars(named)}
    return found


def decided(session: Session, problem_id: UUID, step: StepName) -> Output:
    """Return the newest version of one step. Raises NotDecidedYetError when the step has no result."""
    query = (
        select(StepOutput).where(StepOutput.problem_id == problem_id, StepOutput.step == step).order_by(StepOutput.version.desc()).limit(1)
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotDecidedYetError(f"The step '{STEP_BY_NAME[step].title}' has no result yet.", step=step)
    return _output(row)


def history(session: Session, problem_id: UUID, step: StepName) -> list[StepOutput]:
    """Return every version of a step, newest first."""
    query = select(StepOutput).where(StepOutput.problem_id == problem_id, StepOutput.step == step).order_by(StepOutput.version.desc())
    return list(session.scalars(query))


def edits(session: Session, problem_id: UUID, step: StepName) -> list[Edit]:
    """Return the edits that stand on a step's own newest result, oldest first: those nobody took back."""
    columns = select(StepOutput.version, StepOutput.operation, StepOutput.author, StepOutput.reason)
    newest_first = columns.where(StepOutput.problem_id == problem_id, StepOutput.step == step).order_by(StepOutput.version.desc())
    taken_back: set[int] = set()
    found: list[Edit] = []
    for row in session.execute(newest_first):
        if row.operation is None or row.operation["kind"] == ACCEPTED:
            break
        if row.operation["kind"] == UNDO:
            taken_back.add(row.operation["version"])
        elif row.version not in taken_back:
            found.append(Edit(row.operation, row.author, row.reason))
    return found[::-1]


def append(
    session: Session,
    problem: Problem,
    step: StepName,
    decision: Value,
    *,
    input_hash: str,
    author: str,
    execution_id: UUID | None = None,
    reason: str | None = None,
    operation: dict[str, Any] | None = None,
) -> Output:
    """Write the next version of a step; `operation` is the edit that made it.

    The caller holds the problem's lock or its execution's token.
    """
    output = storable(decision.model_dump(mode="json"))
    highest = select(func.coalesce(func.max(StepOutput.version), 0) + 1).where(StepOutput.problem_id == problem.id, StepOutput.step == step)
    values = {
        "organization_id": problem.organization_id,
        "problem_id": problem.id,
        "step": step,
        "version": session.scalars(highest).one(),
        "execution_id": execution_id,
        "author": author,
        "reason": reason,
        "operation": storable(operation),
        "input_hash": input_hash,
        "output_hash": sha256_hex(canonical_json(output)),
        "output": output,
    }
    return _output(session.scalars(insert(StepOutput).values(values).returning(StepOutput)).one())


def base_hash(session: Session, problem: Problem) -> str:
    """Return the hash of what every step starts from: the text, when it was submitted, and the data by content."""
    data = session.execute(select(Dataset.name, Dataset.sha256).where(Dataset.problem_id == problem.id).order_by(Dataset.name)).all()
    facts = [problem.raw_text, problem.urgency, problem.handed_in_on.isoformat(), [[name, sha256] for name, sha256 in data]]
    return sha256_hex(canonical_json(facts))


def input_hash(base: str, step: StepName, outputs: Mapping[StepName, Output]) -> str:
    """Return what a step's inputs hash to: the base and the output of every step before it. Pure."""
    before = [outputs[s.name].output_hash if s.name in outputs else None for s in STEPS[: list(STEP_BY_NAME).index(step)]]
    return sha256_hex(canonical_json([base, before]))


def stale_steps(base: str, outputs: Mapping[StepName, Output]) -> list[StepName]:
    """Return the steps that have a result which no longer follows from their inputs, in order. Pure."""
    stale: list[StepName] = []
    for step in STEPS:
        output = outputs.get(step.name)
        if output is not None and (stale or output.input_hash != input_hash(base, step.name, outputs)):
            stale.append(step.name)
    return stale


def _output(row: StepOutput) -> Output:
    return Output(StepName(row.step), row.version, row.input_hash, row.output_hash, row.output, row.author, row.execution_id)
