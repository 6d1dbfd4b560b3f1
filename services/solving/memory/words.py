"""Texts as bags of content words: which words two texts share, and how much that says."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from services.analysis.goal import stem, words_of

_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


def content_words(text: str) -> dict[str, str]:
    """Return the content words of a text, stem -> the word as it was first written; Chinese goes by pairs of characters."""
    found: dict[str, str] = {}
    for word in words_of(text):
        if _IDEOGRAPHS.fullmatch(word):
            found |= {word[i : i + 2]: word[i : i + 2] for i in range(max(1, len(word) - 1))}
        else:
            found.setdefault(stem(word), word)
    return found


def shared_words(one: str, other: str) -> list[str]:
    """Return the content words of `one` that `other` has too, in any inflected form, in the order of `one`."""
    theirs = content_words(other)
    return [word for key, word in content_words(one).items() if key in theirs]


def rarity(texts: Sequence[str]) -> dict[str, float]:
    """Return how rare each stem is among texts: ln(1 + (N − n + ½) / (n + ½)), as BM25 has it (Robertson and Zaragoza, 2009)."""
    seen = Counter(key for text in texts for key in content_words(text))
    return {key: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for key, n in seen.items()}


def carried(one: str, other: str, rare: Mapping[str, float]) -> float:
    """Return which share (0..1) of what the words of `one` say is said by the same words in `other`, rare words weighing more."""
    unseen = max(rare.values(), default=1.0)
    mine, theirs = content_words(one), content_words(other)
    whole = sum(rare.get(key, unseen) for key in mine)
    return sum(rare.get(key, unseen) for key in mine if key in theirs) / whole if whole else 0.0
