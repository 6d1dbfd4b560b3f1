"""Rows that have left an engine: aggregates and bounded samples, so they are held in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Rows:
    """A `Result` of rows already fetched; `names` are the columns' names."""

    names: Sequence[str]
    rows: list[tuple[Any, ...]]
    _next: int = field(default=0)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        left, self._next = self.rows[self._next :], len(self.rows)
        return left

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, or None after the last."""
        if self._next >= len(self.rows):
            return None
        self._next += 1
        return self.rows[self._next - 1]

    def fetchnumpy(self) -> dict[str, Any]:
        """Return one array a column, as DuckDB does: masked where there are nulls, numbers and dates by their own type, else objects."""
        columns = zip(*self.rows, strict=True) if self.rows else ([] for _ in self.names)
        return {name: _array(list(column)) for name, column in zip(self.names, columns, strict=True)}

    def df(self) -> "pd.DataFrame":
        """Return the rows as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(self.names))


def _array(values: list[Any]) -> Any:
    missing = np.fromiter((v is None for v in values), dtype=np.bool_, count=len(values))
    known = next((v for v in values if v is not None), 0.0)
    kind = _kind(known, values)
    if kind is object:
        filled: Any = np.array(values, dtype=object)
    else:
        blank = np.datetime64("1970-01-01", "us") if isinstance(known, date) else kind(0)
        filled = np.array([blank if v is None else v for v in values], dtype="datetime64[us]" if isinstance(known, date) else kind)
    return np.ma.masked_array(filled, mask=missing) if missing.any() else filled


def _kind(known: Any, values: list[Any]) -> Any:
    if isinstance(known, bool):
        return np.bool_
    if isinstance(known, int | float):
        whole = all(isinstance(v, int) for v in values if v is not None)
        return np.int64 if whole else np.float64
    return np.datetime64 if isinstance(known, date | datetime) else object
