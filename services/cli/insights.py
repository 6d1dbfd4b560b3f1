"""`sevensteps insights`: what the data say, without a server."""

import json
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.outcome import BadInputError

if TYPE_CHECKING:
    from services.analysis.findings import Finding, Insights
    from services.analysis.workspace import Workspace


class EngineName(StrEnum):
    """Where the queries of files run."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def insights(
    files: Annotated[
        list[str],
        typer.Argument(help="CSV, TSV, Parquet, Excel or JSON files, or postgresql://USER@HOST/DB?table=SCHEMA.NAME.", show_default=False),
    ],
    *,
    goal: Annotated[str, typer.Option(help="What you want to know; findings are ranked by it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    top: Annotated[int, typer.Option(help="How many findings to write at most.", min=1, max=500)] = 40,
    threads: Annotated[int, typer.Option(help="Threads for queries; the findings do not depend on it.", min=1, max=64)] = 2,
    notebook: Annotated[
        Path | None, typer.Option(help="Write a notebook (.ipynb) that computes the findings again, with its data beside it.")
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="Where the queries run; the findings do not depend on it.")] = EngineName.DUCKDB,
    spark_url: Annotated[
        str, typer.Option(help="Spark's master: local[N], spark://HOST:7077, yarn, or sc://HOST of Spark Connect.")
    ] = "local[2]",
) -> None:
    """Print what the data say, how much, compared with what, and how surely."""
    from services.analysis.insights import analyze
    from shared.embeddings import embed

    with _opened(files, engine, spark_url, threads) as workspace:
        found = analyze(workspace, goal, limit=top, embed=embed)
        if notebook is not None:
            from services.analysis.notebooks import save_notebook

            save_notebook(workspace, found.findings, notebook, goal=goal)
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
    else:
        _table(found)


def _opened(sources: list[str], engine: EngineName, spark_url: str, threads: int) -> "AbstractContextManager[Workspace]":
    """Open files, the tables of one PostgreSQL server, or files and what a cluster keeps on Spark."""
    from services.analysis.engines.scheme import is_server
    from services.analysis.tables import Workspace, open_dataset

    if any(map(is_server, sources)):
        from services.analysis.engines.live import postgres_workspace

        if len(sources) > 1 or engine is EngineName.SPARK:
            raise BadInputError("Tables of a server are looked at by themselves, where they are: name several by ?table=A&table=B.")
        return postgres_workspace(sources[0])
    kept = [source for source in sources if engine is EngineName.SPARK and ("://" in source or Path(source).is_dir())]
    datasets = [dataset for source in sources if source not in kept for dataset in open_dataset(Path(source))]
    if engine is EngineName.DUCKDB:
        return Workspace(datasets, threads=threads)
    from services.analysis.engines.live import spark_workspace
    from services.analysis.engines.spark import java_home
    from shared.settings import configure, get_settings

    if (home := java_home(get_settings().home / "java")) is not None:
        configure({"JAVA_HOME": str(home)})
    return spark_workspace(datasets, kept, url=spark_url)


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
