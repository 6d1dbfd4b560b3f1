"""Drivers: the coefficient of statsmodels, from SQL; silent on shuffled data; a crude difference that turns is said to turn."""

from pathlib import Path

import numpy as np
import pytest
import statsmodels.formula.api as smf

from services.analysis.insights import analyze, run_method
from services.analysis.methods import driver_checks
from services.analysis.modelling import design
from services.analysis.study import Study
from tests.analysis.methods.tables import cases, only, study_of

GIVEN = ["channel", "hours"]


def driven(seed: int = 5) -> dict[str, list[object]]:
    table, rng = cases(1500, seed), np.random.default_rng(seed)
    table["cost"] = [
        round(60 + 5 * float(str(h)) + (40 if t == "Cedar" else 0) + (25 if c == "web" else 0) + float(rng.normal(0, 22)), 3)
        for h, t, c in zip(table["hours"], table["team"], table["channel"], strict=True)
    ]
    return table


def refunding() -> dict[str, list[object]]:
    table, rng = cases(2000), np.random.default_rng(9)
    table["outcome"] = ["refunded" if rng.random() < (0.45 if t == "Elm" else 0.15) else "kept" for t in table["team"]]
    return table


def _frame(study: Study) -> object:
    return study.workspace.frame("select * from cases")


def test_an_adjusted_difference_is_the_coefficient_of_least_squares(tmp_path: Path) -> None:
    with study_of(tmp_path, driven()) as study:
        finding = only(study, "driver", measure="cost", by="team", given=GIVEN)
        model = smf.ols("cost ~ I(team == 'Cedar') + channel + hours", _frame(study)).fit(cov_type="HC3", use_t=True)
        again = study.workspace.scalar(finding.query)
    term = "I(team == 'Cedar')[T.True]"
    assert (finding.kind, finding.entities, finding.direction, finding.strength) == ("driver", {"team": "Cedar"}, "higher", "adjusted")
    assert finding.value == pytest.approx(model.params[term])
    assert again == pytest.approx(finding.value, rel=1e-6)
    assert (finding.ci_low, finding.ci_high) == pytest.approx(tuple(model.conf_int().loc[term]))
    assert finding.robustness is not None
    assert "does not" not in finding.robustness


def test_a_measures_effect_is_its_slope_over_the_distance_between_its_quartiles(tmp_path: Path) -> None:
    with study_of(tmp_path, driven()) as study:
        finding = only(study, "driver", measure="cost", other="hours", given=["team", "channel"])
        model = smf.ols("cost ~ hours + team + channel", _frame(study)).fit()
    assert finding.direction == "positive"
    assert finding.value == pytest.approx(model.params["hours"] * finding.fact("step").value)


def test_a_re_run_gives_the_same_facts(tmp_path: Path) -> None:
    with study_of(tmp_path, driven()) as study:
        found = [f for f in analyze(study.workspace, "what drives cost").findings if f.method == "driver"]
        again = [run_method(study.workspace, "driver", f.params)[0] for f in found]
    assert {f.by[0] for f in found} == {"team", "channel", "hours"}
    for first, second in zip(found, again, strict=True):
        assert [f.value for f in first.facts] == pytest.approx([f.value for f in second.facts], rel=1e-9)


def test_a_crude_difference_that_turns_round_is_said_to_turn_round(tmp_path: Path) -> None:
    table, rng = cases(2000), np.random.default_rng(8)
    rows = zip(table["team"], rng.random(2000), strict=True)
    table["channel"] = ["web" if u < (0.85 if t == "Cedar" else 0.1) else "post" for t, u in rows]
    table["cost"] = [
        round(100 + (60 if c == "web" else 0) - (15 if t == "Cedar" else 0) + float(rng.normal(0, 10)), 3)
        for t, c in zip(table["team"], table["channel"], strict=True)
    ]
    with study_of(tmp_path, table) as study:
        finding = only(study, "driver", measure="cost", by="team", given=["channel", "hours"])
    assert finding.entities == {"team": "Cedar"}
    assert finding.direction == "lower"
    assert finding.baseline is not None
    assert finding.baseline > 0 > finding.value
    assert "the other way round" in finding.statement


