"""`sevensteps ask`: one question, answered from the data or not at all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.outcome import BadInputError, Exit

if TYPE_CHECKING:
    from services.analysis.ask.answering import Reply
    from services.analysis.workspace import Workspace


def ask(
    words: Annotated[
        list[str],
        typer.Argument(metavar="FILE... [QUESTION]", help="Files, then the question (none with --verify).", show_default=False),
    ],
    *,
    constraints: Annotated[str, typer.Option(help="How the answer is to be computed.")] = "",
    answer_format: Annotated[str, typer.Option("--format", help="The answers wanted: '@name[value] where value is ...'.")] = "",
    verify: Annotated[Path | None, typer.Option(help="A reply written with --json, to compute again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
) -> None:
    """Answer one stated question from the data, with the query behind the answer, or say why not."""
    from services.analysis.ask.answering import ask as answer
    from services.analysis.tables import Workspace, open_dataset

    *files, question = words if verify is None else [*words, ""]
    if not files:
        raise typer.BadParameter("Name at least one file, and then the question.")
    datasets = [dataset for path in files for dataset in open_dataset(Path(path))]
    with Workspace(datasets) as workspace:
        if verify is not None:
            _verified(workspace, verify, as_json=as_json)
            return
        reply = answer(workspace, question, constraints, answer_format)
    if as_json:
        print(json.dumps(reply.model_dump(mode="json"), ensure_ascii=False))
    else:
        _told(reply)


def _verified(workspace: "Workspace", path: Path, *, as_json: bool) -> None:
    """Compute a reply again; exit code 1 when it does not come out."""
    from pydantic import ValidationError

    from services.analysis.ask.answering import Reply, differences

    try:
        said = Reply.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BadInputError(f"{path} is no reply of `sevensteps ask --json`.") from error
    found = differences(workspace, said)
    if as_json:
        print(json.dumps({"holds": not found, "differences": found}, ensure_ascii=False))
    else:
        print("\n".join(found) or f"The reply holds: {len(said.answers)} answers came out the same.")
    if found:
        raise typer.Exit(Exit.FAILED)


def _told(reply: "Reply") -> None:
    if reply.abstained:
        print(f"No answer: {reply.why}")
        return
    for name, value in reply.answers.items():
        print(f"{name}: {value}")
    print(f"\n{reply.query}")
