"""Libraries run the tests of findings again: a recipe for every method, or the reason why there is none; and each recipe can fail."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing

from services.analysis.findings import Finding
from services.analysis.methods import METHODS
from services.analysis.notebooks import save_notebook
from services.analysis.notebooks.retest import QUERIES_ONLY, RECIPES
from services.analysis.notebooks.series_again import AHEAD
from services.analysis.statistics import forecasts
from tests.analysis.methods.planted import busy_weeks, piloted_table, quiet_sundays, switched_table, trial_table
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
HOSTILE = {"opened_on": "opened 'on'", "hours": '1st "hours"\\n', "new_form": "{new} form [2]"}
CASES: dict[str, tuple[str, Callable[[], Columns], dict[str, Any]]] = {
    "driver of a group": ("driver", driven, {"measure": "cost", "by": "team", "given": ["channel", "hours"]}),
    "driver of a measure": ("driver", driven, {"measure": "cost", "other": "hours", "given": ["channel", "team"]}),
    "trial of shares": ("experiment", lambda: trial_table(0.1), {"measure": "rate(bought=true)", "by": "arm", "group": "variant one"}),
    "trial of means": ("experiment", lambda: trial_table(0.0), {"measure": "hours", "by": "arm", "group": "variant one"}),
    "switch in one group": ("difference_in_differences", lambda: piloted_table(-5.0), {"measure": "hours", "flag": "pilot", "by": "team"}),
    "word and cost": ("keyword", noted, {"text": "note", "measure": "cost"}),
    "word and share": ("keyword", noted, {"text": "note", "measure": "rate(passed=true)"}),
    "quiet Sundays": ("seasonality", quiet_sundays, {"measure": "count", "cycle": "week"}),
    "forecast of hours": ("forecast", lambda: cases(3000), {"measure": "hours", "target": 20.0}),
    "busy weeks": ("volume", lambda: busy_weeks(lambda week, load: 20 + 6 * load), {"measure": "hours", "other": "count"}),
    "switch for all": ("interrupted", lambda: switched_table(-4.0), {"measure": "hours", "flag": "new_form"}),
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
        fields = [field for field in ("statistic", "effect_size", "ci_high") if getattr(finding, field) is not None]
        wrongs = [tmp_path / f"{field}.ipynb" for field in fields]
        for path in wrongs:
            save_notebook(study.workspace, [_changed(finding, path.stem)], path)
    cells = json.loads((tmp_path / "true.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell["id"].endswith("-test")]
    done = run(tmp_path / "true.ipynb")
    assert done.returncode == 0, done.stderr[-600:]
    failed = run(wrongs[len(case) % len(wrongs)])  # each takes seconds: one field a case, all fields over the cases
    assert failed.returncode == 1
    assert "was said" in failed.stderr


@pytest.mark.parametrize("case", ["busy weeks", "switch for all", "forecast of hours"])
def test_names_from_the_data_do_no_harm(case: str, tmp_path: Path) -> None:
    method, table, params = CASES[case]
    with study_of(tmp_path, {HOSTILE.get(c, c): v for c, v in table().items()}) as study:
        finding = only(study, method, **{k: HOSTILE.get(v, v) for k, v in params.items()})
        save_notebook(study.workspace, [finding], tmp_path / "hostile.ipynb")
    done = run(tmp_path / "hostile.ipynb")
    assert done.returncode == 0, done.stderr[-600:]


@pytest.mark.parametrize("cycle", [None, 4])
def test_a_recipe_forecasts_what_the_weights_of_every_model_give(cycle: int | None) -> None:
    past = np.random.default_rng(1).normal(0, 1, 18).cumsum()
    ours: dict[str, list[float]] = {}
    for name, weights in forecasts.models(len(past), cycle):
        ours.setdefault(name, []).append(float(weights(len(past), 1) @ past))
    assert set(ours) == set(AHEAD) - (set() if cycle else {"the value one cycle ago"})
    names = {"np": np, "Holt": Holt, "SimpleExpSmoothing": SimpleExpSmoothing, "past": past}
    for name, values in ours.items():
        assert eval(AHEAD[name].format(cycle=cycle), names) == pytest.approx(values), name


def _changed(finding: Finding, field: str) -> Finding:
    said = getattr(finding, field)
    assert said is not None
    return finding.model_copy(update={field: said + 0.01 * (1 + abs(said))})
