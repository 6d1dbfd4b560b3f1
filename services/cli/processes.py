"""`api`, `worker`, `migrate`, `version`: the platform's own processes, as the supervisor and the container start them."""

from typing import Annotated

import typer

from services.cli.screen import print_json

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def api() -> None:
    """Serve the HTTP API on SEVENSTEPS_API_HOST and SEVENSTEPS_API_PORT until it is told to stop."""
    from services.api.server import serve

    serve()


def migrate(*, as_json: JsonOption = False) -> None:
    """Bring every store to the current schema: tables, graph constraints, the bucket, the built-in local user."""
    from graph.driver import get_graph
    from graph.schema_runner import apply_schema
    from migrations import runner
    from services.identity.local import ensure_local_user
    from shared.db import transaction
    from shared.settings import get_settings
    from shared.storage import get_object_store

    url = get_settings().store("DATABASE_URL")
    before = runner.current(url)
    runner.upgrade(url)
    applied = apply_schema(get_graph())
    get_object_store().ensure_bucket()
    with transaction() as session:
        ensure_local_user(session)
    if as_json:
        print_json({"from": before, "to": runner.head(), "graph_files_applied": applied})
    else:
        typer.echo(f"The stores are at {runner.head()}." if before != runner.head() or applied else "The stores were up to date.")


def version(*, as_json: JsonOption = False) -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    if as_json:
        print_json({"version": installed("sevensteps")})
    else:
        typer.echo(installed("sevensteps"))
