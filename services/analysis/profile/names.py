"""Column names as light hints: a small set of the words people use for what a column holds, in a few languages."""

import re
import tomllib
from pathlib import Path

_WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(words) for kind, words in tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8")).items()
}


def words_of(name: str) -> list[str]:
    """Return the lower-case words of a column's name: "customerID" and "customer_id" both give customer, id."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word for word in re.split(r"[\W_]+", spaced.lower()) if word]


def has_word(name: str, kind: str) -> bool:
    """Whether a column's name holds a word of that kind."""
    return not _WORDS[kind].isdisjoint(words_of(name))


def ends_with(name: str, kind: str) -> bool:
    """Whether a column's name ends with a word of that kind: the last word says what the thing is (of city_name: city)."""
    words = words_of(name)
    while len(words) > 1 and words[-1] in {"name", "abbr", "label", "title"} and words[-1] not in _WORDS[kind]:
        words.pop()
    return bool(words) and words[-1] in _WORDS[kind]
