"""The files of the bundled problems' analyses: of every type, always the same, and each notebook computes its findings again."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from services.analysis.findings import Exhibit
from services.analysis.notebooks import table_hash
from services.solving.artifacts.files import Artifact, table_path
from services.solving.artifacts.making import FOLDERS, artifacts_of, filed_under, rows_as_csv
from services.solving.steps.contract import StepContext
from tests.analysis.notebooks.running import run

SAMPLES = ("saas", "retail", "market")
Analysed = Callable[[str], StepContext]


def made(context: StepContext) -> list[Artifact]:
    assert context.analysis is not None
    return artifacts_of(context, context.analysis)


def laid_out(context: StepContext, folder: Path) -> list[Path]:
    """Write the artifacts and their tables into a folder and return the paths of the notebooks."""
    assert context.data is not None
    notebooks = []
    for artifact in made(context):
        path = folder / artifact.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(artifact.content)
        notebooks += [path] if artifact.artifact_type == "notebook" else []
    (folder / "data").mkdir()
    for dataset in context.data.datasets:
        shutil.copyfile(dataset.file, folder / table_path(dataset.name, table_hash(dataset)))
    return notebooks


@pytest.mark.parametrize("name", SAMPLES)
def test_every_plan_has_a_notebook_that_computes_its_findings_again(analysed: Analysed, name: str, tmp_path: Path) -> None:
    context = analysed(name)
    assert context.plans is not None
    notebooks = laid_out(context, tmp_path)
    assert len(notebooks) == len(context.plans.plans)
    done = run(*notebooks)
    assert done.returncode == 0, done.stderr[-600:]
    checked = [int(line.split()[0]) for line in done.stdout.splitlines()]
    assert len(checked) == len(notebooks)
    assert min(checked) >= 1


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_analysis_gives_the_same_bytes_in_places_of_their_own(analysed: Analysed, name: str) -> None:
    first, again = made(analysed(name)), made(analysed(name))
    assert first == again
    assert len({one.path for one in first}) == len(first)
    assert all(one.path.startswith(f"{FOLDERS[one.artifact_type]}/") and one.content for one in first)


def test_all_types_of_the_seed_are_there(analysed: Analysed) -> None:
    assert {one.artifact_type for one in made(analysed("saas"))} == set(FOLDERS)


def test_a_chart_its_picture_and_its_rows_hold_the_same_numbers(analysed: Analysed) -> None:
    files = {(one.finding_id, one.artifact_type): one.content for one in made(analysed("retail")) if one.finding_id}
    charts = [finding for finding, kind in files if kind == "chart"]
    assert charts
    for finding in charts:
        values = json.loads(files[finding, "chart"])["data"]["values"]
        rows = list(csv.reader(io.StringIO(files[finding, "csv"].decode())))[1:]
        assert [[str(v) if v is not None else "" for v in row.values()] for row in values] == rows
        assert files[finding, "visualization"].startswith(b"<svg ")


def test_the_queries_of_a_plan_run_on_its_stored_tables(analysed: Analysed, tmp_path: Path) -> None:
    context = analysed("saas")
    laid_out(context, tmp_path)
    assert context.data is not None
    connection = duckdb.connect()
    for dataset in context.data.datasets:
        connection.from_parquet(str(dataset.file)).create_view(dataset.name)
    for path in sorted((tmp_path / "sql").iterdir()):
        connection.execute(path.read_text(encoding="utf-8"))
        assert connection.fetchall()


def test_a_model_comes_out_of_its_own_columns_again(analysed: Analysed) -> None:
    import statsmodels.api as sm

    context = analysed("saas")
    assert context.data is not None
    cards = [json.loads(one.content) for one in made(context) if one.artifact_type == "model"]
    assert cards
    for card in cards:
        terms = card["coefficients"]
        table = context.data.frame(f"select {card['outcome_sql']} as y, {', '.join(t['sql'] for t in terms)} from {card['rows']}")
        fit = sm.OLS(table.iloc[:, 0].astype(float), table.iloc[:, 1:].astype(float).to_numpy()).fit(cov_type="HC3", use_t=True)
        assert len(table) == card["n"]
        assert np.allclose(fit.params, [t["estimate"] for t in terms], rtol=1e-8)
        assert np.allclose(fit.bse, [t["standard_error"] for t in terms], rtol=1e-8)
        assert np.allclose(fit.conf_int(), [(t["ci_low"], t["ci_high"]) for t in terms], rtol=1e-6)
        assert card["metrics"]["r_squared"] == pytest.approx(fit.rsquared)
        assert card["limits"]
        assert card["dataset_sha256"] == context.data.dataset(card["dataset"]).sha256


def test_a_model_is_filed_with_the_plan_it_shares_most_columns_with(analysed: Analysed) -> None:
    context = analysed("saas")
    assert context.plans is not None
    assert context.analysis is not None
    filed = filed_under(context.plans.plans, context.analysis.findings)
    held = [finding.id for findings in filed.values() for finding in findings]
    assert len(held) == len(set(held))
    assert {f.id for f in context.analysis.findings if f.hypothesis_id or f.method == "driver"} == set(held)


def test_cells_cannot_become_formulas() -> None:
    exhibit = Exhibit(
        kind="bar", title="t", x_label="x", y_label="y", columns=["=x", "n"], query="", rows=[["=1+1", -2.0], ["plain, text", None]]
    )
    assert rows_as_csv(exhibit).decode() == "'=x,n\n'=1+1,-2.0\n\"plain, text\",\n"
