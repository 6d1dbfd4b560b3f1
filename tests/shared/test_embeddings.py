"""The bundled model: pieces as the library cuts them, vectors that depend on their text alone."""

import subprocess
import sys

import numpy as np
import pytest

from shared.embeddings import DIMENSIONS, embed
from shared.embeddings.wordpiece import piece_ids, vocabulary

# From `tokenizers` 0.23.3 with the model's own tokenizer.json.
BY_THE_LIBRARY = {
    "precipitation mm": [101, 13511, 3461, 102],
    "R\xe9sum\xe9's fa\xe7ade: $5,000?": [101, 13746, 1005, 1055, 8508, 1024, 1002, 1019, 1010, 2199, 1029, 102],
    "na\xefve \xdcn\xefcode\u2014dash": [101, 15743, 27260, 1517, 11454, 102],
    "\u4e2d\u6587 mixed": [101, 1746, 1861, 3816, 102],
    "don't stop_me.now": [101, 2123, 1005, 1056, 2644, 1035, 2033, 1012, 2085, 102],
    "a\tb\u200bc": [101, 1037, 4647, 102],
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": [
        101,
        100,
        102,
    ],
    "emoji \U0001f600 ok": [101, 7861, 29147, 2072, 100, 7929, 102],
    "": [101, 102],
}


@pytest.mark.parametrize("text", BY_THE_LIBRARY)
def test_pieces_are_those_of_the_library(text: str) -> None:
    assert piece_ids(text, 256) == BY_THE_LIBRARY[text]


def test_the_vocabulary_is_whole() -> None:
    assert len(vocabulary()) == 30_522
    assert vocabulary()["[CLS]"] == 101


def test_a_long_text_is_cut_and_still_ends() -> None:
    ids = piece_ids("word " * 1000, 256)
    assert len(ids) == 256
    assert ids[-1] == vocabulary()["[SEP]"]


def test_vectors_have_length_one_and_tell_meaning() -> None:
    vectors = embed(["physician", "doctor", "invoice"])
    assert vectors.shape == (3, DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_a_vector_depends_on_its_text_alone() -> None:
    alone = embed(["doctor"])[0]
    beside = embed(["a much longer text that would pad and scale the others", "doctor", ""])[1]
    assert np.array_equal(alone, beside)
    assert embed([]).shape == (0, DIMENSIONS)


def test_another_process_gives_the_same_bytes() -> None:
    program = "import sys; from shared.embeddings import embed; sys.stdout.buffer.write(embed(['delivery', 'shipment']).tobytes())"
    once, again = (subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout for _ in range(2))
    assert once == again == embed(["delivery", "shipment"]).tobytes()
