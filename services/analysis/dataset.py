"""Values that describe uploaded data: a dataset, its columns and what reading it had to decide."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.analysis.errors import DatasetError
from services.analysis.sql import quote_identifier
from shared.kit.numbers import Style

ValueType = Literal["integer", "number", "date", "timestamp", "time", "boolean", "text", "other"]


class Role(StrEnum):
    """What a column is to an analyst."""

    IDENTIFIER = "identifier"
    TIME = "time"
    MEASURE = "measure"
    RATE = "rate"  # a status of few values, whose shares are worth following
    CATEGORY = "category"
    FREE_TEXT = "free_text"
    GEOGRAPHY = "geography"
    CURRENCY = "currency"
    PERCENTAGE = "percentage"
    BOOLEAN = "boolean"
    CONSTANT = "constant"
    EMPTY = "empty"


MEASURE_ROLES = frozenset({Role.MEASURE, Role.CURRENCY, Role.PERCENTAGE})
FEW_VALUES = 12
CUT_ROLES = frozenset({Role.CATEGORY, Role.RATE, Role.BOOLEAN, Role.GEOGRAPHY})


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Note(_Value):
    """Something reading had to decide or found wrong; it becomes a data-quality finding.

    `sentence` is plain text in which numbers stand as digits; `rows` says how many rows it touches.
    """

    code: str
    sentence: str
    column: str | None = None
    rows: int | None = None


def counted(n: int, noun: str) -> str:
    """Return a number with its noun: "1 cell", "3 cells"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


class ColumnProfile(_Value):
    """One column as an analyst sees it.

    Query a column through `expression`, never through its quoted name: where cells are text that
    means a number or a date, `expression` is the SQL that reads them (null where a cell cannot be
    read), and it gives the same values on our table and on a plain `read_csv` of the upload.
    Statistics are over the non-missing values of `expression`. `min` and `max` are numbers for
    numeric columns and ISO strings for dates and timestamps; `quantiles` are the 5th, 25th, 50th,
    75th and 95th percentiles of numbers. Up to 250,000 rows both they and `distinct` are exact; beyond,
    `quantiles` are those of about so many rows, chosen evenly by their numbers, and `distinct` is a
    sketch (about 2% off). The expression of a column of role boolean casts to integer as 0 and 1.
    `mean_length` and `mean_words` are of the distinct cells of a sample.
    """

    name: str
    position: int
    type: ValueType
    stored_type: str
    expression: str
    role: Role
    rows: int
    missing: int
    distinct: int
    min: float | str | None = None
    max: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[float, float, float, float, float] | None = None
    mean_length: float | None = None
    mean_words: float | None = None
    sample: tuple[str, ...] = ()
    looks_personal: bool = False
    unit: str = ""
    style: Style = Style.NUMBER

    def qualified(self, table: str) -> str:
        """Return `expression` with the column named as one of `table` (quoted SQL), for use where several tables are in scope."""
        name = quote_identifier(self.name)
        return self.expression.replace(name, f"{table}.{name}")

    @property
    def present(self) -> int:
        """Rows with a value."""
        return self.rows - self.missing

    @property
    def is_measure(self) -> bool:
        """Whether means and sums of the column say something."""
        return self.role in MEASURE_ROLES

    @property
    def is_time(self) -> bool:
        """Whether the column is a date or a timestamp."""
        return self.role is Role.TIME

    @property
    def is_cut(self) -> bool:
        """Whether groups by the column's values say something.

        Categories do; so do numbers of few distinct values (a class, a grade) and keys of few things
        that recur (a store's number).
        """
        if self.role in CUT_ROLES:
            return self.type in {"text", "boolean", "integer", "time"} or self.distinct <= FEW_VALUES
        if self.role is Role.MEASURE:
            return 2 <= self.distinct <= FEW_VALUES and self.present >= 5 * self.distinct
        return self.role is Role.IDENTIFIER and 2 <= self.distinct <= 5 * FEW_VALUES and self.present >= 10 * self.distinct


class Dataset(_Value):
    """One table read from an upload.

    `name` is the table's name in SQL (the file's stem; a sheet adds its name), `source` the name of
    the file, `sha256` the hash of the uploaded bytes, `parquet` the converted table on this machine. A table that
    stays on its server has no `parquet`, and `sha256` is that of its rows (`services.analysis.engines`).
    """

    name: str
    source: str
    sha256: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    notes: tuple[Note, ...] = ()
    parquet: Path | None = None

    @property
    def file(self) -> Path:
        """The converted table on this machine. Raises DatasetError for a table that stays on its server."""
        if self.parquet is None:
            raise DatasetError(f"{self.source} is a table of a server, not a file.")
        return self.parquet

    def column(self, name: str) -> ColumnProfile:
        """Return the profile of a column; raises KeyError when there is none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
