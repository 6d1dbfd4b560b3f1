"""Ratios of totals over a table and the tables it points to: cost per customer, margin, the share of cases that fail.

A ratio is sum(top) / sum(bottom) over rows; a mean is the ratio of the sum to the rows that have a value;
without a bottom it is a total. Everything is a record that goes to JSON, so that a test can be run again.
Variances are linearised (Cochran 1977, Sampling Techniques, chapter 6): var(R) = sum (top - R bottom)^2 / (sum bottom)^2;
of a total, as for a compound Poisson process, sum top^2.
"""

import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from services.analysis.dataset import Dataset
from services.analysis.errors import QueryError
from services.analysis.measures import Measure, measures_of
from services.analysis.sql import literal, quote_identifier
from services.analysis.workspace import Workspace
from shared.kit.numbers import Style
from shared.kit.value import Value

_ALIAS = re.compile(r"[a-z_]+")
_RATE = re.compile(r"rate\((?P<column>.+?)=(?P<value>.*)\)", re.DOTALL)
_DURATION = re.compile(r"duration\((?P<start>.+) -> (?P<end>.+)\)", re.DOTALL)
_ARITHMETIC = re.compile(r"[a-z_ ()+*/-]+")


class Ratio(Value):
    """`formula` is arithmetic over aliases ("(revenue - cost) / revenue"), `of` says which measures of the table an alias adds up."""

    dataset: str
    formula: str
    of: dict[str, list[str]]
    total: bool = False
    not_negative: bool = False  # a row below zero has no value: a case that ends before it starts
    label: str = ""
    unit: str = ""
    style: Style = Style.NUMBER


class CutBy(Value):
    """A column that cuts the rows, of the ratio's own table or of `table`, which `key` points to."""

    column: str
    table: str | None = None
    key: str | None = None


class Part(Value):
    """The rows in which a cut has one of these values."""

    cut: CutBy
    values: list[str]


class Period(Value):
    """The rows dated from `start` to before `end`, ISO dates."""

    column: str
    start: str
    end: str


@dataclass(frozen=True)
class Sums:
    """What one group adds up to; `value` is the ratio, or the total."""

    group: str
    rows: int
    top: float
    bottom: float | None
    squares: tuple[float, float, float]  # sums of top^2, top x bottom, bottom^2

    @property
    def value(self) -> float | None:
        """The ratio of the sums, None where the bottom is zero; of a total, the sum."""
        if self.bottom is None:
            return self.top
        return self.top / self.bottom if self.bottom else None

    @property
    def variance(self) -> float:
        """The linearised variance of the value."""
        tops, both, bottoms = self.squares
        if self.bottom is None:
            return tops
        ratio = self.value or 0.0
        spread = tops - 2 * ratio * both + ratio**2 * bottoms
        return max(spread, 0.0) / self.bottom**2 * self.rows / max(self.rows - 1, 1) if self.bottom else 0.0


# What a table measures does not change while its workspace is open, and gathering it takes several queries.
_GATHERED: WeakKeyDictionary[Workspace, dict[str, dict[str, Measure]]] = WeakKeyDictionary()


