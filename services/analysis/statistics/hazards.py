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
    """The rows in order of time and, for each event time, where its rows begin and how many events it has."""

    design: Floats
    happened: Flags
    first: NDArray[np.int64]  # of every distinct time
    eventful: NDArray[np.int64]  # places of the times with events
    deaths: NDArray[np.int64]  # of the times with events
    times: Floats


def cox(times: Floats, happened: Flags, design: Floats) -> Hazards | None:
    """Fit a Cox model by Newton's method, ties by Efron (1977). `design` is n x k without a column of ones.

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
            residuals = events.design[events.happened] - np.repeat(means, events.deaths, axis=0)
            when = np.repeat(events.times[events.eventful], events.deaths)
            return Hazards(coefficients, np.asarray(np.linalg.inv(information), dtype=np.float64), when, residuals)
        coefficients = coefficients + step * min(1.0, 2.0 / float(np.abs(step).max()))
        if np.abs(coefficients).max() > FARTHEST:
            return None
    return None


def _arranged(times: Floats, happened: Flags, design: Floats) -> _Events:
    order = np.argsort(times, kind="stable")
    distinct, first = np.unique(times[order], return_index=True)
    deaths = np.add.reduceat(happened[order].astype(np.int64), first)
    eventful = np.flatnonzero(deaths)
    return _Events(design[order], happened[order], first, eventful, deaths[eventful], distinct)


def _likelihood(events: _Events, coefficients: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the gradient and the information of Efron's partial likelihood, and the mean of the design at each event time."""
    x, k = events.design, events.design.shape[1]
    weight = np.exp(x @ coefficients)
    moments = np.column_stack([weight, weight[:, None] * x, *(weight[:, None] * x[:, [j]] * x for j in range(k))])
    at_risk = np.cumsum(np.add.reduceat(moments, events.first, axis=0)[::-1], axis=0)[::-1][events.eventful]
    dying = np.add.reduceat(moments * events.happened[:, None], events.first, axis=0)[events.eventful]
    place = np.repeat(np.arange(len(events.deaths)), events.deaths)
    begins = np.cumsum(events.deaths) - events.deaths
    gone = (np.arange(len(place)) - begins[place]) / events.deaths[place]  # of those that die together, the share already taken out
    zero = at_risk[place, 0] - gone * dying[place, 0]
    mean = (at_risk[place, 1 : k + 1] - gone[:, None] * dying[place, 1 : k + 1]) / zero[:, None]
    whole, part = np.add.reduceat(1 / zero, begins), np.add.reduceat(gone / zero, begins)
    second = (whole @ at_risk[:, k + 1 :] - part @ dying[:, k + 1 :]).reshape(k, k)
    gradient = x[events.happened].sum(axis=0) - mean.sum(axis=0)
    return gradient, second - mean.T @ mean, np.add.reduceat(mean, begins, axis=0) / events.deaths[:, None]
