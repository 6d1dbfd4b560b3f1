"""`sevensteps insights`: what the data say, without a server."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.analysis.findings import Finding, Insights


def insights(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, Parquet, Excel or JSON files.", show_default=False)],
    *,
    goal: Annotated[str, typer.Option(help="What you want to know; findings are ranked by it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    top: Annotated[int, typer.Option(help="How many findings to write at most.", min=1, max=500)] = 40,
    threads: Annotated[int, typer.Option(help="Threads for queries; the findings do not depend on it.", min=1, max=64)] = 2,
    notebook: Annotated[
        Path | None, typer.Option(help="Write a notebook (.ipynb) that computes the findings again, with its data beside it.")
    ] = None,
) -> None:
    """Print what the data say, how much, compared with what, and how surely."""
    from services.analysis.insights import analyze
    from services.analysis.tables import Workspace, open_dataset
    from shared.embeddings import embed

    datasets = [dataset for path in files for dataset in open_dataset(path)]
    with Workspace(datasets, threads=threads) as workspace:
        found = analyze(workspace, goal, limit=top, embed=embed)
        if notebook is not None:
            from services.analysis.notebooks import save_notebook

            save_notebook(workspace, found.findings, notebook, goal=goal)
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
    else:
        _table(found)


def _table(found: "Insights") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(show_lines=True)
    for heading in ("#", "kind", "finding", "strength"):
        table.add_column(heading, overflow="fold")
    for place, finding in enumerate(found.findings, start=1):
        table.add_row(str(place), finding.kind.replace("_", " "), Text(_told(finding)), finding.strength)
    console.print(table)
    for gap in found.not_enough_data:
        console.print(Text(f"Not enough data: {gap.question}. {gap.why}"))
    described = ", ".join(f"{d.name} ({d.rows:,} rows)" for d in found.datasets)
    console.print(Text(f"{described}; {_counted(found)}"))


def _told(finding: "Finding") -> str:
    """The sentence, with what does not agree with it and the rows it leaves out."""
    from shared.kit.cited import shown

    parts = [finding.statement]
    if finding.robustness and "does not agree" in finding.robustness:
        parts.append(str(shown(finding.robustness, {})))
    if finding.n_dropped:
        parts.append(f"Left out: {finding.n_dropped:,} ({finding.dropped_why}).")
    return "\n".join(parts)


def _counted(found: "Insights") -> str:
    from services.analysis.methods.contract import ALPHA

    adjusted = f"{found.tests_run:,} tests, adjusted together (Benjamini-Hochberg)"
    return f"{adjusted}; {found.tests_passed:,} hold at q of at most {ALPHA:g} with an effect worth a sentence."
