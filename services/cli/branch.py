"""`sevensteps branch` and `sevensteps rerun`: try another assumption beside the first, and bring what is stale up to date."""

from typing import Annotated

import typer

from services.cli.outcome import BadInputError
from services.cli.processes import JsonOption
from services.cli.screen import print_json, progress

_Problem = Annotated[str, typer.Argument(metavar="PROBLEM", help="The id of a problem.", show_default=False)]


def branch(
    problem: _Problem,
    *,
    up_to: Annotated[str, typer.Option("--up-to", metavar="STEP", help="The last step to take over.", show_default=False)],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="What the branch assumes.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Copy a problem with its data and its decisions up to a step, to try another assumption beside it."""
    from services.cli.session import platform_session, problem_id_of

    problem_id, step = problem_id_of(problem), _step(up_to)
    with platform_session() as session:
        from services.solving.problems.branch import branch_problem
        from services.solving.steps.contract import StepName
        from shared.db import transaction

        with transaction() as tx:
            made = branch_problem(tx, session.actor, problem_id, up_to=StepName(step), reason=because)
            told = {"problem_id": str(made.id), "title": made.title, "branched_from": problem, "up_to": step, "reason": because}
    if as_json:
        print_json(told)
    else:
        typer.echo(f"{told['problem_id']}  {told['title']}")


def rerun(
    problem: _Problem,
    *,
    first: Annotated[str | None, typer.Option("--from", metavar="STEP", help="Where to start; by default at the first stale step.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the steps that are stale or missing, with what people changed kept. Exit code 1 when the run did not complete."""
    from services.cli.session import platform_session, problem_id_of
    from services.cli.work import require_completed, run_to_end

    problem_id, step = problem_id_of(problem), None if first is None else _step(first)
    with platform_session() as session, progress("Running again", quiet=as_json) as advance:
        from services.solving.runs import service
        from services.solving.steps.contract import StepName
        from shared.db import reading, transaction

        with transaction() as tx:
            run = service.rerun(tx, session.actor, problem_id, from_step=None if step is None else StepName(step))
            epoch = run.epoch
        status = run_to_end(session, problem_id, advance, start=False)
        with reading() as tx:
            steps = [one.step for one in service.list_executions(tx, session.actor, problem_id, epoch=epoch) if one.status == "completed"]
    require_completed(problem_id, status)
    if as_json:
        print_json({"problem_id": problem, "run": epoch, "status": status, "steps": steps})
    else:
        typer.echo(f"Run {epoch}: {len(steps)} steps ran again: {', '.join(steps)}")


def _step(text: str) -> str:
    from services.solving.steps.contract import StepName

    if text not in set(StepName):
        raise BadInputError(f"{text[:60]!r} is no step; the steps are {', '.join(StepName)}.")
    return text
