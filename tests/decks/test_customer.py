"""A customer's template: layouts are matched by placeholder type, and one that cannot carry our slides is refused with the reason."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Inches

from services.decks.lint import lint_file
from services.decks.model import Deck
from services.decks.pptx.customer import TemplateRefusedError, customer_template
from services.decks.pptx.render import render_pptx
from services.decks.pptx.template import A
from tests.decks.conftest import Rows
from tests.decks.tampering import with_part


def drawn(change: Callable[[Any], None] = lambda _deck: None, *, width: float = 13.333, height: float = 7.5) -> bytes:
    """Return a template made with another program, a slide of somebody else's in it."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(width), Inches(height)
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Somebody else's slide"
    change(deck)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def as_potx(data: bytes) -> bytes:
    """Return a presentation as a template: the same parts, another content type."""
    return with_part(data, "[Content_Types].xml", lambda c: c.replace(b"presentation.main+xml", b"template.main+xml"))


def recoloured(deck: Any) -> None:
    """Give the theme a serif and another first accent."""
    part = next(rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    part._blob = part.blob.replace(b'<a:latin typeface="Calibri"/>', b'<a:latin typeface="Times New Roman"/>')


def wide(deck: Any) -> None:
    part = next(rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    part._blob = part.blob.replace(b'<a:latin typeface="Calibri"/>', b'<a:latin typeface="Verdana"/>')


def dark(deck: Any) -> None:
    deck.slide_master.background.fill.solid()
    deck.slide_master.background.fill.fore_color.rgb = RGBColor(0x10, 0x10, 0x30)  # type: ignore[no-untyped-call]


def logo(deck: Any) -> None:
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    _, rel_id = deck.slide_master.part.get_or_add_image_part(io.BytesIO(png.getvalue()))
    tree = deck.slide_master.shapes._spTree
    picture = tree.add_pic if hasattr(tree, "add_pic") else None
    assert picture is not None
    tree.add_pic(90, "Big logo", "", rel_id, Inches(5), Inches(3), Inches(2), Inches(2))


def titleless(deck: Any) -> None:
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            if "title" in str(shape.placeholder_format.type).lower():
                shape._element.getparent().remove(shape._element)


@pytest.mark.parametrize("make", [lambda data: data, as_potx], ids=["pptx", "potx"])
def test_a_deck_is_drawn_in_a_customers_template(make: Callable[[bytes], bytes], deck: Deck, rows: Rows) -> None:
    template = customer_template(make(drawn(recoloured)))
    assert template.light_cover
    data = render_pptx(deck, template)
    opened = Presentation(io.BytesIO(data))
    assert len(opened.slides) == 16
    names = {slide.slide_layout.name for slide in opened.slides}
    assert names == {"Title Slide", "Title Only"}
    assert all(slide.shapes.title is not None and slide.shapes.title.text for slide in opened.slides)
    report = lint_file(data, displays=deck.displays, rows=rows)
    assert [(i.rule, i.slide, i.shape, i.message) for i in report.issues if i.severity == "error"] == []
    assert "Somebody else" not in str([shape.name for slide in opened.slides for shape in slide.shapes])
    theme = next(rel.target_part for rel in opened.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    assert b"Times New Roman" in theme.blob
    assert A.encode() in theme.blob


def test_the_same_deck_and_template_give_the_same_bytes(deck: Deck) -> None:
    one, other = (render_pptx(deck, customer_template(drawn())) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no presentation", "no PowerPoint"),
        (drawn(width=10, height=7.5), "10.00 x 7.50"),
        (drawn(dark), "too dark"),
        (drawn(wide), "Verdana, which may run wider"),
        (drawn(logo), "Big logo"),
        (drawn(titleless), "no title placeholder"),
    ],
    ids=["no file", "size", "dark", "wide", "drawing", "no title"],
)
def test_a_template_that_cannot_carry_our_slides_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(TemplateRefusedError, match=reason):
        customer_template(data)
