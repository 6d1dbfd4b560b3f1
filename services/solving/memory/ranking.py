"""How alike two texts are: the angle between their vectors, and what they say in the same words, which carries names and codes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.solving.memory.words import carried, rarity

# What the same words add to the cosine at most: names and codes that a sentence model hardly sees.
WORDS_WEIGH = 0.2
# Of the 3,540 wrong pairs that sixty pairs of texts make (tests/solving/memory/pairs.toml), 1 in 100 has a cosine above the first and 2 in
# 1,000 above the second; of the right ones, which share no word at all, 7 in 10 and 2 in 5 do.
ALIKE = 0.4
THE_SAME = 0.5


@dataclass(frozen=True)
class Ranked:
    """A candidate by its place among those given, how alike it is, and the two figures that come from."""

    place: int
    score: float
    cosine: float
    words: float


def ranked(query: str, texts: Sequence[str], cosines: Sequence[float]) -> list[Ranked]:
    """Return the candidates, most alike first; `cosines` are theirs to the query, from the vector store."""
    rare = rarity(texts)
    found = [(place, cosine, carried(query, text, rare)) for place, (text, cosine) in enumerate(zip(texts, cosines, strict=True))]
    scored = [Ranked(place, cosine + WORDS_WEIGH * words, cosine, words) for place, cosine, words in found]
    return sorted(scored, key=lambda one: (-one.score, one.place))
