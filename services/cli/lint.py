"""`lint`: the twenty-two checks of a deck file, wherever it comes from, without a server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.outcome import BadInputError, Exit
from services.cli.processes import JsonOption
from services.cli.screen import print_json

if TYPE_CHECKING:
    from services.decks.lint import Report

_MARKS = {"passed": "ok", "warned": "warning", "failed": "ERROR", "not_applicable": "n/a", "not_run": "not run"}
FileOption = Annotated[Path | None, typer.Option(help="Told from the same deck; checked with it (D20).", show_default=False)]


def lint(
    deck: Annotated[Path, typer.Argument(metavar="DECK.pptx", help="A deck file, ours or not.", show_default=False)],
    *,
    pdf: FileOption = None,
    video: FileOption = None,
    audio: FileOption = None,
    captions: FileOption = None,
    open_it: Annotated[bool, typer.Option("--open", help="Also open the deck in LibreOffice and count its pages (D19).")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 for warnings, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check a deck by twenty-two rules. Exit code 1 when one finds an error."""
    from services.decks.lint import Companions, lint_file

    given = [path for path in (deck, pdf, video, audio, captions) if path is not None]
    for path in given:
        if not path.is_file():
            raise BadInputError(f"There is no file {path}.")
    report = lint_file(deck.read_bytes(), companions=Companions(pdf, video, audio, captions), open_it=open_it)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _tell(report)
    bad = report.errors or (strict and report.warnings)
    raise typer.Exit(Exit.FAILED if bad else Exit.OK)


def _tell(report: "Report") -> None:
    for result in report.results:
        note = f"  ({result.reason})" if result.reason else ""
        typer.echo(f"{result.rule}  {_MARKS[result.outcome]:<8} {result.title}{note}")
        for issue in result.issues:
            where = ", ".join(filter(None, (f"slide {issue.slide}" if issue.slide else "deck", issue.shape)))
            typer.echo(f"       {issue.severity:<8} {where}: {issue.message}")
        if result.issues:
            typer.echo(f"       mend     {result.issues[0].mend}")
    verdict = f"{report.passed} of {report.applied} checks hold on {report.slides} slides"
    kind = "" if report.ours else " The deck is not ours, so rules that need a manifest do not apply."
    typer.echo(f"{verdict}: {report.errors} error(s), {report.warnings} warning(s).{kind}")
