"""Whether a title has a finite verb: a small lexicon with English inflection and a look at the neighbours, no model.

A form that may be a noun too (rise, change, test) counts at the head of a title as an imperative, and elsewhere where
it agrees with the word before it: a base form behind a plural, a third person behind a singular.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\d[\d.]*|,(?=\s)")
_VOWELS = "aeiou"
_CHINESE_VERBS = re.compile("[是有将会应可能须需使让令提升下降增加减少降低高于低于超过占达来自源于造成导致解释推动影响支持证明]")


@cache
def _words() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "verbs.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _neighbours(kind: str) -> frozenset[str]:
    """Return words that stand before nouns, after nouns, or are plurals without an s."""
    return frozenset(_words()["neighbours"][kind].split())


@cache
def _lexicon(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return forms that are surely verbs, base forms that may be nouns, and third persons that may be plurals."""
    words = _words()[language]
    regular = set(words["regular"].split())
    return (
        frozenset(words["sure"].split()) | {form for verb in regular for form in _past(verb)},
        frozenset(regular),
        frozenset(_third(verb) for verb in regular),
    )


def _third(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in _VOWELS else verb + "s"


def _past(verb: str) -> set[str]:
    if verb.endswith("e"):
        return {verb + "d"}
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return {verb[:-1] + "ied"}
    doubled = {verb + verb[-1] + "ed"} if len(verb) > 2 and verb[-2] in _VOWELS and verb[-3] not in _VOWELS else set()
    return {verb + "ed"} | doubled


def has_verb(title: str, language: str) -> bool:
    """Return whether the title has a verb; True for a language whose verbs are not known here."""
    if language == "zh":
        return _CHINESE_VERBS.search(title) is not None
    if language not in ("en", "de"):
        return True
    words = [word.casefold().replace("\u2019", "'") for word in _WORD.findall(title)]
    sure, base, third = _lexicon(language)
    for i, word in enumerate(words):
        before, after = words[i - 1] if i else "", words[i + 1] if i + 1 < len(words) else ""
        if word in sure and before not in ("the", "a", "an"):
            return True
        if word in base and _as_base(before, after):
            return True
        if word in third and before and after and _as_third(before, after):
            return True
    return False


def _as_base(before: str, after: str) -> bool:
    """Whether a form that may be a noun stands as a verb: an imperative, behind "to" or "not", or behind a plural."""
    if not before:
        return bool(after) and after not in _neighbours("after_nouns")
    return before in ("to", "not", "and") or (before not in _neighbours("before_nouns") and _plural(before) and bool(after))


def _as_third(before: str, after: str) -> bool:
    """Whether a form that may be a plural noun stands as a verb: behind a singular, or behind an aside in commas."""
    if before == "data" and after:
        return after not in _neighbours("after_nouns")
    if before == ",":
        return after not in _neighbours("after_nouns")
    return before not in _neighbours("before_nouns") and not before[0].isdigit() and not _plural(before)


def _plural(word: str) -> bool:
    return word in _neighbours("plurals") or (word == "data" or (word.endswith("s") and not word.endswith(("ss", "us", "is"))))
