"""`api`, `worker`, `migrate`, `version`: the platform's own processes, as the supervisor and the container start them."""

from typing import Annotated

import typer

from services.cli.outcome import BadInputError
from services.cli.screen import print_json

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def api() -> None:
    """Serve the HTTP API until it is told to stop."""
    from services.api.server import serve

    serve()


def worker(
    *,
    queues: Annotated[str | None, typer.Option(help="Queues to consume, separated by commas (default: SEVENSTEPS_WORKER_QUEUES).")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Processes (default: SEVENSTEPS_WORKER_CONCURRENCY).")] = None,
) -> None:
    """Do the steps until it is told to stop."""
    from services.orchestrator.worker import run_worker
    from services.solving.runs.queues import QUEUES

    chosen = [name.strip() for name in (queues or "").split(",") if name.strip()]
    unknown = [name for name in chosen if name not in QUEUES]
    if unknown:
        raise BadInputError(f"There is no queue {unknown[0][:40]!r}; there are {', '.join(QUEUES)}.")
    run_worker(chosen or None, concurrency)


def migrate(*, as_json: JsonOption = False) -> None:
    """Bring every store to the current schema."""
    from services.cli.session import bring_up_to_date

    before, after, applied = bring_up_to_date()
    if as_json:
        print_json({"from": before, "to": after, "graph_files_applied": applied})
    else:
        typer.echo("The stores were up to date." if before == after and not applied else f"The stores are at {after}.")


def version(*, as_json: JsonOption = False) -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    if as_json:
        print_json({"version": installed("sevensteps")})
    else:
        typer.echo(installed("sevensteps"))
