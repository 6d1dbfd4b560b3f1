"""The checks find injected faults, one rule at a time, and say nothing about a sound deck."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from pptx.dml.color import RGBColor
from pptx.presentation import Presentation as Opened
from pptx.util import Inches, Pt

from services.decks import lint
from services.decks.checks import RULES
from services.decks.model import Deck
from services.decks.pptx.render import render_pptx
from tests.decks.conftest import Rows
from tests.decks.tampering import edited, with_part


def shape(opened: Opened, slide: int, name: str):  # type: ignore[no-untyped-def]
    return next(found for found in opened.slides[slide - 1].shapes if found.name == name)


def remove(opened: Opened, slide: int, name: str) -> None:
    element = shape(opened, slide, name)._element
    element.getparent().remove(element)


def same_title(opened: Opened) -> None:
    shape(opened, 9, "Title").text_frame.text = shape(opened, 10, "Title").text_frame.text


def label_title(opened: Opened) -> None:
    shape(opened, 9, "Title").text_frame.paragraphs[0].runs[0].text = "Synthesis:"


def title_without_number(opened: Opened) -> None:
    shape(opened, 8, "Title").text_frame.paragraphs[0].runs[0].text = "Further halls in a batch go with more picking"


def long_title(opened: Opened) -> None:
    shape(opened, 6, "Title").text_frame.paragraphs[0].runs[0].text += " and so on and so forth" * 6


def off_slide(opened: Opened) -> None:
    shape(opened, 2, "Decision").left = Inches(3)


def overlap(opened: Opened) -> None:
    shape(opened, 2, "Row text").top = shape(opened, 2, "Row heading").top


def too_long(opened: Opened) -> None:
    shape(opened, 2, "Row text").text_frame.paragraphs[0].runs[-1].text += " and more words than fit" * 12


def tiny(opened: Opened) -> None:
    shape(opened, 2, "Row text").text_frame.paragraphs[0].runs[0].font.size = Pt(7)


def pale(opened: Opened) -> None:
    shape(opened, 2, "Row text").text_frame.paragraphs[0].runs[0].font.color.rgb = RGBColor(0xB3, 0xBC, 0xC5)  # type: ignore[no-untyped-call]


def no_source(opened: Opened) -> None:
    remove(opened, 6, "Source")


def no_alt(opened: Opened) -> None:
    shape(opened, 6, "Chart")._element.nvGraphicFramePr.cNvPr.set("descr", "")


def no_notes(opened: Opened) -> None:
    opened.slides[5].notes_slide.notes_text_frame.text = "Short."


def false_number(opened: Opened) -> None:
    run = shape(opened, 2, "Title").text_frame.paragraphs[0].runs[0]
    run.text = run.text.replace("28.4", "24.8")


def pictures(opened: Opened) -> None:
    png = io.BytesIO()
    Image.new("RGB", (4, 4)).save(png, "PNG")
    for slide in list(opened.slides)[3:6]:
        picture = slide.shapes.add_picture(io.BytesIO(png.getvalue()), Inches(12), Inches(0.1), Inches(0.2), Inches(0.2))
        picture._element.nvPicPr.cNvPr.set("descr", "a picture")


def no_summary(opened: Opened) -> None:
    ids = opened.slides._sldIdLst
    opened.part.drop_rel(ids[1].rId)
    ids.remove(ids[1])


def other_font(opened: Opened) -> None:
    shape(opened, 2, "Row text").text_frame.paragraphs[0].runs[0].font.name = "Comic Sans MS"


FAULTS: dict[str, Callable[[Opened], None]] = {
    "D01": same_title,
    "D02": label_title,
    "D03": title_without_number,
    "D04": long_title,
    "D05": overlap,
    "D06": too_long,
    "D07": tiny,
    "D08": pale,
    "D09": no_source,
    "D10": no_alt,
    "D11": no_notes,
    "D12": false_number,
    "D14": pictures,
    "D16": no_summary,
    "D18": other_font,
}


def test_a_sound_deck_has_no_issue(deck: Deck) -> None:
    assert lint(deck) == []


@pytest.mark.parametrize("rule", FAULTS)
def test_an_injected_fault_is_found_by_its_rule(rule: str, data: bytes, deck: Deck, rows: Rows) -> None:
    found = {issue.rule for issue in lint(edited(data, FAULTS[rule]), displays=deck.displays, rows=rows)}
    assert rule in found
    # Changed words are also another text than the ledger's, and text that no longer fits also collides.
    assert found <= {rule, "D04", "D05", "D06", "D11", "D12"}


def test_a_shape_off_the_slide_is_found(data: bytes) -> None:
    assert {issue.rule for issue in lint(edited(data, off_slide))} == {"D05"}


def test_a_waterfall_that_does_not_close_is_found(deck: Deck) -> None:
    key, number = next((key, number) for key, number in deck.numbers.items() if number.label == "waterfall")
    rows = (*(number.rows or ())[:-1], ("Gap left", 2.4, None, None))
    changed = deck.model_copy(update={"numbers": {**deck.numbers, key: number.model_copy(update={"rows": rows})}})
    assert {issue.rule for issue in lint(changed)} == {"D13"}


def test_bars_that_do_not_start_at_zero_are_found(deck: Deck, data: bytes) -> None:
    def cut(content: bytes) -> bytes:
        return content.replace(b'<c:min val="0"/>', b'<c:min val="2"/>')

    charts = [f"ppt/charts/chart{i}.xml" for i in range(1, 6)]
    found = {issue.rule for name in charts for issue in lint(with_part(data, name, cut))}
    assert found == {"D15"}


def test_every_rule_is_tried_by_a_fault() -> None:
    assert set(RULES) == {*FAULTS, "D13", "D15"}


def test_a_file_without_a_ledger_is_still_checked_for_unaccounted_numerals(deck: Deck) -> None:
    def change(opened: Opened) -> None:
        box = opened.slides[2].shapes.add_textbox(Inches(10), Inches(0.2), Inches(2), Inches(0.3))
        box.text_frame.text = "plus 12"
        box.text_frame.paragraphs[0].runs[0].font.size = Pt(12)

    data = render_pptx(deck)
    assert lint(data) == []
    assert [issue.rule for issue in lint(edited(data, change))] == ["D12"]
