"""Sentences come from facts, and from nothing else."""

import pytest

from services.analysis.findings import Fact, render
from shared.kit.cited import name
from shared.kit.numbers import Style

FACTS = [
    Fact(name="value", label="mean", value=18.8946, unit="days", source="method"),
    Fact(name="share", label="share", value=0.2142, style=Style.PERCENT, source="method"),
]


def test_a_sentence_is_its_template_with_facts_written_out() -> None:
    template = f"{name('Store 12')} takes {{value}}, {{share}} of all"
    assert render(template, FACTS) == "Store 12 takes 18.9\u00a0days, 21% of all"


def test_a_numeral_that_is_no_fact_is_refused() -> None:
    with pytest.raises(ValueError, match="'5'"):
        render("about 5 of {value}", FACTS)


def test_braces_from_the_data_stay_as_they_are() -> None:
    assert render(f"{name('{value}')} is {{value}}", FACTS) == "{value} is 18.9\u00a0days"
