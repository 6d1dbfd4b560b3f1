"""Words that set a group of texts apart: weighted log-odds with an informative prior (Monroe, Colaresi and Quinn 2008)."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_WORD = re.compile(r"[^\W\d_]{3,}")
_FUNCTION_WORDS = frozenset(Path(__file__).with_name("function_words.txt").read_text(encoding="utf-8").split())


def words_in(text: str) -> frozenset[str]:
    """Return the distinct lower-case words of a text, three letters or more, function words left out."""
    return frozenset(w for w in _WORD.findall(text.lower()) if w not in _FUNCTION_WORDS)


def log_odds_z(inside: Floats, outside: Floats, texts_inside: float, texts_outside: float, prior: float = 500.0) -> Floats:
    """Return each word's z of the log-odds of a text holding it, inside a group against outside.

    `inside` and `outside` count texts that hold each word; the prior is that share of all texts, with
    the weight of `prior` texts.
    """
    share = (inside + outside) / (texts_inside + texts_outside)
    a, b = inside + prior * share, outside + prior * share
    odds = np.log(a / (texts_inside + prior - a)) - np.log(b / (texts_outside + prior - b))
    return np.asarray(odds / np.sqrt(1 / a + 1 / b), dtype=np.float64)
