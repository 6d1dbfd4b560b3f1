"""The promise of the product: a number in a deck that the ledger does not vouch for is found, wherever it hides."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx.presentation import Presentation as Opened
from pptx.util import Inches

from services.decks import compare, read_pptx, shown_numbers
from services.decks.model import Deck
from services.decks.pptx.read import NotOurDeckError, UnreadableDeckError
from services.decks.truth import Discrepancy
from tests.decks.conftest import Rows
from tests.decks.tampering import edited, part_names, with_part


def found_in(data: bytes, deck: Deck, rows: Rows) -> list[Discrepancy]:
    return compare(read_pptx(data), deck.displays, rows)


def first_run(opened: Opened, slide: int, shape: str, digits: bool = True) -> Any:
    for found in opened.slides[slide - 1].shapes:
        if found.name == shape:
            return next(run for p in found.text_frame.paragraphs for run in p.runs if not digits or re.search(r"\d", run.text))
    raise AssertionError(shape)


def test_an_untouched_deck_agrees_with_its_ledger(data: bytes, deck: Deck, rows: Rows) -> None:
    assert found_in(data, deck, rows) == []


def test_every_cited_number_is_listed_as_shown(data: bytes, deck: Deck) -> None:
    listed = shown_numbers(read_pptx(data))
    assert len(listed) > 200
    assert all(number.shown for number in listed)
    texts = [number for number in listed if not number.shown.endswith("values")]
    assert all(number.shown == deck.numbers[number.key].display for number in texts)


@pytest.mark.parametrize("shape", ["Title", "Row number", "Row text", "Row heading"])
def test_a_changed_digit_in_a_text_is_found(shape: str, data: bytes, deck: Deck, rows: Rows) -> None:
    def change(opened: Opened) -> None:
        run = first_run(opened, 2, shape)
        run.text = re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), run.text, count=1)

    found = found_in(edited(data, change), deck, rows)
    assert [(d.slide, d.shape) for d in found if d.false_number] == [(2, shape)]


def test_a_changed_number_names_its_key_and_both_readings(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(opened: Opened) -> None:
        run = first_run(opened, 6, "Title")
        run.text = run.text.replace("5.2", "6.2")

    (found,) = found_in(edited(data, change), deck, rows)
    assert (found.kind, found.shown, found.expected) == ("number", "6.2\u00a0h", "5.2\u00a0h")
    assert found.key
    assert deck.numbers[found.key].value == 5.2


def test_a_changed_table_cell_and_changed_notes_are_found(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(opened: Opened) -> None:
        table = next(shape for shape in opened.slides[14].shapes if shape.has_table).table
        table.cell(1, 3).text_frame.paragraphs[0].runs[0].text = "+9.9"
        opened.slides[4].notes_slide.notes_text_frame.text += " It saves 12 hours."

    found = found_in(edited(data, change), deck, rows)
    assert [(d.slide, d.shape) for d in found if d.false_number] == [(5, "Notes"), (15, "Table!R2C4")]


def test_an_added_text_box_with_a_number_is_found(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(opened: Opened) -> None:
        box = opened.slides[3].shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
        box.text_frame.text = "and 42 more, says [[=99]]"
        opened.slides[3].shapes.add_textbox(Inches(1), Inches(2), Inches(2), Inches(1)).text_frame.text = "no number, Q4"

    found = found_in(edited(data, change), deck, rows)
    assert [(d.kind, d.shown) for d in found] == [("unaccounted", "42, 99")]


def test_a_number_in_a_layout_or_an_alternative_text_is_found(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(opened: Opened) -> None:
        opened.slides[3].shapes[5]._element.nvSpPr.cNvPr.set("descr", "77 percent")
        chart = next(shape for shape in opened.slides[5].shapes if shape.has_chart)
        alt = chart._element.nvGraphicFramePr.cNvPr
        alt.set("descr", alt.get("descr").replace("5.2", "8.2"))

    found = found_in(edited(data, change), deck, rows)
    assert [(d.slide, d.kind) for d in found] == [(4, "unaccounted"), (6, "number")]


@pytest.mark.parametrize(("pattern", "slide"), [(r"<c:v>5\.2</c:v>", 6), (r"<c:v>34\.3</c:v>", 7), (r"<c:v>3\.6</c:v>", 11)])
def test_a_changed_cached_value_of_a_chart_is_found(pattern: str, slide: int, data: bytes, deck: Deck, rows: Rows) -> None:
    def change(content: bytes) -> bytes:
        return re.sub(pattern.encode(), b"<c:v>9.75</c:v>", content, count=1)

    charts = [name for name in part_names(data) if re.fullmatch(r"ppt/charts/chart\d+\.xml", name)]
    hits = [with_part(data, name, change) for name in charts]
    found = [d for hit in hits if hit != data for d in found_in(hit, deck, rows)]
    assert (slide, "chart") in {(d.slide, d.kind) for d in found}


def test_a_changed_whisker_of_the_waterfall_is_found(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(content: bytes) -> bytes:
        return re.sub(rb"(<c:plus>.*?<c:v>)0\.9(</c:v>)", rb"\g<1>0.1\g<2>", content, count=1)

    charts = [name for name in part_names(data) if re.fullmatch(r"ppt/charts/chart\d+\.xml", name)]
    found = [d for name in charts for d in found_in(with_part(data, name, change), deck, rows)]
    assert {(d.slide, d.kind) for d in found} == {(11, "chart")}


def test_a_changed_workbook_behind_a_chart_is_found(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(content: bytes) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.worksheets[0]["B2"] = 123.0
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    name = next(name for name in part_names(data) if name.endswith(".xlsx"))
    found = found_in(with_part(data, name, change), deck, rows)
    assert len(found) == 1
    assert found[0].kind == "chart"
    assert "123" in found[0].shown


def test_a_label_written_into_a_chart_is_held_to_its_text(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(content: bytes) -> bytes:
        return content.replace(b"R1 Hall batches", b"R1 saves 50%", 1)

    charts = [name for name in part_names(data) if re.fullmatch(r"ppt/charts/chart\d+\.xml", name)]
    found = [d for name in charts for d in found_in(with_part(data, name, change), deck, rows)]
    assert [(d.slide, d.kind) for d in found if d.false_number] == [(5, "unaccounted")]


def test_other_words_with_the_same_numbers_are_no_false_number(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(opened: Opened) -> None:
        run = first_run(opened, 6, "Title")
        run.text = run.text.replace("Picking adds", "Picking brings")

    (found,) = found_in(edited(data, change), deck, rows)
    assert found.kind == "wording"
    assert not found.false_number


def test_a_removed_shape_or_slide_is_reported_but_is_no_false_number(data: bytes, deck: Deck, rows: Rows) -> None:
    def change(opened: Opened) -> None:
        shapes = opened.slides[1].shapes
        shapes._spTree.remove(next(shape for shape in shapes if shape.name == "Decision")._element)
        slides = opened.slides._sldIdLst
        opened.part.drop_rel(slides[-1].rId)
        slides.remove(slides[-1])

    found = found_in(edited(data, change), deck, rows)
    assert [(d.slide, d.shape, d.kind) for d in found] == [(2, "Decision", "missing"), (16, "", "missing")]


def test_a_changed_ledger_is_seen_in_every_place(data: bytes, deck: Deck, rows: Rows) -> None:
    key = next(key for key, number in deck.numbers.items() if number.label == "saved")
    found = compare(read_pptx(data), {**deck.displays, key: "5.7\u00a0h"}, rows)
    assert len(found) > 5
    assert {d.key for d in found} == {key}


def test_an_entry_gone_from_the_ledger_is_unknown(data: bytes, deck: Deck, rows: Rows) -> None:
    found = compare(read_pptx(data), {}, {})
    assert {d.kind for d in found} == {"unknown"}


def test_a_save_by_another_program_changes_nothing(data: bytes, deck: Deck, rows: Rows) -> None:
    assert found_in(edited(data, lambda opened: None), deck, rows) == []


def test_manifest_tokens_cannot_hide_a_changed_number(data: bytes, deck: Deck, rows: Rows) -> None:
    # Whoever edits the text must also edit the manifest; the key then still shows the ledger's number, not theirs.
    key = next(key for key, number in deck.numbers.items() if number.label == "saved")
    other = next(key for key, number in deck.numbers.items() if number.label == "today")
    changed = with_part(data, "customXml/item1.xml", lambda content: content.replace(key.encode(), other.encode()))
    assert any(d.kind == "number" for d in found_in(changed, deck, rows))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"%PDF-1.7", b"\x00" * 1000])
def test_what_is_no_deck_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDeckError):
        read_pptx(content)


def test_a_deck_without_or_with_a_broken_manifest_is_refused(data: bytes) -> None:
    broken: list[Callable[[bytes], bytes]] = [lambda _: b"<other/>", lambda c: c.replace(b'"slides"', b'"slydes"')]
    for change in broken:
        with pytest.raises(NotOurDeckError):
            read_pptx(with_part(data, "customXml/item1.xml", change))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pick=st.integers(0, 10_000), digit=st.integers(1, 9))
def test_any_digit_changed_in_any_slide_text_is_found(pick: int, digit: int, data: bytes, deck: Deck, rows: Rows) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        slides = sorted(name for name in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name))
        name = slides[pick % len(slides)]
        content = archive.read(name).decode()
    # The page-number field is the one numeral that programs compute themselves.
    spots = [m.start(1) + d.start() for m in re.finditer(r"<a:t>([^<]*)</a:t></a:r>", content) for d in re.finditer(r"(?<![A-Z])\d", m[1])]
    spot = spots[pick % len(spots)]
    changed = content[:spot] + str((int(content[spot]) + digit) % 10) + content[spot + 1 :]
    found = found_in(with_part(data, name, lambda _: changed.encode()), deck, rows)
    assert any(d.false_number for d in found)