class Ratios:
    """The ratios of a workspace: builds their SQL and runs it."""

    def __init__(self, workspace: Workspace, known: dict[str, dict[str, Measure]] | None = None) -> None:
        self.workspace = workspace
        self._measures = _GATHERED.setdefault(workspace, {})  # table -> its measures, gathered when first asked for
        self._measures.update(known or {})

    def measures(self, dataset: str) -> dict[str, Measure]:
        """Return the measures of a table by name."""
        if dataset not in self._measures:
            self._measures[dataset] = {m.name: m for m in measures_of(self.workspace, self.workspace.dataset(dataset))}
        return self._measures[dataset]

    def row(self, ratio: Ratio) -> tuple[str, str | None]:
        """Return the SQL of a row's top and bottom. Raises QueryError for a formula that is not arithmetic over known measures."""
        if not _ARITHMETIC.fullmatch(ratio.formula):
            raise QueryError(f"{ratio.formula[:60]!r} is not arithmetic over measures")
        top, _, bottom = ratio.formula.partition(" / ")
        numerator = self._filled(top, ratio)
        if ratio.not_negative:
            numerator = f"(case when {numerator} >= 0 then {numerator} end)"
        if bottom:
            return numerator, self._filled(bottom, ratio)
        return numerator, None if ratio.total else f"(case when {numerator} is not null then 1.0 end)"

    def query(self, ratio: Ratio, where: list[Part] | None = None, period: Period | None = None, *, apart: bool = False) -> str:
        """Return the query of a ratio's value over some rows, or over all the others where `apart`."""
        top, bottom = self.row(ratio)
        value = f"(sum({top}) / nullif(sum({bottom}), 0))::double" if bottom else f"sum({top})::double"
        return self.select(ratio.dataset, value, where, period, apart=apart)

    def select(
        self, dataset: str, value: str, where: list[Part] | None = None, period: Period | None = None, *, apart: bool = False
    ) -> str:
        """Return the query of an aggregate over the rows that the parts and the period name."""
        parts = where or []
        source, expressions = self.relation(dataset, [p.cut for p in parts])
        conditions = [f"{expressions[p.cut.column]} in ({', '.join(literal(v) for v in p.values)})" for p in parts]
        inside = " and ".join(conditions)
        kept = [f"not coalesce({inside}, false)" if apart else inside] if inside else []
        kept += [self.during(dataset, period)] if period else []
        return f"select {value} from {source}" + (f" where {' and '.join(kept)}" if kept else "")

    def sums(self, ratio: Ratio, by: CutBy | None = None, where: list[Part] | None = None, period: Period | None = None) -> list[Sums]:
        """Return what every group of a cut adds up to, in the order of its names; rows without a value of the cut stand under ""."""
        top, bottom = self.row(ratio)
        below = bottom or "cast(null as double)"
        parts = where or []
        source, expressions = self.relation(ratio.dataset, [p.cut for p in parts] + ([by] if by else []))
        group = f"coalesce({expressions[by.column]}, '')" if by else "''"
        kept = [f"{expressions[p.cut.column]} in ({', '.join(literal(v) for v in p.values)})" for p in parts]
        kept += [self.during(ratio.dataset, period)] if period else []
        condition = f" where {' and '.join(kept)}" if kept else ""
        inner = f"select {group} as g, ({top})::double as t, ({below})::double as b from {source}{condition}"
        query = f"select g, count(t), sum(t), sum(b), sum(t * t), sum(t * b), sum(b * b) from ({inner}) group by g order by g"
        rows = self.workspace.query(query)
        return [
            Sums(str(g), int(n), float(t or 0), None if bottom is None else float(b or 0), (float(tt or 0), float(tb or 0), float(bb or 0)))
            for g, n, t, b, tt, tb, bb in rows
        ]

    def relation(self, dataset: str, cuts: list[CutBy]) -> tuple[str, dict[str, str]]:
        """Return the table with those joined that the cuts stand in, and the SQL of each cut as text."""
        home = self.workspace.dataset(dataset)
        source, expressions = quote_identifier(home.name), {}
        for cut in cuts:
            if cut.column in expressions:
                continue
            if cut.table is None or cut.key is None:
                expressions[cut.column] = f"cast({home.column(cut.column).expression} as varchar)"
                continue
            other, i = self.workspace.dataset(cut.table), len(expressions)
            key, value = other.column(cut.key).expression, other.column(cut.column).expression
            side = f"(select {key} as _key{i}, cast({value} as varchar) as _cut{i} from {quote_identifier(other.name)})"
            source += f" left join {side} on {home.column(cut.key).expression} = _key{i}"
            expressions[cut.column] = f"_cut{i}"
        return source, expressions

    def during(self, dataset: str, period: Period) -> str:
        """Return the condition that a row is dated within a period."""
        column = self.workspace.dataset(dataset).column(period.column).expression
        return f"{column} >= timestamp {literal(period.start)} and {column} < timestamp {literal(period.end)}"

    def _filled(self, part: str, ratio: Ratio) -> str:
        return _ALIAS.sub(lambda m: self._alias(m.group(0), ratio), part)

    def _alias(self, alias: str, ratio: Ratio) -> str:
        if alias not in ratio.of:
            raise QueryError(f"{alias!r} stands for no measure")
        found = [self._measure(ratio.dataset, name) for name in ratio.of[alias]]
        return found[0] if len(found) == 1 else f"({' + '.join(found)})"

    def _measure(self, dataset: str, name: str) -> str:
        if name == "count":
            return "1.0::double"
        if measure := self.measures(dataset).get(name):
            return measure.sql
        if state := _RATE.fullmatch(name):
            column = f"cast({self._column(dataset, state['column'])} as varchar)"
            return f"(case when {column} = {literal(state['value'])} then 1.0 when {column} is not null then 0.0 end)"
        if pair := _DURATION.fullmatch(name):
            return f"((epoch({self._column(dataset, pair['end'])}) - epoch({self._column(dataset, pair['start'])})) / 86400.0)"
        return f"({self._column(dataset, name)})::double"

    def _column(self, dataset: str, name: str) -> str:
        home: Dataset = self.workspace.dataset(dataset)
        try:
            return home.column(name).expression
        except KeyError:
            raise QueryError(f"{name[:60]!r} is no measure of {dataset[:60]!r}") from None


def shared_key(home: Dataset, other: Dataset) -> str | None:
    """Return the column by which every row of `home` points to one row of `other` at most, or None."""
    for column in home.columns:
        for match in other.columns:
            same = match.name == column.name and match.type == column.type
            if same and match.rows >= 2 and match.distinct == match.rows and not match.is_time and column.distinct <= match.distinct:
                return column.name
    return None
