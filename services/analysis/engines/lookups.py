"""Subqueries that look a row's value up in another table, as joins: an engine that runs them row by row would never end.

DuckDB does this by itself. A lookup is what `profile.keys.looked_up` and `profile.periods.inside` write: the smallest value of the
rows with the same key, and whether a date lies within one of their periods. The joined side is grouped by the key, so no row repeats.
"""

from collections.abc import Callable

from sqlglot import exp

# Given start and end of the periods of one key, an aggregate of them; given that and a moment, whether it lies within one.
Periods = tuple[Callable[[exp.Expr, exp.Expr], exp.Expr], Callable[[exp.Expr, exp.Expr], exp.Expr]]


def joined(tree: exp.Expr, periods: Periods) -> exp.Expr:
    """Return the tree with its lookups as left joins of the select whose table they look up for."""
    made: dict[tuple[int, str], str] = {}
    for subquery in [*tree.find_all(exp.Subquery), *tree.find_all(exp.Exists)]:
        inner = subquery.this
        home = _home(subquery, inner) if isinstance(inner, exp.Select) else None
        if home is None:
            continue
        found = _value(inner) if isinstance(subquery, exp.Subquery) else _within(inner, periods)
        if found is None:
            continue
        grouped, key, use = found
        known = (id(home), grouped.sql("duckdb") + key.sql("duckdb"))
        if known not in made:
            made[known] = f"sevensteps_lookup{len(made)}"
            _join(home, grouped, key, made[known])
        subquery.replace(use(exp.column("v", table=made[known])))
    return tree


Found = tuple[exp.Select, exp.Expr, Callable[[exp.Expr], exp.Expr]]


def _value(inner: exp.Select) -> Found | None:
    """`select min(r.value) from target r where r.key = home.key`."""
    wanted, condition = inner.selects[0], inner.args["where"].this
    if not isinstance(wanted, exp.Min) or not isinstance(condition, exp.EQ):
        return None
    return _grouped(inner, condition.this, wanted), condition.expression.copy(), lambda value: value


def _within(inner: exp.Select, periods: Periods) -> Found | None:
    """`select 1 from target r where r.key = home.key and home.moment between r.start and r.end`."""
    both = inner.args["where"].this
    if not (isinstance(both, exp.And) and isinstance(both.this, exp.EQ) and isinstance(both.expression, exp.Between)):
        return None
    same, within = both.this, both.expression
    collect, holds = periods
    grouped = _grouped(inner, same.this, collect(within.args["low"].copy(), within.args["high"].copy()))
    order = exp.LTE(this=within.args["low"].copy(), expression=within.args["high"].copy())
    grouped.set("where", exp.Where(this=order))
    moment = within.this.copy()
    return grouped, same.expression.copy(), lambda value: exp.Coalesce(this=holds(value, moment), expressions=[exp.false()])


def _grouped(inner: exp.Select, key: exp.Expr, value: exp.Expr) -> exp.Select:
    grouped = exp.Select(expressions=[exp.alias_(key.copy(), "k"), exp.alias_(value.copy(), "v")])
    grouped.set("from_", inner.args["from_"].copy())
    grouped.set("group", exp.Group(expressions=[key.copy()]))
    return grouped


def _home(node: exp.Expr, inner: exp.Select) -> exp.Select | None:
    """Return the select around a correlated subquery whose table it looks up for, None where it is not one."""
    if inner.args.get("where") is None or inner.args.get("from_") is None:
        return None
    own = {table.alias_or_name for table in inner.find_all(exp.Table)}
    named = {column.table for column in inner.find_all(exp.Column) if column.table} - own
    select = node.find_ancestor(exp.Select)
    while select is not None and named:
        came = select.args["from_"].this if select.args.get("from_") else None
        if came is not None and named == {came.alias_or_name}:
            return select
        select = select.find_ancestor(exp.Select)
    return None


def _join(home: exp.Select, grouped: exp.Select, key: exp.Expr, name: str) -> None:
    for star in [s for s in home.selects if isinstance(s, exp.Star)]:
        star.replace(exp.Column(this=exp.Star(), table=exp.to_identifier(home.args["from_"].this.alias_or_name, quoted=True)))
    same = exp.EQ(this=exp.column("k", table=name), expression=key.copy())
    home.join(grouped.subquery(name, copy=False), on=same, join_type="left", copy=False)
