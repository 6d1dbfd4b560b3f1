"""Step 7 by rules: the storyline, answer first, as a deck model whose numbers all come from the ledger."""

from services.decks.elements import Number
from services.decks.model import Deck, Slide
from services.solving.analysts.rules.storyline import advice, appendix, argument, delivery, exhibits, opening
from services.solving.analysts.rules.storyline.material import IncompleteArgumentError, Material
from services.solving.evidence.ledger import EvidenceEntry, Ledger
from services.solving.steps.contract import StepContext
from services.solving.steps.present import PresentResult
from shared.kit.cited import cited_keys


def present(context: StepContext) -> PresentResult:
    """Decide the storyline.

    Raises IncompleteArgumentError when an earlier step has not been done.
    """
    material = _material(context)
    slides = _slides(material)
    known = {**context.known, **{entry.key: entry for entry in material.ledger.entries}}
    title = material.frame.title
    deck = Deck(
        title=title,
        subtitle=material.frame.goal,
        date=context.problem.submitted_on,
        problem_id=context.problem.id,
        run_label=title,
        language="en",
        evidence_base_url=context.evidence_base_url,
        slides=slides,
        numbers=_numbers(title + material.frame.goal, slides, known),
    )
    return PresentResult(deck=deck, entries=material.ledger.entries)


def _material(context: StepContext) -> Material:
    c = context
    if not (c.frame and c.tree and c.priorities and c.plans and c.analysis and c.synthesis):
        raise IncompleteArgumentError("The deck tells six steps; at least one of them has not been done yet.")
    return Material(c, c.frame, c.tree, c.priorities, c.plans, c.analysis, c.synthesis, Ledger(known=c.known))


def _slides(material: Material) -> tuple[Slide, ...]:
    told: list[Slide | None] = [
        opening.cover(material),
        opening.executive_summary(material),
        opening.frame(material),
        argument.tree(material),
        argument.priorities(material),
        *exhibits.findings(material),
        advice.synthesis(material) if material.synthesis.supporting_points else None,
        advice.recommendations(material),
        advice.impact(material),
        delivery.plan(material),
        delivery.risks(material),
        advice.decision(material),
        appendix.tests(material) if any(f.q_value is not None for f in material.analysis.findings) else None,
        appendix.quality(material),
        appendix.definitions(material),
    ]
    return tuple(slide for slide in told if slide is not None)


def _numbers(texts: str, slides: tuple[Slide, ...], known: dict[str, EvidenceEntry]) -> dict[str, Number]:
    """Return the entries the slides cite or chart, and no others."""
    said = texts + "".join(slide.model_dump_json() for slide in slides)
    used = set(cited_keys(said)) | {key for key in known if f'"{key}"' in said}
    return {key: _number(known[key]) for key in sorted(used)}


def _number(entry: EvidenceEntry) -> Number:
    rows = None if entry.rows is None else tuple(tuple(row) for row in entry.rows)
    return Number(
        key=entry.key,
        value=entry.value,
        display=entry.display,
        label=entry.label,
        unit=entry.unit,
        columns=tuple(entry.columns),
        rows=rows,
    )
