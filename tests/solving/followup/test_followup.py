"""Readings are held against the range that was promised, and what was promised is arithmetic over the ledger."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.identity.actor import Actor
from services.solving.errors import InvalidReadingError, NoPromiseError, NotDecidedYetError
from services.solving.evidence import repository as ledger_rows
from services.solving.evidence.ledger import Ledger
from services.solving.followup.promise import Standing, promised, standing
from services.solving.followup.service import follow_up, record_reading
from services.solving.models import StepOutput
from services.solving.steps.contract import StepName
from services.solving.steps.frame import Direction, Frame, Kpi, Scope
from services.solving.steps.synthesize import ExpectedImpact, Impact, Recommendation, Synthesis
from shared.db import transaction
from shared.kit.clock import now
from tests.fixtures.runs import problem, rows
from tests.solving.runs.test_service import work


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        (7.0, "decrease", "within"),
        (6.0, "decrease", "within"),
        (8.0, "decrease", "within"),
        (8.1, "decrease", "short"),
        (5.9, "decrease", "beyond"),
        (8.1, "increase", "beyond"),
        (5.9, "increase", "short"),
        (5.9, "hold", "short"),
    ],
)
def test_a_reading_stands_where_the_wanted_direction_says(value: float, direction: Direction, expected: Standing) -> None:
    assert standing(value, 8.0, 6.0, direction) == expected
    assert standing(value, None, 6.0, direction) == "no_promise"


def _argued(ledger: Ledger) -> tuple[Frame, Synthesis]:
    """A cost of 10 that two actions shall lower by 1 to 2 and by 0.5 to 1."""
    key = {value: ledger.assumption(value, "for the test", label=f"a figure of {value}") for value in (10.0, -1.0, -2.0, -0.5, -1.5)}
    kpi = Kpi(name="cost per order", definition="cost / orders", unit="EUR", direction="decrease", baseline=10, baseline_key=key[10.0])
    plain = {"goal": "Lower it?", "title": "Cost", "domain": "cost", "decision": "", "decision_maker": "", "deadline": ""}
    lists: dict[str, list[object]] = {
        name: [] for name in ("stakeholders", "assumptions", "constraints", "success_criteria", "clarifying_questions")
    }
    frame = Frame.model_validate(plain | lists | {"scope": Scope(include=[], exclude=[]), "kpis": [kpi], "confidence": "medium"})
    advice = [
        Recommendation(
            title=title,
            summary="",
            evidence=[],
            actions=[],
            expected_impact=ExpectedImpact(
                kpi="cost", low_key=low, high_key=high, timeframe="", assumptions=[], arithmetic="", overlap_removed=""
            ),
            risks=[],
            confidence=0.5,
            confidence_reason="",
            priority=1,
        )
        for title, low, high in (("First", key[-1.0], key[-2.0]), ("Second", key[-0.5], key[-1.5]), ("Unsized", None, None))
    ]
    words = ("governing_answer", "situation", "complication", "first_step", "decision_asked", "confidence_reason")
    empty = ("supporting_points", "leaf_verdicts", "contradictions", "what_would_change_our_mind", "next_data")
    impact = Impact(gap_key=None, total_key=key[-2.0], remaining_key=None, statement="")
    facts: dict[str, Any] = {**dict.fromkeys(words, ""), **{name: [] for name in empty}}
    synthesis = Synthesis.model_validate(facts | {"recommendations": advice, "impact": impact, "confidence": "medium"})
    return frame, synthesis


def test_the_promise_is_the_baseline_and_the_sum_of_what_the_actions_bring() -> None:
    ledger = Ledger()
    found = promised(*_argued(ledger), ledger)
    assert found is not None
    assert found.low_key is not None
    assert found.high_key is not None
    assert (ledger.value(found.low_key), ledger.value(found.high_key)) == (8.5, 6.5)
    assert ledger.entry(found.high_key).recipe.formula == "today + effecta + effectb"


def _promising(actor: Actor) -> UUID:
    """Return a solved problem whose newest frame and synthesis promise something."""
    done = problem(actor)
    work(done)
    ledger = Ledger()
    decided = dict(zip((StepName.FRAME, StepName.SYNTHESIZE), _argued(ledger), strict=True))
    with transaction() as session:
        ledger_rows.save(session, done, actor.organization_id, ledger.entries, step=StepName.SYNTHESIZE, execution_id=None)
        for row in session.scalars(select(StepOutput).where(StepOutput.problem_id == done, StepOutput.step.in_(list(decided)))):
            row.output = decided[StepName(row.step)].model_dump(mode="json")
    return done


def test_readings_are_kept_and_shown_beside_the_promise(actor: Actor) -> None:
    done = _promising(actor)
    with transaction() as session:
        for day, value in ((30, 9.0), (90, 7.25), (90, 6.0)):
            record_reading(session, actor, done, day=day, value=value, source="the monthly report")
    with transaction() as session:
        found = follow_up(session, actor, done)
        assert [(row.day, row.standing, found.displays[row.value_key]) for row in found.readings] == [
            (30, "short", "9.0"),
            (90, "within", "7.2"),
            (90, "beyond", "6.0"),
        ]
        assert found.promise is not None
        assert [found.displays[str(key)] for key in (found.promise.baseline_key, found.promise.low_key, found.promise.high_key)] == [
            "10.0",
            "8.5",
            "6.5",
        ]
        assert found.due[90] - found.due[30] == timedelta(days=60)
        reason = ledger_rows.find(session, done, found.readings[0].value_key).recipe.reason
    assert str(reason).startswith(f"Read by {actor.name} on ")
    assert [
        row[0]
        for row in rows("SELECT body->>'standing' FROM solving.events WHERE problem_id = :id AND kind = 'kpi_read' ORDER BY seq", id=done)
    ] == [
        "short",
        "within",
        "beyond",
    ]


def test_what_cannot_be_a_reading_is_refused(actor: Actor) -> None:
    fresh, done, promising = problem(actor, start=False), problem(actor), _promising(actor)
    work(done)
    with transaction() as session:
        with pytest.raises(NotDecidedYetError):
            record_reading(session, actor, fresh, day=30, value=1, source="x")
        with pytest.raises(NoPromiseError):
            record_reading(session, actor, done, day=30, value=1, source="x")
        refused: tuple[dict[str, Any], ...] = (
            {"day": 31},
            {"value": float("nan")},
            {"source": " "},
            {"read_on": now().date() + timedelta(days=1)},
        )
        for wrong in refused:
            reading: dict[str, Any] = {"day": 30, "value": 1.0, "source": "x"} | wrong
            with pytest.raises(InvalidReadingError):
                record_reading(session, actor, promising, **reading)
