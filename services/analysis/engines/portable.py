"""DuckDB's SQL in words that other engines have too; still DuckDB's SQL, so that it can be held to the original on DuckDB itself."""

import re
from collections.abc import Sequence

import sqlglot
from sqlglot import exp

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_SHORT = tuple(month[:3] for month in _MONTHS)
# directive of strptime -> the pattern of what it reads, with one group
_READS = {
    "%Y": r"(\d{1,4})",
    "%m": r"(0?[1-9]|1[0-2])",
    "%d": r"(0?[1-9]|[12]\d|3[01])",
    "%b": f"({'|'.join(_SHORT)})",
    "%B": f"({'|'.join(_MONTHS)})",
    "%H": r"([01]?\d|2[0-3])",
    "%I": r"(0?[1-9]|1[0-2])",
    "%M": r"([0-5]?\d)",
    "%S": r"([0-5]?\d)",
    "%n": r"(\d{1,6})\d*",
    "%p": r"(am|pm)",
    "%z": r"([+-]\d{2}):?(\d{2})",
}
# Years of two digits are of this century up to 68, as POSIX has it.
_CENTURIES = {"20": r"([0-5]\d|6[0-8])", "19": r"(69|[7-9]\d)"}


def portable(tree: exp.Expr) -> exp.Expr:
    """Return the tree without `list_position` of a list that is written out, `try_strptime` and `group by all`."""
    for node in reversed(list(tree.find_all(exp.Anonymous))):
        name = str(node.this).lower()
        if name == "list_position" and isinstance(node.expressions[0], exp.Array):
            node.replace(_position(node.expressions[0], node.expressions[1]))
        elif name == "try_strptime":
            node.replace(_read_date(node.expressions[0], node.expressions[1]))
    for group in tree.find_all(exp.Group):
        if group.args.get("all") and isinstance(group.parent, exp.Select):
            places = [i for i, select in enumerate(group.parent.selects, start=1) if not select.find(exp.AggFunc)]
            group.replace(exp.Group(expressions=[exp.Literal.number(i) for i in places]))
    return tree


def _position(values: exp.Array, wanted: exp.Expr) -> exp.Expr:
    case = exp.Case(this=wanted.copy())
    for place, value in enumerate(values.expressions, start=1):
        case = case.when(value.copy(), exp.Literal.number(place), copy=False)
    return case


def _read_date(cell: exp.Expr, formats: exp.Expr) -> exp.Expr:
    written = [f.name for f in (formats.expressions if isinstance(formats, exp.Array) else [formats])]
    text = f"lower({cell.sql('duckdb')})"
    arms = "".join(_arm(text, each, century) for each in written for century in (_CENTURIES if "%y" in each else ("",)))
    return sqlglot.parse_one(f"case{arms} end", read="duckdb")


def _arm(text: str, written: str, century: str) -> str:
    """Return the arm of a CASE that reads one format: a cell of its shape, its parts put in the order of ISO 8601, cast."""
    pattern, places = _pattern(re.findall(r"%.|[^%]", written), century)
    iso = f"{century}{places.get('%Y') or places['%y']}-{places.get('%m') or places.get('%b') or places.get('%B') or '01'}"
    iso += f"-{places.get('%d') or '01'}"
    hour = places.get("%H") or places.get("%I")
    iso += f" {hour}:{places.get('%M', '00')}:{places.get('%S', '00')}" if hour else " 00:00:00"
    iso += f".{places['%n']}" if "%n" in places else ""
    zone = places.get("%z")
    cell = f"regexp_replace({text}, {_quoted(pattern)}, {_quoted(iso + (zone or ''))})"
    if "%Y" in places:  # a year of fewer digits is that year: 24 is not 2024
        cell = f"regexp_replace('000' || {cell}, '^0*(\\d{{4}}-)', '\\1')"
    if "%b" in places or "%B" in places:
        for number, month in enumerate(_MONTHS if "%B" in places else _SHORT, start=1):
            cell = f"replace({cell}, '{month}', '{number:02d}')"
    read = f"timezone('UTC', try_cast({cell} as timestamptz))" if zone else f"try_cast({cell} as timestamp)"
    if "%p" in places:
        twelve = _pattern(re.findall(r"%.|[^%]", written), century, {"%I": "(12)"})[0]
        afternoon = _pattern(re.findall(r"%.|[^%]", written), century, {"%p": "(pm)"})[0]
        later = f"case when regexp_matches({text}, {_quoted(afternoon)}) then interval 12 hour else interval 0 hour end"
        earlier = f"case when regexp_matches({text}, {_quoted(twelve)}) then interval 12 hour else interval 0 hour end"
        read = f"({read} + {later} - {earlier})"
    return f" when regexp_matches({text}, {_quoted(pattern)}) and {read} is not null then {read}"


def _pattern(parts: Sequence[str], century: str, special: dict[str, str] | None = None) -> tuple[str, dict[str, str]]:
    """Return a format's regular expression and where each of its directives stands in the match."""
    pattern, places, groups = "", {}, 0
    for part in parts:
        reads = (special or {}).get(part) or (_CENTURIES[century] if part == "%y" else _READS.get(part))
        if reads is None:
            pattern += r"\s+" if part == " " else re.escape(part.lower())
            continue
        pattern += reads
        places[part] = f"\\{groups + 1}" + (f":\\{groups + 2}" if part == "%z" else "")
        groups += reads.count("(")
    return rf"^\s*{pattern}\s*$", places


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
