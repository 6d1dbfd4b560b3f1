"""`similar`, `impact` and `rebuild`: what earlier problems say, which slides rest on a file, and copies made anew."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from services.cli.processes import JsonOption
from services.cli.screen import print_json

if TYPE_CHECKING:
    from services.solving.memory.impact import FileImpact
    from services.solving.memory.similar import Similar

_SHOWN = 10


def similar(
    problem: Annotated[str, typer.Argument(metavar="PROBLEM", help="The id of a problem.", show_default=False)],
    *,
    as_json: JsonOption = False,
) -> None:
    """Say which earlier problems are like this one and why, and which of its hypotheses were refuted before."""
    from services.cli.session import platform_session, problem_id_of

    problem_id = problem_id_of(problem)
    with platform_session() as session:
        from services.solving.memory.similar import similar_problems
        from shared.db import reading
        from shared.vectors import get_vector_store

        with reading() as tx:
            found = similar_problems(tx, session.actor, get_vector_store(), problem_id)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _tell_similar(found)


def impact(
    what: Annotated[str, typer.Argument(metavar="PROBLEM|FILE", help="The id of a problem, or a data file.", show_default=False)],
    *,
    as_json: JsonOption = False,
) -> None:
    """Say which slides fall if a file changes: each file of a problem, or one file wherever its bytes were used."""
    from services.cli.session import platform_session, problem_id_of

    path = Path(what)
    problem_id = None if path.is_file() else problem_id_of(what)
    with platform_session() as session:
        from graph.driver import get_graph
        from services.solving.memory.impact import impact_of_file, impact_of_problem
        from shared.db import reading

        with reading() as tx:
            if problem_id is not None:
                found = impact_of_problem(tx, session.actor, get_graph(), problem_id)
            else:
                with path.open("rb") as data:
                    sha256 = hashlib.file_digest(data, "sha256").hexdigest()
                found = [impact_of_file(tx, session.actor, get_graph(), path.name, sha256)]
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        _tell_impact(found)


def rebuild(
    store: Annotated[Literal["graph", "vectors", "all"], typer.Argument(metavar="[graph|vectors|all]", help="Which copy.")] = "all",
    *,
    as_json: JsonOption = False,
) -> None:
    """Make the graph and the vectors anew from PostgreSQL, which is the truth."""
    from services.cli.session import platform_session

    made: dict[str, int] = {}
    with platform_session():
        if store != "vectors":
            from services.solving.tree.rebuild import rebuild_graph

            made["graph"] = rebuild_graph()
        if store != "graph":
            from services.solving.memory.index import rebuild as rebuild_vectors
            from shared.vectors import get_vector_store

            made["vectors"] = rebuild_vectors(get_vector_store())
    if as_json:
        print_json({"problems": made})
    else:
        for name, problems in made.items():
            typer.echo(f"{name:<8} holds {problems:,} problems again")


def _tell_similar(found: "Similar") -> None:
    if not found.items:
        typer.echo("No earlier problem is like this one.")
    for one in found.items:
        typer.echo(f"{one.similarity:.2f}  {one.title}  ({one.problem_id})")
        for reason in one.why:
            typer.echo(f"      {reason}")
    refuted = [one for one in found.precedents if one.outcome == "refuted"][:_SHOWN]
    if refuted:
        typer.echo("Refuted before:")
    for precedent in refuted:
        typer.echo(f"  {precedent.node_id}: {precedent.hypothesis}")
        typer.echo(f"      in “{precedent.title}”, {precedent.earlier_node_id}: {precedent.reason}")


def _tell_impact(found: "list[FileImpact]") -> None:
    for one in found:
        typer.echo(f"{one.file}: {len(one.slides)} slides rest on it")
        for slide in one.slides:
            typer.echo(f"  {slide.position:>3}  {slide.title}")
            reasons = [f"findings {', '.join(slide.findings)}"] if slide.findings else []
            reasons += [f"leaves {', '.join(slide.leaves)}"] if slide.leaves else []
            reasons += [f"recommends: {title}" for title in slide.recommendations]
            reasons += ["numbers of its own"] if slide.own_numbers else []
            typer.echo(f"       by {'; '.join(reasons)}")
