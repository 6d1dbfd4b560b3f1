"""One table as the methods see it: its measures, cuts and times by name, and a bounded sample of them as arrays."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.derivation import derived_from
from services.analysis.measures import Cut, Measure, bracket_cut, calendar_cuts, cuts_of, measures_of
from services.analysis.periods import Periods, periods
from services.analysis.sampling import sample_of
from services.analysis.sql import literal, quote_identifier
from services.analysis.statistics import groups
from services.analysis.vocabulary import Vocabulary, vocabulary
from services.analysis.workspace import Workspace

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
T = TypeVar("T")
Where = dict[str, str | list[str]]  # cut name -> the value or values it is narrowed to

SAMPLE_ROWS = 50_000


@dataclass
class Study:
    """A dataset with everything derived from it, gathered once and read by every method.

    Tests run on the arrays: all rows up to `SAMPLE_ROWS`, an even sample of about as many beyond, chosen by what rows hold.
    Values in sentences are queried from all rows.
    """

    workspace: Workspace
    dataset: Dataset
    measures: dict[str, Measure] = field(init=False)
    cuts: dict[str, Cut] = field(init=False)
    _vocabularies: dict[str, Vocabulary | None] = field(default_factory=dict)
    _codes: dict[str, Codes] = field(default_factory=dict)
    _orders: dict[str, Codes] = field(default_factory=dict)
    _memo: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.measures = {m.name: m for m in measures_of(self.workspace, self.dataset)}
        self.cuts = {c.name: c for c in cuts_of(self.workspace, self.dataset)}
        for measure in list(self.measures.values()):
            if measure.kind == "number" and (bracket := bracket_cut(self.workspace, self.dataset, measure)) is not None:
                self.cuts[bracket.name] = bracket
        if self.time is not None:
            self.cuts |= {c.name: c for c in calendar_cuts(self.workspace, self.dataset, self.time)}
        measures, cuts = derived_from(self.workspace, self.dataset)
        self.measures |= {m.name: m for m in measures if m.name not in self.measures}
        self.cuts |= {c.name: c for c in cuts if c.name not in self.cuts}

    @property
    def groupings(self) -> list[Cut]:
        """The cuts whose groups may be counted and looked into: all but parts of the calendar."""
        return [cut for cut in self.cuts.values() if not cut.calendar]

    @property
    def table(self) -> str:
        """The table's quoted name."""
        return quote_identifier(self.dataset.name)

    @cached_property
    def times(self) -> list[ColumnProfile]:
        """Date columns, the one events begin with first: complete, and the earliest on average."""
        columns = [c for c in self.dataset.columns if c.is_time]
        if not columns:
            return []
        parts = ", ".join(f"avg(epoch({c.expression}))" for c in columns)
        means = self.workspace.query(f"select {parts} from {self.table}")[0]
        return [
            c for _, c in sorted(zip(means, columns, strict=True), key=lambda pair: (pair[1].missing > 0.05 * pair[1].rows, pair[0] or 0.0))
        ]

    @property
    def time(self) -> ColumnProfile | None:
        """The date an event is dated by, None where the table has none."""
        return self.times[0] if self.times else None

    @cached_property
    def calendar(self) -> Periods | None:
        """The periods of the table's main date, None where it has none or spans too few."""
        return None if self.time is None else periods(self.time, self.seconds(self.time))

    @property
    def texts(self) -> list[ColumnProfile]:
        """Columns of free text."""
        return [c for c in self.dataset.columns if c.role is Role.FREE_TEXT]

    def vocabulary(self, text: str) -> Vocabulary | None:
        """Return the words of a free-text column over the rows of the arrays, None where no word recurs."""
        if text not in self._vocabularies:
            column = self.dataset.column(text)
            rows = self.workspace.query(f"select {column.expression} from {self._source}")
            self._vocabularies[text] = vocabulary([None if row[0] is None else str(row[0]) for row in rows])
        return self._vocabularies[text]

    @property
    def sampled(self) -> bool:
        """Whether the arrays hold only a part of the rows."""
        return self.dataset.rows > SAMPLE_ROWS

    @cached_property
    def _source(self) -> str:
        """The rows the arrays hold, as SQL after "from"."""
        return sample_of(self.workspace, self.dataset, SAMPLE_ROWS) if self.sampled else self.table

    @cached_property
    def _arrays(self) -> dict[str, Floats]:
        parts = {f"m:{m.name}": f"({m.sql})::double" for m in self.measures.values() if m.kind != "count"}
        for cut in self.cuts.values():
            values = ", ".join(literal(v) for v in cut.values)
            parts[f"c:{cut.name}"] = f"coalesce(list_position([{values}], {cut.sql}), 0)::double"
        parts |= {f"t:{c.name}": f"epoch({c.expression})::double" for c in self.times}
        if not parts:
            return {}
        selected = ", ".join(f"{sql} as a{i}" for i, sql in enumerate(parts.values()))
        columns = self.workspace.arrays(f"select {selected} from {self._source}")
        return {name: _filled(columns[f"a{i}"]) for i, name in enumerate(parts)}

    def values(self, measure: Measure) -> Floats:
        """Return a measure's values, NaN where a row has none."""
        return self._arrays[f"m:{measure.name}"]

    def codes(self, cut: Cut) -> Codes:
        """Return each row's group as an index into `cut.values`, -1 where it is in none of them."""
        if cut.name not in self._codes:
            self._codes[cut.name] = self._arrays[f"c:{cut.name}"].astype(np.int64) - 1
        return self._codes[cut.name]

    def ranked(self, name: str, values: Floats, keep: Mask) -> tuple[Floats, float]:
        """Return the ranks of `values[keep]` and their sum of ties; the array is sorted once per `name`, whatever is kept."""
        if name not in self._orders:
            self._orders[name] = np.argsort(values, kind="stable")
        order = self._orders[name]
        kept = order[keep[order]]
        place = np.cumsum(keep) - 1
        return groups.ranks_in_order(values[kept], place[kept])

    def crossed(self, rows: Cut, columns: Cut) -> Floats:
        """Return the counts of records by the groups of two cuts."""
        x, y = self.codes(rows), self.codes(columns)
        known = (x >= 0) & (y >= 0)
        shape = (len(rows.values), len(columns.values))
        return np.bincount(x[known] * shape[1] + y[known], minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)

    def memo(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what `make` returns, made once per key."""
        if key not in self._memo:
            self._memo[key] = make()
        found: T = self._memo[key]
        return found

    def seconds(self, column: ColumnProfile) -> Floats:
        """Return a date column as seconds since 1970, NaN where a row has none."""
        return self._arrays[f"t:{column.name}"]

    def series(self, measure: Measure, calendar: Periods) -> tuple[Floats, int]:
        """Return a measure's average (of the count: its records) per period, NaN where a period has none, and the records used."""
        inside = calendar.index >= 0
        if measure.kind == "count":
            return np.bincount(calendar.index[inside], minlength=len(calendar.starts)).astype(np.float64), int(inside.sum())
        values = self.values(measure)
        inside &= ~np.isnan(values)
        n = np.bincount(calendar.index[inside], minlength=len(calendar.starts))
        totals = np.bincount(calendar.index[inside], values[inside], minlength=len(calendar.starts))
        return np.where(n > 0, totals / np.maximum(n, 1), np.nan), int(inside.sum())

    @cached_property
    def size(self) -> int:
        """Rows in the arrays."""
        return len(next(iter(self._arrays.values()))) if self._arrays else 0

    def mask(self, where: Where) -> Mask:
        """Return which rows of the arrays satisfy a narrowing."""
        mask = np.ones(self.size, dtype=np.bool_)
        for name, wanted in sorted(where.items()):
            cut = self.cuts[name]
            indices = [cut.values.index(v) for v in ([wanted] if isinstance(wanted, str) else wanted) if v in cut.values]
            member = np.zeros(len(cut.values) + 1, dtype=np.bool_)  # the last place is read by code -1
            member[indices] = True
            mask &= member[self.codes(cut)]
        return mask

    def tally(self, cut: Cut, where: Where, measure: Measure | None = None) -> tuple[Floats, Floats]:
        """Return, per value of a cut, the number of records (with a value of the measure) and the measure's total, over all rows.

        Descriptions are not drawn from a sample: which group leads must hold for the totals that the sentence quotes.
        """
        k = len(cut.values)
        sizes, totals = np.zeros(k), np.zeros(k)
        if not self.sampled:
            codes = self.codes(cut)
            values = np.zeros(self.size) if measure is None else self.values(measure)
            keep = self.mask(where) & (codes >= 0) & ~np.isnan(values)
            sizes += np.bincount(codes[keep], minlength=k)
            totals += np.bincount(codes[keep], values[keep], minlength=k)
            return sizes, totals
        together = [m for m in self.measures.values() if m.kind == "number" and m.adds_up]
        if measure is not None and measure not in together:
            together = [measure]
        places = {value: i for i, value in enumerate(cut.values)}
        for value, *found in self._totalled(cut, where, together):
            if (place := places.get(str(value))) is not None:
                at = 0 if measure is None else 1 + 2 * together.index(measure)
                sizes[place], totals[place] = found[at], 0.0 if measure is None else found[at + 1] or 0.0
        return sizes, totals

    def _totalled(self, cut: Cut, where: Where, measures: list[Measure]) -> list[tuple[Any, ...]]:
        """Return, per value of a cut, the records and for each measure those with a value and their total: one look for all measures."""
        parts = "".join(f", count({m.sql}), sum({m.sql})" for m in measures)
        known = self.condition(where, f"{cut.sql} is not null")
        query = f"select {cut.sql}, count(*){parts} from {self.table}{known} group by 1"
        return self.memo(("totalled", query), lambda: self.workspace.query(query))

    def condition(self, where: Where, *more: str) -> str:
        """Return a narrowing (and further conditions) as a SQL where clause, empty where there is nothing to say."""
        parts = [self.cuts[name].equals(wanted) for name, wanted in sorted(where.items())] + [m for m in more if m]
        return f" where {' and '.join(parts)}" if parts else ""

    def columns_of(self, where: Where) -> list[str]:
        """Return the source columns a narrowing rests on."""
        return [column for name in sorted(where) for column in self.cuts[name].columns]


def _filled(column: object) -> Floats:
    return np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)
