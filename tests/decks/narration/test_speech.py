"""Names and sentences as they are said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.decks.narration.name_words import name
from services.decks.narration.speech import spoken
from shared.kit.cited import UncitedNumberError, UnknownEvidenceError
from shared.kit.cited import name as quoted

DISPLAYS = {
    "E00000001": "8.2%", "E00000002": "<\u00a00.001", "E00000003": "1,720", "E00000004": "0.012", "E00000005": "95%",
    "E00000006": "13.6\u00a0pp", "E00000007": "23.7\u00a0pp",
}  # fmt: skip
NAMES = {
    "30 June 2027": "June thirtieth, twenty twenty-seven",
    "27\u00a0Mar 2026": "March twenty-seventh, twenty twenty-six",
    "5 March": "March fifth",
    "March 5, 2026": "March fifth, twenty twenty-six",
    "2026-03-27": "March twenty-seventh, twenty twenty-six",
    "2026-03": "March twenty twenty-six",
    "May 2026": "May twenty twenty-six",
    "January to June 2026": "January to June twenty twenty-six",
    "Q3 2025": "the third quarter of twenty twenty-five",
    "2025-Q3": "the third quarter of twenty twenty-five",
    "2025Q3": "the third quarter of twenty twenty-five",
    "Q4": "the fourth quarter",
    "H1 2026": "the first half of twenty twenty-six",
    "2019-2024": "twenty nineteen to twenty twenty-four",
    "12\u201315": "twelve to fifteen",
    "10-20": "ten to twenty",
    "1990s": "nineteen nineties",
    "3rd": "third",
    "95th percentile": "ninety-fifth percentile",
    "Store 12": "Store twelve",
    "R1": "R one",
    "S07": "S zero seven",
    "B2B": "B two B",
    "007": "zero zero seven",
    "Top 10%": "Top ten percent",
    "campaigns.csv": "campaigns",
    "leads_2024.csv": "leads twenty twenty-four",
}
SENTENCES = {
    "Churn rose to [[E00000001]].": "Churn rose to eight point two percent.",
    "It fell; n = [[E00000003]], q [[E00000002]]": "It fell; n equals one thousand seven hundred twenty, q below zero point zero zero one",
    "It holds (p [[E00000004]])": "It holds, p of zero point zero one two",
    "[[E00000005]] CI [[E00000006]] to [[E00000007]]": "Ninety-five percent confidence interval, thirteen point six percentage points to "
    "twenty-three point seven percentage points",
    "We tested campaigns.csv & leads.csv": "We tested campaigns and leads",
    "[[E00000003]] \u00d7 [[E00000001]] \u2212 [[=1]]": "One thousand seven hundred twenty times eight point two percent minus one",
    "By the end of the [[=Q3 2025]]": "By the end of the third quarter of twenty twenty-five",
    "Which country next?: what the data say": "Which country next? what the data say",
    "R1 comes before A2": "R one comes before A two",
}


@pytest.mark.parametrize(("written", "said"), NAMES.items())
def test_a_name_is_said_as_people_say_it(written: str, said: str) -> None:
    assert name(written) == said


@pytest.mark.parametrize(("written", "said"), SENTENCES.items())
def test_a_sentence_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, DISPLAYS) == said


@given(st.text(max_size=40))
def test_no_digit_of_any_name_reaches_the_voice(text: str) -> None:
    said = spoken(quoted(text), {})
    assert not any(char in "0123456789<>=%&" for char in said)


def test_a_number_nobody_vouches_for_is_not_said() -> None:
    with pytest.raises(UncitedNumberError):
        spoken("Churn rose to 8.2%", DISPLAYS)
    with pytest.raises(UnknownEvidenceError):
        spoken("Churn rose to [[Effffffff]]", DISPLAYS)
