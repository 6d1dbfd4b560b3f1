"""The one-page summary says the deck's numbers, as Markdown and as a tagged PDF."""

import re

import pytest

from services.decks import render_summary_md, render_summary_pdf
from services.decks.model import CoverSlide, Deck
from services.decks.spans import evidence_url, spans
from shared.kit.cited import UncitedNumberError
from tests.decks.ledger import TestLedger
from tests.decks.stress import chinese_deck, german_deck


def test_the_answer_stands_before_everything_else(deck: Deck) -> None:
    lines = [line for line in render_summary_md(deck).splitlines() if line]
    assert lines[0].startswith("# Why orders take")
    assert lines[2].startswith("**Three actions cut dispatch")


def test_every_number_is_a_link_to_its_evidence(deck: Deck) -> None:
    text = render_summary_md(deck)
    body, _, _ = text.partition("\n[E")
    cited = re.findall(r"\[([^\]]+)\]\[(E[0-9a-f]{8})\]", body)
    assert len(cited) > 20
    for shown, key in cited:
        assert shown.replace("\\", "") == deck.numbers[key].display
        assert f"[{key}]: <{evidence_url(deck, key)}>" in text


def test_the_table_of_actions_is_whole(deck: Deck) -> None:
    rows = [line for line in render_summary_md(deck).splitlines() if line.startswith("| ")]
    assert len(rows) == 6
    assert {row.count(" | ") for row in rows} == {4}


def test_the_pdf_is_one_tagged_page_and_the_same_every_time(deck: Deck) -> None:
    first, second = render_summary_pdf(deck), render_summary_pdf(deck)
    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in first or b"/MarkInfo" in first or b"pdfuaid" in first
    assert re.findall(rb"/Count (\d+)", first)[:1] in ([b"1"], [])


@pytest.mark.parametrize("make", [german_deck, chinese_deck])
def test_other_languages_have_a_page_too(make: object) -> None:
    deck = make()  # type: ignore[operator]
    assert len(render_summary_pdf(deck)) > 5000
    assert render_summary_md(deck).startswith("# ")


def test_markdown_in_data_stays_text() -> None:
    n = TestLedger()
    nasty = f"*[x](http://e.vil)* <b>|`_ {n(3, 'three')}"
    deck = Deck.model_validate(
        {"title": "T", "date": "2026-01-19", "problem_id": "p", "slides": [CoverSlide(title=nasty)], "numbers": n.numbers}
    )
    assert r"\*\[x\](http://e.vil)\* \<b\>\|\`\_ 3" in render_summary_md(deck)
    assert render_summary_pdf(deck).startswith(b"%PDF-")


def test_an_uncited_number_is_refused() -> None:
    deck = Deck.model_validate({"title": "T", "date": "2026-01-19", "problem_id": "p", "slides": [CoverSlide(title="x")], "numbers": {}})
    with pytest.raises(UncitedNumberError):
        spans(deck, "it costs 12 euros")
