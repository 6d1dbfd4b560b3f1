"""Use-cases of edits. Each writes a new version with its author and reason; nobody here commits.

An edit is refused while a run has yet to do, or is doing, the step that is edited; what comes after it may be under way and will be stale.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.identity import audit
from services.identity.actor import Actor
from services.solving import events, outputs
from services.solving.edits.numbers import vouched, vouched_record
from services.solving.edits.tree import AnyEdit, edited
from services.solving.errors import EditConflictError, InvalidEditError, RunActiveError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import EvidenceKind, Ledger, Recipe
from services.solving.models import Execution, Problem, Run
from services.solving.outputs import Output
from services.solving.problems import repository as problems
from services.solving.runs.rows import Writing, write_rows
from services.solving.runs.transitions import ExecutionStatus, RunStatus
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Frame, Kpi
from services.solving.steps.prioritize import NodePriority, Priorities
from services.solving.steps.registry import STEP_BY_NAME, following
from services.solving.steps.tree import IssueTree
from services.solving.tree import versions
from shared.kit.value import Value

UNDO = "undo"


def edit_frame(
    session: Session, actor: Actor, problem_id: UUID, frame: Frame, *, reason: str | None = None, expected_version: int | None = None
) -> Output:
    """Replace the frame. Numbers in its words become assumptions of the actor; a new target brings its gap with it.

    Raises ProblemNotFoundError, NotDecidedYetError, RunActiveError, and EditConflictError when the newest version is not the expected one.
    """
    problem, before, ledger = _begin(session, actor, problem_id, StepName.FRAME, expected_version)
    old: Frame = before.decision()
    words = Frame.model_validate(vouched_record(frame.model_dump(mode="json"), ledger, actor.name))
    known = {kpi.name: kpi for kpi in old.kpis}
    kpis = [_retargeted(kpi, known.get(kpi.name), ledger, actor.name) for kpi in words.kpis]
    return _finish(session, actor, problem, before, words.model_copy(update={"kpis": kpis}), ledger, {"kind": "frame_edited"}, reason)


def edit_tree(
    session: Session,
    actor: Actor,
    problem_id: UUID,
    edit: AnyEdit,
    *,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Output:
    """Apply one edit to the tree; its new version is projected into the graph.

    Raises InvalidEditError, and as `edit_frame` does.
    """
    problem, before, ledger = _begin(session, actor, problem_id, StepName.TREE, expected_version)
    words = type(edit).model_validate(vouched_record(edit.model_dump(mode="json"), ledger, actor.name))
    tree: IssueTree = before.decision()
    return _finish(session, actor, problem, before, edited(tree, words), ledger, words.model_dump(mode="json"), reason)


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
        elif operation["kind"] == "accepted":
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
    priorities: Priorities = before.decision()
    said = vouched(reason.strip(), ledger, actor.name)
    changes = {"impact_score": impact_score, "feasibility_score": feasibility_score, "is_recommended": is_recommended}
    changed = _overridden(priorities, node_id, {name: value for name, value in changes.items() if value is not None}, said)
    operation = {"kind": "priority_overridden", "node_id": node_id, **changes}
    return _finish(session, actor, problem, before, changed, ledger, operation, reason)


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
    after = outputs.append(session, problem, before.step, decision, input_hash=inputs, author=actor.name, reason=reason)
    ledger_rows.save(session, problem.id, problem.organization_id, ledger.entries, step=before.step, execution_id=None)
    write_rows(Writing(session, problem, after, actor.name, reason=reason, operation=operation))
    stale = [step for step in following(before.step) if step in have] if after.output_hash != before.output_hash else []
    body = {"step": before.step, "version": after.version, "stale": stale}
    events.emit(session, problem.id, problem.organization_id, "step_edited", body)
    details = {"step": before.step, "version": after.version, "reason": reason, "operation": operation}
    audit.record(session, actor, f"{before.step}.edited", "problem", problem.id, problem_id=problem.id, details=details)
    return after


def _retargeted(kpi: Kpi, old: Kpi | None, ledger: Ledger, who: str) -> Kpi:
    """Return the KPI with ledger keys for figures a person changed, and the gap that follows from them."""
    if old is not None and (kpi.baseline, kpi.target, kpi.unit) == (old.baseline, old.target, old.unit):
        keys = ("baseline_key", "baseline_stated", "baseline_stated_key", "baseline_source", "target_key", "gap", "gap_key")
        return kpi.model_copy(update={name: getattr(old, name) for name in keys})
    recipe = Recipe(reason=f"Written by {who}.")
    changes: dict[str, Any] = {"gap": None, "gap_key": None}
    for name in ("baseline", "target"):
        value = getattr(kpi, name)
        kept = getattr(old, f"{name}_key") if old is not None and value == getattr(old, name) and kpi.unit == old.unit else None
        label = f"{kpi.name}, {name}"
        written = None if value is None else ledger.number(EvidenceKind.ASSUMPTION, value, recipe, label=label, unit=kpi.unit)
        changes[f"{name}_key"] = kept or written
    if changes["baseline_key"] and changes["target_key"]:
        inputs = {"target": changes["target_key"], "baseline": changes["baseline_key"]}
        changes["gap_key"] = ledger.formula("target - baseline", inputs, label=f"{kpi.name}, gap", unit=kpi.unit, signed=True)
        changes["gap"] = ledger.value(changes["gap_key"])
    if kpi.baseline is None or old is None or kpi.baseline != old.baseline:
        changes["baseline_source"] = "none" if kpi.baseline is None else "stated"
    return kpi.model_copy(update=changes)


def _overridden(priorities: Priorities, node_id: str, changes: dict[str, Any], reason: str) -> Priorities:
    if any(not 1 <= changes[name] <= 10 for name in ("impact_score", "feasibility_score") if name in changes):
        raise InvalidEditError("Scores go from 1 to 10.")
    nodes = [_rescored(node, changes, reason) if node.node_id == node_id else node for node in priorities.nodes]
    if nodes == priorities.nodes:
        raise InvalidEditError(f"There is no leaf {node_id[:100]!r} whose scores this would change.")
    kept = sum(node.is_recommended for node in nodes)
    if kept == 0:
        raise InvalidEditError("At least one leaf must be worked on.")
    return priorities.model_copy(update={"nodes": sorted(nodes, key=lambda node: (-node.priority_score, node.node_id)), "kept": kept})


def _rescored(node: NodePriority, changes: dict[str, Any], reason: str) -> NodePriority:
    rescored = node.model_copy(update=changes)
    score = round(rescored.impact_score * rescored.feasibility_score / 10, 2)
    if (rescored.impact_score, rescored.feasibility_score) == (node.impact_score, node.feasibility_score):
        score = node.priority_score
    cut = None if rescored.is_recommended else (node.cut_reason or reason)
    return rescored.model_copy(update={"priority_score": score, "cut_reason": cut, "rationale": f"{node.rationale} Overridden: {reason}"})
