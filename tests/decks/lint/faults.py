"""Faults put into decks, rule by rule: each breaks one thing the way a hurried person or a bad program would."""

import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from tests.decks.tampering import edited, with_part


class NoPlaceError(Exception):
    """A deck has nothing the fault could be put into."""


@dataclass(frozen=True)
class Fault:
    """A fault: the rule it breaks, how, and the rules that rightly speak up besides."""

    rule: str
    name: str
    inject: Callable[[bytes, random.Random], bytes]
    also: frozenset[str] = field(default_factory=frozenset)


FAULTS: list[Fault] = []
Change = Callable[[Any, random.Random], None]
# Changed words are another text than the ledger's, may collide, no longer fit, or make a title long.
WORDS = frozenset({"D02", "D03", "D04", "D05", "D06", "D07", "D12"})


def fault(rule: str, *also: str) -> Callable[[Change], Change]:
    """Register a change made through python-pptx as a fault of a rule."""

    def register(change: Change) -> Change:
        def inject(data: bytes, rng: random.Random) -> bytes:
            return edited(data, lambda opened: change(opened, rng))

        FAULTS.append(Fault(rule, change.__name__, inject, frozenset(also)))
        return change

    return register


def pick(rng: random.Random, found: list[Any]) -> Any:
    """Return one of several, or say that there is no place for the fault."""
    if not found:
        raise NoPlaceError
    return found[rng.randrange(len(found))]


def texts(opened: Any, least: int = 8) -> list[Any]:
    """Return the text boxes with some words, furniture left out."""
    furniture = ("Title", "Kicker", "Source", "Footer", "Slide number", "Mark")
    return [s for slide in opened.slides for s in slide.shapes if s.has_text_frame and not s.is_placeholder
            and not s.name.startswith(furniture) and not s.text_frame.text.startswith("Source")
            and len(s.text_frame.text) >= least and not s.rotation]  # fmt: skip


def bounded(opened: Any, least: int) -> list[Any]:
    """Return the text boxes that do not grow with their text."""
    return [s for s in texts(opened, least) if s.text_frame.auto_size in (None, MSO_AUTO_SIZE.NONE) and s.text_frame.word_wrap is not False]


def titled(opened: Any) -> list[Any]:
    """Return the titles below the cover."""
    return [slide.shapes.title for slide in list(opened.slides)[1:] if slide.shapes.title is not None]


def framed(opened: Any, kind: str) -> list[Any]:
    """Return the charts or tables."""
    return [s for slide in opened.slides for s in slide.shapes if getattr(s, f"has_{kind}", False)]


def findings(opened: Any) -> list[Any]:
    """Return the titles of slides with a chart beside a panel, or of any chart in a foreign deck."""
    slides = [s for s in opened.slides if any(shape.has_chart for shape in s.shapes)]
    ours = any(shape.name == "Panel number" for s in opened.slides for shape in s.shapes)
    if ours:
        slides = [s for s in slides if any(re.match(r"finding", x.text_frame.text, re.IGNORECASE) for x in s.shapes if x.name == "Kicker")]
    return [s.shapes.title for s in slides if s.shapes.title is not None]


def say(shape: Any, text: str) -> None:
    """Replace a shape's words, keeping the looks of its first run."""
    paragraphs = shape.text_frame.paragraphs
    for paragraph in paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    runs = paragraphs[0].runs
    for run in runs[1:]:
        run._r.getparent().remove(run._r)
    for br in paragraphs[0]._p.findall(qn("a:br")):
        paragraphs[0]._p.remove(br)
    runs[0].text = text


def drop(shape: Any) -> None:
    """Remove a shape."""
    shape._element.getparent().remove(shape._element)


def picture() -> io.BytesIO:
    """Return a small picture."""
    png = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(png, "PNG")
    return io.BytesIO(png.getvalue())


def parted(rule: str, name: str, wanted: str, change: Callable[[bytes], bytes], *also: str) -> None:
    """Register a change of the first part whose name matches."""

    def inject(data: bytes, rng: random.Random) -> bytes:
        import zipfile

        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [n for n in archive.namelist() if re.fullmatch(wanted, n) and change(archive.read(n)) != archive.read(n)]
        return with_part(data, pick(rng, names), change)

    FAULTS.append(Fault(rule, name, inject, frozenset(also)))


@fault("D01")
def title_removed(opened: Any, rng: random.Random) -> None:
    drop(pick(rng, titled(opened)))


@fault("D01", "D12")
def title_emptied(opened: Any, rng: random.Random) -> None:
    say(pick(rng, titled(opened)), " ")


@fault("D01", *WORDS)
def title_repeated(opened: Any, rng: random.Random) -> None:
    one, other = rng.sample(titled(opened), 2)
    say(one, other.text_frame.text)


