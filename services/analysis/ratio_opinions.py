"""Second opinions on ratios: what the rows say one by one, where the ratio of sums may be carried by a few of them."""

from dataclasses import dataclass

import numpy as np

from services.analysis.methods.contract import SMALL
from services.analysis.opinions import DISSENT, opinion, said_of, same_side, without_far_out
from services.analysis.ratio_study import Question
from services.analysis.ratios import Part, Period
from services.analysis.sql import literal
from services.analysis.statistics import groups
from services.analysis.study import Mask


@dataclass(frozen=True)
class Sides:
    """Two sets of rows as SQL: `first` says which of the rows that satisfy all of `kept` are of the first set.

    `others`: how many groups the second set holds, whose mean total the first is compared with.
    """

    source: str
    first: str
    kept: list[str]
    others: float = 1.0


def leader_and_rest(q: Question, leader: str, groups_compared: int) -> Sides:
    """Return a group's rows and those of the other groups, in the current period."""
    assert q.cut is not None
    source, expressions = q.ratios.relation(q.ratio.dataset, [q.cut, *[p.cut for p in q.parts]])
    group = expressions[q.cut.column]
    kept = [f"{group} is not null", *_inside(q.parts, expressions)]
    kept += [q.ratios.during(q.ratio.dataset, q.current)] if q.current else []
    return Sides(source, f"{group} = {literal(leader)}", kept, max(1.0, groups_compared - 1.0))


def now_and_before(q: Question, parts: list[Part], now: Period, before: Period) -> Sides:
    """Return the rows of some parts in the current and in the earlier period."""
    source, expressions = q.ratios.relation(q.ratio.dataset, [p.cut for p in parts])
    during, past = (q.ratios.during(q.ratio.dataset, period) for period in (now, before))
    return Sides(source, during, [f"({during} or {past})", *_inside(parts, expressions)])


def _inside(parts: list[Part], expressions: dict[str, str]) -> list[str]:
    return [f"{expressions[p.cut.column]} in ({', '.join(literal(v) for v in p.values)})" for p in parts]


def second_opinion(q: Question, sides: Sides, difference: float, *, significant: bool) -> str | None:
    """Say whether the rows' own values bear out a difference (first less second), or that there is none worth a name."""
    top, bottom = q.ratios.row(q.ratio)
    y = f"({top}) / nullif({bottom}, 0)" if bottom else f"({top})"
    rows = (
        f"select ({y})::double as y, coalesce({sides.first}, false)::double as first from {sides.source} where {' and '.join(sides.kept)}"
    )
    found = q.ratios.workspace.arrays(f"select y, first from ({rows}) where y is not null")
    values, first = np.asarray(found["y"], dtype=np.float64), np.asarray(found["first"]) > 0
    if min(first.sum(), (~first).sum()) < 2:
        return None
    if q.ratio.total:

        def same(kept: Mask) -> bool:
            return bool((values[first & kept].sum() - values[~first & kept].sum() / sides.others) * difference > 0)

        count = first.sum() - (~first).sum() / sides.others
        return said_of(opinion("The direction by number of records", agrees=count * difference > 0), without_far_out(values, same))
    ranks = groups.rank(values)
    again = groups.mann_whitney(ranks, first, groups.tie_sum(ranks))
    quiet = again.p_value >= DISSENT or abs(again.effect_size) < SMALL
    agrees = same_side(again.p_value, again.effect_size, difference) if significant else quiet
    return opinion("A rank test of the rows' own values (Mann-Whitney)", agrees=agrees)
