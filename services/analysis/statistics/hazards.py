"""Cox's proportional hazards: how much sooner something happens in one group than in another, other things equal."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analysis.statistics.tails import chi2_upper, critical_z, normal_two_sided

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
STEPS, CLOSE = 40, 1e-9
FARTHEST = 15.0  # of a coefficient: beyond, one group has no events at all and the likelihood has no maximum


@dataclass(frozen=True)
class Hazards:
    """Log hazard ratios, in the order of the design's columns, their covariance, and the Schoenfeld residuals of each event.

    `when` gives the time of the event of each row of `residuals`.
    """

    coefficients: Floats
    covariance: Floats
    when: Floats
    residuals: Floats

    def ratio(self, place: int) -> tuple[float, float, float]:
        """Return the hazard ratio of one column and its interval."""
        b, margin = float(self.coefficients[place]), critical_z() * math.sqrt(float(self.covariance[place, place]))
        return math.exp(b), math.exp(b - margin), math.exp(b + margin)

    def p_value(self, place: int) -> float:
        """Return the two-sided p value of one coefficient (Wald)."""
        return normal_two_sided(float(self.coefficients[place]) / math.sqrt(float(self.covariance[place, place])))

    def proportional(self, place: int) -> float:
        """Return the p value that one column's hazard ratio stays the same over time (Grambsch and Therneau 1994, ranks of time)."""
        order = np.unique(self.when, return_inverse=True)[1]
        sizes = np.bincount(order)
        ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[order]
        centred = ranks - ranks.mean()
        events = len(centred)
        drift = events * float(centred @ (self.residuals @ self.covariance[:, place]))
        scale = events * float(self.covariance[place, place]) * float(centred @ centred)
        return chi2_upper(drift**2 / scale, 1) if scale > 0 else 1.0


@dataclass(frozen=True)
class _Events:
    """The distinct rows of the design, and for each event time how many of each are at risk and have the event."""

    patterns: Floats
    at_risk: Floats  # times x patterns
    dying: Floats
    deaths: NDArray[np.int64]
    times: Floats
    each: NDArray[np.int64]  # the pattern of every event, in the order of time


def cox(times: Floats, happened: Flags, design: Floats) -> Hazards | None:
    """Fit a Cox model by Newton's method, ties by Efron (1977). `design` is n x k without a column of ones, of few distinct rows:
    memory goes with their number times that of the event times.

    None where columns depend on each other, a group has no events, or it does not converge.
    """
    events = _arranged(times, happened, design)
    if len(events.deaths) == 0:
        return None
    coefficients: Floats = np.zeros(design.shape[1])
    for _ in range(STEPS):
        gradient, information, means = _likelihood(events, coefficients)
        if np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, gradient)
        if np.abs(step).max() < CLOSE:
            residuals = events.patterns[events.each] - np.repeat(means, events.deaths, axis=0)
            when = np.repeat(events.times, events.deaths)
            return Hazards(coefficients, np.asarray(np.linalg.inv(information), dtype=np.float64), when, residuals)
        coefficients = coefficients + step * min(1.0, 2.0 / float(np.abs(step).max()))
        if np.abs(coefficients).max() > FARTHEST:
            return None
    return None


def _arranged(times: Floats, happened: Flags, design: Floats) -> _Events:
    patterns, pattern = _distinct_rows(design)
    distinct = np.unique(times[happened])
    shape = (len(distinct) + 1, len(patterns))
    # Who was seen up to the i-th event time but not to the next leaves in row i + 1; row 0 are those seen to none.
    seen = np.searchsorted(distinct, times, side="right")
    leaving = np.bincount(seen * shape[1] + pattern, minlength=shape[0] * shape[1]).reshape(shape)
    dying = np.bincount((seen * shape[1] + pattern)[happened], minlength=shape[0] * shape[1]).reshape(shape)[1:]
    at_risk = np.cumsum(leaving[:0:-1], axis=0)[::-1]
    order = np.argsort(times[happened], kind="stable")
    return _Events(patterns, at_risk.astype(np.float64), dying.astype(np.float64), dying.sum(axis=1), distinct, pattern[happened][order])


def _distinct_rows(design: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return the distinct rows and which of them each row is, column by column: far quicker than sorting whole rows."""
    codes = np.zeros(len(design), dtype=np.int64)
    first = np.zeros(1, dtype=np.int64)
    for column in design.T:
        values, place = np.unique(column, return_inverse=True)
        _, first, codes = np.unique(codes * len(values) + place, return_index=True, return_inverse=True)
    return design[first], codes


def _likelihood(events: _Events, coefficients: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the gradient and the information of Efron's partial likelihood, and the mean of the design at each event time."""
    x, k = events.patterns, events.patterns.shape[1]
    weight = np.exp(x @ coefficients)[:, None]
    moments = np.column_stack([weight, weight * x, weight * (x[:, :, None] * x[:, None, :]).reshape(len(x), k * k)])
    at_risk, dying = events.at_risk @ moments, events.dying @ moments
    place = np.repeat(np.arange(len(events.deaths)), events.deaths)
    begins = np.cumsum(events.deaths) - events.deaths
    gone = (np.arange(len(place)) - begins[place]) / events.deaths[place]  # of those that die together, the share already taken out
    zero = at_risk[place, 0] - gone * dying[place, 0]
    mean = (at_risk[place, 1 : k + 1] - gone[:, None] * dying[place, 1 : k + 1]) / zero[:, None]
    whole, part = np.add.reduceat(1 / zero, begins), np.add.reduceat(gone / zero, begins)
    second = (whole @ at_risk[:, k + 1 :] - part @ dying[:, k + 1 :]).reshape(k, k)
    gradient = x[events.each].sum(axis=0) - mean.sum(axis=0)
    return gradient, second - mean.T @ mean, np.add.reduceat(mean, begins, axis=0) / events.deaths[:, None]
