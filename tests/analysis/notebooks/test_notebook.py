"""A notebook stands on its own: it is valid, always the same, computes every finding again without our code, and fails on other data."""

import json
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from services.analysis.findings import Insights
from services.analysis.insights import analyze
from services.analysis.notebooks import save_notebook
from services.analysis.notebooks.cells import plain
from services.analysis.tables import Workspace, open_dataset
from tests.analysis.methods.planted import two_kinds
from tests.analysis.methods.tables import Columns, study_of
from tests.analysis.methods.test_change_over_time import unfinished
from tests.analysis.methods.test_driver import driven, refunding
from tests.analysis.notebooks.running import run
from tests.analysis.orders import orders, write

TEXT = {"type": "array", "items": {"type": "string"}}
CELL_ID = {"type": "string", "pattern": "^[a-zA-Z0-9-_]+$", "minLength": 1, "maxLength": 64}
# What the published schema of nbformat 4.5 asks of the parts that are written here.
NBFORMAT: dict[str, Any] = {
    "type": "object",
    "required": ["metadata", "nbformat_minor", "nbformat", "cells"],
    "additionalProperties": False,
    "properties": {
        "metadata": {"type": "object", "properties": {"kernelspec": {"type": "object", "required": ["name", "display_name"]}}},
        "nbformat": {"const": 4},
        "nbformat_minor": {"const": 5},
        "cells": {
            "type": "array",
            "items": {
                "oneOf": [
                    {
                        "required": ["id", "cell_type", "metadata", "source"],
                        "additionalProperties": False,
                        "properties": {"id": CELL_ID, "cell_type": {"const": "markdown"}, "metadata": {"type": "object"}, "source": TEXT},
                    },
                    {
                        "required": ["id", "cell_type", "metadata", "source", "outputs", "execution_count"],
                        "additionalProperties": False,
                        "properties": {
                            "id": CELL_ID,
                            "cell_type": {"const": "code"},
                            "metadata": {"type": "object"},
                            "source": TEXT,
                            "outputs": {"type": "array"},
                            "execution_count": {"type": "null"},
                        },
                    },
                ]
            },
        },
    },
}
HOSTILE = {"team": "te\"am's", "channel": "{c}\\n``", "hours": "hours; drop"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Insights, Path]:
    folder = tmp_path_factory.mktemp("notebook")
    path = write(folder / "the orders.csv", orders(), name=lambda c: HOSTILE.get(c, c))
    with Workspace(open_dataset(path)) as workspace:
        insights = analyze(workspace, "what drives hours", limit=30)
        save_notebook(workspace, insights.findings, folder / "first.ipynb", goal="what drives <hours>")
        (folder / "again").mkdir()
        save_notebook(workspace, insights.findings, folder / "again" / "first.ipynb", goal="what drives <hours>")
    return insights, folder


def test_it_is_a_notebook_with_a_cell_for_every_finding(found: tuple[Insights, Path]) -> None:
    insights, folder = found
    made = json.loads((folder / "first.ipynb").read_text(encoding="utf-8"))
    jsonschema.validate(made, NBFORMAT)
    ids = [cell["id"] for cell in made["cells"]]
    assert len(ids) == len(set(ids))
    assert all(any(f.id in cell_id and cell_id.endswith("-facts") for cell_id in ids) for f in insights.findings)


def test_the_same_findings_give_the_same_bytes(found: tuple[Insights, Path]) -> None:
    _, folder = found
    files = sorted(path.relative_to(folder / "again") for path in (folder / "again").rglob("*") if path.is_file())
    assert len(files) == 2
    assert all((folder / file).read_bytes() == (folder / "again" / file).read_bytes() for file in files)


def test_it_computes_every_finding_again_without_our_code(found: tuple[Insights, Path]) -> None:
    insights, folder = found
    queried = sum(1 + sum(fact.source != "method" for fact in f.facts) for f in insights.findings)
    done = run(folder / "first.ipynb")
    assert done.returncode == 0, done.stderr[-600:]
    checked = int(done.stdout.split()[0])
    assert checked > queried  # and tests were run again besides


