"""Plain English around the numbers: lists, plurals, names of columns as people say them."""

import re
from collections.abc import Sequence

from shared.kit.cited import name

_SPLIT = re.compile(r"[_\-.\s/]+|(?<=[a-z])(?=[A-Z])")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UPPER = {"id", "cac", "kpi", "hr", "it", "sku", "usd", "eur", "gbp", "nps", "ltv", "arpu", "mrr", "roi", "b2b", "b2c", "ceo", "cfo"}


def tokens(identifier: str) -> list[str]:
    """Return the words of a column or file name in lower case."""
    return [word.lower() for word in _SPLIT.split(identifier.strip()) if word]


def said(identifier: str) -> str:
    """Return a column or file name as people say it, safe to put into cited text."""
    spoken = " ".join(word.upper() if word in _UPPER else word for word in tokens(identifier)) or identifier
    return safe(spoken)


def group_noun(identifier: str) -> str:
    """Return what one value of a column is called: "assigned_to" holds assignees, "store_id" stores."""
    words = tokens(identifier)
    while len(words) > 1 and words[-1] in ("id", "name", "code", "key"):
        words = words[:-1]
    if len(words) > 1 and words[-1] in ("to", "by"):
        verb = words[-2]
        stem = verb.removesuffix("ed")
        person = stem + "ee" if words[-1] == "to" else {"creat": "creator", "updat": "updater", "clos": "closer"}.get(stem, stem + "er")
        words = [*words[:-2], person]
    return said(" ".join(words))


def safe(text: str) -> str:
    """Return words from outside so that they can stand in cited text: as they are, or as a name when they hold digits or brackets."""
    plain = re.sub(r"\s+", " ", text).strip()
    return name(plain) if re.search(r"[\d\[\]{}]", plain) else plain


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Return a small count in words with its noun: "three recommendations". Raises IndexError above twelve."""
    return f"{_COUNTS[count]} {singular if count == 1 else plural or plural_of(singular)}"


def plural_of(noun: str) -> str:
    """Return the plural of an English noun phrase; the last word takes the ending."""
    if re.search(r"\]\]$", noun) or not noun:
        return noun
    head, of, rest = noun.partition(" of ")
    if of:
        return f"{plural_of(head)} of {rest}"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    if re.search(r"(?:s|x|ch|sh)$", noun):
        return noun if noun.endswith("s") and not noun.endswith("ss") else noun + "es"
    return noun + "s"


def is_plural(noun: str) -> bool:
    """Say whether an English noun phrase takes a plural verb: "late deliveries" does, "average sales" does, "stock" does not."""
    head = re.split(r"\s(?:of|per|for|in|on|from)\s", noun)[0].split(" ")[-1].lower()
    return bool(re.search(r"[^suiy]s$", head)) or head.endswith("ies")


def sentence(text: str) -> str:
    """Return a text with its first letter in upper case (tokens are left alone) and one full stop at its end."""
    text = text.strip()
    opened = text if text.startswith("[[") else text[:1].upper() + text[1:]
    return opened if opened.endswith((".", "?", "!")) else opened + "."


def title(text: str) -> str:
    """Return a text as a slide title: first letter in upper case, no full stop."""
    return sentence(text).rstrip(".")


def article(noun: str) -> str:
    """Return a noun with "a" or "an" before it."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def shortened(text: str, most: int = 60) -> str:
    """Return a text cut at a word so that it fits; never in the middle of a token."""
    if len(text) <= most or "[[" in text:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:")
