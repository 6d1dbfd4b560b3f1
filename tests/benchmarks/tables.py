"""Tables to measure speed on, made by DuckDB from row numbers, so that every machine measures the same bytes."""

from pathlib import Path

import duckdb

_UNIT = "(hash(i, {seed}) % 1000003) / 1000003.0"


def _number(seed: int, scale: float) -> str:
    """A bell-shaped number: the sum of three even ones."""
    return f"round({scale} * ({' + '.join(_UNIT.format(seed=10 * seed + k) for k in range(3))}), 3)"


def _category(seed: int, values: int) -> str:
    return f"'group ' || chr(65 + (hash(i, {seed}) % {values})::integer)"


NARROW = {
    "record_id": "'R' || i",
    "opened_on": "date '2022-01-03' + (hash(i, 1) % 540)::integer",
    "team": _category(2, 5),
    "region": _category(3, 4),
    "hours": f"{_number(4, 20)} + case when hash(i, 2) % 5 = 0 then 6 else 0 end",
    "cost": _number(5, 300),
    "state": "case when hash(i, 6) % 10 < 7 then 'closed' when hash(i, 6) % 10 < 9 then 'pending' else 'escalated' end",
    "score": _number(7, 10),
}
WIDE = (
    NARROW
    | {f"measure_{chr(97 + k)}": _number(20 + k, 10.0 * (k + 1)) for k in range(7)}
    | {f"kind_{chr(97 + k)}": _category(40 + k, 3 + 2 * k) for k in range(4)}
    | {"closed_on": "date '2022-01-03' + (hash(i, 1) % 540 + hash(i, 60) % 30)::integer"}
)


def write_table(path: Path, rows: int, columns: dict[str, str]) -> Path:
    """Write `rows` rows of `columns` (name to SQL over the row number i) as CSV."""
    selected = ", ".join(f'{sql} as "{name}"' for name, sql in columns.items())
    duckdb.sql(f"copy (select {selected} from range({rows}) as numbers(i) order by i) to '{path}' (header)")
    return path


def by_hand(path: Path) -> str:
    """Return the SQL an analyst would write to get to know the table: counts, distinct values, and of numbers the usual statistics."""
    described = duckdb.execute(f"describe select * from read_csv('{path}')").fetchall()
    parts = ["count(*)"]
    for name, kind, *_ in described:
        parts += [f'count("{name}")', f'approx_count_distinct("{name}")', f'min("{name}")', f'max("{name}")']
        if kind == "DOUBLE":
            parts += [f'avg("{name}")', f'stddev_samp("{name}")', f'approx_quantile("{name}", [0.05, 0.25, 0.5, 0.75, 0.95])']
    return f"select {', '.join(parts)} from read_csv('{path}')"
