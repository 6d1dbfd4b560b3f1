"""Second opinions on a driver: another model that fits the outcome's kind, shuffling on records held out, and interactions."""

import numpy as np

from services.analysis.measures import Measure, humanize
from services.analysis.modelling import Design
from services.analysis.opinions import opinion
from services.analysis.statistics.regression import Fit, each_added, least_squares, logistic, median_regression, poisson
from services.analysis.study import Floats, Study
from services.analysis.writing import said

SEED = 20_240_101
SKEWED = 2.0
SURE = 0.01
MOST_COUNTED = 50.0
MOST_ROWS = 10_000  # that a second opinion looks at


def second_opinions(study: Study, measure: Measure, name: str, made: Design, x: Floats, fit: Fit) -> list[str]:
    """Return sentences without numerals: whether another model agrees, whether shuffling costs accuracy, what the effect differs by."""
    if len(x) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(SEED).permutation(len(x))[:MOST_ROWS])
        made, x = made.part(rows), x[rows]
    others = [c.values for c in made.without(name)]
    model, same = _other_model(measure, made, [x, *others], np.sign(fit.coefficients[1]))
    said_so = [opinion(model, agrees=same), opinion("Shuffling it on records held out", agrees=_costs_accuracy(made, name))]
    partner = _interacting(study, made, name, x)
    return [*said_so, f"The effect differs with {said(partner)}."] if partner else said_so


def _other_model(measure: Measure, made: Design, columns: list[Floats], sign: float) -> tuple[str, bool]:
    """Logistic for shares, Poisson for counts, logarithms for skewed positive values, else medians."""
    matrix, y = made.matrix(columns), made.outcome
    if measure.kind == "rate":
        return "A logistic regression", _agrees(logistic(matrix, y), sign)
    if y.min() >= 0 and y.max() <= MOST_COUNTED and not (y % 1).any():
        return "A Poisson regression", _agrees(poisson(matrix, y), sign)
    residual = y - y.mean()
    skew = float((residual**3).mean() / max((residual**2).mean() ** 1.5, 1e-300))
    if y.min() > 0 and skew > SKEWED:
        return "A regression of its logarithm", _agrees(least_squares(matrix, np.log(y)), sign)
    middle = median_regression(matrix, y)
    return "A regression of its median", middle is not None and bool(np.sign(middle[1]) == sign)


def _agrees(fit: Fit | None, sign: float) -> bool:
    return fit is not None and bool(np.sign(fit.coefficients[1]) == sign) and fit.p_value(1) < 0.05


def _costs_accuracy(made: Design, name: str) -> bool:
    """Whether shuffling a predictor raises the squared error on a third of the records that the fit did not see (Breiman 2001)."""
    generator = np.random.default_rng(SEED)
    held_out = generator.permutation(len(made.outcome)) % 3 == 0
    matrix = made.matrix([c.values for c in made.columns])
    fit = least_squares(matrix[~held_out], made.outcome[~held_out])
    if fit is None:
        return False
    seen, y = matrix[held_out], made.outcome[held_out]
    own = [i + 1 for i, c in enumerate(made.columns) if c.predictor == name]
    error = float(((y - seen @ fit.coefficients) ** 2).mean())
    shuffled = []
    for _ in range(5):
        mixed = seen.copy()
        mixed[:, own] = seen[generator.permutation(len(seen))][:, own]
        shuffled.append(float(((y - mixed @ fit.coefficients) ** 2).mean()))
    return float(np.mean(shuffled)) > error


def _interacting(study: Study, made: Design, name: str, x: Floats) -> str:
    """Return the other predictor with which the effect changes most surely, empty where with none (p multiplied by those tried)."""
    others = made.without(name)
    best, least = "", SURE / max(1, len(others))
    products = [(x - x.mean()) * (c.values - c.values.mean()) for c in others]
    fits = each_added(made.matrix([x, *(c.values for c in others)]), made.outcome, products)
    for column, fit in zip(others, fits, strict=True):
        if fit is not None and fit.p_value(0) < least:
            best, least = column.predictor, fit.p_value(0)
    if not best:
        return ""
    return study.cuts[best].label if best in study.cuts else humanize(best)
