"""A table of thousands of columns is examined in part, and says so."""

import csv
import random
from pathlib import Path

from services.analysis.breadth import MOST_COLUMNS, examined, named_in
from services.analysis.insights import analyze, run_method
from services.analysis.tables import Workspace, open_dataset


def wide(folder: Path) -> Path:
    rng = random.Random(7)
    path = folder / "wide.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["day", "region", *(f"reading_{i}" for i in range(400))])
        for row in range(120):
            region = "NSW"[row % 3]
            shift = 8.0 if region == "S" else 0.0
            values = [round(rng.gauss(10, 2) + (shift if i == 390 else 0.0), 2) for i in range(400)]
            writer.writerow([f"2025-{1 + row % 12:02d}-{1 + row % 28:02d}", region, *values])
    return path


def test_what_the_goal_names_is_examined_and_the_rest_is_said(tmp_path: Path) -> None:
    with Workspace(open_dataset(wide(tmp_path))) as data:
        whole = data.datasets[0]
        kept = {c.name for c in examined(whole, "Where is reading_390 high?").columns}
        assert len(kept) <= MOST_COLUMNS
        assert {"day", "region", "reading_390"} <= kept
        found = analyze(data, "Where is reading_390 high?", limit=10)
        told = next(f for f in found.findings if f.measure == "reading_390" and f.method == "level" and "region" in f.by)
        assert told.entities["region"] == "S"
        assert "402" in next(gap.why for gap in found.not_enough_data if "wide.csv" in gap.question)
        assert run_method(data, told.method, told.params)[0].facts == told.facts
        assert "reading_390" in {c.name for c in named_in(whole, told.params).columns}


def test_a_table_of_ordinary_width_is_examined_whole(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("a,b\n1,x\n2,y\n")
    dataset = open_dataset(tmp_path / "few.csv")[0]
    assert examined(dataset, "anything") is dataset
