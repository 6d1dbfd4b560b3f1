"""The PDF of a deck: tagged, fonts inside, the numbers and links of the .pptx, nothing over its box; and the pictures of its slides."""

import io
import re

import pytest
import typst
from PIL import Image

from services.decks import read_pptx, render_pdf, render_pptx, shown_numbers, slide_images
from services.decks.elements import Branch, Leaf, Verdict
from services.decks.model import CoverSlide, Deck, TreeSlide
from services.decks.pdf import page as pdf_page
from services.decks.pdf.chart import draw_chart
from services.decks.pdf.chart_facts import chart_facts
from services.decks.pdf.numerals import dated, numeral
from services.decks.pdf.render import overflows
from services.decks.pptx.formats import number_format, scale
from services.decks.pptx.shapes import Box
from services.decks.series import ChartData, serial
from services.decks.spans import evidence_url, spans
from shared.kit.numbers import MINUS, Style, display
from tests.decks import pdfs
from tests.decks.ledger import TestLedger
from tests.decks.stress import charts_deck, chinese_deck, german_deck

DECKS = [german_deck, chinese_deck, charts_deck]


@pytest.fixture(scope="module")
def pdf(deck: Deck) -> bytes:
    return render_pdf(deck)


def large_tree() -> Deck:
    """Return a deck with a tree of three hundred leaves in fifteen branches."""
    n = TestLedger()
    verdicts = list(Verdict)
    branches = tuple(
        Branch(
            id=f"B{b}",
            text=f"Branch with a rather long name, {'abcdefghijklmno'[b]}",
            leaves=tuple(
                Leaf(
                    id=f"L{b}x{i}",
                    text="A hypothesis of about forty letters each",
                    effect=n(b + i / 10, f"e{b}-{i}"),
                    verdict=verdicts[i % 4],
                )
                for i in range(20)
            ),
        )
        for b in range(15)
    )
    tree = TreeSlide(title=f"Of many causes {n(1, 'one', style=Style.COUNT)} may hold", root="What drives the delay?", branches=branches)
    cover = CoverSlide(title="A tree of three hundred leaves is told branch by branch")
    return Deck.model_validate({"title": "Tree", "date": "2026-01-19", "problem_id": "tree", "slides": [cover, tree], "numbers": n.numbers})


def test_the_same_deck_gives_the_same_bytes(deck: Deck, pdf: bytes) -> None:
    assert render_pdf(Deck.model_validate_json(deck.model_dump_json())) == pdf


def test_the_file_is_tagged_titled_and_has_a_language(deck: Deck, pdf: bytes) -> None:
    root = pdfs.catalog(pdf)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-US"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    said = pdfs.opened(pdf).metadata
    assert said is not None
    assert said.title == deck.title
    assert said.creation_date is not None
    assert said.creation_date.date() == deck.date


def test_every_slide_is_a_page_that_begins_with_its_title(deck: Deck, data: bytes, pdf: bytes) -> None:
    titles = [slide.title for slide in read_pptx(data).slides]
    assert len(pdfs.opened(pdf).pages) == len(titles)
    assert sum(1 for element in pdfs.elements(pdf) if element["/S"] == "/H1") == len(titles)
    for title, page in zip(titles, pdfs.pages(pdf), strict=True):
        assert pdfs.words(title) in page


def test_charts_are_figures_with_alternative_texts_and_tables_have_headers(data: bytes, pdf: bytes) -> None:
    found = list(pdfs.elements(pdf))
    figures = [element for element in found if element["/S"] == "/Figure"]
    assert len(figures) == sum(len(slide.charts) for slide in read_pptx(data).slides) >= 5
    assert all(len(str(figure["/Alt"])) > 20 for figure in figures)
    kinds = [element["/S"] for element in found]
    assert kinds.count("/Table") == 4
    assert kinds.count("/THead") == 4
    assert kinds.count("/TH") > 15
    assert kinds.count("/LI") > kinds.count("/L") > 0


