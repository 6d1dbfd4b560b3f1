"""Where the newest run of each of many problems stands, for a list: two queries, whatever the number of problems."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from services.solving.models import Execution, Run
from services.solving.runs import approvals
from services.solving.runs.transitions import ExecutionStatus
from services.solving.steps.contract import StepName


@dataclass(frozen=True)
class Standing:
    """The newest run of a problem: the step it is at (the last one when it is through), how many of the seven are done, whose version
    waits for a person."""

    epoch: int
    status: str
    step: StepName
    steps_done: int
    awaited: StepName | None


def standings(session: Session, problem_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Return the standing of each problem that has a run."""
    newest = select(Run.problem_id, func.max(Run.epoch)).where(Run.problem_id.in_(problem_ids)).group_by(Run.problem_id)
    runs = {run.id: run for run in session.scalars(select(Run).where(tuple_(Run.problem_id, Run.epoch).in_(newest)))}
    steps: dict[UUID, list[Execution]] = defaultdict(list)
    for one in session.scalars(select(Execution).where(Execution.run_id.in_(runs)).order_by(Execution.ordinal)):
        steps[one.run_id].append(one)
    return {run.problem_id: standing(run, steps[run.id]) for run in runs.values() if steps[run.id]}


def standing(run: Run, executions: Sequence[Execution]) -> Standing:
    """Return where a run stands. A re-run begins later than the first step: the steps before it are done. Pure."""
    left = [one for one in executions if one.status != ExecutionStatus.COMPLETED]
    at = left[0] if left else executions[-1]
    return Standing(
        epoch=run.epoch,
        status=run.status,
        step=StepName(at.step),
        steps_done=executions[0].ordinal - 1 + len(executions) - len(left),
        awaited=approvals.awaited(run, executions),
    )
