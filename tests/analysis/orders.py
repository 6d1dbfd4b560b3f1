"""A table of orders with effects put in (or none), as rows that a test may reorder, rename, shift or scale before it writes them."""

import csv
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

Cell = str | float | date
Row = dict[str, Cell]
COLUMNS = ("order_id", "ordered_on", "team", "channel", "hours", "weight", "outcome")


def orders(n: int = 500, *, seed: int = 1, effects: bool = True) -> list[Row]:
    """Orders over eighteen months. With effects: one team takes longer and is refunded more, and weight follows hours."""
    rng = random.Random(seed)
    rows: list[Row] = []
    for i in range(n):
        team, channel = rng.choice(("Alder", "Birch", "Cedar", "Elm")), rng.choice(("post", "shop", "web"))
        slow = effects and team == "Birch"
        hours = rng.gauss(20, 5) + (6 if slow else 0)
        weight = 60 + 5 * hours + rng.gauss(0, 20) if effects else rng.gauss(160, 30)
        outcome = rng.choices(("kept", "refunded", "swapped"), (5, 4, 1) if slow else (8, 1, 1))[0]
        day = date(2022, 1, 3) + timedelta(days=rng.randrange(540))
        cells = (f"R{i:05d}", day, team, channel, round(hours, 2), round(weight, 2), outcome)
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def write(path: Path, rows: Sequence[Row], *, columns: Sequence[str] = COLUMNS, name: Callable[[str], str] = str) -> Path:
    """Write rows as CSV, the columns in the order given, each headed by `name(column)`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([name(column) for column in columns])
        writer.writerows([row[column] for column in columns] for row in rows)
    return path
