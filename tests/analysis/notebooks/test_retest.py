"""Libraries run the tests of findings again: a recipe for every method, or the reason why there is none; and each recipe can fail."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.analysis.findings import Finding
from services.analysis.methods import METHODS
from services.analysis.notebooks import save_notebook
from services.analysis.notebooks.retest import QUERIES_ONLY, RECIPES
from tests.analysis.methods.planted import piloted_table, trial_table
from tests.analysis.methods.tables import Columns, cases, only, study_of
from tests.analysis.notebooks.running import run


def noted() -> Columns:
    """Cases whose cost is higher, and which are refunded more often, where a note says so."""
    table, rng = cases(), np.random.default_rng(2)
    words = ["please", "review", "record", "attached", "thanks"]
    table["note"] = [" ".join([*rng.choice(words, 4), *(["urgent"] if i % 4 == 0 else [])]) for i in range(len(table["team"]))]
    table["cost"] = [float(str(c)) * (2 if i % 4 == 0 else 1) for i, c in enumerate(table["cost"])]
    table["passed"] = ["yes" if rng.random() < (0.8 if i % 4 == 0 else 0.3) else "no" for i in range(len(table["team"]))]
    return table


def driven() -> Columns:
    """Cases whose cost follows from team, channel and hours."""
    table, rng = cases(), np.random.default_rng(3)
    rows = zip(table["hours"], table["team"], strict=True)
    table["cost"] = [round(60 + 5 * float(str(h)) + (40 if t == "Cedar" else 0) + float(rng.normal(0, 22)), 3) for h, t in rows]
    return table


RATIO = {"dataset": "cases", "formula": "cost / hours", "of": {"cost": ["cost"], "hours": ["hours"]}, "label": "cost per hour"}
CASES: dict[str, tuple[str, Callable[[], Columns], dict[str, Any]]] = {
    "driver of a group": ("driver", driven, {"measure": "cost", "by": "team", "given": ["channel", "hours"]}),
    "driver of a measure": ("driver", driven, {"measure": "cost", "other": "hours", "given": ["channel", "team"]}),
    "trial of shares": ("experiment", lambda: trial_table(0.1), {"measure": "rate(bought=true)", "by": "arm", "group": "variant one"}),
    "trial of means": ("experiment", lambda: trial_table(0.0), {"measure": "hours", "by": "arm", "group": "variant one"}),
    "switch in one group": ("difference_in_differences", lambda: piloted_table(-5.0), {"measure": "hours", "flag": "pilot", "by": "team"}),
    "word and cost": ("keyword", noted, {"text": "note", "measure": "cost"}),
    "word and share": ("keyword", noted, {"text": "note", "measure": "rate(passed=true)"}),
    "ratio and number": ("ratio_association", driven, {"ratio": RATIO, "against": {"column": "hours"}}),
}


def test_every_method_has_a_recipe_or_a_reason() -> None:
    names = {method.name for method in METHODS}
    assert RECIPES.keys() | QUERIES_ONLY.keys() == names
    assert RECIPES.keys() & QUERIES_ONLY.keys() == set()
    assert all(QUERIES_ONLY.values())


@pytest.mark.parametrize("case", list(CASES))
def test_a_recipe_runs_the_test_again_and_can_fail(case: str, tmp_path: Path) -> None:
    method, table, params = CASES[case]
    with study_of(tmp_path, table()) as study:
        finding = only(study, method, **params)
        save_notebook(study.workspace, [finding], tmp_path / "true.ipynb")
        wrongs = [tmp_path / f"{field}.ipynb" for field in ("statistic", "effect_size", "ci_high")]
        for path in wrongs:
            save_notebook(study.workspace, [_changed(finding, path.stem)], path)
    cells = json.loads((tmp_path / "true.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell["id"].endswith("-test")]
    done = run(tmp_path / "true.ipynb")
    assert done.returncode == 0, done.stderr[-600:]
    failed = run(wrongs[len(case) % len(wrongs)])  # each takes seconds: one field a case, all fields over the cases
    assert failed.returncode == 1
    assert "was said" in failed.stderr


def _changed(finding: Finding, field: str) -> Finding:
    said = getattr(finding, field)
    assert said is not None
    return finding.model_copy(update={field: said + 0.01 * (1 + abs(said))})
