"""Regression with errors that do not assume equal spread: least squares, logistic, Poisson and median, on arrays.

Design matrices are n x k with a leading column of ones; outcomes are arrays of n. Nothing here knows a table.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from services.analysis.statistics.tails import critical_t, t_two_sided

Floats = NDArray[np.float64]
STEPS, CLOSE = 60, 1e-10
DEPENDENT = 1e-12  # share of a column's squares that others must leave unexplained
FARTHEST = 30.0  # of a linear predictor: beyond, a logistic curve is flat to machine precision


@dataclass(frozen=True)
class Fit:
    """Coefficients with their robust standard errors, in the order of the design's columns, and the degrees of freedom left."""

    coefficients: Floats
    errors: Floats
    freedom: int

    def p_value(self, place: int) -> float:
        """Return the two-sided p value of one coefficient (Student's t)."""
        error = float(self.errors[place])
        return t_two_sided(float(self.coefficients[place]) / error, self.freedom) if error > 0 else 1.0

    def interval(self, place: int) -> tuple[float, float]:
        """Return the interval of one coefficient."""
        margin = critical_t(self.freedom) * float(self.errors[place])
        return float(self.coefficients[place]) - margin, float(self.coefficients[place]) + margin

    def partial_r(self, place: int) -> float:
        """Return the partial correlation t / sqrt(t^2 + df), 0 where the coefficient has no error."""
        error = float(self.errors[place])
        t = float(self.coefficients[place]) / error if error > 0 else 0.0
        return t / math.sqrt(t * t + self.freedom)


def least_squares(design: Floats, outcome: Floats) -> Fit | None:
    """Ordinary least squares with HC3 errors (MacKinnon and White 1985). None where columns depend on each other."""
    n, k = design.shape
    inverse = _inverse(design.T @ design)
    if inverse is None or n <= k:
        return None
    coefficients = inverse @ (design.T @ outcome)
    leverage = np.minimum(np.einsum("ij,ij->i", design @ inverse, design), 1 - 1e-9)
    scores = design * ((outcome - design @ coefficients) / (1 - leverage))[:, None]
    covariance = inverse @ (scores.T @ scores) @ inverse
    return Fit(coefficients, np.sqrt(np.maximum(np.diag(covariance), 0.0)), n - k)


def each_added(design: Floats, outcome: Floats, columns: Sequence[Floats]) -> list[Fit | None]:
    """Return for each column, put beside the design by itself, the fit of its coefficient alone: what `least_squares` says of it.

    The design is taken out of the column and of the outcome (Frisch and Waugh 1933, Lovell 1963), and
    is solved once however many columns there are. None where a column adds nothing to the design.
    """
    n, k = design.shape
    inverse = _inverse(design.T @ design)
    if inverse is None or n <= k + 1:
        return [None] * len(columns)
    projected = design @ inverse
    leverage = np.einsum("ij,ij->i", projected, design)
    y = outcome - projected @ (design.T @ outcome)
    given = np.array(columns).reshape(len(columns), n)
    left = given - (given @ design) @ projected.T
    fits: list[Fit | None] = []
    for column, x in zip(given, left, strict=True):
        size = float(x @ x)
        if size <= DEPENDENT * float(column @ column):
            fits.append(None)
            continue
        slope = float(x @ y) / size
        scores = x * (y - slope * x) / (1 - np.minimum(leverage + x * x / size, 1 - 1e-9))
        fits.append(Fit(np.array([slope]), np.array([math.sqrt(float(scores @ scores)) / size]), n - k - 1))
    return fits


def logistic(design: Floats, outcome: Floats) -> Fit | None:
    """Logistic regression of 0/1 by iteratively reweighted least squares, HC0 errors; None where groups are separated or it diverges."""

    def link(eta: Floats) -> tuple[Floats, Floats]:
        mean = special.expit(eta)
        return mean, np.maximum(mean * (1 - mean), 1e-12)

    return _reweighted(design, outcome, link)


def marginal_effect(fit: Fit, design: Floats, place: int, *, binary: bool) -> float:
    """Return the average marginal effect of a column in a logistic regression: from 0 to 1 where binary, else the mean slope.

    Bartus (2005), Stata Journal 5(3).
    """
    if not binary:
        mean = special.expit(design @ fit.coefficients)
        return float(fit.coefficients[place] * (mean * (1 - mean)).mean())
    rest = np.delete(design, place, axis=1) @ np.delete(fit.coefficients, place)
    return float((special.expit(rest + fit.coefficients[place]) - special.expit(rest)).mean())


