"""Entry point of the `sevensteps` command."""

import typer

app = typer.Typer(name="sevensteps", no_args_is_help=True, add_completion=True)


@app.callback()
def sevensteps() -> None:
    """From a business problem and its data to a deck whose every number opens to the query behind it."""


def main() -> None:
    """Run the command line."""
    app()
