"""Where inside a group: the group a quick look points to, tested again cut by the column that narrows it down most."""

import math

from services.analysis.ratios import CutBy, Part, Period, Ratio, Ratios, Sums
from services.solving.analysts.rules.measures import Cut, cuts_of
from services.solving.analysts.rules.measures import Measure as BoundMeasure
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.spread import MOST_CUTS
from services.solving.steps.tree import LeafTest

_ENOUGH = 0.5  # share of the group's move that one part of it must carry
_CLEAR = 3.0  # standard errors the group must have moved before one looks inside
_NARROWER = 0.7  # share of the group's rows that the part may have at most


def drill(test: LeafTest, now: Situation) -> LeafTest | None:
    """Return the test of a change inside the group that moved most, or None where no part of it stands out."""
    if test.method != "ratio_change" or not test.by or now.ratios is None or now.data is None:
        return None
    ratio, cut = Ratio.model_validate(test.params["ratio"]), CutBy.model_validate(test.params["cut"])
    current, earlier = Period.model_validate(test.params["current"]), Period.model_validate(test.params["earlier"])
    sign = 1.0 if test.params.get("worse") == "higher" else -1.0
    leader = _leader(now.ratios, ratio, cut, None, (current, earlier), sign)
    if leader is None or leader[4] < _CLEAR:
        return None
    part = Part(cut=cut, values=[leader[0]])
    measure = BoundMeasure(ratio, tuple(test.columns))
    found = [
        (share, other)
        for other in cuts_of(measure, now.data)[:MOST_CUTS]
        if other.column != cut.column and (share := _carried(now.ratios, ratio, other, part, (current, earlier), sign)) is not None
    ]
    if not found:
        return None
    other = max(found, key=lambda pair: (round(pair[0], 9), pair[1].column))[1]
    params = {**test.params, "cut": other.by.model_dump(), "parts": [part.model_dump()]}
    columns = list(dict.fromkeys([*test.columns, *other.columns]))
    return LeafTest(method=test.method, dataset=test.dataset, measure=test.measure, by=[other.column], columns=columns, params=params)


def _leader(
    ratios: Ratios, ratio: Ratio, cut: CutBy, parts: list[Part] | None, periods: tuple[Period, Period], sign: float
) -> tuple[str, float, float, float, float] | None:
    """Return the group that moved the whole most the wrong way: name, move, share, move of all groups, own move in standard errors."""
    today = ratios.sums(ratio, cut, parts, periods[0])
    past = {s.group: s for s in ratios.sums(ratio, cut, parts, periods[1])}
    moves = [(_share(s, today), s, past[s.group]) for s in today if s.group and s.group in past]
    moved = [(w * ((s.value or 0) - (p.value or 0)), w, s.group, _errors(s, p)) for w, s, p in moves if s.rows and p.rows]
    if not moved:
        return None
    move, weight, group, errors = max(moved, key=lambda m: (round(sign * m[0], 12), m[2]))
    return (group, move, weight, sum(m[0] for m in moved), errors) if sign * move > 0 else None


def _errors(now: Sums, before: Sums) -> float:
    spread = math.sqrt(now.variance + before.variance)
    return abs((now.value or 0.0) - (before.value or 0.0)) / spread if spread else 0.0


def _carried(ratios: Ratios, ratio: Ratio, cut: Cut, part: Part, periods: tuple[Period, Period], sign: float) -> float | None:
    found = _leader(ratios, ratio, cut.by, [part], periods, sign)
    if found is None or sign * found[3] <= 0:
        return None
    share = found[1] / found[3]
    return share if share >= _ENOUGH and found[2] <= _NARROWER and share > 1.3 * found[2] else None


def _share(group: Sums, groups: list[Sums]) -> float:
    total = sum(g.bottom or 0.0 for g in groups)
    return (group.bottom or 0.0) / total if group.bottom is not None and total else 1.0
