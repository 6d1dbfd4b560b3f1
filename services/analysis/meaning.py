"""Linking by meaning, for words of a goal that no name, stem or listed synonym carries: vectors of words and their angle.

An engine has no model of its own; the caller passes one in. It is asked only about words that nothing else links.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Embedder = Callable[[Sequence[str]], NDArray[np.float32]]  # one vector of length 1 per text

# Cosine from which two single words mean nearly the same: the lowest step of 0.01 at which none of the 870 wrong pairs of our calibration
# words links (tests/analysis/pairs_of_words.toml); 16 of the 30 right ones do. On the pairs held out: 24 of 40, and 2 of 1,560 wrong ones.
CLOSE = 0.63
_MOST_WORDS, _MOST_NAMES = 40, 400  # what a model is asked about at most; a goal is a sentence, and wide tables repeat their words


def akin(goal_words: Iterable[str], name_words: Iterable[str], embed: Embedder) -> dict[str, str]:
    """Return which words of names mean what a word of the goal says, and which: each goal's word links to its nearest alone."""
    wanted, names = list(dict.fromkeys(goal_words))[:_MOST_WORDS], list(dict.fromkeys(name_words))[:_MOST_NAMES]
    if not wanted or not names:
        return {}
    cosines = embed(wanted) @ embed(names).T
    nearest = np.argmax(cosines, axis=1)
    return {names[j]: word for word, j, row in zip(wanted, nearest, cosines, strict=True) if row[j] >= CLOSE}
