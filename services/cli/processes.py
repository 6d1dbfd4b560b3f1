"""`api`, `worker`, `migrate`, `version`: the platform's own processes, as the supervisor and the container start them."""

from typing import Annotated

import typer

from services.cli.screen import print_json

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def api() -> None:
    """Serve the HTTP API on SEVENSTEPS_API_HOST and SEVENSTEPS_API_PORT until it is told to stop."""
    from services.api.server import serve

    serve()


def version(*, as_json: JsonOption = False) -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    if as_json:
        print_json({"version": installed("sevensteps")})
    else:
        typer.echo(installed("sevensteps"))
