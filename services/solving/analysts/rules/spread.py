"""A quick look at the data before anything is tested: which cuts spread a measure, which numbers go with it."""

import math

from services.analysis.ratios import CutBy, Sums, shared_key
from services.solving.analysts.rules.column_match import likeness
from services.solving.analysts.rules.measures import Cut, Measure
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.wording import tokens

_KEPT_FOR_THE_RECORD = {"sys", "updated", "created", "modified", "by"}
MOST_CUTS = 40  # columns looked at; a table of thousands is cut by those the text names first
_FEWEST_ROWS = 5  # of a group that is compared, but in a small table, which holds one row a group
_SMALL_TABLE = 20
_RELEVANT = 1.5  # what a column the text names is worth beside one it does not


def ranked_cuts(now: Situation, measure: Measure) -> list[Cut]:
    """Return the cuts of a measure, the one that spreads it most first; columns the text names count for more."""
    if measure.label in now.rankings:
        return now.rankings[measure.label]
    name = next((n for n, m in now.measures.items() if m is measure), None)
    cuts = sorted(now.cuts.get(name or "kpi", []), key=lambda cut: -named(now, cut.column))[:MOST_CUTS]
    grouped = [(now.ratios.sums(measure.ratio, cut.by), cut) for cut in cuts] if now.ratios else []
    scored = [(spread(groups) * named(now, cut.column), cut) for groups, cut in grouped if _comparable(groups)]
    ranked = [cut for _, cut in sorted(scored, key=lambda pair: (-round(pair[0], 9), pair[1].column))]
    return now.rankings.setdefault(measure.label, ranked)


def _comparable(groups: list[Sums]) -> bool:
    """Whether two groups at least hold values: a state that only finished cases have compares nothing."""
    fewest = _FEWEST_ROWS if sum(g.rows for g in groups) >= _SMALL_TABLE else 1
    return sum(bool(g.group) and g.value is not None and g.rows >= fewest for g in groups) > 1


def spread(groups: list[Sums]) -> float:
    """Return how far groups lie apart: the weighted standard deviation of their values over their mean."""
    weights = [(g.bottom if g.bottom is not None else 1.0, g.value) for g in groups if g.group and g.value is not None]
    total = sum(w for w, _ in weights)
    if len(weights) < 2 or total <= 0:
        return 0.0
    mean = sum(w * v for w, v in weights) / total
    variance = sum(w * (v - mean) ** 2 for w, v in weights) / total
    noise = sum(g.variance for g in groups) / len(groups)  # what sampling alone would spread
    return math.sqrt(max(variance - noise, 0.0)) / abs(mean) if mean else 0.0


def named(now: Situation, column: str) -> float:
    """Return more than one for a column whose name the text uses."""
    if len(_KEPT_FOR_THE_RECORD & set(tokens(column))) >= 2:
        return 0.2
    text = f" {now.reading.text.lower()} "
    return _RELEVANT if any(len(word) > 3 and word.rstrip("s") in text for word in tokens(column)) else 1.0


def _means_the_same(now: Situation, measure: Measure, column: str) -> bool:
    """Whether a column is the measure under another name: a number goes with itself."""
    phrases = [p for alias in measure.ratio.of for p in (now.template.concept[alias].columns if alias in now.template.concept else [])]
    return likeness(column, phrases) >= 0.8


def other_columns(now: Situation, measure: Measure) -> list[CutBy]:
    """Return the numbers beside a measure that may go with it, those the text names first; none that it is computed from."""
    if now.data is None or now.ratios is None:
        return []
    home = now.data.dataset(measure.dataset)
    bound = {c for m in now.measures.values() for c in m.columns if m.dataset == home.name}
    own = [CutBy(column=c.name) for c in home.columns if c.is_measure and c.name not in bound]
    for other in now.data.datasets:
        key = shared_key(home, other) if other.name != home.name else None
        if key:
            own += [CutBy(column=c.name, table=other.name, key=key) for c in other.columns if c.is_measure and c.name != key]
    own = [c for c in own if not _means_the_same(now, measure, c.column)]
    ordered = sorted(enumerate(own), key=lambda pair: (-named(now, pair[1].column), pair[0]))
    return [column for _, column in ordered]
