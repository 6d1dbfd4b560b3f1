"""The faults of the rules from D12 on: numbers, sums, pictures, axes, order, advice, typefaces, the file, persons, colour."""

import io
import random
import re
import zipfile
from typing import Any

from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from tests.decks.lint.faults import (
    FAULTS,
    WORDS,
    Fault,
    NoPlaceError,
    drop,
    fault,
    framed,
    parted,
    pick,
    picture,
    say,
    texts,
    titled,
)  # fmt: skip
from tests.decks.tampering import with_part

MANIFEST = r"customXml/item1\.xml"


def _nudged(text: str) -> str:
    return re.sub(r"\d", lambda m: str((int(m[0]) + 3) % 10), text, count=1)


@fault("D12", *(WORDS - {"D12"}))
def digit_changed(opened: Any, rng: random.Random) -> None:
    runs = [r for t in (*titled(opened), *texts(opened)) for p in t.text_frame.paragraphs for r in p.runs if re.search(r"\d", r.text)]
    run = pick(rng, runs)
    run.text = _nudged(run.text)


@fault("D12", "D13", "D05", "D06")
def cell_changed(opened: Any, rng: random.Random) -> None:
    cells = [c for f in framed(opened, "table") for row in f.table.rows for c in row.cells]
    runs = [r for c in cells for p in c.text_frame.paragraphs for r in p.runs if re.fullmatch(r"[+\u2212]?\d+(\.\d+)?", r.text)]
    run = pick(rng, runs)
    run.text = _nudged(run.text)


@fault("D12", "D05", "D06", "D08")
def number_added(opened: Any, rng: random.Random) -> None:
    box = pick(rng, list(opened.slides)).shapes.add_textbox(Inches(10), Inches(0.15), Inches(2), Inches(0.3))
    box.text_frame.text = "plus 12 more"
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(12)


def _value_changed(content: bytes) -> bytes:
    def other(found: re.Match[bytes]) -> bytes:
        return found[1] + b"%g" % (float(found[2]) * 1.5 + 1) + found[3]

    return re.sub(rb"(<c:val>.*?<c:v>)([\d.e+-]+)(</c:v>)", other, content, count=1, flags=re.DOTALL)


parted("D12", "plotted_value_changed", r"ppt/charts/chart\d+\.xml", _value_changed, "D13", "D15")


@fault("D13", "D05", "D06", "D07", "D08", "D09", "D10", "D12", "D14")
def total_is_not_the_sum(opened: Any, rng: random.Random) -> None:
    _table(opened, rng, (("Part", "Value"), ("North", "12.5"), ("South", "7.5"), ("Total", "21.0")))


@fault("D13", "D05", "D06", "D07", "D08", "D09", "D10", "D12", "D14")
def shares_make_no_whole(opened: Any, rng: random.Random) -> None:
    _table(opened, rng, (("Part", "Share"), ("North", "62%"), ("South", "27%"), ("West", "21%"), ("Total", "100%")))


def _table(opened: Any, rng: random.Random, rows: tuple[tuple[str, ...], ...]) -> None:
    slide = pick(rng, list(opened.slides)[1:])
    frame = slide.shapes.add_table(len(rows), len(rows[0]), Inches(0.6), Inches(2), Inches(4), Inches(0.5 * len(rows)))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", "a table")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            frame.table.cell(r, c).text = text
            frame.table.cell(r, c).text_frame.paragraphs[0].runs[0].font.size = Pt(12)


def _pie_changed(content: bytes) -> bytes:
    if b"pieChart" not in content and b"doughnutChart" not in content:
        return content
    return re.sub(rb"(<c:numCache>.*?<c:v>)([\d.]+)", lambda m: m[1] + b"%g" % (float(m[2]) * 1.4), content, count=1, flags=re.DOTALL)


parted("D13", "slices_make_no_whole", r"ppt/charts/chart\d+\.xml", _pie_changed, "D12")


@fault("D14", "D05", "D06", "D07", "D08", "D12")
def exhibits_are_pictures(opened: Any, rng: random.Random) -> None:
    slides = list(opened.slides)
    for slide in rng.sample(slides, min(6, len(slides))):
        made = slide.shapes.add_picture(picture(), Inches(1), Inches(1.8), Inches(5), Inches(4))
        made._element.nvPicPr.cNvPr.set("descr", "a chart as a picture")


