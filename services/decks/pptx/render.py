"""From the deck model to the bytes of a .pptx, the same bytes every time."""

import datetime as dt
import io
import itertools
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.oxml import parse_xml

from services.decks.manifest import Manifest, ManifestAdvice, ManifestChart, ManifestSlide
from services.decks.metrics import printable
from services.decks.model import Deck, RecommendationsSlide, Slide
from services.decks.pages import pages
from services.decks.pptx.customer import CustomerTemplate, adapted, restyled
from services.decks.pptx.kinds import KINDS
from services.decks.pptx.package import embed, saved
from services.decks.pptx.page import PptxPage
from services.decks.pptx.template import CONTENT, COVER, NAMESPACES, template
from shared.kit.cited import cited_keys, resolve

NOTES = "Notes"


def render_pptx(deck: Deck, customer: CustomerTemplate | None = None) -> bytes:
    """Return the deck as a 16:9 .pptx with native charts, tables and shapes, its manifest inside; in a customer's template if given.

    Raises UncitedNumberError for a text with a number outside a token, UnknownEvidenceError for an unknown key and
    KeyError for a chart whose number has no rows.
    """
    presentation = Presentation(io.BytesIO(customer.data if customer else template()))
    chart_numbers = itertools.count(1)
    slides: list[ManifestSlide] = []
    charts: list[ManifestChart] = []
    for number, slide in enumerate(pages(deck), 1):
        page = _drawn(presentation, deck, slide, (number, chart_numbers), customer)
        slides.append(ManifestSlide(slide_id=page.slide.slide_id, kind=slide.kind, shapes=tuple(page.shapes)))
        charts += page.charts
    manifest = Manifest(
        problem_id=deck.problem_id,
        run_label=deck.run_label,
        language=deck.language,
        slides=tuple(slides),
        charts=tuple(charts),
        advice=tuple(_advice(deck)),
    )
    _properties(presentation, deck)
    embed(presentation, manifest)
    return saved(presentation)


def _drawn(
    presentation: Any, deck: Deck, slide: Slide, counted: "tuple[int, itertools.count[int]]", customer: CustomerTemplate | None
) -> PptxPage:
    number, chart_numbers = counted
    places = (customer.cover, customer.content) if customer else (COVER, CONTENT)
    layout = presentation.slide_layouts[places[slide.kind != "cover"]]
    made = presentation.slides.add_slide(layout)
    page = PptxPage(deck, made, number, chart_numbers)
    KINDS[slide.kind](page, slide)
    tree = made.shapes._spTree  # noqa: SLF001 -- the library's own name for the tree of shapes
    for shape in list(tree)[2:]:
        tree.remove(shape)
    drawn = "".join(page.xml)
    drawn = adapted(drawn, layout, customer, cover=slide.kind == "cover") if customer else drawn
    for shape in parse_xml(f"<p:spTree {NAMESPACES}>{drawn}</p:spTree>"):
        tree.append(shape)
    if customer:
        for root in (tree, *(part._element for part in _charts(made))):  # noqa: SLF001 -- the library's own name
            restyled(root, customer)
    if slide.notes:
        page.claim(NOTES, (slide.notes,))
        made.notes_slide.notes_text_frame.text = page.resolved(slide.notes)
    return page


def _charts(slide: Any) -> list[Any]:
    return [relation.target_part for relation in slide.part.rels.values() if relation.reltype.endswith("/chart")]


def _advice(deck: Deck) -> Iterator[ManifestAdvice]:
    for slide in deck.slides:
        if isinstance(slide, RecommendationsSlide):
            for row in slide.rows:
                yield ManifestAdvice(id=row.id, evidence=row.evidence, sized=bool(cited_keys(row.effect)))


def _properties(presentation: Any, deck: Deck) -> None:
    properties = presentation.core_properties
    made = dt.datetime.combine(deck.date, dt.time())
    properties.title = printable(resolve(deck.title, deck.displays))
    properties.subject = printable(resolve(deck.subtitle, deck.displays))
    properties.author = properties.last_modified_by = "Seven Steps to Poem"
    properties.created = properties.modified = made
    properties.revision = 1
    properties.language = deck.language
    properties.identifier = deck.problem_id
