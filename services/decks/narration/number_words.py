"""Numbers as English says them: the display a ledger entry has, in words.

"8.2%" is "eight point two percent". The words say exactly the number that is written: a listener who writes them down again
gets the same value, sign, scale and unit. Only zeros at the end of the decimals are left out, as people do: "12.0M" is "twelve million".
"""

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ("", " thousand", " million", " billion", " trillion")
_LETTERS = {"K": "thousand", "M": "million", "B": "billion"}
_IRREGULAR_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
# (one of it, more of it); anything else is said as it is written
_UNITS = {
    "%": ("percent", "percent"),
    "pp": ("percentage point", "percentage points"),
    "x": ("times", "times"),
    "EUR": ("euro", "euros"), "€": ("euro", "euros"),
    "USD": ("dollar", "dollars"), "$": ("dollar", "dollars"),
    "GBP": ("pound", "pounds"), "£": ("pound", "pounds"),
    "CHF": ("Swiss franc", "Swiss francs"),
    "JPY": ("yen", "yen"), "¥": ("yen", "yen"), "CNY": ("yuan", "yuan"),
    "SEK": ("Swedish krona", "Swedish kronor"), "NOK": ("Norwegian krone", "Norwegian kroner"), "DKK": ("Danish krone", "Danish kroner"),
    "PLN": ("zloty", "zlotys"), "INR": ("rupee", "rupees"), "CAD": ("Canadian dollar", "Canadian dollars"),
    "AUD": ("Australian dollar", "Australian dollars"), "BRL": ("real", "reais"),
    "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "t": ("tonne", "tonnes"), "km": ("kilometer", "kilometers"),
    "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"), "mm": ("millimeter", "millimeters"),
    "h": ("hour", "hours"), "hrs": ("hour", "hours"), "min": ("minute", "minutes"), "s": ("second", "seconds"),
    "ms": ("millisecond", "milliseconds"), "kWh": ("kilowatt hour", "kilowatt hours"), "MWh": ("megawatt hour", "megawatt hours"),
    "l": ("liter", "liters"), "°C": ("degree Celsius", "degrees Celsius"), "bps": ("basis point", "basis points"),
    "GB": ("gigabyte", "gigabytes"), "MB": ("megabyte", "megabytes"),
}  # fmt: skip
_CURRENCY_SIGN = re.compile(r"^(?P<sign>[-+\u2212]?)(?P<money>[€$£¥])\s?(?P<rest>\d.*)$")
_DISPLAY = re.compile(
    r"^(?P<compare>[<>\u2264\u2265]?)\s*(?P<sign>[-+\u2212]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<decimals>\d+))?"
    r"(?P<letter>[KMB](?![A-Za-z]))?(?P<unit>\s*\D.*)?$",
    re.DOTALL,
)
_COMPARED = {"": "", "<": "below ", ">": "above ", "\u2264": "at most ", "\u2265": "at least "}
_SIGNS = {"": "", "-": "minus ", "\u2212": "minus ", "+": "plus "}


def whole(number: int) -> str:
    """Return a whole number from 0 to below 10^15 in words: 1,116 is "one thousand one hundred sixteen".

    Raises ValueError outside that range.
    """
    if not 0 <= number < 10**15:
        raise ValueError(f"{number} is not said in words")
    if number == 0:
        return _ONES[0]
    groups = []
    for scale in _SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.append(_below_thousand(group) + scale)
    return " ".join(reversed(groups))


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    said = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        said.append(_TENS[tens] + (f"-{_ONES[ones]}" if ones else ""))
    elif rest:
        said.append(_ONES[rest])
    return " ".join(said)


def ordinal(number: int) -> str:
    """Return a whole number as a rank: 27 is "twenty-seventh". Raises ValueError as `whole` does."""
    words = whole(number)
    last = re.split(r"[ -]", words)[-1]
    head = words.removesuffix(last)
    if last in _IRREGULAR_ORDINALS:
        return head + _IRREGULAR_ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def year(number: int) -> str:
    """Return a year from 1100 to 2099 as people say it: "nineteen ninety-eight", "two thousand five", "twenty twenty-six"."""
    century, rest = divmod(number, 100)
    if 2000 <= number < 2010:
        return whole(number)
    if rest == 0:
        return f"{whole(century)} hundred"
    return f"{whole(century)} {'oh ' if rest < 10 else ''}{whole(rest)}"


def digits(text: str) -> str:
    """Return digits one by one: "007" is "zero zero seven"."""
    return " ".join(_ONES[int(digit)] for digit in text)


def figure(whole_part: str, decimals: str | None) -> str:
    """Return the digits before and after the point in words; zeros at the end of the decimals are not said."""
    decimals = (decimals or "").rstrip("0")
    plain = whole_part.replace(",", "")
    numbered = len(plain) <= 15 and (plain == "0" or not plain.startswith("0"))
    said = whole(int(plain)) if numbered else digits(plain)
    return f"{said} point {digits(decimals)}" if decimals else said


def number(display: str) -> str:
    """Return how a displayed number is said: sign, comparison, size and unit in words.

    A display that is no number in the platform's way of writing is returned as it is.
    """
    text = display.strip()
    if money := _CURRENCY_SIGN.match(text):
        text = f"{money['sign']}{money['rest']}\u00a0{money['money']}"
    match = _DISPLAY.match(text)
    if match is None:
        return display
    said = _COMPARED[match["compare"]] + _SIGNS[match["sign"]] + figure(match["whole"], match["decimals"])
    if match["letter"]:
        said += f" {_LETTERS[match['letter']]}"
    one = match["whole"] == "1" and not (match["decimals"] or "").strip("0") and not match["letter"]
    return f"{said} {unit(match['unit'], one=one)}".rstrip()


def unit(text: str | None, *, one: bool = False) -> str:
    """Return a unit in words; a compound one ("EUR/visit") is said with "per"."""
    top, slash, below = (text or "").strip().partition("/")
    said = _UNITS[top.strip()][0 if one else 1] if top.strip() in _UNITS else top.strip()
    return f"{said} per {unit(below, one=True)}" if slash and below.strip() else said
