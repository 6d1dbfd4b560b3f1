"""The full pass: true to its own queries, the same every time, quiet where nothing is."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from services.analysis.findings import Insights, MethodRequest, render
from services.analysis.insights import analyze, run_method
from services.analysis.sources import open_dataset
from services.analysis.workspace import Workspace
from tests.analysis.methods.tables import cases, study_of
from tests.analysis.orders import orders, write

GOAL = "Understand what drives hours and refunds of the teams"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data") / "orders.csv", orders(800))


def told(path: Path, goal: str = GOAL, threads: int = 2) -> Insights:
    with Workspace(open_dataset(path), threads=threads) as workspace:
        return analyze(workspace, goal)


def test_every_query_returns_its_value_on_a_plain_reading_of_the_file(planted: Path) -> None:
    found = told(planted).findings
    connection = duckdb.connect()
    connection.execute(f"create view orders as select * from read_csv('{planted}')")
    assert len(found) > 20
    for finding in found:
        row = connection.execute(finding.query).fetchone()
        assert row is not None
        assert float(row[0]) == pytest.approx(finding.value, rel=1e-9, abs=1e-9), finding.statement
        for fact in finding.facts:
            if fact.query:
                value = connection.execute(fact.query).fetchone()
                assert value is not None
                assert float(value[0]) == pytest.approx(fact.value, rel=1e-9, abs=1e-9)
        if finding.exhibit:
            assert len(connection.execute(finding.exhibit.query).fetchall()) == len(finding.exhibit.rows)


def test_what_was_planted_comes_first(planted: Path) -> None:
    found = told(planted).findings[:10]
    assert any(f.kind == "level" and f.measure == "hours" and f.entities == {"team": "Birch"} for f in found)
    assert any(f.kind == "association" and set(f.columns) == {"hours", "weight"} for f in found)


def test_one_thread_or_two_give_the_same_bytes(planted: Path) -> None:
    assert told(planted, threads=1).model_dump_json() == told(planted, threads=2).model_dump_json()


def test_every_number_in_a_sentence_is_a_fact(planted: Path) -> None:
    for finding in told(planted).findings:
        assert finding.statement == render(finding.template, finding.facts)
        names = [fact.name for fact in finding.facts]
        assert len(names) == len(set(names))
        for fact in finding.facts:
            if fact.source == "formula":
                assert fact.formula is not None
                before = {f.name: f.value for f in finding.facts[: names.index(fact.name)]}
                assert eval(fact.formula, {"__builtins__": {}, "abs": abs}, before) == pytest.approx(fact.value)


def test_a_finding_is_run_again_from_its_own_params(planted: Path) -> None:
    with Workspace(open_dataset(planted)) as workspace:
        for finding in analyze(workspace, GOAL).findings:
            again = run_method(workspace, finding.method, finding.params)
            assert len(again) == 1
            assert {f.name: f.value for f in again[0].facts} == pytest.approx({f.name: f.value for f in finding.facts}, rel=1e-9), (
                finding.id
            )
            assert again[0].id == finding.id


def test_scores_fall_and_ids_are_unique(planted: Path) -> None:
    found = told(planted).findings
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True)
    assert len({f.id for f in found}) == len(found)


def test_nothing_is_claimed_of_data_with_nothing_in_it(tmp_path: Path) -> None:
    alarms = 0
    for seed in range(12):
        with study_of(tmp_path, cases(500, seed=100 + seed), name=f"null{seed}") as study:
            found = analyze(study.workspace, GOAL).findings
        claims = [f for f in found if f.kind not in {"no_effect", "data_quality", "distribution"} and f.q_value is not None]
        alarms += bool(claims)
    assert alarms <= 1


def test_planned_tests_come_back_with_their_hypothesis(planted: Path) -> None:
    request = MethodRequest(method="level", params={"measure": "weight", "by": "channel", "where": {}}, hypothesis_id="H1")
    with Workspace(open_dataset(planted)) as workspace:
        found = [f for f in analyze(workspace, GOAL, plan=[request]).findings if f.hypothesis_id == "H1"]
    assert [f.measure for f in found] == ["weight"]


def test_what_the_goal_names_and_the_data_lack_is_named(planted: Path) -> None:
    missing = [gap.missing for gap in told(planted, "Explain 'repair quality' and churn by team").not_enough_data]
    assert ["repair quality"] in missing
    assert ["churn"] in missing


def test_progress_counts_up_to_its_total(planted: Path) -> None:
    seen: list[tuple[int, int]] = []
    with Workspace(open_dataset(planted)) as workspace:
        analyze(workspace, GOAL, on_progress=lambda done, total, _: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(len(seen)))
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize(
    "columns",
    [
        {"a": [1]},
        {"a": ["", "", ""], "b": ["", "", ""]},
        {"a b\"c'; drop": ["x", "y"] * 30, "{value}": list(range(60))},
        {"[[=x]]": ["{q}", "[[E00000000]]"] * 40, "n 1": list(np.arange(80) % 7)},
    ],
)
def test_hostile_and_poor_tables_end_well(tmp_path: Path, columns: dict[str, list[object]]) -> None:
    with study_of(tmp_path, columns) as study:
        found = analyze(study.workspace, "anything")
    assert json.loads(found.model_dump_json())["tests_run"] >= 0


def test_the_pass_starts_without_the_heavy_libraries() -> None:
    heavy = ("pandas", "statsmodels", "scipy.stats", "sklearn")
    code = f"import sys, services.analysis.insights; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
