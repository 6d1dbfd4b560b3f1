"""A series over time held against itself: its first and last third, and what other tests say of its trend. Used by the trend method."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.equivalence import Closeness, margin_of
from services.analysis.measures import Measure
from services.analysis.opinions import DISSENT, opinion, said_of, same_side, without_far_out
from services.analysis.periods import Periods
from services.analysis.statistics import correlation, power
from services.analysis.statistics.tails import Result, critical_t
from services.analysis.study import Floats, Mask, Study, Where


@dataclass(frozen=True)
class Course:
    """A series over time and what became of it. `rest`: the same test on the rows outside the narrowing."""

    calendar: Periods
    result: Result
    second: Result | None
    rest: Result | None
    n: int
    periods: int
    missing: int


def per_period(calendar: Periods, mask: Mask) -> Floats:
    """Return the number of records in each period."""
    index = calendar.index[mask & (calendar.index >= 0)]
    return np.bincount(index, minlength=len(calendar.starts)).astype(float)


def _ends(study: Study, measure: Measure, where: Where, course: Course) -> tuple[Floats, Floats]:
    """The values (of a count: the counts per period) of the first and the last third of the periods."""
    calendar, mask = course.calendar, study.mask(where)
    periods = len(calendar.starts)
    third = max(1, periods // 3)
    if measure.kind == "count":
        counts = per_period(calendar, mask)
        return counts[:third], counts[periods - third :]
    values = study.values(measure)
    known = mask & (calendar.index >= 0) & ~np.isnan(values)
    return values[known & (calendar.index < third)], values[known & (calendar.index >= periods - third)]


def ends_apart(study: Study, measure: Measure, where: Where, course: Course, level: float) -> Closeness:
    """Return how close the level of the last third is to that of the first; counts spread at least as Poisson's."""
    early, late = _ends(study, measure, where, course)
    both = np.concatenate([early, late])
    freedom = max(1, len(both) - 2)
    spread = float(((early - early.mean()) ** 2).sum() + ((late - late.mean()) ** 2).sum()) / freedom
    margin = margin_of(measure, both, level)
    if measure.kind == "count":
        spread = max(spread, float(both.mean()))
    change = float(late.mean() - early.mean())
    reach = critical_t(freedom) * math.sqrt(spread * (1 / len(early) + 1 / len(late)))
    return Closeness(change - reach, change + reach, margin, math.sqrt(spread) * power.detectable_difference(len(early), len(late)))


def second_opinion(study: Study, measure: Measure, where: Where, course: Course) -> str | None:
    """Whether other tests of the trend, and the same one without values far out, bear it out, in words."""
    clear, effect = course.result.p_value < DISSENT, course.result.effect_size

    def agrees(p: float, estimate: float) -> bool:
        return same_side(p, estimate, effect) if clear else p >= DISSENT

    told = []
    if course.second is not None and not math.isnan(course.second.effect_size):
        told.append(opinion("A Mann-Kendall test on the periods", agrees=agrees(course.second.p_value, course.second.effect_size)))
    if measure.kind == "count":
        return said_of(*told)
    seconds, values = study.seconds(course.calendar.column), study.values(measure)
    keep = study.mask(where) & ~np.isnan(seconds) & ~np.isnan(values)
    x, y = seconds[keep], values[keep]
    slope, low, high = correlation.slope_interval((x - x.mean()) / 86400.0, y)
    told.append(opinion("A straight line (least squares, robust errors)", agrees=agrees(0.0 if low * high > 0 else 1.0, slope)))

    def holds(kept: Mask) -> bool:
        again = correlation.spearman(x[kept], y[kept])
        return agrees(again.p_value, again.effect_size)

    return said_of(*told, "" if measure.kind == "rate" else without_far_out(y, holds))
