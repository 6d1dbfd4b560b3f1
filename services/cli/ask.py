"""`sevensteps ask`: one question, answered from the data or not at all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.analysis.ask.answering import Reply


def ask(
    words: Annotated[
        list[str], typer.Argument(metavar="FILE... QUESTION", help="Files with the data, then the question.", show_default=False)
    ],
    *,
    constraints: Annotated[str, typer.Option(help="How the answer is to be computed.")] = "",
    answer_format: Annotated[str, typer.Option("--format", help="The answers wanted: '@name[value] where value is ...'.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
) -> None:
    """Answer one stated question from the data, with the query behind the answer, or say why not."""
    from services.analysis.ask.answering import ask as answer
    from services.analysis.tables import Workspace, open_dataset

    *files, question = words
    if not files:
        raise typer.BadParameter("Name at least one file, and then the question.")
    datasets = [dataset for path in files for dataset in open_dataset(Path(path))]
    with Workspace(datasets) as workspace:
        reply = answer(workspace, question, constraints, answer_format)
    if as_json:
        print(json.dumps(reply.model_dump(mode="json"), ensure_ascii=False))
    else:
        _told(reply)


def _told(reply: "Reply") -> None:
    if reply.abstained:
        print(f"No answer: {reply.why}")
        return
    for name, value in reply.answers.items():
        print(f"{name}: {value}")
    print(f"\n{reply.query}")
