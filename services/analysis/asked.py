"""Measures and cuts in the order in which a goal asks about them; equals in an order that names, units and column order do not change."""

from collections.abc import Iterable

import numpy as np

from services.analysis.goal import Interest
from services.analysis.measures import Cut, Measure
from services.analysis.study import Study


def measures_asked(study: Study, interest: Interest, measures: Iterable[Measure]) -> list[Measure]:
    """Return measures, the most asked about first; of equals, the one with most values, then the more skewed."""
    return sorted(measures, key=lambda m: (-round(interest.measure(m), 9), *_shape(study, m)))


def cuts_asked(interest: Interest, cuts: Iterable[Cut]) -> list[Cut]:
    """Return cuts, the most asked about first; of equals, the one of fewest groups, then of the largest."""
    return sorted(cuts, key=lambda c: (-round(interest.cut(c), 9), len(c.values), [-n for n in c.sizes]))


def _shape(study: Study, measure: Measure) -> tuple[int, float]:
    return study.memo(("shape", measure.name), lambda: _measured_shape(study, measure))


def _measured_shape(study: Study, measure: Measure) -> tuple[int, float]:
    if measure.kind == "count":
        return (0, 0.0)
    values = study.values(measure)
    known = np.sort(values[~np.isnan(values)])  # sorted, so that the sums are the same in any order of rows
    if not len(known):
        return (0, 0.0)
    residual = known - known.mean()
    spread = float((residual**2).mean())
    return (-len(known), -round(float((residual**3).mean()) / spread**1.5, 6) if spread > 0 else 0.0)
