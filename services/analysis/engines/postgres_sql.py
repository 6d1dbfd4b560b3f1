"""What PostgreSQL writes otherwise than DuckDB, or means otherwise by the same word."""

from collections.abc import Callable

from sqlglot import exp

from services.analysis.engines.transpile import Rule, Target, enclosed, template

_D = exp.DType
_WHOLE = {_D.INT, _D.BIGINT, _D.SMALLINT, _D.TINYINT, _D.INT128}
_REAL = "CAST(:x AS DOUBLE PRECISION)"


def _one(text: str) -> Rule:
    """Return a rule that fills :x with what a function of one argument is of."""
    fill = template("postgres", text)
    return lambda node: fill(x=node.this)


_REPLACED = template("postgres", "CASE WHEN :y = 0 THEN :x * CAST('Infinity' AS DOUBLE PRECISION) ELSE :x / :y END")
_DIVIDED = template("postgres", ":x / :y")
_AS_REAL = template("postgres", _REAL)
_ROUNDED = template("postgres", "CAST(ROUND(CAST(:x AS DECIMAL), :y) AS DOUBLE PRECISION)")
_ROUNDED_OFF = template("postgres", "CAST(ROUND(CAST(:x AS DECIMAL)) AS DOUBLE PRECISION)")
# A float as DuckDB writes it: 1 is 1.0, and plain digits go on to 1e15.
_TEXT = template(
    "postgres",
    "CASE WHEN PG_TYPEOF(:x) = CAST('double precision' AS REGTYPE) THEN "
    "CASE WHEN CAST(:x AS TEXT) ~ 'e\\+15$' THEN CAST(CAST(CAST(:x AS TEXT) AS DECIMAL) AS TEXT) || '.0' "
    "ELSE REGEXP_REPLACE(CAST(:x AS TEXT), '^(-?[0-9]+)$', '\\1.0') END "
    "ELSE CAST(:x AS TEXT) END",
)
_TRY = "CASE WHEN PG_INPUT_IS_VALID(CAST(:x AS TEXT), '{0}') THEN CAST(CAST(:x AS TEXT) AS {0}) END"
_TRY_WHOLE = template(
    "postgres",
    "CASE WHEN PG_INPUT_IS_VALID(CAST(:x AS TEXT), 'numeric') THEN CASE WHEN CAST(CAST(:x AS TEXT) AS DECIMAL) BETWEEN "
    "-9223372036854775808 AND 9223372036854775807 THEN CAST(ROUND(CAST(CAST(:x AS TEXT) AS DECIMAL)) AS BIGINT) END END",
)
_MATCH = template("postgres", "CASE WHEN :x IS NOT NULL THEN COALESCE((REGEXP_MATCH(:x, :p))[:n], '') END")
_MATCHES = template("postgres", "ARRAY(SELECT m[1] FROM REGEXP_MATCHES(:x, :p, 'g') AS m)")
_COUNTED = template("postgres", "ARRAY(SELECT :i FROM GENERATE_SERIES(:a, :b) AS t(:i) WHERE :c)")
_DATE = template("postgres", "CASE WHEN :y BETWEEN 1 AND 9999 THEN MAKE_DATE(CAST(:y AS INT), :m, :d) END")
# The sample's skewness G1 (Joanes and Gill 1998, The Statistician 47), from sums of decimals: they lose nothing to cancellation.
_N, _S = "CAST(COUNT(:x) AS DECIMAL)", "SUM(CAST(:x AS DECIMAL){})"
_CUBES = f"({_N}*{_N}*{_S.format('*CAST(:x AS DECIMAL)*CAST(:x AS DECIMAL)')} - 3*{_N}*{_S.format('*CAST(:x AS DECIMAL)')}*{_S.format('')}"
_CUBES += f" + 2*{_S.format('')}*{_S.format('')}*{_S.format('')})"
_SQUARES = f"({_N}*{_S.format('*CAST(:x AS DECIMAL)')} - {_S.format('')}*{_S.format('')})"
_SKEWNESS = template(
    "postgres",
    f"CASE WHEN COUNT(:x) > 2 THEN CAST({_CUBES} AS DOUBLE PRECISION) / NULLIF(POWER(CAST({_SQUARES} AS DOUBLE PRECISION), 1.5), 0) "
    "* SQRT(CAST(COUNT(:x) * (COUNT(:x) - 1) AS DOUBLE PRECISION)) / CAST(COUNT(:x) - 2 AS DOUBLE PRECISION) END",
)


