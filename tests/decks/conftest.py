"""Decks rendered once for all tests that only read them."""

from collections.abc import Mapping, Sequence

import pytest

from services.decks import render_pptx
from services.decks.elements import Cell
from services.decks.model import Deck
from tests.decks.example import example_deck

Rows = Mapping[str, Sequence[Sequence[Cell]]]


@pytest.fixture(scope="session")
def deck() -> Deck:
    return example_deck()


@pytest.fixture(scope="session")
def data(deck: Deck) -> bytes:
    return render_pptx(deck)


@pytest.fixture(scope="session")
def rows(deck: Deck) -> Rows:
    return {key: number.rows for key, number in deck.numbers.items() if number.rows is not None}
