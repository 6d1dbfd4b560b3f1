"""The library of driver trees: complete, consistent, and matched to the texts it is for."""

import re

import pytest

from services.solving.analysts.rules.situation import best, match
from services.solving.analysts.rules.template import GENERIC, Template, library
from services.solving.analysts.rules.vocabulary import any_of
from shared.kit.cited import loose_numerals

ASKED_FOR = {
    "acquisition_cost",
    "churn",
    "conversion",
    "cost",
    "delivery",
    "inventory",
    "market_entry",
    "people",
    "profitability",
    "quality",
    "revenue",
    "service_time",
}


def test_the_library_holds_the_twelve_families_and_one_for_the_rest() -> None:
    assert set(library()) == ASKED_FOR | {GENERIC}


@pytest.mark.parametrize("template", library().values(), ids=lambda t: t.name)
def test_a_template_names_only_what_it_defines(template: Template) -> None:
    for measure in template.measure.values():
        for way in measure.of:
            assert set(re.findall(r"[a-z_]+", way)) <= set(template.concept)
    for kpi in template.kpi:
        assert kpi.measure in template.measure
    for cut in template.cut:
        for branch in cut.branch:
            assert branch.measure in {"kpi", *template.measure}
            for leaf in branch.leaf:
                assert leaf.measure in {"kpi", *template.measure}
                assert leaf.by.startswith("*") or leaf.by in template.concept
                assert leaf.other == "*" or leaf.other in template.concept
                assert leaf.test != "none" or (leaf.question and leaf.hypothesis and leaf.ask)
    for lever in template.lever:
        assert set(lever.cuts) <= set(template.concept)


@pytest.mark.parametrize("template", library().values(), ids=lambda t: t.name)
def test_no_text_of_a_template_holds_a_number(template: Template) -> None:
    texts = [template.title, template.decision, template.caveat]
    texts += [branch.title for cut in template.cut for branch in cut.branch]
    texts += [text for lever in template.lever for action in lever.action for text in (action.step, action.success, action.effort)]
    texts += [text for lever in template.lever for risk in lever.risk for text in (risk.risk, risk.mitigation)]
    assert [loose for text in texts for loose in loose_numerals(text)] == []


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Winning a customer costs us too much, CAC has doubled.", "acquisition_cost"),
        ("Our stores lose margin.", "profitability"),
        ("Sales revenue is flat in the north.", "revenue"),
        ("Operating expenses are over budget.", "cost"),
        ("Subscribers cancel after three months; retention is weak.", "churn"),
        ("Visitors fill the cart but do not finish the checkout.", "conversion"),
        ("Tickets wait too long; resolution time has grown.", "service_time"),
        ("Too many parts fail inspection, the defect rate is up.", "quality"),
        ("We sit on too much inventory.", "inventory"),
        ("Parcels arrive late; on-time delivery has slipped.", "delivery"),
        ("People leave us; staff turnover is high.", "people"),
        ("Which country should we enter next?", "market_entry"),
        ("Moss grows unevenly.", GENERIC),
    ],
)
def test_a_text_is_matched_to_its_family(text: str, domain: str) -> None:
    assert best(match(text, None)) == domain


def test_words_are_found_whole_and_in_chinese_too() -> None:
    assert any_of(("cac",)).search("the CAC rose")
    assert not any_of(("cac",)).search("cacao")
    assert any_of(("流失",)).search("客户流失率")
