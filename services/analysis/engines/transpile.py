"""SQL of DuckDB's dialect as SQL of another engine, with the same meaning: what differs is mapped by a table, never by chance.

sqlglot parses and writes; it knows the engines' grammar, and much of their functions. What it leaves as it is though the
engines mean something else by it (a cast that rounds, a division that is of whole numbers, text that sorts by language) is
rewritten by `Target.rules`, the innermost first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.analysis.engines.lookups import Periods, joined
from services.analysis.engines.portable import portable
from services.analysis.errors import QueryError

Rule = Callable[[exp.Expr], exp.Expr]
ROW = "sevensteps_row"  # what rows of a table are ordered by
NUMBER = "rowid"  # a row's number, from zero, as DuckDB calls it


@dataclass(frozen=True)
class Source:
    """A table of an engine: SQL of its columns as DuckDB would have typed them, and of what its rows are ordered by.

    `columns` are (name, SQL); `relation` is what they are selected from; all in the engine's dialect. `numbered`: `order` is itself the
    row's number from zero, so that nothing has to be sorted to find it.
    """

    relation: str
    columns: tuple[tuple[str, str], ...]
    order: str
    numbered: bool = False


@dataclass(frozen=True)
class Target:
    """A dialect of sqlglot, what has to be written otherwise in it, by the kind of an expression, and how it holds periods of a key."""

    dialect: str
    periods: Periods
    rules: Mapping[type[exp.Expr], Rule] = field(default_factory=dict)


def translate(sql: str, target: Target, sources: Mapping[str, Source]) -> str:
    """Return a query in DuckDB's dialect over the tables named in `sources` as SQL of the target. Raises QueryError for what is no SQL."""
    try:
        tree = portable(_one_select(sql, sources))
        _keep_order(tree, sources)
        tree = rewritten(joined(tree, target.periods), target.rules)
        for table in list(tree.find_all(exp.Table)):
            if table.name in sources:
                table.replace(_source(table, sources[table.name], target.dialect, _asked_for(tree)))
        return tree.sql(dialect=target.dialect, identify=True, comments=False)
    except SqlglotError as error:
        raise QueryError(f"The query could not be run: {str(error).splitlines()[0]}", sql=sql[:500]) from error


def _one_select(sql: str, sources: Mapping[str, Source]) -> exp.Expr:
    """Return the tree of one query over known tables; what else a server has, and every other statement, is out of reach."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    named = {cte.alias for cte in tree.find_all(exp.CTE)} | sources.keys()
    foreign = [
        table.sql("duckdb")
        for table in tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier) and (table.db or table.name not in named)
    ]
    if not isinstance(tree, exp.Query) or foreign:
        raise QueryError(f"The query could not be run: there is no table {foreign[0] if foreign else ''}", sql=sql[:500])
    return tree


def rewritten(tree: exp.Expr, rules: Mapping[type[exp.Expr], Rule]) -> exp.Expr:
    """Return the tree with every expression of a kind that has a rule put through it, the innermost first."""
    for node in reversed(list(tree.walk(bfs=False))):
        rule = rules.get(type(node))
        if rule is None:
            continue
        new = rule(node)
        if node is tree:
            tree = new
        elif new is not node:
            node.replace(new)
    return tree


def template(dialect: str, text: str) -> Callable[..., exp.Expr]:
    """Return a function that fills `:name` places of an expression of a dialect with copies of expressions."""

    def fill(**parts: exp.Expr | None) -> exp.Expr:
        def put(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Placeholder) and (part := parts.get(str(node.this))) is not None:
                return enclosed(part)
            return node

        return _parsed(dialect, text).copy().transform(put)

    return fill


def enclosed(node: exp.Expr) -> exp.Expr:
    """Return a copy of an expression, in brackets where an operator beside it could tear it apart."""
    copy = node.copy()
    return exp.Paren(this=copy) if isinstance(copy, exp.Binary | exp.Unary | exp.Between | exp.In | exp.Query) else copy


@lru_cache(maxsize=256)
def _parsed(dialect: str, text: str) -> exp.Expr:
    return sqlglot.parse_one(text, read=dialect)


def _keep_order(tree: exp.Expr, sources: Mapping[str, Source]) -> None:
    """Say in what order rows are numbered and returned where DuckDB's answer is the order of the table."""
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.RowNumber) and not window.args.get("order") and not window.args.get("partition_by"):
            window.set("order", _by(ROW))
    if not isinstance(tree, exp.Select) or any(tree.args.get(part) for part in ("group", "order", "limit", "distinct", "having")):
        return
    if any(aggregates(select) for select in tree.selects):
        return
    came = tree.args["from_"].this if tree.args.get("from_") else None
    if isinstance(came, exp.Table) and came.name in sources:
        tree.set("order", _by(ROW))
        if any(isinstance(select, exp.Star) for select in tree.selects):
            columns = [exp.column(name, quoted=True) for name, _ in sources[came.name].columns]
            others = [select for select in tree.selects if not isinstance(select, exp.Star)]
            tree.set("expressions", [*columns, *others])
    elif isinstance(came, exp.Subquery) and any(alias.alias == "sample_row" for alias in came.this.selects):
        tree.set("order", _by("sample_row"))


def aggregates(node: exp.Expr) -> bool:
    """Whether an expression of a select makes one row of many: subqueries and windows within it do not."""
    inside = node.walk(prune=lambda n: isinstance(n, exp.Query | exp.Window))
    return any(isinstance(n, exp.AggFunc) for n in inside)


def _by(name: str) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=exp.column(name), nulls_first=False)])


def _asked_for(tree: exp.Expr) -> frozenset[str]:
    return frozenset(column.name for column in tree.find_all(exp.Column) if column.name in {ROW, NUMBER})


def _source(table: exp.Table, source: Source, dialect: str, asked: frozenset[str]) -> exp.Expr:
    """Return the subquery a table's name stands for, with the row's order or number where the query asks for it."""
    columns = [exp.alias_(_parsed(dialect, sql).copy(), name, quoted=True) for name, sql in source.columns]
    if ROW in asked:
        columns.append(exp.alias_(_parsed(dialect, source.order).copy(), ROW, quoted=True))
    if NUMBER in asked:
        number = source.order if source.numbered else f"ROW_NUMBER() OVER (ORDER BY {source.order}) - 1"
        columns.append(exp.alias_(_parsed(dialect, number).copy(), NUMBER, quoted=True))
    inner = exp.Select(expressions=columns).from_(_parsed(dialect, f"SELECT 1 FROM {source.relation}").args["from_"].this.copy())
    named = exp.TableAlias(this=exp.to_identifier(table.alias or table.name, quoted=True))
    return exp.Subquery(this=inner, alias=named, joins=table.args.get("joins"))
