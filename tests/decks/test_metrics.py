"""Text is measured before it is placed, and set smaller rather than over its box."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.decks.fitting import fitted, in_pieces
from services.decks.metrics import Para, Piece, broken, height, line_widths, printable, text_width
from services.decks.truth import as_read

words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=200)


def para(text: str, size: float = 14) -> Para:
    return Para((Piece(text, size, "12263A"),))


def test_widths_are_those_of_arial() -> None:
    # Advances of Arial in units of 2048 to the em: H 1479, i 455, M 1706, 1 1139.
    assert text_width("Hi", 72) == (1479 + 455) / 2048 or abs(text_width("Hi", 72) - (1479 + 455) / 2048) < 0.001
    assert abs(text_width("M1", 72, bold=True) - (1706 + 1139) / 2048) < 0.001


def test_a_chinese_character_is_one_em_and_breaks_anywhere_but_before_a_full_stop() -> None:
    assert text_width("装载", 72) == 2.0
    assert len(line_widths((Piece("装载变慢了。", 72, "12263A"),), 5.1)) == 2


def test_a_no_break_space_holds_number_and_unit_together() -> None:
    pieces = (Piece("It takes 17\u00a0minutes", 12, "12263A"),)
    width = text_width("It takes 17", 12) + 0.05
    assert len(line_widths(pieces, width)) == 2


def test_long_words_break_at_their_joints() -> None:
    assert broken("customer_acquisition_cost", 12, 1.6) == "customer_\vacquisition_cost"
    assert broken("Abwicklungsverfahren", 14, 1.4) == "Abwicklungs\u2010\vverfahren"


@given(words, st.floats(0.4, 6))
def test_breaking_changes_no_word(text: str, width: float) -> None:
    text = printable(text).replace("\u2010", "-")
    assert as_read(broken(text, 12, width)) == text


@settings(deadline=None)
@given(words, st.floats(0.5, 8), st.floats(0.3, 3))
def test_what_can_fit_does_fit(text: str, width: float, room: float) -> None:
    chosen = fitted((para(printable(text)),), width, room)
    smallest = chosen[0].pieces[0].size
    assert height(chosen, width) <= room + 0.021 or smallest == 5.0


@given(words)
def test_pieces_say_the_same_words(text: str) -> None:
    text = printable(text)
    pieces = in_pieces(text, "t", size=36, color="12263A", bold=True, unit_size=14)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.template for piece in pieces if piece.template] == ["t"]


def test_units_are_small_and_comparison_signs_are_not() -> None:
    pieces = in_pieces("<\u00a00.001 or 17\u00a0min", "t", size=36, color="12263A", bold=True, unit_size=14)
    assert [(piece.text, piece.size) for piece in pieces] == [("<", 36), ("\u00a00.001", 36), (" or", 36), (" 17", 36), ("\u00a0min", 14)]
