"""What a stakeholder sees through a link: the answer, what is asked, what to do, the slides, what is said to them, and the files."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.decks.model import CoverSlide, Deck, RecommendationsSlide
from services.identity.models import Organization
from services.solving import outputs
from services.solving.models import Deliverable, Problem, ShareLink
from services.solving.sharing.slides import SharedSlide, shared_slides
from services.solving.steps.contract import StepName
from services.solving.steps.synthesize import Level, Synthesis
from shared.kit.cited import shown
from shared.kit.value import Value


class Figure(Value):
    """One of the answer's figures, as it is written, with its caption."""

    display: str
    caption: str


class SharedAction(Value):
    """One thing to do: who, by when, what it brings within which range. What is not known is empty."""

    action: str
    detail: str
    owner: str
    due: str
    effect: str
    range: str
    confidence: str


class SharedFile(Value):
    """A file that may be downloaded through the link."""

    id: UUID
    deliverable_type: str
    file_name: str
    file_size: int | None
    mime_type: str | None
    sha256: str | None
    generated_at: datetime | None


class SharedAnswer(Value):
    """All of it, every text as people read it. `transcript` is what is said to each slide; `deck_hash` names this exact version."""

    title: str
    question: str
    answer: str
    situation: str
    complication: str
    points: list[str]
    figures: list[Figure]
    decision_asked: str
    actions: list[SharedAction]
    total: SharedAction | None
    impact: str
    confidence: Level
    confidence_reason: str
    first_step: str
    slides: list[SharedSlide]
    transcript: list[str]
    files: list[SharedFile]
    language: str
    version: int
    dated: date
    deck_hash: str
    shared_by: str
    organization: str
    expires_at: datetime


def shared_answer(session: Session, link: ShareLink, problem: Problem, files: list[Deliverable]) -> SharedAnswer:
    """Return what is shown through a link. Raises NotDecidedYetError while a run is making a new answer for the first time."""
    output = outputs.decided(session, problem.id, StepName.PRESENT)
    deck: Deck = output.decision()
    synthesis: Synthesis = outputs.decided(session, problem.id, StepName.SYNTHESIZE).decision()
    slides = shared_slides(deck)
    organization = session.get_one(Organization, link.organization_id)
    return SharedAnswer(
        **_argument(deck, synthesis),
        slides=slides,
        transcript=[slide.notes for slide in slides if slide.notes],
        files=[_file(row) for row in files],
        language=deck.language,
        version=output.version,
        dated=deck.date,
        deck_hash=output.output_hash,
        shared_by=link.created_by,
        organization=organization.name,
        expires_at=link.expires_at,
    )


def _argument(deck: Deck, synthesis: Synthesis) -> dict[str, Any]:
    actions = next((slide for slide in deck.slides if isinstance(slide, RecommendationsSlide)), None)
    cover = next((slide for slide in deck.slides if isinstance(slide, CoverSlide)), None)
    facts = {
        "title": deck.title,
        "question": deck.subtitle,
        "answer": synthesis.governing_answer,
        "situation": synthesis.situation,
        "complication": synthesis.complication,
        "points": [point.text for point in synthesis.supporting_points],
        "figures": [{"display": deck.numbers[step.key].display, "caption": step.caption} for step in (cover.story if cover else ())],
        "decision_asked": synthesis.decision_asked,
        "actions": [_action(row.model_dump()) for row in (actions.rows if actions else ())],
        "total": _action(actions.total.model_dump()) if actions and actions.total else None,
        "impact": synthesis.impact.statement,
        "confidence": synthesis.confidence,
        "confidence_reason": synthesis.confidence_reason,
        "first_step": synthesis.first_step,
    }
    read: dict[str, Any] = shown(facts, deck.displays)
    return read


def _action(row: dict[str, Any]) -> dict[str, Any]:
    return {field: row[field] for field in SharedAction.model_fields}


def _file(row: Deliverable) -> SharedFile:
    return SharedFile.model_validate({field: getattr(row, field) for field in SharedFile.model_fields})
