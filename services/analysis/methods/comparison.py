"""Groups compared: which lead, in what, and the tests behind it. The part of the level method that decides."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.measures import Cut, Measure
from services.analysis.methods.contract import Params
from services.analysis.statistics import counts, groups
from services.analysis.statistics.tails import Result, critical_z
from services.analysis.study import Floats, Study, Where

SMALLEST_GROUP = 5
SMALLEST_TABLE = 12


@dataclass(frozen=True)
class Comparison:
    """Groups compared: those used, which of them lead, and the tests behind it."""

    names: list[str]  # groups used, in the cut's order
    sizes: Floats
    means: Floats
    leaders: list[int]  # the group that stands out first, then those on its side of the widest gap
    highest: list[int]  # the groups with the highest averages, for a description where none stands out
    higher: bool
    overall: Result
    contrast: Result  # the first leader against all that do not lead
    second: str  # whether another test agrees, in words
    n: int
    dropped: int


def compare(study: Study, measure: Measure, cut: Cut, where: Where) -> Comparison | None:
    """Return the comparison of a measure between the groups of a cut, or None where there are too few rows or groups."""
    values, codes = study.values(measure), study.codes(cut)
    keep = study.mask(where) & (codes >= 0) & ~np.isnan(values)
    values, codes = values[keep], codes[keep]
    present = np.bincount(codes, minlength=len(cut.values)) if len(codes) else np.zeros(len(cut.values))
    used = np.flatnonzero(present >= SMALLEST_GROUP)
    if len(used) < 2 or present[used].sum() < SMALLEST_TABLE:
        return None
    places = np.full(len(cut.values), -1, dtype=np.int64)
    places[used] = np.arange(len(used))
    inside = places[codes] >= 0
    dropped = int((~inside).sum())
    values, codes = values[inside], places[codes[inside]]
    if values.max() == values.min():
        return None
    names = [cut.values[i] for i in used]
    m = groups.moments(values, codes, len(used))
    overall, second = _overall(study, measure, codes, m, np.flatnonzero(keep)[inside])
    leaders, higher = leading(m)
    contrast = _contrast(measure, m, leaders)
    return Comparison(
        names,
        m.n,
        m.mean,
        leaders,
        ahead(m.mean, np.argsort(-m.mean, kind="stable")),
        higher,
        overall,
        contrast,
        second,
        len(values),
        dropped,
    )


def _overall(study: Study, measure: Measure, codes: "groups.Codes", m: groups.Moments, rows: "groups.Codes") -> tuple[Result, str]:
    k = len(m.n)
    if measure.kind == "rate":
        hits = m.n * m.mean
        return counts.independence(np.column_stack([hits, m.n - hits])), ""
    kept = np.zeros(study.size, dtype=np.bool_)
    kept[rows] = True
    ranks, ties = study.ranked(measure.name, study.values(measure), kept)
    by_ranks = groups.kruskal(ranks, codes, k, ties)
    trusted, why = groups.means_can_be_trusted(m)
    if not trusted or (m.variance <= 0).any():
        return _noted(by_ranks, why), ""
    by_means = groups.welch_anova(m)
    agree = (by_means.p_value < 0.05) == (by_ranks.p_value < 0.05)
    second = "A rank test (Kruskal-Wallis) agrees." if agree else "A rank test (Kruskal-Wallis) does not agree."
    return _noted(by_means, why), second


def _noted(result: Result, why: str) -> Result:
    return Result(
        result.test,
        result.statistic,
        result.p_value,
        result.n,
        effect_size=result.effect_size,
        effect_name=result.effect_name,
        assumptions=(why,),
    )


def leading(m: groups.Moments) -> tuple[list[int], bool]:
    """Return the groups that stand out (at most three, one side of the widest gap) and whether they stand out upwards."""
    k, total = len(m.n), m.n.sum()
    grand = float((m.n * m.mean).sum() / total)
    rest = (grand * total - m.n * m.mean) / np.maximum(total - m.n, 1)
    pooled = float(((m.n - 1) * m.variance).sum() / max(total - k, 1))
    z = (m.mean - rest) / np.sqrt(np.maximum(pooled, 1e-300) * (1 / m.n + 1 / np.maximum(total - m.n, 1)))
    strongest = int(np.argmax(np.abs(np.round(z, 9))))
    higher = bool(z[strongest] >= 0)
    order = np.argsort(-m.mean if higher else m.mean, kind="stable")
    if abs(z[order[0]]) < min(2.0, abs(z[strongest])):
        return [strongest], higher
    return ahead(m.mean, order), higher


def ahead(means: Floats, order: "groups.Codes") -> list[int]:
    """Return the groups before the widest gap in an order, at most three and at most half of them."""
    gaps = np.abs(np.diff(means[order]))[: max(1, min(3, len(means) // 2))]
    return [int(i) for i in order[: int(np.argmax(gaps)) + 1]]


def _contrast(measure: Measure, m: groups.Moments, leaders: list[int]) -> Result:
    first = leaders[0]
    others = np.array([i for i in range(len(m.n)) if i not in leaders])
    n2 = float(m.n[others].sum())
    mean2 = float((m.n[others] * m.mean[others]).sum()) / n2
    if measure.kind == "rate":
        return counts.two_proportions(float(round(m.n[first] * m.mean[first])), float(m.n[first]), float(round(mean2 * n2)), n2)
    within = float(((m.n[others] - 1) * m.variance[others] + m.n[others] * (m.mean[others] - mean2) ** 2).sum())
    return groups.welch_t(float(m.n[first]), float(m.mean[first]), float(m.variance[first]), n2, mean2, within / max(n2 - 1, 1))


def everywhere(study: Study, measure: Measure, cut: Cut) -> Comparison | None:
    """Return the comparison over the whole table, made once."""
    return study.memo(("compare", measure.name, cut.name), lambda: compare(study, measure, cut, {}))


def margin(c: Comparison) -> float:
    """Half the interval of the standardised difference between the group that stands out and the rest."""
    n1 = float(c.sizes[c.leaders[0]])
    return critical_z() * math.sqrt(1 / n1 + 1 / max(1.0, c.n - n1))


def as_correlation(c: Comparison) -> float:
    """Return the size of the overall effect on the scale of a correlation."""
    size = c.overall.effect_size
    return float(size) if c.overall.effect_name in {"Cramer V", "r"} else math.sqrt(max(0.0, size))


def against_rest(study: Study, params: Params, c: Comparison) -> Result:
    """The contrast of the highest groups, for a description."""
    measure, cut = study.measures[params["measure"]], study.cuts[params["by"]]
    values, codes = study.values(measure), study.codes(cut)
    used = np.array([cut.values.index(name) for name in c.names])
    keep = study.mask(params["where"]) & np.isin(codes, used) & ~np.isnan(values)
    places = np.zeros(len(cut.values), dtype=np.int64)
    places[used] = np.arange(len(used))
    return _contrast(measure, groups.moments(values[keep], places[codes[keep]], len(used)), c.highest)