def test_shuffled_columns_have_no_drivers(tmp_path: Path) -> None:
    with study_of(tmp_path, cases(1200)) as study:
        assert [f for f in analyze(study.workspace, "what drives cost and hours").findings if f.method == "driver"] == []


def test_shares_are_driven_in_points_and_a_logistic_regression_is_the_second_opinion(tmp_path: Path) -> None:
    table = refunding()
    with study_of(tmp_path, table) as study:
        finding = only(study, "driver", measure="rate(outcome=kept)", by="team", given=["channel", "cost"])
        frame = study.workspace.frame("select (outcome = 'kept')::int as kept, team, channel, cost from cases")
        model = smf.logit("kept ~ elm + C(channel) + cost", frame.assign(elm=(frame.team == "Elm").astype(float))).fit(disp=0, tol=1e-12)
    assert finding.entities == {"team": "Elm"}
    assert finding.value == pytest.approx(-0.3, abs=0.05)
    assert "pp" in finding.statement
    assert finding.fact("odds_ratio").value == pytest.approx(np.exp(model.params["elm"]), rel=1e-6)
    names = list(model.model.exog_names)[1:]
    assert finding.fact("marginal").value == pytest.approx(model.get_margeff(dummy=True).margeff[names.index("elm")], rel=1e-6)
    assert "A logistic regression agrees." in str(finding.robustness)


def test_a_rate_with_few_events_has_no_model_of_many_coefficients(tmp_path: Path) -> None:
    table = cases(2000)
    table["outcome"] = ["refunded" if i % 70 == 0 else "kept" for i in range(2000)]  # 29 events, a coefficient for 15 of them
    with study_of(tmp_path, table) as study:
        assert run_method(study.workspace, "driver", {"measure": "rate(outcome=kept)", "by": "team", "given": ["channel", "cost"]}) == []


def test_a_predictor_that_another_explains_is_left_out_and_named(tmp_path: Path) -> None:
    table, rng = driven(), np.random.default_rng(12)
    load = [
        float(str(h)) - 4 * (t == "Cedar") + 6 * (c == "web")
        for h, t, c in zip(table["hours"], table["team"], table["channel"], strict=True)
    ]
    table["load"] = [round(x + float(rng.normal(0, 0.3)), 3) for x in load]
    with study_of(tmp_path, table) as study:
        found = [f for f in analyze(study.workspace, "what drives cost", limit=60).findings if f.method == "driver" and f.measure == "cost"]
        again = [run_method(study.workspace, "driver", f.params)[0] for f in found]
    assert found
    assert all(any(why.startswith("left out because the others explain it: ") for why in f.assumptions) for f in found)
    assert [f.assumptions for f in again] == [f.assumptions for f in found]
    assert all(f.fact("inflation").value <= 10 for f in found)


def test_second_opinions_look_at_a_bounded_even_part(tmp_path: Path) -> None:
    with study_of(tmp_path, driven()) as study:
        whole = design(study, study.measures["cost"], ["channel", "hours", "team"])
        assert whole is not None
        rows = np.array([0, 3, 1499])
        part = whole.part(rows)
        assert part.outcome.tolist() == whole.outcome[rows].tolist()
        assert [c.values.tolist() for c in part.columns] == [c.values[rows].tolist() for c in whole.columns]
        assert study.values(study.measures["cost"])[part.keep].tolist() == part.outcome.tolist()
        finding = only(study, "driver", measure="cost", by="team", given=GIVEN)
        with pytest.MonkeyPatch.context() as few:
            few.setattr(driver_checks, "MOST_ROWS", 600)
            again = only(study, "driver", measure="cost", by="team", given=GIVEN)
    assert (again.value, again.robustness) == (finding.value, finding.robustness)
