"""What Spark writes otherwise than DuckDB, or means otherwise by the same word. Its ANSI mode is off: no value where there is none."""

import re

from sqlglot import exp

from services.analysis.engines.transpile import Rule, Target, enclosed, template

_D = exp.DType
_WHOLE = {_D.INT, _D.BIGINT, _D.SMALLINT, _D.TINYINT, _D.INT128}


def _one(text: str) -> Rule:
    """Return a rule that fills :x with what a function of one argument is of."""
    fill = template("spark", text)
    return lambda node: fill(x=node.this)


_DIVIDED = template("spark", ":x / :y")
_BY_ZERO = template("spark", "CASE WHEN :y = 0 THEN :x * CAST('Infinity' AS DOUBLE) ELSE :x / :y END")
_AS_REAL = template("spark", "CAST(:x AS DOUBLE)")
_NAIVE = template("spark", "CAST(CAST(:x AS TIMESTAMP) AS TIMESTAMP_NTZ)")
_ROUNDED_OFF = template("spark", "CAST(RINT(CAST(:x AS DOUBLE)) AS BIGINT)")
_FINITE = template("spark", "(ABS(CAST(:x AS DOUBLE)) < CAST('Infinity' AS DOUBLE))")
_TRY_REAL = template(
    "spark",
    "CASE WHEN CAST(:x AS STRING) RLIKE '^\\\\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\\\\s*$' "
    "OR LOWER(TRIM(CAST(:x AS STRING))) RLIKE '^[+-]?(nan|inf|infinity)$' THEN TRY_CAST(TRIM(CAST(:x AS STRING)) AS DOUBLE) END",
)
_TRY_WHOLE = template("spark", "CAST(ROUND(TRY_CAST(TRIM(CAST(:x AS STRING)) AS DECIMAL(38, 6))) AS BIGINT)")
_CELL = "CAST(:x AS STRING)"
_PLAIN = f"CAST(CAST({_CELL} AS DECIMAL(38, 22)) AS STRING)"
# A float as DuckDB writes it: plain digits from 1e-4 to 1e15, and a sign and two digits of an exponent beyond.
_TEXT = template(
    "spark",
    f"CASE WHEN TYPEOF(:x) <> 'double' OR NOT {_CELL} RLIKE 'E' THEN {_CELL} "
    f"WHEN ABS(CAST({_CELL} AS DOUBLE)) BETWEEN 1e-4 AND 9.999999999999999e15 "
    f"THEN REGEXP_REPLACE(REGEXP_REPLACE({_PLAIN}, '0+$', ''), '[.]$', '.0') "
    f"ELSE REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE({_CELL}, '[.]0E', 'E'), 'E(-?)([0-9])$', 'e$10$2'), 'E', 'e'), "
    "'e([0-9])', 'e+$1') END",
)
_MICROS = template("spark", "UNIX_MICROS(CAST(:x AS TIMESTAMP))")
_FROM_MICROS = template("spark", "TIMESTAMP_MICROS(CAST(:x AS BIGINT))")
_CONT = template("spark", "PERCENTILE(:x, :q)")
_SKEWNESS = template(
    "spark", "CASE WHEN COUNT(:x) > 2 THEN SKEWNESS(:x) * SQRT(CAST(COUNT(:x) AS DOUBLE) * (COUNT(:x) - 1)) / (COUNT(:x) - 2) END"
)
_PERIODS = template("spark", "COLLECT_LIST(NAMED_STRUCT('a', CAST(:a AS TIMESTAMP), 'b', CAST(:b AS TIMESTAMP)))")
_HOLDS = template("spark", "EXISTS(:v, p -> CAST(:m AS TIMESTAMP) BETWEEN p.a AND p.b)")


def _div(node: exp.Expr) -> exp.Expr:
    """Division by zero gives infinity."""
    top, bottom = _AS_REAL(x=node.this), node.expression
    known = isinstance(bottom.unnest(), exp.Literal | exp.Nullif) or (isinstance(bottom, exp.Cast) and isinstance(bottom.this, exp.Literal))
    return enclosed(_DIVIDED(x=top, y=bottom) if known else _BY_ZERO(x=top, y=bottom))


def _cast(node: exp.Expr) -> exp.Expr:
    kind, inner = node.args["to"].this, node.this.unnest()
    if isinstance(node, exp.TryCast):
        return _try_cast(node, kind)
    if kind in {_D.TEXT, _D.VARCHAR} and not isinstance(inner, exp.Literal):
        return _TEXT(x=node.this)
    if (
        kind in _WHOLE
        and isinstance(inner, exp.Div | exp.Case | exp.Func | exp.Binary)
        and not isinstance(inner, exp.Predicate | exp.Connector)
    ):
        return _ROUNDED_OFF(x=node.this)
    return node


