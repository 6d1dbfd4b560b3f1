"""Which columns say how something stands: those whose values decide whether a date is filled."""

from collections.abc import Sequence

from services.analysis.engines.contract import Engine
from services.analysis.profile.aggregates import Summary
from services.analysis.profile.cells import Reading

FEW = 12
MOST_PAIRS = 60


def settling_columns(connection: Engine, table: str, readings: Sequence[Reading], summaries: Sequence[Summary]) -> frozenset[int]:
    """Return the positions of few-valued text columns each of whose values nearly always or nearly never comes with some date.

    A closed case has a closing date and an open one has none: such a column is a status, whatever it
    is called. Dates filled in nearly every row, or nearly none, show nothing.
    """
    statuses = [i for i, (r, s) in enumerate(zip(readings, summaries, strict=True)) if r.type == "text" and 2 <= s.distinct <= FEW]
    dates = [i for i, r in enumerate(readings) if r.type in {"date", "timestamp"}]
    pairs = [(status, date) for status in statuses for date in dates][:MOST_PAIRS]
    found: set[int] = set()
    for status in sorted({status for status, _ in pairs}):
        mine = [date for s, date in pairs if s == status]
        filled = ", ".join(f"count({readings[date].expression})" for date in mine)
        groups = connection.execute(
            f"select count(*), {filled} from {table} where {readings[status].expression} is not null group by {readings[status].expression}"
        ).fetchall()
        if any(decides([(int(group[0]), int(group[1 + k])) for group in groups]) for k in range(len(mine))):
            found.add(status)
    return frozenset(found)


def decides(groups: Sequence[tuple[int, int]]) -> bool:
    """Whether groups of (rows, rows with the date) are nearly all filled or nearly all empty, and both kinds occur."""
    large = [(rows, filled) for rows, filled in groups if rows >= 3]
    full = [filled >= 0.9 * rows for rows, filled in large]
    bare = [filled <= 0.1 * rows for rows, filled in large]
    return len(large) >= 2 and any(full) and any(bare) and all(f or b for f, b in zip(full, bare, strict=True))
