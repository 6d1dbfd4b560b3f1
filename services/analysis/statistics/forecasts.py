"""Forecasts of an even series by simple models, chosen by their errors on periods they had not seen.

Every model here is linear in the observations: its forecast is `weights @ values`. That is what lets a query compute it again.
Hyndman and Athanasopoulos 2021, chapters 5 and 8; rolling origin as in Tashman 2000; scaled error as in Hyndman and Koehler 2006.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.tails import critical_t

Floats = NDArray[np.float64]
Weights = Callable[[int, int], Floats]  # length of the series, steps ahead -> one weight an observation
FEWEST = 12
LEVELS = (0.2, 0.4, 0.6, 0.8)
SLOPES = (0.1, 0.3)
DAMPING = 0.9
BARELY = 0.9  # of the error of a simpler model: one that is barely better was better by chance


@dataclass(frozen=True)
class Forecast:
    """The model chosen, its weights for the next period, its forecast with an interval, and its error beside the naive one's (MASE).

    `second` is what the next best model forecasts.
    """

    model: str
    weights: Floats
    value: float
    low: float
    high: float
    errors: Floats
    scaled_error: float
    second: float


def naive(n: int, ahead: int) -> Floats:
    """The last value again."""
    del ahead
    weights = np.zeros(n)
    weights[-1] = 1.0
    return weights


def average(n: int, ahead: int) -> Floats:
    """The mean of all values."""
    del ahead
    return np.full(n, 1.0 / n)


def drift(n: int, ahead: int) -> Floats:
    """The last value and the average step so far, once for each period ahead."""
    weights = naive(n, ahead)
    weights[-1] += ahead / (n - 1)
    weights[0] -= ahead / (n - 1)
    return weights


def seasonal_naive(length: int) -> Weights:
    """The value one cycle ago."""

    def weights(n: int, ahead: int) -> Floats:
        found = np.zeros(n)
        found[n - length + (ahead - 1) % length] = 1.0
        return found

    return weights


def smoothing(level: float) -> Weights:
    """Simple exponential smoothing: each older value counts 1 - `level` times as much."""

    def weights(n: int, ahead: int) -> Floats:
        del ahead
        found: Floats = np.asarray(level * (1 - level) ** np.arange(n)[::-1], dtype=np.float64)
        found[0] += (1 - level) ** n
        return found

    return weights


def damped_trend(level: float, slope: float) -> Weights:
    """Holt's method with a damped trend (Gardner and McKenzie 1985), begun at the first value without a slope."""

    def weights(n: int, ahead: int) -> Floats:
        unit = np.eye(n)
        height, step = unit[0], np.zeros(n)
        for t in range(1, n):
            expected = height + DAMPING * step
            risen = level * unit[t] + (1 - level) * expected
            step = slope * (risen - height) + (1 - slope) * DAMPING * step
            height = risen
        return np.asarray(height + sum(DAMPING**h for h in range(1, ahead + 1)) * step, dtype=np.float64)

    return weights


def models(n: int, length: int | None) -> list[tuple[str, Weights]]:
    """Return the models tried on a series of n, the simplest first."""
    found: list[tuple[str, Weights]] = [("the last value", naive), ("the mean", average), ("drift", drift)]
    if length is not None and n >= 3 * length:
        found.append(("the value one cycle ago", seasonal_naive(length)))
    found += [("exponential smoothing", smoothing(a)) for a in LEVELS]
    return found + [("a damped trend", damped_trend(a, b)) for a in LEVELS for b in SLOPES]


def next_value(values: Floats, length: int | None = None) -> Forecast | None:
    """Forecast the next period by the model with the smallest absolute error over the last third, each time from what came before.

    The 95% interval is the spread of those errors (Student's t). None for fewer than twelve periods or a flat series.
    """
    n = len(values)
    if n < FEWEST or np.ptp(values) == 0:
        return None
    origins = range(n - n // 3, n)
    tried: list[tuple[float, str, Weights, Floats]] = []
    best = 0
    for place, (name, weights) in enumerate(models(n, length)):
        errors = np.array([values[t] - float(weights(t, 1) @ values[:t]) for t in origins])
        tried.append((float(np.abs(errors).mean()), name, weights, errors))
        if tried[place][0] < BARELY * tried[best][0]:
            best = place
    missed, name, weights, errors = tried[best]
    second = min((model for i, model in enumerate(tried) if i != best), key=lambda model: model[0])[2]
    scale = float(np.abs(np.diff(values)).mean())
    chosen = weights(n, 1)
    value = float(chosen @ values)
    margin = critical_t(len(errors) - 1) * float(np.sqrt((errors**2).mean()))
    return Forecast(name, chosen, value, value - margin, value + margin, errors, missed / scale, float(second(n, 1) @ values))
