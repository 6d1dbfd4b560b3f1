"""Tables with a design, stages, cohorts, kinds or a season put in."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from tests.analysis.methods.tables import Columns, cases

SWITCHED = date(2023, 10, 2)
WEEKS = 80
Level = Callable[[int, float], float]  # week, its load (records beside the usual, as a share) -> average of the measure


def trial_table(lift: float, n: int = 3000) -> dict[str, list[object]]:
    table, rng = cases(n), np.random.default_rng(11)
    table["arm"] = [("control", "variant one")[i] for i in rng.integers(0, 2, n)]
    table["bought"] = ["yes" if rng.random() < 0.3 + (lift if a == "variant one" else 0) else "no" for a in table["arm"]]
    return table


def switched_table(step: float, slope: float = 0.0, n: int = 4000) -> dict[str, list[object]]:
    table, rng = cases(n), np.random.default_rng(13)
    days = [(d - date(2023, 1, 2)).days for d in table["opened_on"] if isinstance(d, date)]
    after = [isinstance(d, date) and d >= SWITCHED for d in table["opened_on"]]
    table["new_form"] = ["yes" if a else "no" for a in after]
    table["hours"] = [round(20 + slope * d + step * a + float(rng.normal(0, 4)), 3) for d, a in zip(days, after, strict=True)]
    return table


def piloted_table(effect: float, before: float = 0.0) -> dict[str, list[object]]:
    table, rng = cases(4000), np.random.default_rng(21)
    days = [(d - SWITCHED).days for d in table["opened_on"] if isinstance(d, date)]
    cedar = [t == "Cedar" for t in table["team"]]
    table["pilot"] = ["yes" if c and d >= 0 else "no" for c, d in zip(cedar, days, strict=True)]
    table["hours"] = [
        round(20 + 3 * c + 0.01 * d + (before * min(d, 0) if c else 0) + (effect if c and d >= 0 else 0) + float(rng.normal(0, 4)), 3)
        for c, d in zip(cedar, days, strict=True)
    ]
    return table


def leads(n: int = 2000, lost: float = 0.2) -> dict[str, list[object]]:
    table, rng = cases(n), np.random.default_rng(2)
    table["called_on"], table["offered_on"], table["won_on"] = [], [], []
    for opened, channel in zip(table["opened_on"], table["channel"], strict=True):
        assert isinstance(opened, date)
        called = rng.random() < 0.8
        offered = called and rng.random() < (lost if channel == "web" else 0.5)
        won = offered and rng.random() < 0.7
        for name, reached, days in (("called_on", called, 3), ("offered_on", offered, 10), ("won_on", won, 20)):
            table[name].append(opened + timedelta(days=days) if reached else None)
    return table


def returning(late_share: float) -> Columns:
    """Customers new over a year and a half; a share of 0.6 comes back soon, of those new in the second half another."""
    rng, who, when = np.random.default_rng(6), [], []
    for i in range(900):
        first = int(rng.integers(0, 540))
        days = [first]
        if rng.random() < (0.6 if first < 280 else late_share):
            days.append(first + int(rng.integers(2, 80)))
        if rng.random() < 0.3:
            days.append(first + int(rng.integers(100, 200)))
        who += [f"C{i:04d}"] * len(days)
        when += [date(2023, 1, 1) + timedelta(days=d) for d in days]
    order = np.argsort(np.array(when, dtype="datetime64[D]"), kind="stable")
    return {"customer_id": [who[i] for i in order], "visited_on": [when[i] for i in order]}


def two_kinds(n: int = 900) -> dict[str, list[object]]:
    table, rng = cases(n), np.random.default_rng(2)
    few = rng.random(n) < 0.25
    table["hours"] = [round(float(rng.normal(45 if f else 20, 3)), 3) for f in few]
    table["cost"] = [round(float(rng.normal(400 if f else 150, 25)), 3) for f in few]
    return table


def quiet_sundays() -> dict[str, list[object]]:
    table, rng = cases(5000), np.random.default_rng(4)
    kept = [i for i, d in enumerate(table["opened_on"]) if isinstance(d, date) and (d.weekday() != 6 or rng.random() > 0.7)]
    return {name: [column[i] for i in kept] for name, column in table.items()}


def tailed() -> dict[str, list[object]]:
    """Costs of which one in fifty is sixty times as large."""
    table = cases(600)
    table["cost"] = [round(float(str(c)) * (60 if i % 50 == 0 else 1), 3) for i, c in enumerate(table["cost"])]
    return table


def busy_weeks(
    level: Level, *, usual: Level = lambda week, load: 14 * (1 + load), seed: int = 5, tail: float = 0.0
) -> dict[str, list[object]]:
    """Records of eighty weeks, some busier than others, and what they cost and took."""
    rng = np.random.default_rng(seed)
    table: dict[str, list[object]] = {"opened_on": [], "hours": [], "cost": [], "team": []}
    for week in range(WEEKS):
        load = float(rng.uniform(-0.6, 0.6))
        for _ in range(int(rng.poisson(usual(week, load)))):
            table["opened_on"].append(date(2023, 1, 2) + timedelta(days=7 * week + int(rng.integers(7))))
            noise = float(rng.lognormal(0, tail)) if tail else float(rng.normal(0, 4))
            table["hours"].append(round(level(week, load) + noise, 3))
            table["cost"].append(round(float(rng.normal(150, 30)), 2))
            table["team"].append(("Alder", "Birch")[rng.integers(2)])
    return table
