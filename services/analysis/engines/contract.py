"""What an engine is: it takes SQL in DuckDB's dialect and gives back the rows of the answer. DuckDB's own connection is one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd


class Result(Protocol):
    """The rows of one query."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, or None after the last."""
        ...

    def fetchnumpy(self) -> dict[str, Any]:
        """Return one array a column: masked where a column has nulls."""
        ...

    def df(self) -> "pd.DataFrame":
        """Return the rows as a pandas DataFrame."""
        ...


class Engine(Protocol):
    """Where the tables of one workspace are. Rows of a table have one order, the same in every query."""

    def execute(self, query: str, parameters: Sequence[Any] | None = None, /) -> Result:
        """Run one query in DuckDB's dialect. Raises QueryError (DuckDB itself: duckdb.Error)."""
        ...

    def interrupt(self) -> None:
        """Stop the query that runs, from another thread."""
        ...

    def close(self) -> None:
        """Let go of the tables."""
        ...
