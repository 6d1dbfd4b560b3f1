"""The words of a free-text column, row by row, as a bounded sample small enough to count in memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analysis.dataset import ColumnProfile
from services.analysis.sql import literal
from services.analysis.statistics.words import words_in

MOST_TEXTS = 20_000
MOST_WORDS = 400
PARTLY = "words are those of an even sample of the texts"
RAREST = 0.01  # share of texts a word must occur in


@dataclass(frozen=True)
class Vocabulary:
    """Which words occur in which texts: `holds[i, j]` says whether text i holds `words[j]`; `rows` are its rows in the arrays.

    `empty` counts the rows looked at that have no text; `partly`: whether not every row was looked at.
    """

    words: list[str]
    holds: NDArray[np.bool_]
    rows: NDArray[np.int64]
    empty: int
    partly: bool


def vocabulary(texts: list[str | None]) -> Vocabulary | None:
    """Return the words that occur in at least 1% of texts (and in five), the most frequent first; None where there are none."""
    step = -(-len(texts) // MOST_TEXTS)
    looked_at = range(0, len(texts), max(1, step))
    rows = [i for i in looked_at if texts[i]]
    found = [words_in(texts[i] or "") for i in rows]
    counts: dict[str, int] = {}
    for words in found:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    enough = max(5, int(RAREST * len(rows)))
    kept = sorted((w for w, n in counts.items() if n >= enough), key=lambda w: (-counts[w], w))[:MOST_WORDS]
    if not kept:
        return None
    place = {word: j for j, word in enumerate(kept)}
    holds = np.zeros((len(rows), len(kept)), dtype=np.bool_)
    for i, words in enumerate(found):
        for word in words:
            if (j := place.get(word)) is not None:
                holds[i, j] = True
    return Vocabulary(kept, holds, np.array(rows, dtype=np.int64), len(looked_at) - len(rows), step > 1)


def holds_word(column: ColumnProfile, word: str) -> str:
    """SQL that says whether a text holds a word, letters around it excluded."""
    edge = r"[^\pL]"
    pattern = f"(^|{edge}){word}($|{edge})"
    return f"regexp_matches(lower({column.expression}), {literal(pattern)})"
