"""Random draws from a seeded `random.Random`, whose `random()` is the same on every machine and version of Python.

Only `random()` is used, because the other methods of `random.Random` may change their algorithm.
"""

import csv
import io
import math
import random
from collections.abc import Iterable, Sequence
from datetime import date

Cell = str | int | float | None


def normal(rng: random.Random, mean: float, deviation: float) -> float:
    """Draw from a normal distribution (Box-Muller)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - rng.random()))
    return mean + deviation * radius * math.cos(2.0 * math.pi * rng.random())


def count(rng: random.Random, mean: float) -> int:
    """Draw a Poisson count (Knuth's product method; means up to a few hundred)."""
    limit, product, drawn = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        drawn += 1
    return drawn


def pick(rng: random.Random, weights: Sequence[tuple[str, float]]) -> str:
    """Draw one name with probability proportional to its weight."""
    threshold = rng.random() * sum(weight for _, weight in weights)
    for name, weight in weights:
        threshold -= weight
        if threshold < 0:
            return name
    return weights[-1][0]


def months(start: date, number: int) -> list[date]:
    """Return the first days of `number` months in a row."""
    return [date(start.year + (start.month - 1 + i) // 12, (start.month - 1 + i) % 12 + 1, 1) for i in range(number)]


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a CSV with Unix line ends; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return out.getvalue()