def _try_cast(node: exp.Expr, kind: exp.DType) -> exp.Expr:
    if kind in _WHOLE:
        return _TRY_WHOLE(x=node.this)
    return _TRY_REAL(x=node.this) if kind is _D.DOUBLE else node


def _literal(node: exp.Expr) -> exp.Expr:
    """Write a number with a fraction as a float: left alone it is a decimal, and reckoned with as one."""
    real = isinstance(node, exp.Literal) and not node.is_string and any(mark in node.name for mark in ".eE")
    inside = isinstance(node.parent, exp.Array | exp.PercentileCont | exp.PercentileDisc)
    return exp.cast(node.copy(), "DOUBLE") if real and not inside else node


def _replace(node: exp.Expr) -> exp.Expr:
    """Name groups of a match as Java does."""
    put = node.args["replacement"]
    if isinstance(put, exp.Literal):
        put.replace(exp.Literal.string(re.sub(r"\\([1-9])", r"$\1", put.name.replace("$", r"\$"))))
    return node


def _disc(node: exp.Expr) -> exp.Expr:
    """Take the exact discrete quantile, of dates by way of numbers (sqlglot would write the approximate one)."""
    dated = isinstance(node.parent, exp.Cast) and node.parent.to.this is _D.DATE
    taken = exp.Anonymous(this="PERCENTILE_DISC", expressions=[node.expression.copy()])
    order = exp.Order(expressions=[exp.Ordered(this=_MICROS(x=node.this) if dated else node.this.copy())])
    exact = exp.WithinGroup(this=taken, expression=order)
    return _FROM_MICROS(x=exact) if dated else exact


def _trunc(node: exp.Expr) -> exp.Expr:
    unit = str(node.args["unit"].name).upper()
    return template("spark", f"CAST(DATE_TRUNC('{unit}', CAST(:x AS TIMESTAMP)) AS TIMESTAMP_NTZ)")(x=node.this)


def _item(node: exp.Expr) -> exp.Expr:
    """Count places of a list from one, as DuckDB does."""
    place = node.expressions[0]
    number = exp.Literal.number(int(place.name) + 1) if isinstance(place, exp.Literal) else place
    return template("spark", "TRY_ELEMENT_AT(:x, CAST(:i AS INT))")(x=node.this, i=number)


def _length(node: exp.Expr) -> exp.Expr:
    array = node.this.unnest()
    lists = exp.Array | exp.ArrayFilter | exp.RegexpExtractAll
    is_array = isinstance(array, lists) or (isinstance(array, exp.Cast) and array.to.this is _D.ARRAY)
    return exp.Anonymous(this="SIZE", expressions=[node.this.copy()]) if is_array else node


def _among(node: exp.Expr) -> exp.Expr:
    """The least or greatest of one is that one."""
    return node if node.expressions else node.this


def _named(node: exp.Expr) -> exp.Expr:
    name = str(node.this).lower()
    if name == "isfinite":
        return _FINITE(x=node.expressions[0])
    return _NAIVE(x=node.expressions[1]) if name == "timezone" else node


SPARK = Target(
    "spark",
    (lambda a, b: _PERIODS(a=a, b=b), lambda v, m: _HOLDS(v=v, m=m)),
    {
        exp.Anonymous: _named,
        exp.ApproxDistinct: _one("COUNT(DISTINCT :x)"),
        exp.Bracket: _item,
        exp.Cast: _cast,
        exp.DayOfWeekIso: _one("(WEEKDAY(:x) + 1)"),
        exp.Dayname: _one("DATE_FORMAT(:x, 'EEEE')"),
        exp.Div: _div,
        exp.Greatest: _among,
        exp.IgnoreNulls: lambda node: node.this,
        exp.Least: _among,
        exp.Length: _length,
        exp.Literal: _literal,
        exp.Median: _one("PERCENTILE(:x, 0.5)"),
        exp.Monthname: _one("DATE_FORMAT(:x, 'MMMM')"),
        exp.PercentileCont: lambda node: _CONT(x=node.this, q=node.expression),
        exp.PercentileDisc: _disc,
        exp.RegexpReplace: _replace,
        exp.Skewness: lambda node: _SKEWNESS(x=node.this),
        exp.TimeToUnix: _one("(CAST(UNIX_MICROS(CAST(:x AS TIMESTAMP)) AS DOUBLE) / 1000000)"),
        exp.TimestampTrunc: _trunc,
        exp.Trunc: _one("(:x - :x % 1)"),
        exp.Try: lambda node: node.this,
        exp.TryCast: _cast,
        exp.UnixToTime: _one("CAST(TIMESTAMP_MICROS(CAST(:x AS BIGINT)) AS TIMESTAMP_NTZ)"),
    },
)
