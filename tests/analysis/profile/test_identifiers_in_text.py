"""Identifiers that texts name among other words are a cut; codes, dates and numbers that do not recur are none."""

from pathlib import Path

import numpy as np
import pytest

from services.analysis.insights import analyze
from services.analysis.profile.derived import derived_cuts
from services.analysis.sources import open_dataset
from services.analysis.workspace import Workspace

RNG = np.random.default_rng(4)
WORDS = ["please", "again", "late", "noise", "slow", "urgent", "door", "panel", "visit", "check"]


def opened(folder: Path, texts: list[str]) -> Workspace:
    rows = [f'{i},"{text}",{RNG.integers(1, 90)}' for i, text in enumerate(texts)]
    (folder / "jobs.csv").write_text("job,remark [1],cost\n" + "\n".join(rows) + "\n")
    return Workspace(open_dataset(folder / "jobs.csv", folder=folder / "tables"), threads=1)


def remarks(n: int, named: float, codes: list[str]) -> list[str]:
    found = []
    for _ in range(n):
        words = list(RNG.choice(WORDS, 5))
        if RNG.random() < named:
            words.insert(int(RNG.integers(0, 6)), str(RNG.choice(codes)))
        found.append(" ".join(words))
    return found


def test_recurring_identifiers_are_counted_from_the_whole_cell(tmp_path: Path) -> None:
    texts = remarks(600, 0.5, [*["LFT-07"] * 6, *(f"LFT-{i}" for i in range(10, 22))])
    with opened(tmp_path, texts) as workspace:
        (cut,) = [c for c in derived_cuts(workspace, workspace.datasets[0]) if c.kind == "identifier"]
        count = workspace.scalar(f"select count(*) from jobs where {cut.expression} = 'LFT-07'")
        assert count == sum("LFT-07" in text.split() for text in texts)
        assert workspace.scalar(f"select count({cut.expression}) from jobs") == sum("LFT-" in text for text in texts)
        found = [f for f in analyze(workspace, "which lifts fail").findings if f.by == ["identifier(remark [1])"]]
        assert found[0].entities == {"identifier(remark [1])": "LFT-07"}
        assert found[0].columns == ["remark [1]"]
        assert found[0].value == count == workspace.scalar(found[0].query)


@pytest.mark.parametrize(
    "codes",
    [[f"REF{i}" for i in range(10_000, 60_000)], ["2024-05-01", "2024-06-01", "12:30", "500", "3.5"], ["A1", "B2"]],
    ids=["never twice", "dates and numbers", "one digit"],
)
def test_what_is_no_recurring_identifier_is_no_cut(tmp_path: Path, codes: list[str]) -> None:
    with opened(tmp_path, remarks(600, 0.5, codes)) as workspace:
        assert [c for c in derived_cuts(workspace, workspace.datasets[0]) if c.kind == "identifier"] == []


def test_a_code_that_stands_alone_is_no_text(tmp_path: Path) -> None:
    with opened(tmp_path, [f"LFT-{i % 40:02}" for i in range(400)]) as workspace:
        assert [c for c in derived_cuts(workspace, workspace.datasets[0]) if c.kind == "identifier"] == []