def poisson(design: Floats, outcome: Floats) -> Fit | None:
    """Poisson regression of counts with a log link, HC0 errors (so overdispersion is allowed for); None where it diverges."""

    def link(eta: Floats) -> tuple[Floats, Floats]:
        mean = np.exp(eta)
        return mean, mean

    return _reweighted(design, outcome, link)


def _reweighted(design: Floats, outcome: Floats, link: Callable[[Floats], tuple[Floats, Floats]]) -> Fit | None:
    n, k = design.shape
    centre = float(outcome.mean())
    coefficients: Floats = np.r_[math.log(centre) if centre > 0 and outcome.max() > 1 else 0.0, np.zeros(k - 1)]
    step: Floats = np.full(k, np.inf)
    for _ in range(STEPS):
        mean, weight = link(np.clip(design @ coefficients, -FARTHEST, FARTHEST))
        inverse = _inverse(_gram(design, weight))
        if inverse is None:
            return None
        if np.abs(step).max() < CLOSE:
            scores = design * (outcome - mean)[:, None]
            covariance = inverse @ (scores.T @ scores) @ inverse
            return Fit(coefficients, np.sqrt(np.maximum(np.diag(covariance), 0.0)), n - k)
        step = inverse @ (design.T @ (outcome - mean))
        coefficients = coefficients + step
        if not np.isfinite(coefficients).all() or np.abs(coefficients[1:]).max(initial=0.0) > FARTHEST / 2:
            return None
    return None


def median_regression(design: Floats, outcome: Floats) -> Floats | None:
    """Return the coefficients that minimise absolute error, by iteratively reweighted least squares (Schlossmacher 1973)."""
    first = least_squares(design, outcome)
    if first is None:
        return None
    coefficients = first.coefficients
    floor = 1e-6 * max(float(np.std(outcome)), 1e-300)
    for _ in range(STEPS):
        weight = 1 / np.maximum(np.abs(outcome - design @ coefficients), floor)
        inverse = _inverse(_gram(design, weight))
        if inverse is None:
            return None
        updated = inverse @ (design.T @ (weight * outcome))
        done = float(np.abs(updated - coefficients).max()) < 1e-9 * max(1.0, float(np.abs(updated).max()))
        coefficients = updated
        if done:
            break
    return coefficients


def inflation(design: Floats) -> Floats:
    """Return the variance inflation factor of every column but the first (the ones): 1 / (1 - R^2) on all the others."""
    centred = design[:, 1:] - design[:, 1:].mean(axis=0)
    products = centred.T @ centred
    inverse = _inverse(products)
    return np.full(len(products), np.inf) if inverse is None else np.diag(inverse) * np.diag(products)


def _gram(design: Floats, weight: Floats) -> Floats:
    scaled = design * np.sqrt(weight)[:, None]
    products: Floats = scaled.T @ scaled  # a matrix with itself: half the work
    return products


def _inverse(matrix: Floats) -> Floats | None:
    scale = np.sqrt(np.diag(matrix))
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        return None
    standard = matrix / np.outer(scale, scale)
    if np.linalg.cond(standard) > 1e12:
        return None
    inverse: Floats = np.linalg.inv(standard) / np.outer(scale, scale)
    return inverse


def newey_west(design: Floats, outcome: Floats) -> Fit | None:
    """Least squares on an even series with errors that allow for autocorrelation (Newey and West 1987), small-sample corrected.

    The lag is 4 (n / 100)^(2 / 9), rounded down, as Newey and West (1994) suggest.
    """
    n, k = design.shape
    inverse = _inverse(design.T @ design)
    if inverse is None or n <= k:
        return None
    coefficients = inverse @ (design.T @ outcome)
    scores = design * (outcome - design @ coefficients)[:, None]
    lags = int(4 * (n / 100) ** (2 / 9))
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    covariance = inverse @ middle @ inverse * n / (n - k)
    return Fit(coefficients, np.sqrt(np.maximum(np.diag(covariance), 0.0)), n - k)
