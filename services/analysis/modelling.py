"""The predictors of a measure as one design matrix: who may be in it, its columns as arrays, and each column as SQL."""

from dataclasses import dataclass, replace

import numpy as np

from services.analysis.asked import cuts_asked, measures_asked
from services.analysis.goal import Interest
from services.analysis.kinship import kin_of
from services.analysis.measures import Cut, Measure
from services.analysis.sql import literal
from services.analysis.statistics.regression import inflation
from services.analysis.study import Codes, Floats, Mask, Study

MOST_PREDICTORS = 6
MOST_GROUPS = 12
SMALLEST_GROUP = 10  # groups of fewer records stay with the reference
ROWS_PER_COLUMN = 15  # records, of a rate the rarer outcome, for each coefficient (Harrell 2015, section 4.4)
MOST_INFLATED = 10.0
MOST_MISSING = 0.2


@dataclass(frozen=True)
class Column:
    """One column of the design: the predictor it stands for, its values on the rows used, and the SQL that gives them."""

    predictor: str
    sql: str
    values: Floats


@dataclass(frozen=True)
class Design:
    """The outcome on the rows used, the columns of its predictors, and the condition that selects the same rows in SQL."""

    outcome: Floats
    columns: tuple[Column, ...]
    predictors: tuple[str, ...]
    condition: str
    keep: Mask

    def matrix(self, wanted: list[Floats]) -> Floats:
        """Return a design matrix: ones, then the wanted columns."""
        return np.column_stack([np.ones(len(self.outcome)), *wanted])

    def without(self, predictor: str) -> list[Column]:
        """Return the columns of all other predictors."""
        return [c for c in self.columns if c.predictor != predictor]

    def part(self, rows: Codes) -> "Design":
        """Return the design of some of its rows, by their places in rising order."""
        keep = np.zeros_like(self.keep)
        keep[np.flatnonzero(self.keep)[rows]] = True
        columns = tuple(replace(c, values=c.values[rows]) for c in self.columns)
        return replace(self, outcome=self.outcome[rows], columns=columns, keep=keep)


def predictors_of(study: Study, interest: Interest, outcome: Measure) -> list[str]:
    """Return the names of cuts and measures that may explain a measure, the most asked about first.

    What shares a column with it, says the same, or is known only once it is settled (another state or duration) may not.
    """
    kin = kin_of(study)
    own = set(outcome.columns)
    cuts = [c for c in study.groupings if kin.get(c.name) == c.name and not (c.personal or c.status) and _usable(study, c)]
    numbers = [m for m in study.measures.values() if m.kind == "number" and kin.get(m.name) == m.name != kin.get(outcome.name)]
    free = [cut for cut in cuts if not set(cut.columns) & own]
    named = [(interest.cut(cut), cut.name) for cut in cuts_asked(interest, free)]
    apart = [number for number in numbers if not set(number.columns) & own]
    named += [(interest.measure(number), number.name) for number in measures_asked(study, interest, apart)]
    named.sort(key=lambda pair: -round(pair[0], 9))  # of equals the cuts come first, each kind in its own order
    chosen: list[str] = []
    taken: set[str] = set()
    for _, name in named:
        columns = set(_columns(study, name))
        if not columns & taken:
            chosen.append(name)
            taken |= columns
    return chosen[:MOST_PREDICTORS]


def _usable(study: Study, cut: Cut) -> bool:
    return len(cut.values) <= MOST_GROUPS and study.size > 0 and bool((study.codes(cut) < 0).mean() <= MOST_MISSING)


def _columns(study: Study, name: str) -> tuple[str, ...]:
    return study.cuts[name].columns if name in study.cuts else study.measures[name].columns


def design(study: Study, outcome: Measure, predictors: list[str]) -> Design | None:
    """Return the design of a measure on its predictors, made once; those dropped whose variance is inflated or that leave too few rows."""
    key = ("design", outcome.name, *predictors)
    return study.memo(key, lambda: _design(study, outcome, predictors))


def _design(study: Study, outcome: Measure, predictors: list[str]) -> Design | None:
    wanted = list(predictors)
    while len(wanted) >= 2:
        made = _assembled(study, outcome, wanted)
        if _limiting(outcome, made.outcome) < ROWS_PER_COLUMN * (len(made.columns) + 1):
            wanted.pop()
            continue
        inflated = _most_inflated(made)
        if inflated is None:
            return made if len(made.predictors) >= 2 else None
        wanted.remove(inflated)
    return None


def inflating(study: Study, outcome: Measure, predictors: list[str], others: list[str]) -> list[str]:
    """Return which of the others would put a variance above ten were they beside the predictors."""
    made = {name: _assembled(study, outcome, [*predictors, name]) for name in others}
    return [name for name, each in made.items() if each.columns and _most_inflated(each) is not None]


def _limiting(outcome: Measure, y: Floats) -> float:
    """Harrell's limiting sample size: the records, of a rate those on the rarer side."""
    return min(float(y.sum()), float(len(y) - y.sum())) if outcome.kind == "rate" else float(len(y))


def _assembled(study: Study, outcome: Measure, wanted: list[str]) -> Design:
    y = study.values(outcome)
    keep, conditions = ~np.isnan(y), [f"{outcome.sql} is not null"]
    for name in wanted:
        cut = study.cuts.get(name)
        keep &= study.codes(cut) >= 0 if cut else ~np.isnan(study.values(study.measures[name]))
        conditions.append(f"{cut.sql if cut else study.measures[name].sql} is not null")
    columns: list[Column] = []
    for name in wanted:
        columns += _dummies(study, study.cuts[name], keep) if name in study.cuts else _number(study, study.measures[name], keep)
    present = tuple(name for name in wanted if any(c.predictor == name for c in columns))
    return Design(y[keep], tuple(columns), present, study.condition({}, *conditions), keep)


def _dummies(study: Study, cut: Cut, keep: Mask) -> list[Column]:
    """One column a group but for the largest, which the rare ones stay with."""
    codes = study.codes(cut)[keep]
    sizes = np.bincount(codes, minlength=len(cut.values))
    used = [i for i in np.flatnonzero(sizes >= SMALLEST_GROUP) if i != int(np.argmax(sizes))]
    return [Column(cut.name, indicator(cut, cut.values[i]), (codes == i).astype(np.float64)) for i in used]


def _number(study: Study, measure: Measure, keep: Mask) -> list[Column]:
    values = study.values(measure)[keep]
    return [Column(measure.name, measure.sql, values)] if len(values) and np.ptp(values) > 0 else []


def indicator(cut: Cut, value: str) -> str:
    """Return SQL that is 1 in a group and 0 elsewhere."""
    return f"(case when {cut.sql} = {literal(value)} then 1.0 else 0.0 end)"


def _most_inflated(made: Design) -> str | None:
    if not made.columns:
        return None
    factors = inflation(made.matrix([c.values for c in made.columns]))
    worst = int(np.argmax(factors))
    if factors[worst] <= MOST_INFLATED:
        return None
    # Of two that say the same, the one less asked about goes: predictors come in order of interest.
    high = {c.predictor for c, f in zip(made.columns, factors, strict=True) if f > MOST_INFLATED}
    return next(name for name in reversed(made.predictors) if name in high)
