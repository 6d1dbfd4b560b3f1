"""`sevensteps diff`: what changed between two runs of a problem, or differs between two problems."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.processes import JsonOption
from services.cli.screen import print_json

if TYPE_CHECKING:
    from services.solving.changes.difference import Change, Difference

_SHOWN = 20
_WIDEST = 110


def diff(
    problem: Annotated[str, typer.Argument(metavar="PROBLEM", help="The id of a problem.", show_default=False)],
    *,
    before: Annotated[int | None, typer.Option("--from", help="A run by its number; by default the last but one.")] = None,
    after: Annotated[int | None, typer.Option("--to", help="The run it is compared with; by default the last.")] = None,
    other: Annotated[str | None, typer.Option("--with", metavar="OTHER", help="Another problem, a branch for instance.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say which numbers, verdicts, findings, slides and conclusions moved between two runs, or differ between two problems."""
    from services.cli.session import platform_session, problem_id_of

    problem_id = problem_id_of(problem)
    other_id = problem_id_of(other) if other is not None else None
    with platform_session() as session:
        from services.solving.changes.service import difference_of_problems, difference_of_runs
        from shared.db import reading

        with reading() as tx:
            if other_id is not None:
                found = difference_of_problems(tx, session.actor, problem_id, other_id)
            else:
                found = difference_of_runs(tx, session.actor, problem_id, before, after)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _tell(found)


def _tell(found: "Difference") -> None:
    if found.nothing:
        typer.echo("Nothing changed.")
        return
    typer.echo(f"Steps that differ: {', '.join(change.step for change in found.steps)}")
    if found.conclusion is None:
        typer.echo("The answer reads the same.")
    else:
        typer.echo("The answer's numbers moved, its words hold:" if found.argument_holds else "The answer is another one:")
        _line(found.conclusion)
    for title, changes in (
        ("Verdicts", found.verdicts),
        ("Recommendations", found.recommendations),
        ("Numbers on slides", found.numbers),
        ("Slides", found.slides),
        ("Findings", found.findings),
    ):
        if changes:
            typer.echo(f"{title}: {len(changes)}")
            for change in changes[:_SHOWN]:
                _line(change)
            if len(changes) > _SHOWN:
                typer.echo(f"  ... and {len(changes) - _SHOWN} more")


def _line(change: "Change") -> None:
    parts = [_short(text) for text in (change.before, change.after) if text is not None]
    typer.echo(f"  {change.change:<8} {_short(change.what)}: {' -> '.join(parts)}")


def _short(text: str) -> str:
    line = text.splitlines()[0] if text else ""
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"
