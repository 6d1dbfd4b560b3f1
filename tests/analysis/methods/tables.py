"""Small tables with something put in, as workspaces the methods can be run on."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from services.analysis.findings import Finding
from services.analysis.insights import run_method
from services.analysis.sources import open_dataset
from services.analysis.study import Study
from services.analysis.workspace import Workspace

Columns = Mapping[str, Sequence[object]]
TEAMS = ("Alder", "Birch", "Cedar", "Elm")


@contextmanager
def study_of(folder: Path, columns: Columns, name: str = "cases") -> Iterator[Study]:
    """Write the columns as a CSV file and open it as a study."""
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    with Workspace(open_dataset(path)) as workspace:
        yield Study(workspace, workspace.datasets[0])


def only(study: Study, method: str, **params: object) -> Finding:
    """Run one method and return its one finding."""
    found = run_method(study.workspace, method, dict(params))
    assert len(found) == 1
    return found[0]


def assert_same_facts(one: Finding, other: Finding) -> None:
    """Hold a re-run to what was found: nine digits, since an adjusted p value is a product of two rounded numbers."""
    assert [(f.name, f.display) for f in one.facts] == [(f.name, f.display) for f in other.facts]
    assert [f.value for f in one.facts] == pytest.approx([f.value for f in other.facts], rel=1e-9)


def cases(n: int = 600, seed: int = 3) -> dict[str, list[object]]:
    """Cases over eighteen months with nothing in them: a date, a team, a channel, hours, a cost and an outcome."""
    rng = np.random.default_rng(seed)
    days = sorted(int(d) for d in rng.integers(0, 540, n))
    return {
        "case_id": [f"K{i:05d}" for i in range(n)],
        "opened_on": [date(2023, 1, 2) + timedelta(days=d) for d in days],
        "team": [TEAMS[i] for i in rng.integers(0, 4, n)],
        "channel": [("post", "shop", "web")[i] for i in rng.integers(0, 3, n)],
        "hours": [round(float(x), 3) for x in rng.normal(20, 5, n)],
        "cost": [round(float(x), 3) for x in rng.lognormal(5, 0.5, n)],
        "outcome": [("kept", "refunded", "swapped")[i] for i in rng.choice(3, n, p=(0.7, 0.2, 0.1))],
    }
