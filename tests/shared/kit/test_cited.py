"""Cited text: a number is shown only through the ledger."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.kit.cited import UncitedNumberError, UnknownEvidenceError, cite, cited_keys, loose_numerals, name, names, resolve

KEY = "E0a1b2c3d"


def test_resolve_replaces_numbers_and_names() -> None:
    text = f"{name('Pier 4')} takes {cite(KEY)} longer than in Q4"
    assert resolve(text, {KEY: "12.4\u00a0min"}) == "Pier 4 takes 12.4\u00a0min longer than in Q4"


def test_resolve_refuses_a_number_nobody_vouches_for() -> None:
    with pytest.raises(UncitedNumberError) as caught:
        resolve("costs rose 12%", {})
    assert caught.value.fields == {"numerals": ["12%"]}


def test_resolve_refuses_an_unknown_key() -> None:
    with pytest.raises(UnknownEvidenceError):
        resolve(cite(KEY), {})


def test_digits_glued_to_letters_are_names() -> None:
    assert loose_numerals("R1 and Q4 and B2B, but \u22123.5 and 1,204 are numbers") == ["\u22123.5", "1,204"]


def test_cited_keys_keep_first_order() -> None:
    other = "Effffffff"
    assert cited_keys(cite(other) + cite(KEY) + cite(other)) == [other, KEY]


@given(st.text(max_size=60) | st.text(alphabet="[]=E1 a", max_size=12))
@example("]")
@example("]]]")
@example("[[E0a1b2c3d]]")
def test_any_name_survives_quoting(text: str) -> None:
    quoted = name(text)
    assert loose_numerals(quoted) == []
    assert cited_keys(quoted) == []
    assert [found.replace(" ", "") for found in names(quoted)] == [text.replace(" ", "")]


@given(st.floats(min_value=-1e9, max_value=1e9), st.text(alphabet="abc ", max_size=20))
def test_a_bare_number_never_passes(value: float, words: str) -> None:
    with pytest.raises(UncitedNumberError):
        resolve(f"{words} {value:.2f}", {})
