"""From a plan to SQL: every step a named query over the one before, every aggregate an expression over the last."""

import math
from collections.abc import Sequence

from services.analysis.ask.errors import NotUnderstoodError
from services.analysis.ask.plan import Bands, Condition, Derive, Distinct, DropMissing, Fill, Keep, Outliers, Quantity, Scale, Spread, Step
from services.analysis.dataset import ColumnProfile, Dataset
from services.analysis.sql import literal, quote_identifier

_PARTS = {"year": "year", "month": "month", "day": "day", "weekday": "isodow", "hour": "hour"}


def rows_of(dataset: Dataset, steps: Sequence[Step]) -> tuple[str, str]:
    """Return (the `with` clause, the name of its last query) for the rows that the steps leave."""
    every = ", ".join(f"{_base(column)} as {quote_identifier(column.name)}" for column in dataset.columns)
    queries = [f"s0 as (select {every} from {quote_identifier(dataset.name)})"]
    for i, step in enumerate(steps):
        queries.append(f"s{i + 1} as ({_step(step, f's{i}', dataset)})")
    return f"with {', '.join(queries)}", f"s{len(steps)}"


def _base(column: ColumnProfile) -> str:
    if column.type in {"integer", "number"}:
        return f"({column.expression})::double"
    return column.expression if column.type != "boolean" else f"({column.expression})::boolean"


def _step(step: Step, source: str, dataset: Dataset) -> str:  # noqa: PLR0911 (one return for each kind of step)
    if isinstance(step, Keep):
        return f"select * from {source} where {' and '.join(condition_sql(c, source) for c in step.conditions)}"
    if isinstance(step, DropMissing):
        names = step.columns or tuple(c.name for c in dataset.columns if c.present)
        return f"select * from {source} where {' and '.join(f'{quote_identifier(n)} is not null' for n in names)}"
    if isinstance(step, Fill):
        x = quote_identifier(step.column)
        return f"select * replace (coalesce({x}, {_filling(step, source)}) as {x}) from {source}"
    if isinstance(step, Derive):
        return _with_column(step.name, _derived(step), source, taken=any(c.name == step.name for c in dataset.columns))
    if isinstance(step, Bands):
        arms = " ".join(f"when {' and '.join(condition_sql(c, source) for c in b.conditions)} then {literal(b.label)}" for b in step.bands)
        rest = f" else {literal(step.otherwise)}" if step.otherwise is not None else ""
        return _with_column(step.name, f"case {arms}{rest} end", source, taken=any(c.name == step.name for c in dataset.columns))
    if isinstance(step, Outliers):
        return f"select * from {source} where {_outside(step, source)}"
    if isinstance(step, Scale):
        x = quote_identifier(step.column)
        return f"select * replace ({_scaled(step, source)} as {x}) from {source}"
    assert isinstance(step, Distinct)
    return f"select distinct on ({', '.join(quote_identifier(c.name) for c in dataset.columns)}) * from {source}"


def _with_column(name: str, sql: str, source: str, *, taken: bool) -> str:
    x = quote_identifier(name)
    return f"select * replace ({sql} as {x}) from {source}" if taken else f"select *, {sql} as {x} from {source}"


def condition_sql(condition: Condition, source: str) -> str:
    """Return a condition as SQL over the columns of `source`; text compares by its spelling, without case."""
    x = quote_identifier(condition.column)
    sign = {"!=": "<>"}.get(condition.comparison, condition.comparison)
    if condition.part:
        return f"date_part('{_PARTS[condition.part]}', {x}) {sign} {literal(condition.value)}"
    if condition.against:
        function = {"mean": "avg", "median": "median"}[condition.against]
        return f"{x} {sign} (select {function}({x}) from {source})"
    if isinstance(condition.value, str):
        return f"{x}::varchar {sign} {literal(condition.value)}"
    return f"{x}::double {sign} {literal(condition.value)}"


def _filling(step: Fill, source: str) -> str:
    x = quote_identifier(step.column)
    if step.how == "value":
        return literal(step.value)
    if step.how == "mode":
        return f"(select {x} from {source} where {x} is not null group by {x} order by count(*) desc, {x} limit 1)"
    return f"(select {'avg' if step.how == 'mean' else 'median'}({x}) from {source})"