def test_tests_of_means_counts_and_correlations_are_run_again(found: tuple[Insights, Path]) -> None:
    insights, folder = found
    cells = json.loads((folder / "first.ipynb").read_text(encoding="utf-8"))["cells"]
    again = {cell["id"].split("-")[1] for cell in cells if cell["id"].endswith("-test")}
    assert {"association", "level", "frequency"} <= {f.method for f in insights.findings if f.id in again}


def test_survival_and_cohorts_are_computed_again(tmp_path: Path) -> None:
    with study_of(tmp_path, unfinished(), "open 'cases'") as study:
        findings = [f for f in analyze(study.workspace).findings if f.kind in {"survival", "cohort"} or f.method == "retention"]
        save_notebook(study.workspace, findings, tmp_path / "survival.ipynb")
    assert {"waiting", "retention"} <= {f.method for f in findings}
    done = run(tmp_path / "survival.ipynb")
    assert done.returncode == 0, done.stderr[-600:]
    cells = json.loads((tmp_path / "survival.ipynb").read_text(encoding="utf-8"))["cells"]
    assert any("survdiff" in "".join(cell["source"]) for cell in cells)


@pytest.mark.parametrize(
    ("method", "table", "goal", "code"),
    [
        ("driver", driven(), "what drives cost", "get_robustcov_results('HC3'"),
        ("driver", refunding(), "what drives the outcome kept", "get_margeff"),
        ("segment", two_kinds(), "", "KMeans"),
    ],
)
def test_models_are_fitted_again(tmp_path: Path, method: str, table: Columns, goal: str, code: str) -> None:
    hostile = {HOSTILE.get(name, name): column for name, column in table.items()}
    with study_of(tmp_path, hostile, "open 'cases'") as study:
        findings = [f for f in analyze(study.workspace, goal, limit=60).findings if f.method == method]
        save_notebook(study.workspace, findings, tmp_path / "models.ipynb")
        wrong = [f.model_copy(update={"statistic": (f.statistic or 0) * 1.001}) for f in findings[:1]]
        save_notebook(study.workspace, wrong, tmp_path / "wrong.ipynb")
    done = run(tmp_path / "models.ipynb")
    assert done.returncode == 0, done.stderr[-600:]
    cells = json.loads((tmp_path / "models.ipynb").read_text(encoding="utf-8"))["cells"]
    assert any(code in "".join(cell["source"]) for cell in cells)
    assert "statistic: " in run(tmp_path / "wrong.ipynb").stderr


@pytest.mark.parametrize("field", ["value", "effect_size"])
def test_a_number_that_is_not_so_stops_it(found: tuple[Insights, Path], tmp_path: Path, field: str) -> None:
    insights, folder = found
    finding = next(f for f in insights.findings if f.method == "association")
    wrong = finding.model_copy(update={field: 0.123})
    with Workspace(open_dataset(folder / "the orders.csv")) as workspace:
        save_notebook(workspace, [wrong], tmp_path / "wrong.ipynb")
    done = run(tmp_path / "wrong.ipynb")
    assert done.returncode == 1
    assert "0.123 was said" in done.stderr


def test_other_data_stop_it(found: tuple[Insights, Path], tmp_path: Path) -> None:
    _, folder = found
    (tmp_path / "first.data").mkdir()
    (stored,) = (folder / "first.data").iterdir()
    target = tmp_path / "first.data" / stored.name
    duckdb.sql(f"copy (from '{stored}' limit 499) to '{target}' (format parquet)")
    (tmp_path / "first.ipynb").write_bytes((folder / "first.ipynb").read_bytes())
    done = run(tmp_path / "first.ipynb")
    assert done.returncode == 1
    assert "is not the file that was analysed" in done.stderr


def test_text_from_the_data_is_shown_not_obeyed() -> None:
    assert plain("<img src=x> *a*\n[b](c) $d$") == r"&lt;img src=x&gt; \*a\* \[b\](c) \$d\$"
