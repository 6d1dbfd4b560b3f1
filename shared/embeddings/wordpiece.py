"""BERT's uncased WordPiece: words cut into the longest pieces that its vocabulary knows.

Source: Devlin et al., "BERT" (2019); the vocabulary is the one of bert-base-uncased (Google, Apache-2.0), which all-MiniLM-L6-v2 uses.
The `tokenizers` library does the same, and brings a model hub's client with it.
"""

import gzip
import re
import unicodedata
from functools import cache
from pathlib import Path

_LONGEST_WORD = 100  # characters; beyond that BERT reads a word as unknown
_IDEOGRAPH = re.compile("([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f])")


@cache
def vocabulary() -> dict[str, int]:
    """Return the id of every piece; pieces that go on with a word begin with ##."""
    text = gzip.decompress(Path(__file__).with_name("vocabulary.txt.gz").read_bytes()).decode("utf-8")
    return {piece: place for place, piece in enumerate(text.split("\n")) if piece}


def piece_ids(text: str, longest: int) -> list[int]:
    """Return the ids of a text's pieces between [CLS] and [SEP], `longest` ids at most."""
    ids = vocabulary()
    pieces = [piece for word in _words(text) for piece in _pieces(word, ids)]
    return [ids["[CLS]"], *pieces[: longest - 2], ids["[SEP]"]]


def _words(text: str) -> list[str]:
    cleaned = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    spaced = _IDEOGRAPH.sub(r" \1 ", cleaned).lower()
    bare = "".join(c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _splits(c) else c for c in bare).split()


def _splits(character: str) -> bool:
    ascii_mark = character.isascii() and not character.isalnum() and not character.isspace()
    return ascii_mark or unicodedata.category(character).startswith("P")


def _pieces(word: str, ids: dict[str, int]) -> list[int]:
    if len(word) > _LONGEST_WORD:
        return [ids["[UNK]"]]
    found, start = [], 0
    while start < len(word):
        mark = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in ids), None)
        if end is None:
            return [ids["[UNK]"]]
        found.append(ids[mark + word[start:end]])
        start = end
    return found
