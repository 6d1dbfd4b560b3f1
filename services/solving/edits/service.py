"""Use-cases of edits. Each writes a new version with its author and reason; nobody here commits.

An edit is refused while a run has yet to do, or is doing, the step that is edited; what comes after it may be under way and will be stale.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import events, outputs
from services.solving.edits import frame as frames
from services.solving.edits.numbers import vouched, vouched_record
from services.solving.edits.priorities import Override
from services.solving.edits.replay import ANSWERED, applied
from services.solving.edits.tree import AnyEdit
from services.solving.errors import EditConflictError, InvalidEditError, RunActiveError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import Ledger
from services.solving.models import Execution, Problem, Run
from services.solving.outputs import ACCEPTED, UNDO, Edit, Output
from services.solving.problems import repository as problems
from services.solving.runs.gather import brief_of, open_workspace
from services.solving.runs.rows import Writing, write_rows
from services.solving.runs.transitions import ExecutionStatus, RunStatus
from services.solving.steps.contract import StepContext, StepName
from services.solving.steps.frame import Frame
from services.solving.steps.registry import STEP_BY_NAME, following
from services.solving.steps.tree import IssueTree
from services.solving.storable import storable_text
from services.solving.tree import versions
from shared.kit.value import Value


def edit_frame(
    session: Session, actor: Actor, problem_id: UUID, frame: Frame, *, reason: str | None = None, expected_version: int | None = None
) -> Output:
    """Replace the frame. Numbers in its words become assumptions of the actor; a new target brings its gap with it.

    Raises ProblemNotFoundError, NotDecidedYetError, RunActiveError, and EditConflictError when the newest version is not the expected one.
    """
    problem, before, ledger = _begin(session, actor, problem_id, StepName.FRAME, expected_version)
    words = Frame.model_validate(vouched_record(frame.model_dump(mode="json"), ledger, actor.name))
    edit = Edit(frames.changes(before.decision(), words), actor.name, reason)
    return _apply(session, actor, problem, before, edit, ledger)


def answer_questions(
    session: Session, actor: Actor, problem_id: UUID, answers: Mapping[str, str], *, expected_version: int | None = None
) -> Output:
    """Answer clarifying questions, by their ids: a new version of the frame with the answers in it.

    Raises InvalidEditError for a question that is not asked or an empty answer, and as `edit_frame` does.
    """
    problem, before, ledger = _begin(session, actor, problem_id, StepName.FRAME, expected_version)
    frame: Frame = before.decision()
    asked = {one.id: one.question for one in frame.clarifying_questions}
    unknown = [name for name in answers if name not in asked]
    if unknown or not answers:
        raise InvalidEditError(f"The frame asks no question {unknown[0][:100]!r}." if unknown else "No question was answered.")
    if any(not answer.strip() for answer in answers.values()):
        raise InvalidEditError("An answer is empty.")
    said = [{"question": asked[name], "answer": vouched(storable_text(text).strip(), ledger, actor.name)} for name, text in answers.items()]
    return _apply(session, actor, problem, before, Edit({"kind": ANSWERED, "answers": said}, actor.name, None), ledger)


def edit_tree(
    session: Session,
    actor: Actor,
    problem_id: UUID,
    edit: AnyEdit,
    *,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Output:
    """Apply one edit to the tree and run its checks again on the data; the new version is projected into the graph.

    Raises InvalidEditError, and as `edit_frame` does.
    """
    problem, before, ledger = _begin(session, actor, problem_id, StepName.TREE, expected_version)
    words = type(edit).model_validate(vouched_record(edit.model_dump(mode="json"), ledger, actor.name))
    return _apply(session, actor, problem, before, Edit(words.model_dump(mode="json"), actor.name, reason), ledger)


def undo_tree_edit(session: Session, actor: Actor, problem_id: UUID, *, expected_version: int | None = None) -> Output:
    """Take back the newest edit of the tree that still stands, as a new version; steps that rested on the tree before it are fresh again.

    Raises InvalidEditError when there is none, and as `edit_frame` does.
    """
    problem, before, ledger = _begin(session, actor, problem_id, StepName.TREE, expected_version)
    history = {row.version: row for row in versions.history(session, problem.id)}
    undone = _newest_edit([(row.version, row.operation) for row in history.values()])
    if undone is None or undone - 1 not in history:
        raise InvalidEditError("There is no edit of this tree to take back.")
    tree = IssueTree.model_validate(history[undone - 1].tree)
    operation = {"kind": UNDO, "version": undone}
    return _finish(session, actor, problem, before, tree, ledger, operation, f"Edit {undone} taken back.")


def _newest_edit(history: list[tuple[int, dict[str, Any]]]) -> int | None:
    """Return the newest version that an edit made and no later one took back, up to the step's own result; `history` newest first. Pure."""
    taken_back: set[int] = set()
    for version, operation in history:
        if operation["kind"] == UNDO:
            taken_back.add(operation["version"])
        elif operation["kind"] == ACCEPTED:
            return None
        elif version not in taken_back:
            return version
    return None


