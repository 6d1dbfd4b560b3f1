"""What people changed of a step, changed again in the step's new result, so that running a step again loses nobody's work.

Each edit that still stands becomes a version of its own on top of the new result, by its own author: it can be taken back like the
first time. An edit that no longer fits (its node is gone) is left out and said to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from services.solving.edits import frame as frames
from services.solving.edits.priorities import OVERRIDDEN, Override, overridden
from services.solving.edits.tree import TreeEdit, edited
from services.solving.errors import InvalidEditError
from services.solving.evidence.ledger import EvidenceEntry, Ledger
from services.solving.outputs import Edit
from services.solving.steps.contract import StepContext, StepName
from services.solving.steps.frame import Answer
from shared.kit.value import Value

ANSWERED = "answered"
_TREE_EDIT: TypeAdapter[Any] = TypeAdapter(TreeEdit)


@dataclass(frozen=True)
class Kept:
    """Edits made again: each with the decision it led to, the ledger entries they need, and the edits that no longer fit, with why."""

    made: Sequence[tuple[Edit, Value]] = ()
    lost: Sequence[tuple[Edit, str]] = ()
    entries: tuple[EvidenceEntry, ...] = field(default=())


def made_again(context: StepContext, step: StepName, decision: Value, entries: Sequence[EvidenceEntry], edits: Sequence[Edit]) -> Kept:
    """Return what a step's new decision becomes when the edits that stand are made again, one after the other. Pure."""
    if not edits:
        return Kept()
    ledger = Ledger(context.known | {entry.key: entry for entry in entries})
    made: list[tuple[Edit, Value]] = []
    lost: list[tuple[Edit, str]] = []
    for edit in edits:
        try:
            decision = applied(context, step, decision, edit, ledger)
        except InvalidEditError as error:
            lost.append((edit, error.detail))
        else:
            made.append((edit, decision))
    return Kept(made, lost, ledger.entries)


def applied(context: StepContext, step: StepName, decision: Any, edit: Edit, ledger: Ledger) -> Value:
    """Return the decision with one edit made to it: a tree's checks are run on it, a frame is read again with its answers.

    Raises InvalidEditError.
    """
    kind = edit.operation["kind"]
    if kind == frames.EDITED:
        return frames.changed(decision, edit.operation, lambda kpi, old: frames.retargeted(kpi, old, ledger, edit.author))
    if kind == ANSWERED:
        from services.solving.analysts.rules.reframe import reframed  # the rules' templates are read when first needed

        return reframed(context, decision, [Answer.model_validate(one) for one in edit.operation["answers"]], ledger)
    if kind == OVERRIDDEN:
        return overridden(decision, Override.model_validate(edit.operation))
    if step is StepName.TREE:
        from services.solving.analysts.rules.recheck import rechecked  # as above

        return rechecked(context, edited(decision, _TREE_EDIT.validate_python(edit.operation)), ledger)
    raise InvalidEditError(f"An edit of the kind {kind!r} cannot be made again.")
