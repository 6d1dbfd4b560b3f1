"""Tables with all that engines could read differently: dates and numbers as people write them, gaps, two tables with a key, many rows."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

_AREAS = ["North", "East", "South", "West"]
_WORDS = ("valve", "Größe", "late", "seal", "crack", "fine", "check", "again", "noisy", "motor")


def repairs(folder: Path, n: int = 600, *, seed: int = 3) -> list[Path]:
    """Return files of repairs and of the machines they are of; repairs of the older machines take longer, and one area is dearer."""
    rng = np.random.default_rng(seed)
    machines: list[list[object]] = [
        [f"M-{i:03d}", ("press", "lathe", "drill")[i % 3], date(2019, 1, 1) + timedelta(days=37 * i)] for i in range(40)
    ]
    rows: list[list[object]] = []
    for i in range(n):
        machine = int(rng.integers(0, 40))
        begun = date(2022, 1, 3) + timedelta(days=int(rng.integers(0, 620)))
        hours = float(rng.gamma(3, 2)) + (4 if machine < 15 else 0)
        ended = begun + timedelta(days=int(hours * 2))
        area = _AREAS[int(rng.choice(4, p=[0.4, 0.3, 0.2, 0.1]))]
        cost = float(rng.lognormal(5, 0.4)) * (1.5 if area == "South" else 1.0) + 12 * hours
        state = "closed" if rng.random() < 0.8 else "open"
        note = " ".join(rng.choice(_WORDS, 6))
        written = f"{begun.month}/{begun.day}/{begun.year}"
        rows.append(
            [
                *(f"R{i:05d}", f"M-{machine:03d}", written, ended if state == "closed" else "", area, state),
                *(
                    "" if i % 17 == 3 else round(hours, 3),
                    f"€ {cost:,.2f}",
                    int(rng.integers(1, 5)),
                    note,
                    "yes" if rng.random() < 0.3 else "no",
                ),
            ]
        )
    names = ["repair", "machine", "begun", "ended", 'area [km"2]', "state", "hours spent", "cost", "grade", "note", "warranty"]
    return [_write(folder / "repairs.csv", names, rows), _write(folder / "machines.csv", ["machine", "kind", "bought"], machines)]


def readings(folder: Path, n: int = 60_000, *, seed: int = 5) -> list[Path]:
    """Return a file of more rows than the tests look at: a measure that differs by site, and grows."""
    rng = np.random.default_rng(seed)
    site = rng.integers(0, 5, n)
    day = rng.integers(0, 700, n)
    value = np.round(rng.normal(50, 9, n) + np.where(site == 2, 3, 0) + day * 0.004, 4)
    flow = np.round(rng.normal(7, 2, n) + 0.05 * value, 4)
    rows: list[list[object]] = [
        [f"K{i}", date(2021, 3, 1) + timedelta(days=int(day[i])), f"site {site[i]}", value[i], flow[i], "ok" if i % 9 else "failed"]
        for i in range(n)
    ]
    return [_write(folder / "readings.csv", ["key", "taken", "site", "value", "flow", "status"], rows)]


def repeated(folder: Path, n: int = 56_000) -> list[Path]:
    """Return a file of more rows than the tests look at, most of them alike, and none with a key."""
    rng = np.random.default_rng(8)
    kind = rng.integers(0, 4, n)
    rows: list[list[object]] = [[f"kind {k}", int(v), bool(v % 3 == 0)] for k, v in zip(kind, rng.poisson(6 + kind, n), strict=True)]
    return [_write(folder / "repeated.csv", ["kind", "faults", "checked"], rows)]


def _write(path: Path, names: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    return path