def _div(node: exp.Expr) -> exp.Expr:
    """Division is of floats, and by zero gives infinity."""
    top, bottom = _AS_REAL(x=node.this), node.expression
    known = isinstance(bottom.unnest(), exp.Literal | exp.Nullif) or (isinstance(bottom, exp.Cast) and isinstance(bottom.this, exp.Literal))
    return enclosed(_DIVIDED(x=top, y=bottom) if known else _REPLACED(x=top, y=bottom))


def _cast(node: exp.Expr) -> exp.Expr:
    kind = node.args["to"].this
    if isinstance(node, exp.TryCast):
        return _try_cast(node, kind)
    if kind in {_D.TEXT, _D.VARCHAR} and not isinstance(node.this, exp.Literal):
        return _TEXT(x=node.this)
    if kind in _WHOLE - {_D.INT} and isinstance(node.this.unnest(), exp.Predicate | exp.Connector | exp.Not):
        return exp.cast(exp.cast(node.this.copy(), "INT"), "BIGINT")
    if kind in {_D.INT128, _D.UINT128}:
        return exp.cast(node.this.copy(), "DECIMAL")
    return node


def _try_cast(node: exp.Expr, kind: exp.DType) -> exp.Expr:
    if kind in _WHOLE:
        return _TRY_WHOLE(x=node.this)
    to = exp.DataType.build("TIMESTAMP" if kind is _D.TIMESTAMPNTZ else kind.value)
    return template("postgres", _TRY.format(to.sql("postgres").lower()))(x=node.this)


def _literal(node: exp.Expr) -> exp.Expr:
    """Write a number with a fraction as a float: left alone it is a decimal, and reckoned with as one."""
    real = isinstance(node, exp.Literal) and not node.is_string and any(mark in node.name for mark in ".eE")
    inside = isinstance(node.parent, exp.Array | exp.PercentileCont | exp.PercentileDisc)
    return exp.cast(node.copy(), "DOUBLE") if real and not inside else node


def _pattern(node: exp.Expr | None) -> exp.Expr:
    """Write classes of letters as POSIX does."""
    assert node is not None
    return exp.Literal.string(node.name.replace(r"\pL", "[:alpha:]")) if isinstance(node, exp.Literal) else node


def _like(node: exp.Expr) -> exp.Expr:
    return template("postgres", ":x ~ :p")(x=node.this, p=_pattern(node.expression))


def _extract(node: exp.Expr) -> exp.Expr:
    group = node.args.get("group")
    number = exp.Literal.number(max(0, int(group.name) - 1) if group is not None else 0)  # sqlglot counts places of arrays from zero
    return _MATCH(x=node.this, p=_pattern(node.expression), n=number)


def _extract_all(node: exp.Expr) -> exp.Expr:
    return _MATCHES(x=node.this, p=_pattern(node.expression))


def _length(node: exp.Expr) -> exp.Expr:
    array = node.this.unnest()
    is_array = isinstance(array, exp.Array) or (isinstance(array, exp.Cast) and array.to.this is _D.ARRAY)
    return exp.Anonymous(this="CARDINALITY", expressions=[node.this.copy()]) if is_array else node


def _filter(node: exp.Expr) -> exp.Expr:
    """Write the numbers of a range that fulfil a condition as a subquery."""
    numbers, condition = node.this, node.expression
    name, last = condition.expressions[0], numbers.args["end"].copy()
    if numbers.args.get("is_end_exclusive"):
        last = exp.Sub(this=enclosed(last), expression=exp.Literal.number(1))
    return _COUNTED(i=exp.column(name.name), a=numbers.args["start"], b=last, c=condition.this)


def _trunc(node: exp.Expr) -> exp.Expr:
    unit = str(node.args["unit"].name).lower()
    return template("postgres", f"DATE_TRUNC('{unit}', CAST(:x AS TIMESTAMP))")(x=node.this)