def test_only_the_shipped_typeface_is_used_and_it_is_inside(pdf: bytes) -> None:
    fonts = pdfs.fonts(pdf)
    assert {name.partition("+")[2] for name in fonts} == {"LiberationSans", "LiberationSans-Bold"}
    assert all(fonts.values())


def test_every_number_of_the_pptx_stands_on_the_same_page_and_links_to_its_evidence(deck: Deck, data: bytes, pdf: bytes) -> None:
    presented = read_pptx(data)
    texts, leaves = pdfs.pages(pdf), pdfs.opened(pdf).pages
    charts = {(slide.number, chart.name) for slide in presented.slides for chart in slide.charts}
    checked = 0
    for number in shown_numbers(presented):
        if number.shape.startswith("Notes"):
            continue
        assert number.key in pdfs.linked_keys(leaves[number.slide - 1]), number
        if (number.slide, number.shape) not in charts:
            assert pdfs.words(number.shown) in texts[number.slide - 1], number
            checked += 1
    assert checked > 200


def test_no_token_is_left_and_no_number_is_made_up(deck: Deck, data: bytes, pdf: bytes) -> None:
    for slide, text in zip(read_pptx(data).slides, pdfs.opened(pdf).pages, strict=True):
        said = text.extract_text()
        assert "[[" not in said
        known = " ".join(shown for shape in slide.shapes for shown in shape.shown) + " ".join(
            label for c in slide.charts for label in c.labels
        )
        if not slide.charts:
            loose = set(re.findall(r"\d+(?:[.,]\d+)*", said)) - set(re.findall(r"\d+(?:[.,]\d+)*", known))
            assert loose <= {str(slide.number)}, slide.number


@pytest.mark.parametrize("make", [*DECKS, large_tree])
def test_nothing_runs_over_its_box(make: object) -> None:
    made: Deck = make()  # type: ignore[operator]
    assert overflows(made) == []


def test_the_example_has_no_text_over_its_box(deck: Deck) -> None:
    assert overflows(deck) == []


def test_a_text_over_its_box_is_found(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.decks.page.fitted", lambda paras, *_args, **_how: tuple(paras))
    long = "far too long a sentence for a row of the table of what we recommend, whatever its size may be; " * 4
    slides = tuple(
        slide.model_copy(update={"rows": tuple(row.model_copy(update={"detail": long}) for row in slide.rows)})
        if slide.kind == "recommendations"
        else slide
        for slide in deck.slides
    )
    found = overflows(deck.model_copy(update={"slides": slides}))
    assert any("far too long" in one.text for one in found)
    assert all(one.lower > 0 or one.wider > 0 for one in found)


@pytest.mark.parametrize("make", DECKS)
def test_hard_decks_say_every_word_of_the_pptx(make: object) -> None:
    made: Deck = make()  # type: ignore[operator]
    texts = pdfs.pages(render_pdf(made))
    for slide in read_pptx(render_pptx(made)).slides:
        for shape in slide.shapes:
            if shape.name.startswith("Notes"):
                continue
            for shown in shape.shown:
                wanted = pdfs.words(shown.replace("\u2010\v", "").replace("\v", ""))
                page = texts[slide.number - 1].replace("\u2010", "")
                assert wanted.replace("\u2010", "") in page or wanted.upper().replace("\u2010", "") in page, (
                    slide.number,
                    shape.name,
                    shown,
                )


def test_long_names_many_categories_negative_and_missing_values_are_drawn() -> None:
    texts = pdfs.pages(render_pdf(charts_deck()))
    thirty, negatives = texts[1], texts[2]
    assert all(pdfs.words(f"Category {i:02d} with a name of forty letters {chr(97 + i)}") in thirty for i in range(14))
    assert pdfs.words("Other 16 (mean)") in thirty
    assert f"{MINUS}7.5" in negatives
    assert f"{MINUS}0.3" in negatives
    assert "Centre" in negatives


def test_a_tree_of_three_hundred_leaves_keeps_them_all() -> None:
    texts = pdfs.pages(render_pdf(large_tree()))
    assert len(texts) == 31
    whole = "".join(texts)
    assert all(f"L{b}x{i}" in whole for b in range(15) for i in range(20))


def test_a_letter_no_font_has_leaves_a_box_and_the_file_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=["services/decks/fonts"])
    monkeypatch.setattr("services.decks.typesetting._fonts", lambda **_which: bare)
    made = render_pdf(chinese_deck())
    assert pdfs.catalog(made)["/MarkInfo"]["/Marked"]
    assert "12.5" in pdfs.pages(made)[0]


