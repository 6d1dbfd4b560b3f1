"""Second opinions on a result: another specification, the same test without values far out, and what was left out of it.

The sentences hold no number and no name: they go to `Finding.robustness` and from there onto slides as they are.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from services.analysis.study import Floats, Mask

DISSENT = 0.05  # p from which a second test does not bear a result out
OUTER_FENCES = 3.0  # quartile distances beyond the quartiles from which Tukey (1977) calls a value far out
NO_VALUE = "records without a value in one of the columns"
WITHOUT = "The same without values far out (beyond Tukey's outer fences)"
PARTIAL = "records without a value or outside whole periods"
RARE = "groups of fewer than five records"


def opinion(what: str, *, agrees: bool) -> str:
    """Return the sentence that says whether a second specification bears the result out."""
    return f"{what} {'agrees' if agrees else 'does not agree'}."


def said_of(*sentences: str | None) -> str | None:
    """Return opinions as one text, None where there is none."""
    return " ".join(s for s in sentences if s) or None


def far_out(values: Floats) -> Mask:
    """Return which values lie beyond Tukey's outer fences; none where half of the values are equal."""
    low, high = np.quantile(values, [0.25, 0.75])
    reach = OUTER_FENCES * (high - low)
    return np.asarray(((values < low - reach) | (values > high + reach)) & (reach > 0), dtype=np.bool_)


def without_far_out(values: Floats, holds: Callable[[Mask], bool]) -> str:
    """Say whether a result still holds on the values kept (`holds(kept)`); nothing where no value lies far out."""
    if len(values) == 0 or not (out := far_out(values)).any():
        return ""
    return opinion(WITHOUT, agrees=holds(~out))


def same_side(p_value: float, estimate: float, as_before: float) -> bool:
    """Whether a second test shows an effect, and in the same direction."""
    return p_value < DISSENT and estimate * as_before > 0


def left_out_of_periods(missing: int) -> dict[str, Any]:
    """Return the same fields where only whole periods are looked at."""
    return {"n_dropped": max(0, missing), "dropped_why": PARTIAL if missing > 0 else ""}


def left_out(*, missing: int, rare: int = 0) -> dict[str, Any]:
    """Return the fields of a finding that disclose the rows it leaves out, and why."""
    reasons = [why for why, n in ((NO_VALUE, missing), (RARE, rare)) if n > 0]
    return {"n_dropped": max(0, missing) + max(0, rare), "dropped_why": "; ".join(reasons)}