def _derived(step: Derive) -> str:  # noqa: PLR0911 (one return for each kind of recipe)
    columns = [quote_identifier(c) for c in step.columns]
    a = columns[0]
    if step.recipe == "ratio":
        return f"{a} / nullif({columns[1]}, 0)"
    if step.recipe in {"sum", "product", "difference", "mean"}:
        sign = {"sum": " + ", "product": " * ", "difference": " - ", "mean": " + "}[step.recipe]
        total = f"({sign.join(f'{c}::double' for c in columns)})"
        return f"{total} / {len(columns)}" if step.recipe == "mean" else f"{total} + {literal(step.plus)}" if step.plus else total
    if step.recipe in {"log", "log10", "sqrt"}:
        function = {"log": "ln", "log10": "log10", "sqrt": "sqrt"}[step.recipe]
        guard = ">" if step.recipe != "sqrt" else ">="
        return f"case when {a} {guard} 0 then {function}({a}) end"
    if step.recipe == "square":
        return f"{a} * {a}"
    if step.recipe == "length":
        return f"length({a}::varchar)::double"
    if step.recipe == "words":
        return f"len(string_split_regex(trim({a}::varchar), '\\s+'))::double"
    return f"date_part('{_PARTS[step.recipe]}', {a})::double"


def deviation(spread: Spread) -> str:
    """Return DuckDB's name of a standard deviation."""
    return "stddev_samp" if spread == "sample" else "stddev_pop"


def _outside(step: Outliers, source: str) -> str:
    x, k = quote_identifier(step.column), literal(float(step.k))
    if step.rule == "z":
        z = f"({x} - (select avg({x}) from {source})) / nullif((select {deviation(step.spread)}({x}) from {source}), 0)"
        outside = {"both": f"abs({z}) > {k}", "above": f"{z} > {k}", "below": f"{z} < -{k}"}[step.side]
        flat = f"coalesce({outside}, false)"
    else:
        low, high = (f"(select quantile_cont({x}, {q}) from {source})" for q in (0.25, 0.75))
        flat = f"coalesce({x} < {low} - {k} * ({high} - {low}) or {x} > {high} + {k} * ({high} - {low}), false)"
    return flat if step.keep == "outliers" else f"{x} is not null and not {flat}"


def _scaled(step: Scale, source: str) -> str:
    x = quote_identifier(step.column)
    if step.how == "min_max":
        low, high = f"(select min({x}) from {source})", f"(select max({x}) from {source})"
        return f"({x} - {low}) / nullif({high} - {low}, 0)"
    return f"({x} - (select avg({x}) from {source})) / nullif((select {deviation(step.spread)}({x}) from {source}), 0)"


def aggregate_sql(quantity: Quantity, source: str, x: str) -> str:
    """Return the expression of an aggregate of the quoted column `x` over `source`. Raises NotUnderstoodError for an unknown one."""
    op = quantity.op
    spread = "samp" if quantity.spread == "sample" else "pop"
    quartiles = [f"quantile_cont({x}, {q!r})" for q in (0.25, 0.75, quantity.parameter)]
    simple = {
        "mean": f"avg({x})",
        "median": f"median({x})",
        "sum": f"sum({x})",
        "min": f"min({x})",
        "max": f"max({x})",
        "range": f"max({x}) - min({x})",
        "var": f"var_{spread}({x})",
        "std": f"stddev_{spread}({x})",
        "distinct": f"count(distinct {x})::double",
        "missing": f"(count(*) - count({x}))::double",
        "cv": f"stddev_{spread}({x}) / nullif(avg({x}), 0)",
        "iqr": f"{quartiles[1]} - {quartiles[0]}",
        "quantile": quartiles[2],
    }
    if op in simple:
        return simple[op]
    centre = f"({x} - (select avg({x}) from {source}))"
    if op in {"skew", "kurtosis"}:
        return _shape(op, centre, x, sample=quantity.spread == "sample")
    raise NotUnderstoodError(f"There is no aggregate called {op}.")


def _shape(op: str, centre: str, x: str, *, sample: bool) -> str:
    """Skewness and excess kurtosis from central moments; the sample forms are G1 and G2 (Joanes and Gill 1998)."""
    n, m2 = f"count({x})::double", f"avg(pow({centre}, 2))"
    if op == "skew":
        g1 = f"(avg(pow({centre}, 3)) / nullif(pow({m2}, 1.5), 0))"
        return f"{g1} * sqrt({n} * ({n} - 1)) / nullif({n} - 2, 0)" if sample else g1
    g2 = f"(avg(pow({centre}, 4)) / nullif(pow({m2}, 2), 0) - 3)"
    return f"({n} - 1) / nullif(({n} - 2) * ({n} - 3), 0) * (({n} + 1) * {g2} + 6)" if sample else g2


def finite(value: object) -> float | None:
    """Return a database value as a finite float, or None."""
    if isinstance(value, int | float) and math.isfinite(float(value)):
        return float(value)
    return None
