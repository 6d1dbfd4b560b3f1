"""Columns that say the same thing: so that one fact is not told once per copy of it."""

import numpy as np

from services.analysis.statistics import correlation, counts
from services.analysis.study import Study

SAME_MEASURE = 0.95
SAME_CUT = 0.8
MOST_GROUPS = 20


def kin_of(study: Study) -> dict[str, str]:
    """Return for every measure and cut the name of the first one that says (nearly) the same, itself where none does."""
    return study.memo(("kin",), lambda: _kin(study))


def _kin(study: Study) -> dict[str, str]:
    kin: dict[str, str] = {}
    measures = [m for m in study.measures.values() if m.kind != "count"]
    for i, measure in enumerate(measures):
        kin[measure.name] = next((kin[m.name] for m in measures[:i] if _same_measure(study, m.name, measure.name)), measure.name)
    cuts = study.groupings
    for i, cut in enumerate(cuts):
        kin[cut.name] = next((kin[c.name] for c in cuts[:i] if _same_cut(study, c.name, cut.name)), cut.name)
    return kin


def _same_measure(study: Study, a: str, b: str) -> bool:
    x, y = study.values(study.measures[a]), study.values(study.measures[b])
    known = ~np.isnan(x) & ~np.isnan(y)
    return bool(known.sum() >= 20) and abs(correlation.pearson_r(x[known], y[known])) >= SAME_MEASURE


def _same_cut(study: Study, a: str, b: str) -> bool:
    one, two = study.cuts[a], study.cuts[b]
    if max(len(one.values), len(two.values)) > MOST_GROUPS or abs(len(one.values) - len(two.values)) > 2:
        return False
    table = study.crossed(one, two)
    return bool(table.sum() >= 20) and counts.independence(table).effect_size >= SAME_CUT
