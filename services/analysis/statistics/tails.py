"""Tail areas and quantiles of the usual distributions, and the result every test returns."""

import math
from dataclasses import dataclass, field

from scipy import special

LEVEL = 0.95  # of every confidence interval


@dataclass(frozen=True)
class Result:
    """What a test says. The interval belongs to `estimate` (a difference, slope or coefficient) at level `LEVEL`.

    `effect_size` is standardised and named by `effect_name`; `assumptions` says in words what was checked.
    """

    test: str
    statistic: float
    p_value: float
    n: int
    estimate: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    effect_size: float = math.nan
    effect_name: str = ""
    assumptions: tuple[str, ...] = field(default=())


def normal_two_sided(z: float) -> float:
    """Return P(|Z| >= |z|) of the standard normal distribution."""
    return float(2 * special.ndtr(-abs(z)))


def normal_quantile(p: float) -> float:
    """Return the z below which a share p of the standard normal distribution lies."""
    return float(special.ndtri(p))


def t_two_sided(t: float, df: float) -> float:
    """Return P(|T| >= |t|) of Student's t with df degrees of freedom."""
    return float(2 * special.stdtr(df, -abs(t)))


def t_quantile(p: float, df: float) -> float:
    """Return the t below which a share p of Student's t distribution lies."""
    return float(special.stdtrit(df, p))


def f_upper(f: float, df1: float, df2: float) -> float:
    """Return P(F >= f) of Fisher's F with df1 and df2 degrees of freedom."""
    return float(special.fdtrc(df1, df2, f))


def chi2_upper(x: float, df: float) -> float:
    """Return P(X >= x) of the chi-square distribution with df degrees of freedom."""
    return float(special.chdtrc(df, x))


def critical_z(level: float = LEVEL) -> float:
    """Return the two-sided critical value of the normal distribution, 1.96 for 95%."""
    return normal_quantile(0.5 + level / 2)


def critical_t(df: float, level: float = LEVEL) -> float:
    """Return the two-sided critical value of Student's t."""
    return t_quantile(0.5 + level / 2, df)
