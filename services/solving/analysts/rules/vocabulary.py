"""The word lists, read once from the data file beside this module."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """Return a table of how numbers are written: scales, currencies, durations, parts, counts."""
    read: dict[str, Any] = tomllib.loads(_text())["numbers"][name]
    return read


@cache
def roles_said() -> dict[str, str]:
    """Return what roles of other languages are called in English."""
    read: dict[str, str] = tomllib.loads(_text())["roles"]["said"]
    return read


@cache
def _text() -> str:
    return resources.files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")


@cache
def words(section: str, name: str) -> tuple[str, ...]:
    """Return a word list, longest first. Raises KeyError for a list that the file does not have."""
    return tuple(sorted(tomllib.loads(_text())[section][name], key=lambda word: (-len(word), word)))


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """Return a pattern that finds any word of a list as a whole word."""
    return any_of(words(section, name))


@cache
def any_of(listed: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds any of the given words or phrases, whole, whatever their case."""
    # Chinese has no spaces, so a word boundary is asked for only where a word is written in letters
    parts = [rf"\b{word}\b" if word.isascii() else word for word in sorted(listed, key=lambda w: (-len(w), w))]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)
