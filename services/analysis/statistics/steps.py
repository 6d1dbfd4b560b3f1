"""Sudden changes: one step in a series, and single periods that stand out."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
EDGE = 0.1  # share of the series at each end in which no step is looked for


@dataclass(frozen=True)
class Step:
    """Where a series steps: the first position after it, the levels around it, and how surely.

    `gain` is the share of the squared error a straight line leaves that the step removes; at or below zero a line says as much.
    """

    position: int
    before: float
    after: float
    p_value: float
    effect: float
    gain: float


def one_step(values: Floats) -> Step | None:
    """Find the likeliest single change of mean: the largest CUSUM, its p from the Brownian bridge (Kolmogorov).

    The noise is the spread around the two means, so a large step does not hide itself. The effect is
    the standardised difference as a correlation. None for fewer than 20 values or no spread.
    """
    n = len(values)
    if n < 20:
        return None
    cusum = np.cumsum(values - values.mean())
    first, last = max(1, int(EDGE * n)), n - max(1, int(EDGE * n))
    position = first + int(np.argmax(np.abs(cusum[first - 1 : last - 1])))
    before, after = values[:position], values[position:]
    squares = float(((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum())
    deviation = math.sqrt(squares / (n - 2)) * _long_run(before, after)
    if deviation <= 0:
        return None
    statistic = abs(float(cusum[position - 1])) / (deviation * math.sqrt(n))
    d = float(after.mean() - before.mean()) / (math.sqrt(squares / (n - 2)) or 1.0)
    return Step(
        position,
        float(before.mean()),
        float(after.mean()),
        float(special.kolmogorov(statistic)),
        abs(d) / math.sqrt(d * d + 4),
        1 - squares / max(_line_error(values), 1e-300),
    )


def _long_run(before: Floats, after: Floats) -> float:
    """By how much autocorrelation of first order widens the noise of a mean: sqrt((1 + r) / (1 - r)), at least 1."""
    residual = np.concatenate([before - before.mean(), after - after.mean()])
    scale = float((residual**2).sum())
    r = float((residual[1:] * residual[:-1]).sum()) / scale if scale > 0 else 0.0
    r = min(max(r, 0.0), 0.9)
    return math.sqrt((1 + r) / (1 - r))


def _line_error(values: Floats) -> float:
    x = np.arange(len(values)) - (len(values) - 1) / 2
    slope = float((x * values).sum() / (x * x).sum())
    return float(((values - values.mean() - slope * x) ** 2).sum())


@dataclass(frozen=True)
class Peak:
    """Neighbouring periods that stand out of the rest."""

    first: int
    last: int
    inside: float
    outside: float
    p_value: float
    z: float
    spread: float  # of one period's count


def standing_periods(counts: Floats) -> Peak | None:
    """Find the period whose count is furthest from the others', and its neighbours alike.

    The others' spread is robust (median absolute deviation) and never below Poisson; p is two-sided
    from Student's t, multiplied by the number of periods. None for fewer than eight periods.
    """
    n = len(counts)
    if n < 8:
        return None
    centre = float(np.median(counts))
    spread = max(1.4826 * float(np.median(np.abs(counts - centre))), math.sqrt(max(centre, 1.0)))
    z = (counts - centre) / (spread * math.sqrt(1 + math.pi / 2 / n))
    top = int(np.argmax(np.abs(z)))
    first = last = top
    while first > 0 and z[first - 1] * np.sign(z[top]) > 3:
        first -= 1
    while last < n - 1 and z[last + 1] * np.sign(z[top]) > 3:
        last += 1
    if last - first + 1 > n / 3:
        return None
    others = np.delete(counts, np.arange(first, last + 1))
    p = min(1.0, n * 2 * float(special.stdtr(max(n - 2, 1), -abs(z[top]))))
    return Peak(first, last, float(counts[first : last + 1].mean()), float(others.mean()), p, float(z[top]), spread)
