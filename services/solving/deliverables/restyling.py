"""The recorded deck in a customer's own template: the same slides, numbers and manifest, other layouts and theme."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from services.decks.model import Deck
from services.identity import audit
from services.identity.actor import Actor
from services.solving import outputs
from services.solving.problems import repository as problems
from services.solving.steps.contract import StepName
from shared.db import transaction

if TYPE_CHECKING:
    from services.decks.lint import Report
    from services.decks.pptx.customer import CustomerTemplate


@dataclass(frozen=True)
class Restyled:
    """A deck drawn in a template, and what its checks found."""

    data: bytes
    report: "Report"


def restyle(actor: Actor, problem_id: UUID, template: "CustomerTemplate", name: str) -> Restyled:
    """Return a problem's newest deck drawn in a customer's template called `name`; nothing is stored but the trail's entry.

    Raises ProblemNotFoundError and NotDecidedYetError.
    """
    from services.decks.lint import lint_file
    from services.decks.pptx.render import render_pptx

    with transaction() as session:
        problem = problems.find(session, actor, problem_id)
        deck: Deck = outputs.decided(session, problem.id, StepName.PRESENT).decision()
        details = {"template": name[:200]}
        audit.record(session, actor, "deck.restyled", "problem", problem.id, problem_id=problem.id, details=details)
    data = render_pptx(deck, template)
    rows = {key: number.rows for key, number in deck.numbers.items() if number.rows is not None}
    return Restyled(data, lint_file(data, displays=deck.displays, rows=rows))
