"""One notebook per pass: the data, every finding, and the assertions that it comes out again."""

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.analysis.dataset import Dataset
from services.analysis.findings import Fact, Finding
from services.analysis.notebooks.cells import Cell, code, document, markdown, plain
from services.analysis.notebooks.retest import retest
from services.analysis.sources import to_parquet
from services.analysis.study import Study
from services.analysis.workspace import Workspace
from shared.kit.hashing import sha256_of_chunks

# What every notebook begins with. Numbers leave the engine with twelve significant digits; SciPy's own accuracy is less.
PREAMBLE = files(__package__).joinpath("preamble.txt").read_text(encoding="utf-8").rstrip("\n")

INTRODUCTION = (
    "This notebook computes {} again from the stored tables, with DuckDB, pandas, SciPy, statsmodels and scikit-learn, and stops at "
    "the first number that does not come out. An adjusted p value (q) rests on all tests of the pass and is quoted, not computed."
)


@dataclass(frozen=True)
class StoredTable:
    """A table as it lies beside the notebook: its name in SQL, its path relative to the notebook, and the hash of its bytes."""

    name: str
    path: str
    sha256: str


def notebook(
    workspace: Workspace,
    findings: Sequence[Finding],
    tables: Sequence[StoredTable],
    *,
    goal: str = "",
    studies: dict[str, Study] | None = None,
) -> dict[str, Any]:
    """Return a notebook (nbformat 4.5, cells not run) that loads `tables`, computes `findings` again and asserts every number it can.

    Every fact with a query or a formula is computed again. Tests that SciPy or statsmodels offer are run again from the rows: correlations,
    rank trends, Welch's, Kruskal-Wallis and chi-square tests with their intervals and effect sizes, seasons and forecasts, on tables small
    enough to be tested whole. What else a method computes is listed as not computed again. `studies` keeps what was gathered of a table
    for the next notebook.
    """
    studies = {} if studies is None else studies
    cells = _opening(workspace, findings, tables, goal)
    for place, finding in enumerate(findings, start=1):
        cells += _finding_cells(place, finding, _study(workspace, finding.dataset, studies))
    return document([*cells, code("closing", ['print(f"{checked} numbers computed again, all equal")'])])


def save_notebook(workspace: Workspace, findings: Sequence[Finding], path: Path, *, goal: str = "") -> None:
    """Write the notebook of `findings` to `path`, and the tables it reads into the folder `<stem>.data` beside it."""
    tables = stored_tables(workspace.datasets, path.parent, f"{path.stem}.data")
    made = notebook(workspace, findings, tables, goal=goal)
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def stored_tables(datasets: Sequence[Dataset], parent: Path, folder: str) -> list[StoredTable]:
    """Copy the Parquet files of `datasets` into `parent/folder` and return where they are, relative to `parent`."""
    tables = []
    for dataset in datasets:
        stored = to_parquet(dataset, parent / folder).file
        tables.append(StoredTable(dataset.name, f"{folder}/{stored.name}", table_hash(dataset)))
    return tables


def table_hash(dataset: Dataset) -> str:
    """Return the hash of the bytes of a dataset's Parquet file."""
    with dataset.file.open("rb") as file:
        return sha256_of_chunks(iter(lambda: file.read(1 << 20), b""))


def _study(workspace: Workspace, name: str, studies: dict[str, Study]) -> Study | None:
    """Return the study of a table, None where its tests ran on a sample of the rows: those are not run again."""
    if name not in studies:
        studies[name] = Study(workspace, workspace.dataset(name))
    return None if studies[name].sampled else studies[name]


def _opening(workspace: Workspace, findings: Sequence[Finding], tables: Sequence[StoredTable], goal: str) -> list[Cell]:
    sources = [f"- {plain(d.name)}: {d.rows:,} rows of {plain(d.source)}, SHA-256 {d.sha256}" for d in workspace.datasets]
    count = len(findings)
    text = [
        "# Findings, computed again",
        *([f"Goal: {plain(goal)}"] if goal else []),
        INTRODUCTION.format("1 finding" if count == 1 else f"{count} findings"),
        "\n".join(sources),
    ]
    loads = [f"load({t.name!r}, {t.path!r}, {t.sha256!r})" for t in tables]
    return [markdown("title", *text), code("setup", PREAMBLE.split("\n")), code("data", loads)]


def _finding_cells(place: int, finding: Finding, study: Study | None) -> list[Cell]:
    cell = f"{place:03d}-{finding.id}"
    again = retest(study, finding) if study is not None else []
    text = [f"## {place}. {plain(finding.statement)}", _about(finding)]
    if finding.test and not again:
        text.append(f"The test ({plain(finding.test)}) is not run again here; what can be queried is.")
    cells = [markdown(f"{cell}-says", *text), code(f"{cell}-facts", _facts(finding))]
    return [*cells, code(f"{cell}-test", again)] if again else cells


def _about(finding: Finding) -> str:
    parts = [f"{finding.kind.replace('_', ' ')}, {finding.strength}", f"method {finding.method} {finding.method_version}"]
    parts += [plain(finding.test)] if finding.test else []
    parts += [plain(why) for why in finding.assumptions]
    return "; ".join(parts)


def _facts(finding: Finding) -> list[str]:
    """Lines that compute the finding's value and every fact that a query or arithmetic gives."""
    lines = [f"same(number({finding.query!r}), {finding.value!r}, 'value')", "fact = {}"]
    for fact in finding.facts:
        name = f"fact[{fact.name!r}]"
        lines.append(f"{name} = {_computed(fact)}")
        if fact.source != "method":
            lines.append(f"same({', '.join([name, repr(fact.value), repr(fact.label), *_parts(fact)])})")
    return lines


def _computed(fact: Fact) -> str:
    if fact.query is not None:
        return f"number({fact.query!r})"
    if fact.formula is not None:
        return _over_facts(fact.formula)
    return f"{fact.value!r}  # as the method computed it: {' '.join(fact.label.split())}"


def _parts(fact: Fact) -> list[str]:
    """Return the facts whose rounding shows in a sum or difference of them."""
    nodes = list(ast.walk(ast.parse(fact.formula or "0", mode="eval")))
    if not any(isinstance(node, ast.Add | ast.Sub) for node in nodes):
        return []
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return sorted({f"fact[{node.id!r}]" for node in nodes if isinstance(node, ast.Name) and id(node) not in called})


class _FactNames(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.Call:
        node.args = [self.visit(arg) for arg in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.Subscript:
        return ast.Subscript(ast.Name("fact", ast.Load()), ast.Constant(node.id), ast.Load())


def _over_facts(formula: str) -> str:
    """Return a formula with the names of facts as entries of `fact`: "abs(value - baseline)" is "abs(fact['value'] - fact['baseline'])"."""
    return ast.unparse(_FactNames().visit(ast.parse(formula, mode="eval")))
