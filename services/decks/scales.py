"""Ends and steps of value axes that people read without thinking."""

import math
from collections.abc import Iterable

Ends = tuple[float, float, float]
"""Low end, high end and step."""


def nice(values: Iterable[float | None], *, zero: bool | None = None, ticks: int = 4) -> Ends:
    """Return ends and step around the values.

    `zero` True makes the axis start at zero; None lets it start above when the values keep far from zero.
    """
    known = [value for value in values if value is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    if zero or (zero is None and low >= 0 and low < 0.5 * high):
        low = min(low, 0.0)
    if zero:
        high = max(high, 0.0)
    if high == low:
        low, high = (low - 1, high + 1) if not low else (low - abs(low) / 2, high + abs(high) / 2)
    step = _step((high - low) / ticks)
    return (_round(math.floor(low / step + 1e-9) * step), _round(math.ceil(high / step - 1e-9) * step), step)


def _step(rough: float) -> float:
    power = 10 ** math.floor(math.log10(rough))
    share = rough / power
    factor = 1 if share <= 1.4 else 2 if share <= 2.9 else 5 if share <= 7 else 10
    return _round(factor * power)


def decimals(step: float) -> int:
    """Return how many decimals the ticks of an axis need."""
    return max(0, min(6, -math.floor(math.log10(step) + 1e-9)))


def _round(value: float) -> float:
    return float(f"{value:.9g}")


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions near the wanted ones, in the same order of size, no two closer than `gap`, inside the ends where possible."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    edge = low
    for index in order:
        placed[index] = max(wanted[index], edge)
        edge = placed[index] + gap
    over = edge - gap - high
    if over > 0:
        edge = high
        for index in reversed(order):
            placed[index] = min(placed[index], edge)
            edge = placed[index] - gap
    return placed
