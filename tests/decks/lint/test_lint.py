"""The twenty-two checks: sound decks are silent, every fault is found by its rule, and what does not apply says why."""

import random

import pytest

from services.decks.lint import RULES, Outcome, lint_deck, lint_file
from services.decks.model import Deck
from services.decks.pptx.read import UnreadableDeckError
from tests.decks.lint.companion_faults import companion_cases
from tests.decks.lint.decks import File, foreign, ours
from tests.decks.lint.faults import FAULTS, Fault, NoPlaceError
from tests.decks.lint.measure import GOAL, measured, said, table
from tests.decks.lint.more_faults import MANIFEST

FOREIGN = File(foreign())


def test_there_are_twenty_two_rules_in_order() -> None:
    assert [rule.id for rule in RULES] == [f"D{number:02}" for number in range(1, 23)]
    assert all(rule.title and rule.mend.endswith(".") for rule in RULES)


def test_every_rule_is_tried_by_a_fault() -> None:
    assert MANIFEST
    assert {fault.rule for fault in FAULTS} | {"D20"} == {rule.id for rule in RULES}


def test_a_sound_deck_has_no_issue(deck: Deck) -> None:
    report = lint_deck(deck)
    assert report.issues == ()
    assert report.ours
    silent = {result.rule: result.outcome for result in report.results if result.outcome is not Outcome.PASSED}
    assert silent == {"D19": Outcome.NOT_RUN, "D20": Outcome.NOT_APPLICABLE}


def test_a_foreign_deck_gets_the_rules_that_apply_and_the_others_say_why() -> None:
    report = lint_file(foreign())
    assert not report.ours
    assert report.issues == ()
    not_applied = {result.rule for result in report.results if result.outcome is Outcome.NOT_APPLICABLE}
    assert not_applied == {"D12", "D16", "D17", "D20"}
    assert all(result.reason for result in report.results if result.rule in not_applied)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule} {fault.name}")
def test_an_injected_fault_is_found_by_its_rule(fault: Fault) -> None:
    for file in (FOREIGN, ours(samples=False)["example"]):
        try:
            broken = fault.inject(file.data, random.Random(7))
        except NoPlaceError:
            continue
        report = file.lint(broken)
        if any(r.rule == fault.rule and r.outcome is Outcome.NOT_APPLICABLE for r in report.results):
            continue
        new = {rule for rule, _ in said(report) - said(file.clean)}
        assert fault.rule in new
        assert new <= {fault.rule, *fault.also}
        return
    pytest.fail("no deck has a place for the fault")


def test_a_broken_pdf_is_found() -> None:
    for rule, wanted, where, report in companion_cases():
        assert any(issue.rule == rule for issue in report.issues) is wanted, where


def test_the_message_names_the_excess_and_how_to_mend_it() -> None:
    file = ours(samples=False)["example"]
    fault = next(fault for fault in FAULTS if fault.name == "text_three_times_as_long")
    (issue, *_) = [one for one in file.lint(fault.inject(file.data, random.Random(1))).issues if one.rule == "D06"]
    assert issue.severity == "error"
    assert "lines too long" in issue.message
    assert issue.mend


def test_bytes_that_are_no_deck_are_refused() -> None:
    with pytest.raises(UnreadableDeckError):
        lint_file(b"no deck")


@pytest.mark.slow
def test_recall_and_precision_reach_the_goal_on_generated_decks() -> None:
    tallies = measured({**ours(samples=True), "foreign": File(foreign(3))}, seeds=1)
    low = {rule: (t.recall, t.precision) for rule, t in tallies.items() if min(t.recall, t.precision) < GOAL or not t.found}
    assert low == {}, table(tallies)