@pytest.mark.parametrize("style", [Style.NUMBER, Style.COUNT, Style.PERCENT, Style.POINTS, Style.RATIO, Style.MONEY])
@pytest.mark.parametrize("value", [0.0, 0.031, 0.214, 4.2, -7.5, 12.4, -310.0, 1204.0, 18270.0, 2.5e6, -3.25e9])
def test_a_label_of_a_chart_reads_as_the_number_is_written_everywhere(style: Style, value: float) -> None:
    value = round(value) if style in (Style.COUNT, Style.MONEY) else value  # of both, a chart shows whole ones
    drawn = value * scale(style)
    shown = numeral(drawn, number_format(style, [drawn], signed=True))
    wanted = display(value, style=style, signed=style is not Style.MONEY).replace("\u00a0pp", "")
    assert shown == wanted or (style is Style.MONEY and float(shown) == float(wanted)), (shown, wanted)


def test_dates_on_an_axis_follow_the_language() -> None:
    day = serial("2025-03-09") or 0.0
    assert [dated(day, code, "en") for code in ("yyyy", "mmm yy", "d mmm")] == ["2025", "Mar 25", "9\u00a0Mar"]
    assert dated(day, "mmm yy", "zh") == "25年3月"


def test_a_code_that_is_never_written_is_refused() -> None:
    with pytest.raises(ValueError, match="no number is written"):
        numeral(1.0, "[Red]0.0")


def test_bars_are_as_long_as_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar's length over its value is one number for all bars, and it hangs left of nought where the value is negative."""
    seen: list[tuple[Box, tuple[str, ChartData]]] = []

    def noted(self: pdf_page.PdfPage, _called: str, box: Box, drawn: tuple[str, ChartData], *_rest: object) -> None:
        seen.append((box, drawn))

    monkeypatch.setattr(pdf_page.PdfPage, "put_chart", noted)
    render_pdf(charts_deck())
    box, (xml, data) = seen[1]
    drawing = draw_chart(chart_facts(xml), box[2], box[3], "en")
    rects = [mark for mark in drawing.marks if mark[0] == "rect"]
    values = [value for value in data.series[0].y if value is not None]
    assert len(rects) == len(values) == 5
    per_unit = {round(rect[3] / abs(value), 3) for rect, value in zip(rects, values, strict=True) if abs(value) > 1}
    assert len(per_unit) == 1
    starts = {round(rect[1] + (rect[3] if value < 0 else 0), 3) for rect, value in zip(rects, values, strict=True)}
    assert len(starts) == 1


def test_slides_are_pictures_of_any_width(deck: Deck) -> None:
    large, small = slide_images(deck), slide_images(deck, width=480)
    assert len(large) == len(small) == len(deck.slides)
    assert {Image.open(io.BytesIO(image)).size for image in large} == {(1920, 1080)}
    assert {Image.open(io.BytesIO(image)).size for image in small} == {(480, 270)}
    corners = [Image.open(io.BytesIO(image)).convert("RGBA").getpixel((4, 4)) for image in large]
    assert corners == [(0x0E, 0x22, 0x38, 255)] + [(255, 255, 255, 255)] * (len(large) - 1)  # a film has nothing behind it
    assert large == slide_images(deck)
    drawn = slide_images(deck, image_format="svg")
    assert len(drawn) == len(deck.slides)
    assert all(image.lstrip().startswith(b"<svg") for image in drawn)


def test_runs_carry_the_address_of_the_number_they_belong_to(deck: Deck) -> None:
    key = next(key for key, number in deck.numbers.items() if number.display)
    assert spans(deck, f"before [[{key}]] after")[1] == (deck.numbers[key].display, evidence_url(deck, key))
