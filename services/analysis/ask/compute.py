"""Computing a plan's quantities: SQL where SQL says it, the tests and models of SciPy and scikit-learn on the rows otherwise."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.analysis.ask.compile import aggregate_sql, condition_sql, finite, rows_of
from services.analysis.ask.errors import NoAnswerError, NotUnderstoodError
from services.analysis.ask.plan import Quantity
from services.analysis.dataset import Dataset
from services.analysis.sql import quote_identifier
from services.analysis.workspace import Workspace

MOST_ROWS = 1_000_000  # of rows that leave the database for a test or a model
_GROUPED = {"best_group", "best_value"}


@dataclass(frozen=True)
class Computed:
    """A value with the query behind it; `exact` where the query returns the value itself rather than the rows it is computed from."""

    value: float | str
    query: str
    exact: bool


@dataclass
class Computer:
    """Computes quantities over one table, each once."""

    workspace: Workspace
    dataset: Dataset
    _known: dict[Quantity, Computed] = field(default_factory=dict)

    def value(self, quantity: Quantity) -> Computed:
        """Return a quantity. Raises NoAnswerError where the rows give it no value."""
        if quantity not in self._known:
            self._known[quantity] = self._compute(quantity)
        return self._known[quantity]

    def rows(self, quantity: Quantity) -> int:
        """Return how many rows a quantity is about."""
        clause, source = rows_of(self.dataset, quantity.steps)
        return int(self.workspace.scalar(f"{clause} select count(*) from {source}"))

    def _compute(self, quantity: Quantity) -> Computed:
        if (sql := sql_of(self.dataset, quantity)) is not None:
            found = self.workspace.scalar(sql)
            if quantity.numeric:
                found = finite(found)
            if found is None:
                raise NoAnswerError(f"The rows that are asked about have no {quantity.op.replace('_', ' ')}.")
            return Computed(found if isinstance(found, float) else str(found), sql, exact=True)
        return self._by_rows(quantity)

    def _by_rows(self, quantity: Quantity) -> Computed:
        from services.analysis.ask.inference import statistic_of

        clause, source = rows_of(self.dataset, quantity.steps)
        names = ", ".join(quote_identifier(c) for c in quantity.columns)
        query = f"{clause} select {names} from {source}"
        n = self.rows(quantity)
        if n > MOST_ROWS:
            raise NoAnswerError(f"A test on rows reads at most {MOST_ROWS} of them, and {n} are asked about.")
        arrays = self.workspace.arrays(query)
        columns = [_plain(arrays[name]) for name in dict.fromkeys(quantity.columns)]
        value = finite(float(statistic_of(quantity, columns)))
        if value is None:
            raise NoAnswerError(f"The rows that are asked about give no {quantity.op.replace('_', ' ')}.")
        return Computed(value, query, exact=False)


def _plain(array: "NDArray[Any]") -> "NDArray[Any]":
    """Return a column as floats (NaN where missing) or objects (None where missing)."""
    missing = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else np.zeros(len(array), dtype=bool)
    data = np.asarray(np.ma.getdata(array))
    if data.dtype.kind in "fiub":
        numbers = data.astype(float)
        numbers[missing] = np.nan
        return numbers
    return np.array(
        [None if gone or value is None else str(value) for value, gone in zip(data.tolist(), missing.tolist(), strict=True)], dtype=object
    )


def sql_of(dataset: Dataset, quantity: Quantity) -> str | None:  # noqa: PLR0911 (one return for each form of query)
    """Return the query that gives a quantity, or None where SQL cannot say it."""
    clause, source = rows_of(dataset, quantity.steps)
    columns = [quote_identifier(c) for c in quantity.columns]
    op = quantity.op
    if op == "count":
        return f"{clause} select count(*)::double from {source}"
    if op == "share":
        met = " and ".join(condition_sql(c, source) for c in quantity.conditions)
        return f"{clause} select avg(case when {met} then 1.0 else 0.0 end) * {quantity.parameter!r} from {source}"
    if op in {"mode", "mode_text"}:
        return f"{clause} select {columns[0]} from {source} where {columns[0]} is not null group by 1 order by count(*) desc, 1 limit 1"
    if op == "missing" and not columns:
        gaps = " + ".join(f"count(*) - count({quote_identifier(c.name)})" for c in dataset.columns)
        return f"{clause} select ({gaps})::double from {source}"
    if op == "pearson":
        return f"{clause} select corr({columns[0]}, {columns[1]}) from {source}"
    if op in _GROUPED:
        return f"{clause} {_grouped(quantity, source, columns)}"
    try:
        return f"{clause} select {aggregate_sql(quantity, source, columns[0] if columns else '')} from {source}"
    except NotUnderstoodError:
        return None


def _grouped(quantity: Quantity, source: str, columns: list[str]) -> str:
    group = columns[0]
    inner = Quantity(op=quantity.inner, columns=quantity.columns[1:], spread=quantity.spread)
    value = "count(*)::double" if quantity.inner == "count" else aggregate_sql(inner, source, columns[1])
    order = "desc" if quantity.highest else "asc"
    table = f"(select {group} as g, {value} as v from {source} where {group} is not null group by 1) where v is not null"
    return f"select {'g' if quantity.op == 'best_group' else 'v'} from {table} order by v {order}, g limit 1"