@fault("D14", "D09", "D12", "D08", "D22", "D05", "D07")
def charts_became_pictures(opened: Any, rng: random.Random) -> None:
    charts = framed(opened, "chart")
    if not charts:
        raise NoPlaceError
    for slide in opened.slides:
        for shape in [s for s in slide.shapes if getattr(s, "has_chart", False)]:
            made = slide.shapes.add_picture(picture(), shape.left, shape.top, shape.width, shape.height)
            made._element.nvPicPr.cNvPr.set("descr", "a chart as a picture")
            drop(shape)


def _axis_cut(content: bytes) -> bytes:
    if b"<c:barChart>" not in content:
        return content
    content = re.sub(rb'<c:min val="[^"]*"/>', b"", content)
    return re.sub(rb"(<c:valAx>.*?<c:scaling>.*?)(</c:scaling>)", rb'\1<c:min val="3"/>\2', content, count=1, flags=re.DOTALL)


def _logarithmic(content: bytes) -> bytes:
    if b"<c:barChart>" not in content:
        return content
    return re.sub(rb"(<c:valAx>.*?<c:scaling>)", rb'\1<c:logBase val="10"/>', content, count=1, flags=re.DOTALL)


def _many_series(content: bytes) -> bytes:
    shown = [s for s in re.findall(rb"<c:ser>.*?</c:ser>", content, re.DOTALL) if b"</c:tx><c:spPr><a:noFill/>" not in s]
    if not shown or b"scatterChart" in content:
        return content
    return content.replace(shown[0], shown[0] * 8, 1)


parted("D15", "bars_from_three", r"ppt/charts/chart\d+\.xml", _axis_cut)
parted("D15", "bars_on_a_logarithm", r"ppt/charts/chart\d+\.xml", _logarithmic)
parted("D15", "eight_more_series", r"ppt/charts/chart\d+\.xml", _many_series, "D12", "D13", "D22", "D08")


def _move(opened: Any, place: int, to: int) -> None:
    ids = opened.slides._sldIdLst
    moved = ids[place]
    ids.remove(moved)
    ids.insert(to, moved)


def _without(opened: Any, *words: str) -> None:
    ids = opened.slides._sldIdLst
    chosen = [i for i, s in enumerate(opened.slides) for x in s.shapes
              if x.name.startswith("Kicker") and re.match("|".join(words), x.text_frame.text, re.IGNORECASE)]  # fmt: skip
    if not chosen:
        raise NoPlaceError
    for i in sorted(set(chosen), reverse=True):
        opened.part.drop_rel(ids[i].rId)
        ids.remove(ids[i])


@fault("D16", "D12")
def summary_removed(opened: Any, rng: random.Random) -> None:
    _without(opened, "executive summary", "summary")


@fault("D16")
def summary_moved(opened: Any, rng: random.Random) -> None:
    _without_check(opened)
    _move(opened, 1, rng.randrange(3, len(opened.slides)))


def _without_check(opened: Any) -> None:
    if not any(x.name == "Kicker" for x in opened.slides[1].shapes):
        raise NoPlaceError


@fault("D16", "D12")
def decision_removed(opened: Any, rng: random.Random) -> None:
    _without(opened, "decision")


@fault("D16", "D12", "D17")
def appendix_removed(opened: Any, rng: random.Random) -> None:
    _without(opened, "appendix")


def _unevidenced(content: bytes) -> bytes:
    text = content.decode()
    head, mark, tail = text.partition('"advice":[')
    return (head + mark + re.sub(r'"evidence":\[[^\]]*\]', '"evidence":[]', tail, count=1)).encode() if '"sized":true' in tail else content


def _elsewhere(content: bytes) -> bytes:
    text = content.decode()
    head, mark, tail = text.partition('"advice":[')
    return (head + mark + re.sub(r'"evidence":\["[^\]]*\]', '"evidence":["E0badf00d"]', tail, count=1)).encode()


parted("D17", "advice_without_evidence", MANIFEST, _unevidenced)
parted("D17", "advice_on_a_number_never_shown", MANIFEST, _elsewhere)


@fault("D18", "D05", "D06")
def comic_typeface(opened: Any, rng: random.Random) -> None:
    pick(rng, texts(opened)).text_frame.paragraphs[0].runs[0].font.name = "Comic Sans MS"


@fault("D18", "D05", "D06")
def typeface_in_a_cell(opened: Any, rng: random.Random) -> None:
    cells = [c for f in framed(opened, "table") for row in f.table.rows for c in row.cells if c.text_frame.paragraphs[0].runs]
    pick(rng, cells).text_frame.paragraphs[0].runs[0].font.name = "Courier New"


