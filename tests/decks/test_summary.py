"""The summary, short and long, says the deck's numbers: as Markdown, as a tagged PDF and as a DOCX."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest

from services.decks import read_pptx, render_summary_docx, render_summary_md, render_summary_pdf, shown_numbers
from services.decks.model import CoverSlide, Deck, ExecutiveSummarySlide, RisksSlide, Slide
from services.decks.spans import evidence_url, spans
from services.decks.summary.columns import ROOM, shares
from services.decks.summary.content import Form
from shared.kit.cited import UncitedNumberError
from tests.decks import pdfs
from tests.decks.ledger import TestLedger
from tests.decks.stress import charts_deck, chinese_deck, german_deck

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
FORMS: tuple[Form, ...] = ("short", "long")


def in_markdown(text: str) -> list[tuple[str, str]]:
    """Return the numbers of a Markdown text in reading order, as (what is shown, key)."""
    found = re.findall(r"\[((?:[^\]\\]|\\.)+)\]\[(E[0-9a-f]{8})\]", text)
    return [(re.sub(r"\\(.)", r"\1", shown), key) for shown, key in found]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_docx(data: bytes) -> list[tuple[str, str]]:
    """Return the numbers of a .docx in reading order, as (what is shown, key)."""
    content = parts(data)
    addresses = {relation.get("Id"): relation.get("Target") or "" for relation in ET.fromstring(content["word/_rels/document.xml.rels"])}
    links = ET.fromstring(content["word/document.xml"]).iter(f"{W}hyperlink")
    return [("".join(text.text or "" for text in link.iter(f"{W}t")), addresses[link.get(f"{R}id")].rpartition("=")[2]) for link in links]


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


@pytest.mark.parametrize("form", FORMS)
def test_all_formats_say_the_same_numbers_in_the_same_order(deck: Deck, form: Form) -> None:
    told = in_markdown(render_summary_md(deck, form).partition("\n[E")[0])
    assert told == in_docx(render_summary_docx(deck, form))
    assert len(told) > (20 if form == "short" else 200)
    assert all(shown == deck.numbers[key].display for shown, key in told)
    pdf = render_summary_pdf(deck, form)
    links = [key for page in pdfs.opened(pdf).pages for key in pdfs.linked_keys(page)]
    assert set(links) == {key for _, key in told}
    text = "".join(pdfs.pages(pdf))
    assert all(pdfs.words(shown) in text for shown, _ in told)


def test_the_long_form_says_every_number_that_the_slides_say(deck: Deck, data: bytes) -> None:
    told = {key for _, key in in_markdown(render_summary_md(deck, "long"))}
    charts = {number.key for number in deck.numbers.values() if number.rows is not None}
    on_slides = {number.key for number in shown_numbers(read_pptx(data)) if not number.shape.startswith("Notes")}
    drawn_on_the_cover = {step.key for slide in deck.slides if isinstance(slide, CoverSlide) for step in slide.story}
    assert on_slides - charts - drawn_on_the_cover - told == set()


@pytest.mark.parametrize("form", FORMS)
def test_the_pdf_is_tagged_and_the_same_every_time(deck: Deck, form: Form) -> None:
    first, second = render_summary_pdf(deck, form), render_summary_pdf(deck, form)
    assert first == second
    root = pdfs.catalog(first)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-US"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert all(pdfs.fonts(first).values())
    kinds = [element["/S"] for element in pdfs.elements(first)]
    assert kinds.count("/H1") == 1
    assert "/TH" in kinds


def crowded(deck: Deck) -> Deck:
    """Return a deck whose summary and triggers say far more than a page holds."""
    slides: list[Slide] = []
    for slide in deck.slides:
        if isinstance(slide, ExecutiveSummarySlide):
            slides.append(slide.model_copy(update={"rows": tuple(row.model_copy(update={"text": row.text * 25}) for row in slide.rows)}))
        elif isinstance(slide, RisksSlide):
            slides.append(slide.model_copy(update={"triggers": slide.triggers * 12}))
        else:
            slides.append(slide)
    return deck.model_copy(update={"slides": tuple(slides)})


def test_the_short_form_is_one_page_and_says_what_it_left_out(deck: Deck) -> None:
    for made in (deck, german_deck(), chinese_deck(), charts_deck(), crowded(deck)):
        assert len(pdfs.opened(render_summary_pdf(made)).pages) == 1
    said = "The long form of this summary says more."
    assert said in render_summary_md(crowded(deck))
    assert said not in render_summary_md(deck)
    assert len(pdfs.opened(render_summary_pdf(deck, "long")).pages) > 2


def test_nothing_of_the_long_form_stands_outside_the_margins() -> None:
    for made in (german_deck(), charts_deck()):
        for page in pdfs.opened(render_summary_pdf(made, "long")).pages:
            seen: list[float] = []

            def note(text: str, _cm: object, matrix: list[float], _font: object, _size: float, seen: list[float] = seen) -> None:
                if text.strip():
                    seen.append(matrix[4])

            page.extract_text(visitor_text=note)
            assert seen
            assert all(0 <= x < 595 for x in seen)


def test_the_docx_is_whole_and_holds_no_clock(deck: Deck) -> None:
    data = render_summary_docx(deck, "long")
    assert data == render_summary_docx(Deck.model_validate_json(deck.model_dump_json()), "long")
    content = parts(data)
    types = ET.fromstring(content["[Content_Types].xml"])
    assert {(e.get("PartName") or "")[1:] for e in types if e.tag.endswith("Override")} <= set(content)
    for name, blob in content.items():
        ET.fromstring(blob)
        if name.endswith(".rels"):
            folder = name.replace("_rels/", "").rpartition("/")[0]
            inside = [e.get("Target") or "" for e in ET.fromstring(blob) if e.get("TargetMode") != "External"]
            assert all(f"{folder}/{target}".lstrip("/") in content for target in inside)
    body = ET.fromstring(content["word/document.xml"])
    used = {style.get(f"{W}val") for style in body.iter(f"{W}pStyle")}
    known = {style.get(f"{W}styleId") for style in ET.fromstring(content["word/styles.xml"]).iter(f"{W}style")}
    assert used <= known
    assert sum(1 for _ in body.iter(f"{W}tblHeader")) == sum(1 for _ in body.iter(f"{W}tbl")) >= 6
    assert b"2026-01-19T00:00:00Z" in content["docProps/core.xml"]


def test_columns_take_the_whole_width_and_break_no_number() -> None:
    texts = [["Action", "a long sentence of many words " * 4], ["Live by", "10 April 2026"], ["Effect", "\u221212.5 min"]]
    widths = shares(texts, (False, False, True), 10.0)
    assert sum(widths) == pytest.approx(ROOM)
    alone = shares([texts[1], texts[2]], (False, True), 10.0)
    assert sum(alone) == pytest.approx(ROOM)
    assert widths[1] > 0.9
    assert widths[0] > widths[1] > 0
    squeezed = shares([["x" * 200], ["y" * 200], ["12"]], (False, False, True), 10.0)
    assert sum(squeezed) == pytest.approx(ROOM)
    assert squeezed[2] > 0.2


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
