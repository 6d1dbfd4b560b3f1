"""A complete synthetic deck: hours from order to dispatch of an imaginary warehouse, every figure made by arithmetic.

Nothing here was measured anywhere. Dispatch took 26 hours, takes 34 since July 2025, and shall take 28.
"""

import datetime as dt
from functools import cache

from services.decks.model import Deck, Slide
from tests.decks.example_advice import decision, impact, plan, recommendations, risks
from tests.decks.example_appendix import definitions, tests
from tests.decks.example_findings import bar, line, scatter, synthesis
from tests.decks.example_opening import cover, frame, priorities, summary, tree
from tests.decks.ledger import TestLedger


@cache
def example_deck() -> Deck:
    """Return the deck."""
    n = TestLedger()
    slides: tuple[Slide, ...] = (
        cover(n),
        summary(n),
        frame(n),
        tree(n),
        priorities(n),
        bar(n),
        line(n),
        scatter(n),
        synthesis(n),
        recommendations(n),
        impact(n),
        plan(n),
        risks(n),
        decision(n),
        tests(n),
        definitions(n),
    )
    return Deck(
        title="Dispatch time",
        subtitle="Findings and recommendations for the operations board",
        date=dt.date(2026, 1, 19),
        problem_id="00000000-0000-4000-8000-000000000001",
        run_label="Findings and recommendations",
        evidence_base_url="http://127.0.0.1:8000/problems/example",
        slides=slides,
        numbers=n.numbers,
    )
