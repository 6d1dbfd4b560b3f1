"""Time until something happens, where for some it has not happened yet: Kaplan-Meier and log-rank."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.tails import Result, chi2_upper, critical_z

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve: the times at which something happened, the share still waiting after each, and its Greenwood error."""

    times: Floats
    waiting: Floats
    error: Floats

    def at(self, time: float) -> tuple[float, float, float]:
        """Return the share still waiting at a time and its interval (on the log-log scale, which stays within 0 and 1)."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if place < 0:
            return 1.0, 1.0, 1.0
        s, e = float(self.waiting[place]), float(self.error[place])
        if s <= 0 or s >= 1 or e <= 0:
            return s, s, s
        theta = critical_z() * e / (s * math.log(s))
        return s, s ** math.exp(-theta), s ** math.exp(theta)

    def median(self) -> float | None:
        """Return the first time by which no more than half still wait, None where more than half do to the end."""
        reached = np.flatnonzero(self.waiting <= 0.5 + 1e-12)
        return float(self.times[reached[0]]) if len(reached) else None

    def restricted_mean(self, limit: float) -> float:
        """Return the mean time waited, each counted up to `limit` at most: the area under the curve (Irwin 1949)."""
        inside = self.times < limit
        edges = np.concatenate([[0.0], self.times[inside], [limit]])
        return float((np.concatenate([[1.0], self.waiting[inside]]) * np.diff(edges)).sum())


def kaplan_meier(times: Floats, happened: Flags) -> Curve:
    """Return the product-limit estimate (Kaplan and Meier 1958) with Greenwood's standard error of the share still waiting."""
    points, place = np.unique(times, return_inverse=True)
    events = np.bincount(place, happened.astype(float), minlength=len(points))
    leaving = np.bincount(place, minlength=len(points)).astype(float)
    at_risk = len(times) - np.concatenate([[0.0], np.cumsum(leaving)[:-1]])
    kept = events > 0
    d, n = events[kept], at_risk[kept]
    waiting = np.cumprod(1 - d / n)
    greenwood = np.cumsum(np.where(n > d, d / (n * np.maximum(n - d, 1e-12)), 0.0))
    return Curve(points[kept], waiting, waiting * np.sqrt(greenwood))


def log_rank(times: Floats, happened: Flags, codes: NDArray[np.int64], groups: int, *, early: bool = False) -> Result:
    """Log-rank test (Mantel 1966) that all groups wait alike; the effect size is phi, sqrt(chi-square / n).

    `early` weighs each time by the number still waiting (Gehan 1965, Breslow 1970), which looks at early differences first.
    """
    order = np.argsort(times, kind="stable")
    times, happened, codes = times[order], happened[order], codes[order]
    _, first = np.unique(times, return_index=True)
    member = np.zeros((groups, len(times)))
    member[codes, np.arange(len(times))] = 1.0
    left = member.sum(axis=1, keepdims=True) - np.concatenate([np.zeros((groups, 1)), np.cumsum(member, axis=1)[:, :-1]], axis=1)
    at_risk = left[:, first]
    deaths = np.add.reduceat(member * happened, first, axis=1)
    n, d = at_risk.sum(axis=0), deaths.sum(axis=0)
    used = (d > 0) & (n > 1)
    at_risk, deaths, n, d = at_risk[:, used], deaths[:, used], n[used], d[used]
    weight = n if early else np.ones_like(n)
    gap = ((deaths - at_risk * d / n) * weight).sum(axis=1)
    scale = weight**2 * d * (n - d) / (n - 1) / n**2
    covariance = np.diag((at_risk * n * scale).sum(axis=1)) - (at_risk * scale) @ at_risk.T
    reduced = gap[:-1]
    try:
        statistic = float(reduced @ np.linalg.solve(covariance[:-1, :-1], reduced))
    except np.linalg.LinAlgError:
        statistic = 0.0
    total = len(times)
    phi = min(1.0, math.sqrt(max(0.0, statistic) / total)) if total else 0.0
    name = "Gehan-Breslow" if early else "log-rank"
    return Result(name, statistic, chi2_upper(max(0.0, statistic), groups - 1), total, effect_size=phi, effect_name="phi")
