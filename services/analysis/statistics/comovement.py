"""Whether two series over the same periods move together beyond what time does to both of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.correlation import correlation_result, pearson_r
from services.analysis.statistics.groups import rank, settled
from services.analysis.statistics.tails import Result

Floats = NDArray[np.float64]
RANKS_WIDEN = 1.06  # of a rank correlation's variance (Fieller, Hartley and Pearson 1957)


@dataclass(frozen=True)
class Comovement:
    """The rank correlation beside the trend, and that of the changes from one period to the next."""

    level: Result
    changes: Result

    @property
    def p_value(self) -> float:
        """The larger of the two p values, 1 where they point apart: both must show it (intersection-union, Berger 1982).

        A trend, a season or a slow drift that both series share passes the first test alone; chance passes both more rarely than either.
        """
        apart = self.level.effect_size * self.changes.effect_size <= 0
        return 1.0 if apart else max(self.level.p_value, self.changes.p_value)


def comovement(x: Floats, y: Floats, time: Floats) -> Comovement:
    """Compare two series at the same `time`s (increasing), by ranks; what a straight line in time tells of either is taken out."""
    x, y = settled(x), settled(y)
    level = _correlated(beside_time(rank(x), time), beside_time(rank(y), time), "partial Spearman rho", controls=1)
    return Comovement(level, _correlated(rank(settled(np.diff(x))), rank(settled(np.diff(y))), "Spearman rho of the changes", controls=0))


def beside_time(values: Floats, time: Floats) -> Floats:
    """Return what is left of values once their least-squares line over time is taken out."""
    centred, apart = time - time.mean(), values - values.mean()
    return np.asarray(apart - centred * float((centred * apart).sum()) / float((centred**2).sum()), dtype=np.float64)


def effective_pairs(x: Floats, y: Floats) -> float:
    """Return how many independent pairs two autocorrelated series are worth, at most their length.

    1 / n_eff = 1 / n + 2 / n * sum over lags j of (n - j) / n * r_x(j) * r_y(j), lags up to n / 5 (Pyper and Peterman 1998).
    """
    n, a, b = len(x), x - x.mean(), y - y.mean()
    scale = float((a * a).sum()) * float((b * b).sum())
    if scale <= 0:
        return float(n)
    shared = sum((n - j) / n * float((a[j:] * a[:-j]).sum()) * float((b[j:] * b[:-j]).sum()) for j in range(1, n // 5 + 1)) / scale
    inverse = (1 + 2 * shared) / n
    return min(float(n), 1 / inverse) if inverse > 0 else float(n)


def _correlated(x: Floats, y: Floats, name: str, *, controls: int) -> Result:
    return correlation_result(pearson_r(x, y), int(effective_pairs(x, y)) - controls, name, spread=RANKS_WIDEN)