@fault("D01", *WORDS)
def title_repeated_in_capitals(opened: Any, rng: random.Random) -> None:
    one, other = rng.sample(titled(opened), 2)
    say(one, other.text_frame.text.upper())


LABELS = ("Revenue by region", "Results", "Key drivers", "Next steps", "Umsatz je Region")
LONG_LABELS = (
    "Overview of revenue and margin by region and channel",
    "Distribution of the waiting times across the five halls",
    "Comparison of the average cost per visit by channel",
    "Costs, prices and volumes of the northern store formats",
    "Summary of all the tests and of the quality of the data",
    "The main drivers of customer churn in the last quarter",
    "Detailed breakdown of incidents per agent, team and priority",
)


@fault("D02", *WORDS)
def title_is_a_label(opened: Any, rng: random.Random) -> None:
    say(pick(rng, titled(opened)), rng.choice(LABELS))


@fault("D02", *WORDS)
def title_has_no_verb(opened: Any, rng: random.Random) -> None:
    say(pick(rng, titled(opened)), rng.choice(LONG_LABELS))


@fault("D02", *WORDS)
def title_ends_with_colon(opened: Any, rng: random.Random) -> None:
    say(pick(rng, titled(opened)), "The three actions that we recommend are these:")


@fault("D02", *WORDS)
def title_ends_with_full_stop(opened: Any, rng: random.Random) -> None:
    title = pick(rng, titled(opened))
    title.text_frame.paragraphs[-1].runs[-1].text += "."


@fault("D03", *WORDS)
def finding_without_number(opened: Any, rng: random.Random) -> None:
    say(pick(rng, findings(opened)), "Further halls in a batch go with far more picking")


@fault("D03", *WORDS)
def finding_number_in_words(opened: Any, rng: random.Random) -> None:
    say(pick(rng, findings(opened)), "Loading takes much longer than it did a year ago")


@fault("D04", *WORDS)
def title_of_four_lines(opened: Any, rng: random.Random) -> None:
    title = pick(rng, titled(opened))
    say(title, title.text_frame.text + " and so on and so forth" * 9)


@fault("D04", *WORDS)
def title_narrowed(opened: Any, rng: random.Random) -> None:
    title = pick(rng, [t for t in titled(opened) if len(t.text_frame.text) > 35])
    title.left, title.top, title.width, title.height = Inches(0.6), Inches(0.66), Inches(2.2), Inches(0.86)


@fault("D05")
def shape_off_the_right(opened: Any, rng: random.Random) -> None:
    shape = pick(rng, texts(opened))
    shape.left = opened.slide_width - shape.width // 2


@fault("D05")
def shape_off_the_bottom(opened: Any, rng: random.Random) -> None:
    shape = pick(rng, texts(opened))
    shape.top = opened.slide_height - shape.height // 3


@fault("D05")
def shape_off_the_left(opened: Any, rng: random.Random) -> None:
    pick(rng, texts(opened)).left = -Inches(0.4)


@fault("D05", "D08")
def text_on_text(opened: Any, rng: random.Random) -> None:
    slides = [found for s in opened.slides if len(found := [t for t in s.shapes if t in texts_of(s)]) > 1]
    one, other = pick(rng, slides)[:2]
    one.left, one.top = other.left, other.top


def texts_of(slide: Any) -> list[Any]:
    """Return the text boxes of a slide."""
    return [s for s in slide.shapes if s.has_text_frame and len(s.text_frame.text) >= 12 and not s.is_placeholder and s.name != "Source"]


