"""Words that mark groups, duplicated records, missing and misplaced values."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from services.analysis.statistics.words import log_odds_z, words_in
from tests.analysis.methods.tables import cases, only, study_of

NOISE = ["please", "review", "the", "record", "attached", "thanks", "team", "update", "follow", "later", "today"]


def with_notes(table: dict[str, list[object]], seed: int = 7) -> dict[str, list[object]]:
    rng = np.random.default_rng(seed)
    return {**table, "note": [" ".join(rng.choice(NOISE, 6)) for _ in table["team"]]}


def test_the_word_that_marks_a_group_is_found(tmp_path: Path) -> None:
    table = with_notes(cases())
    rng = np.random.default_rng(1)
    table["note"] = [f"gasket {n}" if t == "Birch" and rng.random() < 0.5 else n for n, t in zip(table["note"], table["team"], strict=True)]
    share = np.mean([str(n).startswith("gasket") for n, t in zip(table["note"], table["team"], strict=True) if t == "Birch"])
    with study_of(tmp_path, table) as study:
        finding = only(study, "theme", text="note", by="team", group="Birch")
    assert finding.entities == {"team": "Birch", "note": "gasket"}
    assert finding.value == pytest.approx(share)
    assert finding.baseline == 0


def test_a_word_that_goes_with_a_cost_is_found(tmp_path: Path) -> None:
    table = with_notes(cases())
    table["note"] = [f"urgent {n}" if i % 4 == 0 else n for i, n in enumerate(table["note"])]
    table["cost"] = [float(str(c)) * (2 if i % 4 == 0 else 1) for i, c in enumerate(table["cost"])]
    with study_of(tmp_path, table) as study:
        finding = only(study, "keyword", text="note", measure="cost")
    assert finding.entities == {"note": "urgent"}
    assert finding.value == pytest.approx(np.mean([float(str(c)) for c in table["cost"][::4]]))


def test_log_odds_of_equal_shares_are_nothing() -> None:
    z = log_odds_z(np.array([50.0, 5.0]), np.array([100.0, 50.0]), 100, 200)
    assert z[0] == pytest.approx(0)
    assert z[1] < -2


def test_words_are_whole_and_without_function_words() -> None:
    assert words_in("The printer546 and the PRINTER, re-set") == {"printer", "set"}


def test_copied_records_are_duplicates_and_common_ones_are_not(tmp_path: Path) -> None:
    table = cases()
    copied = {name: [*column, *([column[7]] * 40)] for name, column in table.items()}
    copied["case_id"] = [f"K{i:05d}" for i in range(640)]
    with study_of(tmp_path, copied) as study:
        columns = ["team", "channel", "hours", "cost", "outcome"]
        finding = only(study, "repetition", columns=columns)
        chance = study.workspace.scalar("select count(*) from cases")
    assert chance == 640
    assert (finding.kind, finding.value, finding.baseline) == ("data_quality", 41, 41)
    assert "duplicates" in finding.statement


def test_agreement_that_chance_explains_is_no_duplication(tmp_path: Path) -> None:
    from services.analysis.insights import run_method

    with study_of(tmp_path, cases()) as study:
        assert run_method(study.workspace, "repetition", {"columns": ["team", "channel", "outcome"]}) == []


def test_missing_misordered_and_far_values_are_counted(tmp_path: Path) -> None:
    table = cases()
    table["closed_on"] = [d + timedelta(days=-3 if i % 10 == 0 else 5 + i % 9) for i, d in enumerate(table["opened_on"])]  # type: ignore[operator]
    table["channel"] = ["" if i % 5 == 0 else c for i, c in enumerate(table["channel"])]
    table["hours"] = [5000 if i in {3, 9} else h for i, h in enumerate(table["hours"])]
    with study_of(tmp_path, table) as study:
        missing = only(study, "completeness", flaw="missing", columns=["channel"])
        order = only(study, "completeness", flaw="order", columns=["opened_on", "closed_on"])
        far = only(study, "completeness", flaw="far out", columns=["hours"])
    assert (missing.value, order.value, far.value) == (120, 60, 2)
    assert "before their opened on" in order.statement