def override_priority(
    session: Session,
    actor: Actor,
    problem_id: UUID,
    node_id: str,
    *,
    reason: str,
    impact_score: int | None = None,
    feasibility_score: int | None = None,
    is_recommended: bool | None = None,
    expected_version: int | None = None,
) -> Output:
    """Override a leaf's scores, or whether it is worked on; the reason is kept beside the computed ones.

    Raises InvalidEditError for a score outside 1..10, an unknown leaf, an empty reason or no kept leaf, and as `edit_frame` does.
    """
    problem, before, ledger = _begin(session, actor, problem_id, StepName.PRIORITIZE, expected_version)
    if not reason.strip():
        raise InvalidEditError("Say why the priority is overridden.")
    said = vouched(reason.strip(), ledger, actor.name)
    override = Override(
        node_id=node_id, reason=said, impact_score=impact_score, feasibility_score=feasibility_score, is_recommended=is_recommended
    )
    return _apply(session, actor, problem, before, Edit(override.model_dump(mode="json"), actor.name, reason), ledger)


def _begin(session: Session, actor: Actor, problem_id: UUID, step: StepName, expected: int | None) -> tuple[Problem, Output, Ledger]:
    problem = problems.lock(session, actor, problem_id)
    before = outputs.decided(session, problem.id, step)
    if expected is not None and expected != before.version:
        raise EditConflictError(f"The newest version is {before.version}, not {expected}: read it and edit that.", version=before.version)
    pending = select(Execution.id).join(Run, Run.id == Execution.run_id)
    pending = pending.where(Run.problem_id == problem.id, Run.status == RunStatus.RUNNING)
    pending = pending.where(Execution.step == step, Execution.status != ExecutionStatus.COMPLETED)
    if session.scalars(pending.limit(1)).one_or_none() is not None:
        raise RunActiveError(f"The step '{STEP_BY_NAME[step].title}' is being worked on; wait for it, or cancel the run.")
    return problem, before, Ledger(ledger_rows.ledger(session, problem.id))


def _apply(session: Session, actor: Actor, problem: Problem, before: Output, edit: Edit, ledger: Ledger) -> Output:
    have = outputs.current(session, problem.id)
    computes = before.step is StepName.TREE or edit.operation["kind"] == ANSWERED
    data = open_workspace(problems.datasets(session, problem.id) if computes else [])
    try:
        frame = have[StepName.FRAME].decision()
        context = StepContext(problem=brief_of(problem), data=data, known=ledger.known, frame=frame)
        decision = applied(context, before.step, before.decision(), edit, ledger)
    finally:
        if data is not None:
            data.close()
    return _finish(session, actor, problem, before, decision, ledger, edit.operation, edit.reason)


def _finish(
    session: Session,
    actor: Actor,
    problem: Problem,
    before: Output,
    decision: Value,
    ledger: Ledger,
    operation: dict[str, Any],
    reason: str | None,
) -> Output:
    have = outputs.current(session, problem.id)
    inputs = outputs.input_hash(outputs.base_hash(session, problem), before.step, have)
    after = outputs.append(
        session, problem, before.step, decision, input_hash=inputs, author=actor.name, reason=reason, operation=operation
    )
    ledger_rows.save(session, problem.id, problem.organization_id, ledger.entries, step=before.step, execution_id=None)
    write_rows(Writing(session, problem, after, actor.name, reason=reason, operation=operation))
    stale = [step for step in following(before.step) if step in have] if after.output_hash != before.output_hash else []
    body = {"step": before.step, "version": after.version, "stale": stale}
    events.emit(session, problem.id, problem.organization_id, "step_edited", body)
    details = {"step": before.step, "version": after.version, "reason": reason, "operation": operation}
    audit.record(session, actor, f"{before.step}.edited", "problem", problem.id, problem_id=problem.id, details=details)
    return after
