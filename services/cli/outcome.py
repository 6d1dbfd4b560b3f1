"""How a command ends: the exit codes, and the one place where an error becomes one of them. docs/cli.md lists them."""

import json
import sys
from enum import IntEnum

from shared.kit.errors import ErrorKind, SevenStepsError


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FAILED = 1
    BAD_INPUT = 2
    UNAVAILABLE = 3
    INTERRUPTED = 130


MEANING: dict[Exit, str] = {
    Exit.OK: "the command did what it was asked",
    Exit.FAILED: "a check failed (a number differs, a store does not answer) or the work itself failed",
    Exit.BAD_INPUT: "the input or the command line is wrong; the message says what and where",
    Exit.UNAVAILABLE: "the platform or one of its stores cannot be reached or started",
    Exit.INTERRUPTED: "somebody pressed Ctrl-C",
}

_OF_KIND: dict[ErrorKind, Exit] = {
    ErrorKind.UNAVAILABLE: Exit.UNAVAILABLE,
    ErrorKind.INTERNAL: Exit.FAILED,
}


class WorkFailedError(SevenStepsError):
    """The command ran and what it was to do did not succeed."""

    code = "work_failed"
    kind = ErrorKind.INTERNAL


class BadInputError(SevenStepsError):
    """What was given on the command line cannot be used."""

    code = "bad_input"
    kind = ErrorKind.INVALID


def exit_of(error: SevenStepsError) -> Exit:
    """Return the exit code of an error: what is neither the platform's fault nor ours is the input's."""
    return _OF_KIND.get(error.kind, Exit.BAD_INPUT)


def report(error: SevenStepsError, *, as_json: bool) -> Exit:
    """Say what went wrong in one sentence on standard error, or as one JSON document on standard output; return the exit code."""
    if as_json:
        body = {"error": {"code": error.code, "detail": error.detail} | {k: v for k, v in error.fields.items() if k != "code"}}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stderr.write(f"sevensteps: {error.detail}\n")
    return exit_of(error)
