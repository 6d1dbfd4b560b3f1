"""Use-cases of memory that write: start from an earlier problem's tree. Nobody here commits."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from services.analysis.dataset import ColumnProfile
from services.identity import audit
from services.identity.actor import Actor
from services.solving import events, outputs
from services.solving.edits.numbers import vouched_record
from services.solving.errors import InvalidEditError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import Ledger
from services.solving.outputs import Output
from services.solving.problems import repository as problems
from services.solving.runs.rows import Writing, write_rows
from services.solving.runs.service import refuse_while_active
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame
from services.solving.steps.registry import following
from services.solving.steps.tree import IssueTree

if TYPE_CHECKING:
    from services.solving.memory.reuse import Table


def reuse_tree(session: Session, actor: Actor, problem_id: UUID, source_id: UUID, *, reason: str | None = None) -> Output:
    """Make an earlier problem's tree this one's, as a new version: its questions and hypotheses, its tests where the data allow them.

    Go on from it by running again from `prioritize`. Raises ProblemNotFoundError for either, NotDecidedYetError when this problem has no
    frame or the other no tree, RunActiveError, and InvalidEditError when they are the same.
    """
    if problem_id == source_id:
        raise InvalidEditError("A problem has its own tree already.")
    from services.solving.memory.reuse import adapted  # the rules' own reading of a table takes its time to load

    problem = problems.lock(session, actor, problem_id)
    refuse_while_active(session, problem)
    source = problems.find(session, actor, source_id)
    frame: Frame = outputs.decided(session, problem.id, StepName.FRAME).decision()
    old: IssueTree = outputs.decided(session, source.id, StepName.TREE).decision()
    displays = ledger_rows.displays(ledger_rows.ledger(session, source.id))
    ledger = Ledger(ledger_rows.ledger(session, problem.id))
    fitted = adapted(old, frame.goal, _tables(session, problem.id), _tables(session, source.id), displays, problem.raw_text)
    tree = IssueTree.model_validate(vouched_record(fitted.model_dump(mode="json"), ledger, actor.name))
    have = outputs.current(session, problem.id)
    inputs = outputs.input_hash(outputs.base_hash(session, problem), StepName.TREE, have)
    why = reason or f"Started from the tree of the problem {source.id}."
    output = outputs.append(session, problem, StepName.TREE, tree, input_hash=inputs, author=actor.name, reason=why)
    ledger_rows.save(session, problem.id, problem.organization_id, ledger.entries, step=StepName.TREE, execution_id=None)
    operation = {"kind": "reused", "problem_id": str(source.id)}
    write_rows(Writing(session, problem, output, actor.name, reason=why, operation=operation))
    stale = [step for step in following(StepName.TREE) if step in have]
    body = {"step": StepName.TREE, "version": output.version, "stale": stale}
    events.emit(session, problem.id, problem.organization_id, "step_edited", body)
    audit.record(
        session, actor, "tree.reused", "problem", problem.id, problem_id=problem.id, details={"version": output.version} | operation
    )
    return output


def _tables(session: Session, problem_id: UUID) -> "list[Table]":
    from services.solving.memory.reuse import Table

    return [
        Table(name=row.name, columns={column["name"]: ColumnProfile.model_validate(column) for column in row.columns})
        for row in problems.datasets(session, problem_id)
    ]
