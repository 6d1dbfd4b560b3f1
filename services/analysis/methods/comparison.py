"""Groups compared: which lead, in what, and the tests behind it. The part of the level method that decides."""

import math
from dataclasses import dataclass

import numpy as np

from services.analysis.measures import Cut, Measure
from services.analysis.methods.contract import Params
from services.analysis.opinions import DISSENT, opinion, said_of, same_side, without_far_out
from services.analysis.statistics import counts, groups
from services.analysis.statistics.tails import Result, critical_z
from services.analysis.study import Floats, Mask, Study, Where

SMALLEST_GROUP = 5
SMALLEST_TABLE = 12


@dataclass(frozen=True)
class Comparison:
    """Groups compared: those used, which of them lead, and the tests behind it."""

    names: list[str]  # groups used, in the cut's order
    moments: groups.Moments
    leaders: list[int]  # the group that stands out first, then those on its side of the widest gap
    highest: list[int]  # the groups with the highest averages, for a description where none stands out
    higher: bool
    overall: Result
    contrast: Result  # the first leader against all that do not lead
    second: str  # whether another test agrees, in words
    n: int
    missing: int  # rows inside the narrowing without a group or a value
    dropped: int  # rows of groups too small to compare

    @property
    def sizes(self) -> Floats:
        """Records per group."""
        return self.moments.n


def compare(study: Study, measure: Measure, cut: Cut, where: Where) -> Comparison | None:
    """Return the comparison of a measure between the groups of a cut, or None where there are too few rows or groups."""
    values, codes = study.values(measure), study.codes(cut)
    inside = study.mask(where)
    keep = inside & (codes >= 0) & ~np.isnan(values)
    missing = int(inside.sum() - keep.sum())
    values, codes = values[keep], codes[keep]
    present = np.bincount(codes, minlength=len(cut.values)) if len(codes) else np.zeros(len(cut.values))
    used = np.flatnonzero(present >= SMALLEST_GROUP)
    if len(used) < 2 or present[used].sum() < SMALLEST_TABLE:
        return None
    places = np.full(len(cut.values), -1, dtype=np.int64)
    places[used] = np.arange(len(used))
    used_rows = places[codes] >= 0
    dropped = int((~used_rows).sum())
    values, codes = values[used_rows], places[codes[used_rows]]
    if values.max() == values.min():
        return None
    names = [cut.values[i] for i in used]
    m = groups.moments(values, codes, len(used))
    overall, second = _overall(study, measure, codes, m, np.flatnonzero(keep)[used_rows])
    leaders, higher = leading(m)
    return Comparison(
        names,
        m,
        leaders,
        ahead(m.mean, np.argsort(-m.mean, kind="stable")),
        higher,
        overall,
        contrast(measure, m, leaders),
        second,
        len(values),
        missing,
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
    if (m.variance <= 0).any():
        return _noted(by_ranks, why), ""
    by_means = groups.welch_anova(m)
    agrees = (by_means.p_value < DISSENT) == (by_ranks.p_value < DISSENT)
    if not trusted:
        return _noted(by_ranks, why), opinion("A test on means (Welch)", agrees=agrees)
    return _noted(by_means, why), opinion("A rank test (Kruskal-Wallis)", agrees=agrees)


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


def contrast(measure: Measure, m: groups.Moments, leaders: list[int]) -> Result:
    """Compare the first of `leaders` with all groups that do not lead."""
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


def second_opinion(study: Study, params: Params, c: Comparison) -> str | None:
    """Whether other specifications bear out that the first leader differs from the rest, in words."""
    measure, cut = study.measures[params["measure"]], study.cuts[params["by"]]
    first, m = c.leaders[0], c.moments
    if measure.kind == "rate":
        rest = [i for i in range(len(c.names)) if i not in c.leaders]
        hits = np.round(m.n * m.mean)
        p = counts.fisher_exact(*(int(x) for x in (hits[first], m.n[first] - hits[first], hits[rest].sum(), (m.n - hits)[rest].sum())))
        return opinion("An exact test (Fisher) of the leading group against the rest", agrees=p < DISSENT)
    values, codes = study.values(measure), study.codes(cut)
    keep = study.mask(params["where"]) & np.isin(codes, [cut.values.index(name) for name in c.names]) & ~np.isnan(values)
    values, codes = values[keep], codes[keep]
    leads = codes == cut.values.index(c.names[first])
    others = ~np.isin(codes, [cut.values.index(c.names[i]) for i in c.leaders])

    def holds(kept: Mask) -> bool:
        a, b = values[leads & kept], values[others & kept]
        if min(len(a), len(b)) < 2:
            return False
        again = groups.welch_t(len(a), a.mean(), a.var(ddof=1), len(b), b.mean(), b.var(ddof=1))
        return same_side(again.p_value, again.estimate, c.contrast.estimate)

    second = c.second or opinion("A test on means (Welch) of the leading group against the rest", agrees=c.contrast.p_value < DISSENT)
    return said_of(second, without_far_out(values, holds))


def nothing_else(measure: Measure, c: Comparison) -> str:
    """Whether another test sees nothing either, where no difference was found, in words."""
    if c.second:
        return c.second
    if measure.kind != "rate":
        return opinion("A test on means (Welch) of the leading group against the rest", agrees=c.contrast.p_value >= DISSENT)
    n, hits = c.moments.n, (c.moments.n * c.moments.mean).round()
    cells = [(int(h), int(m - h), int(hits.sum() - h), int(n.sum() - m - hits.sum() + h)) for h, m in zip(hits, n, strict=True)]
    quiet = min(counts.fisher_exact(*cell) for cell in cells) * len(cells) >= DISSENT
    return opinion("An exact test (Fisher) of every group against the rest, corrected for their number,", agrees=quiet)
