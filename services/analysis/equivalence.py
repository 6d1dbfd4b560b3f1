"""Absence as a positive statement: the same within a stated margin, small but real, or what would have been seen.

Two one-sided tests (Schuirmann 1987) in the form of intervals: where a 95% interval lies inside the margin, both one-sided
tests reject at 2.5%. Of several groups every one must (intersection-union: no correction is needed).
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from services.analysis.measures import Measure
from services.analysis.methods.comparison import Comparison, contrast
from services.analysis.methods.contract import ALPHA, Outcome
from services.analysis.statistics import power
from services.analysis.study import Floats
from services.analysis.writing import POINTS, SHARE

MARGIN = 0.05  # of the average, or this many points of a share
Absence = Literal["same", "small", "unseen"]


@dataclass(frozen=True)
class Closeness:
    """The interval that holds every difference, the margin (None where no share of the average is meaningful), and what would have shown.

    All in the unit of the measure (shares as fractions).
    """

    low: float
    high: float
    margin: float | None
    detectable: float

    @property
    def within(self) -> bool:
        """Whether everything the data allow lies inside the margin."""
        return self.margin is not None and -self.margin < self.low and self.high < self.margin


def absence(close: Closeness, outcome: Outcome) -> Absence:
    """Return what kind of absence it is; "small": beyond chance, but not worth the name of an effect."""
    if close.within:
        return "same"
    return "small" if outcome.q_value is not None and outcome.q_value <= ALPHA else "unseen"


def margin_of(measure: Measure, values: Floats, level: float) -> float | None:
    """Return the margin in the unit of the measure: 5 points of a share, 5% of the average of what is never negative."""
    if measure.kind == "rate":
        return MARGIN
    return MARGIN * level if level > 0 and len(values) and float(values.min()) >= 0 else None


def groups_apart(measure: Measure, c: Comparison, margin: float | None) -> Closeness:
    """Return how close each group is to the rest; the smallest group says what would have shown."""
    each = [contrast(measure, c.moments, [i]) for i in range(len(c.names))]
    deviation = np.sqrt(float(((c.moments.n - 1) * c.moments.variance).sum()) / max(1.0, c.n - len(c.names)))
    fewest = float(c.sizes.min())
    return Closeness(
        min(r.ci_low for r in each),
        max(r.ci_high for r in each),
        margin,
        float(deviation) * power.detectable_difference(fewest, max(1.0, c.n - fewest)),
    )


def margin_style(measure: Measure) -> dict[str, Any]:
    """Return how the margin is written: whole points of a share, whole percent of an average."""
    return {**(POINTS if measure.kind == "rate" else SHARE), "decimals": 0}