def _from_parts(node: exp.Expr) -> exp.Expr:
    year = node.args["year"]
    plain = year.this if isinstance(year, exp.Cast) else year
    return _DATE(y=plain, m=node.args["month"], d=node.args["day"])


def _round(node: exp.Expr) -> exp.Expr:
    places = node.args.get("decimals")
    return _ROUNDED_OFF(x=node.this) if places is None else _ROUNDED(x=node.this, y=places)


def _moment(node: exp.Expr) -> exp.Expr:
    """Microseconds since 1970 as a timestamp."""
    return template("postgres", "TO_TIMESTAMP(CAST(:x AS DOUBLE PRECISION) / 1000000) AT TIME ZONE 'UTC'")(x=node.this)


def _named(node: exp.Expr) -> exp.Expr:
    rule: Callable[[exp.Expr], exp.Expr] | None = _FUNCTIONS.get(str(node.this).lower())
    return node if rule is None else rule(node)


def _finite(node: exp.Expr) -> exp.Expr:
    return template("postgres", f"(ABS({_REAL}) < CAST('Infinity' AS DOUBLE PRECISION))")(x=node.expressions[0])


_FUNCTIONS: dict[str, Rule] = {"isfinite": _finite}

_AT = "(ARRAY_AGG(:x ORDER BY :y {}) FILTER(WHERE :x IS NOT NULL AND :y IS NOT NULL))[1]"
_AT_MOST, _AT_LEAST = template("postgres", _AT.format("DESC")), template("postgres", _AT.format("ASC"))
_RANGES = template("postgres", "RANGE_AGG(TSRANGE(CAST(:a AS TIMESTAMP), CAST(:b AS TIMESTAMP), '[]'))")
_HOLDS = template("postgres", "CAST(:m AS TIMESTAMP) <@ :v")

POSTGRES = Target(
    "postgres",
    (lambda a, b: _RANGES(a=a, b=b), lambda v, m: _HOLDS(v=v, m=m)),
    {
        exp.Anonymous: _named,
        exp.ApproxDistinct: _one("COUNT(DISTINCT :x)"),
        exp.ArgMax: lambda node: _AT_MOST(x=node.this, y=node.expression),
        exp.ArgMin: lambda node: _AT_LEAST(x=node.this, y=node.expression),
        exp.ArrayFilter: _filter,
        exp.Avg: _one(f"AVG({_REAL})"),
        exp.Cast: _cast,
        exp.DateFromParts: _from_parts,
        exp.DayOfWeekIso: _one("CAST(EXTRACT(ISODOW FROM :x) AS INT)"),
        exp.Dayname: _one("TO_CHAR(:x, 'FMDay')"),
        exp.Div: _div,
        exp.Exp: _one("CASE WHEN :x < -700 THEN CAST(0 AS DOUBLE PRECISION) ELSE EXP(:x) END"),
        exp.Explode: lambda node: node.this if isinstance(node.this, exp.GenerateSeries) else node,
        exp.IgnoreNulls: lambda node: node.this,
        exp.Length: _length,
        exp.Literal: _literal,
        exp.Mode: _one("MODE() WITHIN GROUP (ORDER BY :x)"),
        exp.Month: _one("CAST(EXTRACT(MONTH FROM :x) AS INT)"),
        exp.Monthname: _one("TO_CHAR(:x, 'FMMonth')"),
        exp.Quarter: _one("CAST(EXTRACT(QUARTER FROM :x) AS INT)"),
        exp.RegexpExtract: _extract,
        exp.RegexpExtractAll: _extract_all,
        exp.RegexpLike: _like,
        exp.Round: _round,
        exp.Skewness: lambda node: _SKEWNESS(x=node.this),
        exp.TimeToUnix: _one("CAST(EXTRACT(EPOCH FROM :x) AS DOUBLE PRECISION)"),
        exp.TimestampTrunc: _trunc,
        exp.Try: lambda node: node.this,
        exp.TryCast: _cast,
        exp.UnixToTime: _moment,
        exp.Year: _one("CAST(EXTRACT(YEAR FROM :x) AS INT)"),
    },
)
