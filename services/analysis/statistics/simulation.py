"""Monte Carlo simulation of ranges that people state: lowest, likeliest, highest.

Triangular by its inverse distribution function; PERT as the beta distribution of Malcolm et al. (1959) with weight four on
the likeliest. Every input draws from a stream of its own, named after it: another input more does not change the others' draws.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shape = Literal["triangular", "pert"]
LIKELIEST = 4.0  # weight of the likeliest value in PERT


@dataclass(frozen=True)
class Range:
    """What somebody expects of a quantity: `low <= base <= high`."""

    low: float
    base: float
    high: float


def draws(name: str, stated: Range, shape: Shape, n: int, seed: int) -> Floats:
    """Return n draws of a range, the same for the same name and seed; a range without width is a constant."""
    width = stated.high - stated.low
    if width <= 0:
        return np.full(n, stated.base)
    stream = np.random.default_rng([seed, *name.encode()])
    if shape == "pert":
        a = 1 + LIKELIEST * (stated.base - stated.low) / width
        b = 1 + LIKELIEST * (stated.high - stated.base) / width
        return np.asarray(stated.low + width * stream.beta(a, b, n), dtype=np.float64)
    u, turn = stream.random(n), (stated.base - stated.low) / width
    rising = stated.low + np.sqrt(u * width * (stated.base - stated.low))
    falling = stated.high - np.sqrt((1 - u) * width * (stated.high - stated.base))
    return np.where(u < turn, rising, falling)
