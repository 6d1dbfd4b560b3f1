"""Start cohorts that had the same time: what changed between them found, the shortening that only censoring makes not."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from services.analysis.insights import analyze, run_method
from tests.analysis.methods.tables import assert_same_facts, only, study_of

Table = dict[str, list[object]]
START, LAST = date(2022, 1, 1), date(2024, 6, 30)


def contracts(n: int = 1500, seed: int = 4, drift: float = 0.0, names: tuple[str, str] = ("began_on", "ended_on")) -> Table:
    """Contracts of a hundred days on average, longer for later ones by `drift`, the unfinished ones without an end."""
    rng = np.random.default_rng(seed)
    began = np.sort(rng.integers(0, (LAST - START).days, n))
    lasted = rng.exponential(100 * np.exp(drift * began / began.max()))
    ends = [START + timedelta(days=int(b + d)) for b, d in zip(began, lasted, strict=True)]
    return {
        "contract": [f"C{i:05d}" for i in range(n)],
        names[0]: [START + timedelta(days=int(b)) for b in began],
        names[1]: [e if e <= LAST else None for e in ends],
    }


def test_later_cohorts_that_stay_longer_are_found(tmp_path: Path) -> None:
    table = contracts(drift=1.2)
    with study_of(tmp_path, table) as study:
        (finding,) = (f for f in analyze(study.workspace).findings if f.method == "retention")
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
        (again,) = run_method(study.workspace, "retention", finding.params)
    assert_same_facts(again, finding)
    assert finding.kind == "cohort"
    assert finding.direction == "increasing"
    assert finding.robustness == "A comparison of the later half of the cohorts with the earlier agrees."
    frame = pd.DataFrame({k: pd.to_datetime(pd.Series(v)) for k, v in table.items() if k != "contract"})
    days, last = finding.params["days"], frame.max().max()
    month = frame.began_on.dt.to_period("M")
    mature = ((month + 1).dt.to_timestamp() + pd.Timedelta(days=days)) <= last
    still = ~((frame.ended_on - frame.began_on).dt.days <= days)
    shares = still[mature].groupby(month[mature]).mean()
    assert (finding.baseline, finding.value) == pytest.approx((shares.iloc[0], shares.iloc[-1]))
    assert (finding.n, finding.fact("cohorts").value) == (mature.sum(), len(shares))


def test_cohorts_that_end_alike_show_no_trend_though_finished_durations_shorten(tmp_path: Path) -> None:
    table = contracts()
    with study_of(tmp_path, table) as study:
        found = analyze(study.workspace).findings
    assert [f.kind for f in found if f.method == "retention"] == ["no_effect"]


def test_too_few_cohorts_that_had_the_time_are_not_compared(tmp_path: Path) -> None:
    with study_of(tmp_path, contracts(n=60)) as study:
        assert run_method(study.workspace, "retention", {"measure": "count", "start": "began_on", "end": "ended_on", "days": 730}) == []


def test_hostile_names(tmp_path: Path) -> None:
    names = ('began "1" [on]', "ended {2} 'on'")
    with study_of(tmp_path, contracts(drift=1.2, names=names)) as study:
        measure = f"duration({names[0]} -> {names[1]})"
        finding = only(study, "retention", measure=measure, start=names[0], end=names[1], days=60)
        assert study.workspace.scalar(finding.query) == pytest.approx(finding.value)
