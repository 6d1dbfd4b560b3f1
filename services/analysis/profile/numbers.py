"""Numbers written as people write them: separators, currencies, percent signs, brackets for minus."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.analysis.sql import literal

SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
}
CODES = frozenset(
    [
        *("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KRW", "MXN", "MYR"),
        *("NOK", "NZD", "PHP", "PLN", "RON", "RUB", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "VND", "ZAR"),
    ]
)
# Space, no-break space, narrow no-break space, thin space: all of them group digits somewhere.
MINUS = "\u2212"
SPACES = " \u00a0\u202f\u2009"
_CELL = re.compile(
    rf"^[{SPACES}]*(?P<open>\()?[{SPACES}]*(?P<sign>[-+\u2212])?[{SPACES}]*"
    rf"(?P<before>[{''.join(map(re.escape, SYMBOLS))}]|[A-Z]{{3}})?[{SPACES}]*(?P<sign2>[-+\u2212])?"
    rf"(?P<digits>\d[\d.,'\u2019{SPACES}]*?(?:[eE][-+]?\d+)?|[.,]\d+)"
    rf"[{SPACES}]*(?P<after>[{''.join(map(re.escape, SYMBOLS))}]|[A-Z]{{3}}|%)?[{SPACES}]*(?P<close>\))?[{SPACES}]*$"
)
_PLAIN = re.compile(r"^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$")
_GROUPED = re.compile(rf"^\d{{1,3}}(?:(?P<group>[.,'\u2019{SPACES}])\d{{3}})(?:(?P=group)\d{{3}})*(?P<rest>[.,]\d*)?$")
_DECIMAL_COMMA = re.compile(r"^\d*,\d+(?:[eE][-+]?\d+)?$")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a column's cells write numbers.

    `decimal` is the decimal mark, `drop` the characters that only dress a number (digit groups,
    currency signs, percent signs, spaces), `unit` a currency code or "%", `code` a currency written in
    letters, `brackets` whether (5) means -5 and `minus` whether the true minus sign occurs.
    """

    decimal: str = "."
    drop: str = ""
    unit: str = ""
    code: str = ""
    brackets: bool = False
    minus: bool = False

    def expression(self, column: str, kind: str = "double") -> str:
        """Return the SQL that reads a cell of `column` (quoted SQL) as a number, null where it is none."""
        text = column
        if self.minus:
            text = f"translate({text}, {literal(MINUS + self.drop)}, '-')"
        elif self.drop:
            text = f"translate({text}, {literal(self.drop)}, '')"
        if self.code:
            text = f"replace({text}, {literal(self.code)}, '')"
        if self.decimal == ",":
            text = f"replace({text}, ',', '.')"
        if self.brackets:
            text = f"regexp_replace({text}, '^\\((.*)\\)$', '-\\1')"
        return f"try_cast({text} as {kind})"


def detect_number_format(cells: Sequence[str], *, share: float = 0.9) -> NumberFormat | None:
    """Return how a sample of cells writes numbers, or None when fewer than `share` of them are numbers or they contradict each other.

    Cells of one or more leading zeros before a digit are codes, not numbers; two currencies in one
    column have no common unit and so are not read as one number.
    """
    matches = [match for match in map(_CELL.match, cells) if match and _marks_fit(match)]
    if not cells or len(matches) < share * len(cells):
        return None
    digits = [match["digits"].strip(SPACES) for match in matches]
    if any(re.match(r"^0\d", text) for text in digits):
        return None
    units = {_unit(match) for match in matches} - {""}
    if len(units) > 1 or any(unit != "%" and unit not in CODES for unit in units):
        return None
    separators = _separators(digits)
    if separators is None:
        return None
    written = "".join(cells)
    signs = {mark for match in matches for mark in (match["before"], match["after"]) if mark and (mark in SYMBOLS or mark == "%")}
    return NumberFormat(
        decimal=separators[0],
        drop="".join(sorted({*separators[1], *signs, *(space for space in SPACES if space in written)})),
        unit=units.pop() if units else "",
        code=next((mark for match in matches for mark in (match["before"], match["after"]) if mark in CODES), ""),
        brackets=any(match["open"] for match in matches),
        minus=MINUS in written,
    )


def _marks_fit(match: re.Match[str]) -> bool:
    return bool(match["open"]) == bool(match["close"]) and not (match["before"] and match["after"])


def _unit(match: re.Match[str]) -> str:
    mark = match["before"] or match["after"] or ""
    return SYMBOLS.get(mark, mark)


def _separators(cells: Sequence[str]) -> tuple[str, str] | None:
    """Return (decimal mark, grouping characters) that read every cell, or None where no single pair does."""
    odd = [cell for cell in cells if not _PLAIN.match(cell)]
    plain_decimals = any("." in cell for cell in cells if _PLAIN.match(cell))
    decimals: set[str] = set()
    groups: set[str] = set()
    undecided = False
    for cell in odd:
        grouped = _GROUPED.match(cell)
        if grouped and grouped["rest"]:
            decimals.add(grouped["rest"][0])
            groups.add(grouped["group"])
        elif grouped and (cell.count(grouped["group"]) > 1 or grouped["group"] not in ".,"):
            groups.add(grouped["group"])
        elif grouped and grouped["group"] == "," and not cell.startswith("0"):
            undecided = True  # 1,204: a thousand or one and a bit, the other cells decide
        elif _DECIMAL_COMMA.match(cell):
            decimals.add(",")
        else:
            return None
    if undecided and "," not in decimals:
        groups.add(",")
    decimal = next(iter(decimals), "," if "." in groups else ".")
    consistent = len(decimals) <= 1 and decimal not in groups
    ambiguous = plain_decimals and decimal == "," and "." not in groups
    return (decimal, "".join(sorted(groups))) if consistent and not ambiguous else None
