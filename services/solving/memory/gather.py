"""What there is to remember of a problem, read from PostgreSQL, and where it is kept."""

from sqlalchemy.orm import Session

from services.solving import outputs
from services.solving.evidence import repository as ledger_rows
from services.solving.memory.parts import Part, parts_of
from services.solving.models import Problem
from shared.settings import get_settings


def collection() -> str:
    """Return the name of the collection that holds every remembered text."""
    return f"{get_settings().qdrant_prefix}problem_memory"


def parts_now(session: Session, problem: Problem) -> list[Part]:
    """Return what there is to remember of a problem as it stands."""
    decisions = {step: output.decision() for step, output in outputs.current(session, problem.id).items()}
    displays = ledger_rows.displays(ledger_rows.ledger(session, problem.id))
    return parts_of(problem.raw_text, problem.title, decisions, displays)