@fault("D18")
def east_asian_typeface(opened: Any, rng: random.Random) -> None:
    properties = pick(rng, texts(opened)).text_frame.paragraphs[0].runs[0]._r.get_or_add_rPr()
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    face = properties.makeelement(qn("a:ea"), {"typeface": "SimSun"})
    after = properties.find(qn("a:latin"))
    click = properties.find(qn("a:hlinkClick"))
    if after is not None:
        after.addnext(face)
    elif click is not None:
        click.addprevious(face)
    else:
        properties.append(face)


parted("D19", "identities_shared", r"ppt/slides/slide\d+\.xml", lambda b: re.sub(rb'<p:cNvPr id="3"', b'<p:cNvPr id="2"', b, count=1))
_PLACE_BEFORE_SHAPE = re.compile(rb"(<a:xfrm>.*?</a:xfrm>)(<a:prstGeom [^>]*><a:avLst/></a:prstGeom>)", re.DOTALL)
parted("D19", "out_of_order", r"ppt/slides/slide\d+\.xml", lambda b: _PLACE_BEFORE_SHAPE.sub(rb"\2\1", b, count=1))
parted("D19", "unknown_element", r"ppt/slides/slide\d+\.xml", lambda b: re.sub(rb"<p:spPr>", b"<p:spPr><a:glowing/>", b, count=1))


def _doubled(data: bytes, rng: random.Random) -> bytes:
    import warnings

    out = io.BytesIO(data)
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("ppt/presentation.xml", zipfile.ZipFile(io.BytesIO(data)).read("ppt/presentation.xml"))
    return out.getvalue()


def _untyped(data: bytes, rng: random.Random) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("ppt/stray.dat", b"stray")
    return out.getvalue()


def _listed(data: bytes, rng: random.Random) -> bytes:
    entry = b'<Override PartName="/ppt/gone.xml" ContentType="application/xml"/></Types>'
    return with_part(data, "[Content_Types].xml", lambda content: content.replace(b"</Types>", entry))


FAULTS.append(Fault("D19", "part_twice", _doubled))
FAULTS.append(Fault("D19", "part_without_type", _untyped))
FAULTS.append(Fault("D19", "listed_part_missing", _listed))


@fault("D21", *WORDS)
def address_in_a_text(opened: Any, rng: random.Random) -> None:
    say(pick(rng, texts(opened)), "Ask ada.lovelace@example.org")


@fault("D21", "D11", "D12")
def telephone_in_the_notes(opened: Any, rng: random.Random) -> None:
    frame = pick(rng, list(opened.slides)).notes_slide.notes_text_frame
    frame.text = f"{frame.text} Call +49 30 1234567 about it."


@fault("D21", *WORDS, "D13")
def account_in_a_cell(opened: Any, rng: random.Random) -> None:
    cells = [c for f in framed(opened, "table") for row in f.table.rows for c in row.cells if c.text_frame.paragraphs[0].runs]
    pick(rng, cells).text_frame.paragraphs[0].runs[0].text = "DE89 3704 0044 0532 0130 00"


@fault("D21", "D12", "D10")
def address_in_the_alternative(opened: Any, rng: random.Random) -> None:
    pick(rng, framed(opened, "chart"))._element.nvGraphicFramePr.cNvPr.set("descr", "A chart by j.doe@corp.example")


def _unnamed(content: bytes) -> bytes:
    if b"<c:legend>" not in content or content.count(b"<c:ser>") < 2:
        return content
    content = re.sub(rb"<c:legend>.*?</c:legend>", b"", content, flags=re.DOTALL)
    return re.sub(rb"<c:dLbls>.*?</c:dLbls>", b"", content, flags=re.DOTALL)


parted("D22", "legend_removed", r"ppt/charts/chart\d+\.xml", _unnamed, "D08", "D12")


@fault("D22", "D05", "D06", "D07", "D08", "D09", "D10", "D12", "D14")
def traffic_lights(opened: Any, rng: random.Random) -> None:
    from pptx.dml.color import RGBColor

    _table(opened, rng, (("Item", "State"), ("North", "x"), ("South", "x"), ("West", "x")))
    frame = framed(opened, "table")
    table = next(f.table for f in frame if f.table.cell(0, 0).text == "Item")
    for r, colour in ((1, "C00000"), (2, "00A000"), (3, "E0A000")):
        cell = table.cell(r, 1)
        cell.text = ""
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


parted("D19", "relationship_to_nowhere", r"ppt/slides/_rels/slide\d+\.xml\.rels", lambda b: b.replace(b"</Relationships>",
       b'<Relationship Id="rId999" Type="urn:x" Target="../media/gone.png"/></Relationships>'))  # fmt: skip
