"""A listener who writes spoken English numbers down again: the way back, written independently of the way there."""

import re

_SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_LARGE = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 1_000_000_000_000}


def heard(said: str) -> float:
    """Return the value of a spoken number; unit words after it are ignored."""
    sign, total, group = 1.0, 0.0, 0.0
    decimals: list[str] | None = None
    for word in re.split(r"[ -]", said.lower()):
        if word == "minus":
            sign = -1.0
        elif word in {"plus", "below", "above", "at", "most", "least"}:
            continue
        elif word == "point":
            decimals = []
        elif decimals is not None and word in _SMALL:
            decimals.append(str(_SMALL[word]))
        elif word in _SMALL:
            group += _SMALL[word]
        elif word in _TENS:
            group += _TENS[word]
        elif word == "hundred":
            group *= 100
        elif word in _LARGE:
            point = float(f"0.{''.join(decimals)}") if decimals else 0.0
            total, group, decimals = total + (group + point) * _LARGE[word], 0.0, None
        else:
            break
    return sign * (total + group + (float(f"0.{''.join(decimals)}") if decimals else 0.0))
