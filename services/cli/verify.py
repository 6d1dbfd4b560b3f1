"""`verify`: compute every number again and compare every file with the ledger."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.outcome import BadInputError, Exit
from services.cli.processes import JsonOption
from services.cli.screen import print_json, progress

if TYPE_CHECKING:
    from services.solving.evidence.verify import Verification

_SHOWN = 20


def verify(
    what: Annotated[str, typer.Argument(metavar="PROBLEM|DECK.pptx", help="The id of a problem, or a deck file.", show_default=False)],
    *,
    as_json: JsonOption = False,
) -> None:
    """Compute every number again and compare it with the files. Exit code 1 when one differs."""
    from services.cli.session import platform_session, problem_id_of

    path = Path(what)
    deck = _deck(path) if path.suffix.lower() == ".pptx" else None
    problem_id = None if deck is not None else problem_id_of(what)
    with platform_session() as session, progress("Computing again", quiet=as_json) as advance:
        from services.solving.evidence.verify import verify_deck, verify_problem

        def report(done: int, total: int) -> None:
            advance(100 * done / total, f"{done:,} of {total:,} numbers")

        if deck is not None:
            found = verify_deck(session.actor, path.name, deck, report)
        else:
            assert problem_id is not None
            found = verify_problem(session.actor, problem_id, report)
    if as_json:
        print_json(found.model_dump(mode="json") | {"holds": found.holds})
    else:
        _tell(found)
    raise typer.Exit(Exit.OK if found.holds else Exit.FAILED)


def _deck(path: Path) -> bytes:
    if not path.is_file():
        raise BadInputError(f"There is no file {path}.")
    return path.read_bytes()


def _tell(found: "Verification") -> None:
    for again in found.differing[:_SHOWN]:
        typer.echo(f"differs  {again.key}  {again.display or 'no number'}: {again.detail}")
    if len(found.differing) > _SHOWN:
        typer.echo(f"... and {len(found.differing) - _SHOWN} more")
    for file in found.files:
        for one in file.differences[:_SHOWN]:
            typer.echo(
                f"{one.kind:<12} {file.file_name}, slide {one.slide}, {one.shape}: shows {one.shown!r}, the ledger has {one.expected!r}"
            )
    said = ", ".join(f"{file.file_name} ({file.numbers:,} numbers)" for file in found.files) or "no file"
    verdict = "Every number holds" if found.holds else "NOT every number holds"
    typer.echo(f"{verdict}: {found.entries - len(found.differing):,} of {found.entries:,} came out the same; compared with {said}.")