@fault("D05", "D08", "D14", "D10")
def picture_across_a_table(opened: Any, rng: random.Random) -> None:
    table = pick(rng, framed(opened, "table"))
    slide = next(s for s in opened.slides if any(x.shape_id == table.shape_id and x.name == table.name and x.has_table for x in s.shapes))
    width = Inches(1.2)
    made = slide.shapes.add_picture(picture(), table.left + table.width // 2, table.top - Inches(0.3), width, width)
    made._element.nvPicPr.cNvPr.set("descr", "a picture")


@fault("D06", *WORDS)
def text_three_times_as_long(opened: Any, rng: random.Random) -> None:
    shape = pick(rng, bounded(opened, 30))
    shape.text_frame.paragraphs[0].runs[-1].text += " and more words than can ever fit" * 14


@fault("D06", "D05")
def box_flattened(opened: Any, rng: random.Random) -> None:
    shape = pick(rng, bounded(opened, 30))
    shape.height = Inches(0.08)


@fault("D06", "D05")
def text_set_large(opened: Any, rng: random.Random) -> None:
    shape = pick(rng, bounded(opened, 40))
    for paragraph in shape.text_frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(40)


@fault("D07")
def text_of_seven_points(opened: Any, rng: random.Random) -> None:
    pick(rng, texts(opened)).text_frame.paragraphs[0].runs[0].font.size = Pt(7)


@fault("D07")
def text_of_nine_points(opened: Any, rng: random.Random) -> None:
    pick(rng, texts(opened)).text_frame.paragraphs[0].runs[0].font.size = Pt(9)


@fault("D07", "D05", "D06")
def cell_of_six_points(opened: Any, rng: random.Random) -> None:
    table = pick(rng, framed(opened, "table")).table
    cells = [c for row in table.rows for c in row.cells if c.text_frame.paragraphs[0].runs]
    pick(rng, cells).text_frame.paragraphs[0].runs[0].font.size = Pt(6)


@fault("D07", "D05", "D06", "D08", "D12")
def nine_bullets(opened: Any, rng: random.Random) -> None:
    box = pick(rng, list(opened.slides)).shapes.add_textbox(Inches(0.6), Inches(1.7), Inches(9), Inches(4.5))
    for i in range(9):
        paragraph = box.text_frame.paragraphs[0] if i == 0 else box.text_frame.add_paragraph()
        paragraph.add_run().text = "a bullet"
        paragraph.runs[0].font.size = Pt(12)
        properties = paragraph._p.get_or_add_pPr()
        bullet = properties.makeelement(qn("a:buChar"), {"char": "-"})
        properties.append(bullet)


parted("D07", "chart_labels_of_six_points", r"ppt/charts/chart\d+\.xml", lambda b: re.sub(rb'sz="1\d00"', b'sz="600"', b, count=3))


def paint(shape: Any, colour: str) -> None:
    """Paint all words of a shape."""
    for paragraph in shape.text_frame.paragraphs:
        for run in paragraph.runs:
            run.font.color.rgb = RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


@fault("D08")
def pale_text(opened: Any, rng: random.Random) -> None:
    paint(pick(rng, [t for t in texts(opened) if t.text_frame.paragraphs[0].runs[0].font.size or True]), "A9B0B7")


@fault("D08")
def white_on_white(opened: Any, rng: random.Random) -> None:
    paint(pick(rng, titled(opened)), "FFFFFF")


@fault("D08")
def text_in_the_colour_of_its_box(opened: Any, rng: random.Random) -> None:
    shape = pick(rng, texts(opened))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string("C8D0D8")  # type: ignore[no-untyped-call]
    paint(shape, "B0B8C0")


@fault("D09", "D12")
def source_removed(opened: Any, rng: random.Random) -> None:
    drop(source_of(opened, rng))


def source_of(opened: Any, rng: random.Random) -> Any:
    """Return the source line of a slide with a chart."""
    slides = [s for s in opened.slides if any(x.has_chart for x in s.shapes)]
    return pick(rng, [x for s in slides for x in s.shapes if x.has_text_frame and "Source:" in x.text_frame.text])


@fault("D09", "D12")
def source_emptied(opened: Any, rng: random.Random) -> None:
    say(source_of(opened, rng), " ")


@fault("D09", "D12")
def source_says_nothing(opened: Any, rng: random.Random) -> None:
    say(source_of(opened, rng), "Own analysis of the team")


@fault("D10", "D12")
def chart_without_alternative(opened: Any, rng: random.Random) -> None:
    pick(rng, framed(opened, "chart"))._element.nvGraphicFramePr.cNvPr.set("descr", "")


@fault("D10", "D12")
def table_without_alternative(opened: Any, rng: random.Random) -> None:
    pick(rng, framed(opened, "table"))._element.nvGraphicFramePr.cNvPr.set("descr", " ")


@fault("D10", "D05", "D08", "D14", "D12")
def picture_without_alternative(opened: Any, rng: random.Random) -> None:
    made = pick(rng, list(opened.slides)).shapes.add_picture(picture(), Inches(12.8), Inches(0.1), Inches(0.3), Inches(0.3))
    made._element.nvPicPr.cNvPr.set("descr", "")


@fault("D11", "D12")
def notes_of_three_words(opened: Any, rng: random.Random) -> None:
    pick(rng, list(opened.slides)).notes_slide.notes_text_frame.text = "Say it well"


@fault("D11", "D12")
def notes_removed(opened: Any, rng: random.Random) -> None:
    pick(rng, list(opened.slides)).notes_slide.notes_text_frame.text = ""


@fault("D11", "D12")
def notes_far_too_long(opened: Any, rng: random.Random) -> None:
    pick(rng, list(opened.slides)).notes_slide.notes_text_frame.text = "word " * 180
