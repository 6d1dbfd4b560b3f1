"""Entry point of the `sevensteps` command: the list of commands, and how every one of them ends.

Each command's module imports nothing heavy at its top, so that `--help` answers at once.
"""

import sys
import traceback
from typing import Annotated

import typer

from services.cli import ask, branch, diff, insights, lint, memory, platform, processes, solve, verify
from services.cli.outcome import Exit, report
from shared.kit.errors import SevenStepsError

app = typer.Typer(
    name="sevensteps",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From a business problem and its data to a deck whose every number opens to the query behind it.",
    epilog="Exit codes: 0 done, 1 a check or the work failed, 2 bad input, 3 the platform cannot be reached, 130 interrupted.",
)


@app.callback()
def sevensteps(*, debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")] = False) -> None:
    """Take the options that stand before a command; `main` reads them."""


COMMANDS = (
    *(solve.demo, solve.solve, solve.watch, verify.verify, lint.lint, diff.diff, insights.insights, ask.ask),
    *(branch.branch, branch.rerun),
    *(memory.similar, memory.impact, memory.rebuild),
    *(platform.up, platform.down, platform.doctor),
    *(processes.api, processes.worker, processes.migrate, processes.version),
)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command line and end with one of the exit codes of `services.cli.outcome`."""
    arguments = sys.argv[1:]
    try:
        app(args=arguments)
    except SevenStepsError as error:
        sys.exit(report(error, as_json="--json" in arguments))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.OK)
    except Exception as error:  # noqa: BLE001 (a person gets a sentence; the traceback is asked for with --debug)
        if "--debug" in arguments:
            traceback.print_exc()
        sys.stderr.write(f"sevensteps: internal error ({type(error).__name__}): {error}\n")
        sys.exit(Exit.FAILED)
