"""The grammar's words, read from a data file: operations and how English says them."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
NUMBER = r"-?(?:\d+\.\d+|\d+|\.\d+)"
_SPELLED = {w: i for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])}
SPELLED = "|".join(_SPELLED)
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
FUNCTION_WORDS = frozenset(_WORDS["function_words"].split())
GENERIC_NAME_WORDS = frozenset(_WORDS["generic_name_words"].split())
GRAMMAR_WORDS = frozenset(_WORDS["grammar_words"].split())
DANGEROUS = tuple(_WORDS["dangerous"].split())
TESTS: dict[str, str] = _WORDS["tests"]
DEFINITIONS = tuple(_WORDS["definitions"])
HARMLESS = tuple(_WORDS["harmless"])
COMPARISONS: dict[str, str] = {phrase: sign for sign, phrases in _WORDS["comparisons"].items() for phrase in phrases}
COMPARED = "|".join(sorted((re.escape(p).replace(r"\ ", r"\s+") for p in COMPARISONS), key=len, reverse=True))
COMPARED = rf"(?:(?<!\w)(?:{COMPARED})(?!\w)|[<>]=?(?![cvq]\d)|!=|==?)"


def number_of(text: str) -> float:
    """Return the number that digits or a word ("two") say. Raises ValueError where they say none."""
    word = text.strip().lower()
    return float(_SPELLED[word]) if word in _SPELLED else float(word)


def comparison_of(text: str) -> str:
    """Return the sign of a comparison in words or signs."""
    said = re.sub(r"\s+", " ", text.strip())
    return {"==": "="}.get(said, COMPARISONS.get(said, said))


@cache
def operations() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return (pattern, operation) pairs, the longest phrase first."""
    pairs = [(phrase, op) for op, phrases in _WORDS["operations"].items() for phrase in phrases]
    pairs.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    return tuple((re.compile(rf"(?<![a-z]){phrase.replace(' ', r'[ _-]*')}(?![a-z])"), op) for phrase, op in pairs)


def operations_in(text: str) -> list[tuple[int, int, str]]:
    """Return where a lower-case text names operations, as (start, end, operation), longest phrases first, none inside another."""
    found: list[tuple[int, int, str]] = []
    for pattern, op in operations():
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end, _ in found):
                found.append((*match.span(), op))
    return sorted(found)
