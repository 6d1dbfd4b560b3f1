# ruff: noqa: E501 -- the sentences of a deck are data, and read best unbroken
"""The advice of the example deck: actions, impact, plan, risks, decision."""

import datetime as dt

from services.decks.elements import Callout, Level, TextColumn, Tone
from services.decks.model import (
    Ask,
    DecisionSlide,
    Gate,
    ImpactSlide,
    PlanGroup,
    PlanSlide,
    PlanTask,
    Recommendation,
    RecommendationsSlide,
    Risk,
    RisksSlide,
    Trigger,
    WaterfallStep,
)
from shared.kit.numbers import Style
from tests.decks.example_data import SOURCE, hours
from tests.decks.ledger import TestLedger

_ACTIONS = (
    (
        "R1",
        "Batch by hall",
        "No order crosses halls unless it must",
        "Head of picking",
        "[[=17 Apr 2026]]",
        3.6,
        2.7,
        4.5,
        "High",
        "Same hall and hour",
    ),
    (
        "R2",
        "Release batches two hours earlier",
        "Cut-off moves, staffing stays",
        "Head of planning",
        "[[=27 Mar 2026]]",
        1.2,
        0.5,
        1.9,
        "Medium",
        "Trial in one hall",
    ),
    (
        "R3",
        "Give each box size its own lane",
        "Tape and signs, no building work",
        "Head of packing",
        "[[=27 Feb 2026]]",
        0.8,
        0.3,
        1.3,
        "Medium",
        "Trial in two halls",
    ),
)


def recommendations(n: TestLedger) -> RecommendationsSlide:
    rows = tuple(
        Recommendation(
            id=i,
            action=a,
            detail=d,
            owner=o,
            due=due,
            effect=hours(n, -e, f"{i} effect", signed=True),
            range=f"{n(lo, f'{i} lo', decimals=1)} to {n(hi, f'{i} hi', decimals=1)}",
            confidence=c,
            why=why,
            evidence=(n.key(0.65, "share", style=Style.PERCENT),),
        )
        for i, a, d, o, due, e, lo, hi, c, why in _ACTIONS
    )
    return RecommendationsSlide(
        kicker="Recommendations",
        title=f"Approve three actions now: together they save {hours(n, 5.6, 'saved')} per order by [[=17 April 2026]]",
        rows=rows,
        total=Recommendation(
            id="all",
            action="All three actions",
            due="[[=17 Apr 2026]]",
            effect=hours(n, -5.6, "saved, signed", signed=True),
            range=f"{n(4.4, 'save lo')} to {n(6.8, 'save hi')}",
            confidence="Effects assumed to add up",
        ),
        rejected="a conveyor between the halls (too slow to build), robots for small items, and three smaller options.",
        source=f"Effect per order; ranges are [[=95%]] intervals. {SOURCE}",
        notes="Three actions, three owners, three dates. The first brings most and rests on the strongest evidence. The total assumes that effects add up, which the review will check.",
    )


def impact(n: TestLedger) -> ImpactSlide:
    rows = [("Gap today", 6.0, None, None), *((f"{a[0]} {a[1]}", a[5], a[6], a[7]) for a in _ACTIONS), ("Gap left", 0.4, -0.8, 1.6)]
    steps = [WaterfallStep(label="Gap today", value=n(6.0, "gap", decimals=1), role="start")]
    steps += [
        WaterfallStep(
            label=f"{a[0]} {a[1]}",
            value=n(-a[5], f"{a[0]} plain", signed=True, decimals=1),
            range=f"{n(a[6], f'{a[0]} lo', decimals=1)} to {n(a[7], f'{a[0]} hi', decimals=1)}",
        )
        for a in _ACTIONS
    ]
    steps.append(
        WaterfallStep(
            label="Gap left",
            value=n(0.4, "left", decimals=1),
            range=f"{n(-0.8, 'left lo', decimals=1)} to {n(1.6, 'left hi')}",
            role="rest",
        )
    )
    return ImpactSlide(
        kicker="Impact",
        title=f"The three actions close {hours(n, 5.6, 'saved')} of the {hours(n, 6, 'gap')} gap; the range runs from {n(4.4, 'save lo')} to {hours(n, 6.8, 'save hi')}",
        chart=n.table("waterfall", ("Step", "Hours", "Low", "High"), rows),
        heading="Gap to the target, hours per order",
        note="bars: estimate; whiskers: [[=95%]] range",
        steps=tuple(steps),
        zero_label="[[=0]] = target reached",
        callout=Callout(
            label="Projected dispatch time",
            hero=hours(n, 28.4, "projected dispatch time"),
            context=f"range {n(27.2, 'p lo')} to {hours(n, 29.6, 'p hi')}",
            rows=(
                ("Saved per order", hours(n, 5.6, "saved")),
                ("[[=95%]] range", f"{n(4.4, 'save lo')} to {n(6.8, 'save hi')}"),
                ("Share of gap", n(0.93, "share of gap", style=Style.PERCENT)),
            ),
            so_what="Start all three now. Hold the address check ready as a fourth action in case the May review shows more than the target.",
            tone=Tone.GAIN,
        ),
        source=f"Combined range assumes independent effects. {SOURCE}",
        notes="Read from left to right: the gap, what each action takes off, what is left. The whiskers show how sure we are. The rest may be zero or more than one hour.",
    )


def plan(n: TestLedger) -> PlanSlide:
    d = dt.date

    def task(text: str, start: dt.date, end: dt.date, phase: str = "prepare") -> PlanTask:
        return PlanTask(text=text, start=start, end=end, phase=phase)

    groups = (
        PlanGroup(
            id="R1",
            text="Batch by hall",
            tasks=(
                task("Change the batch rule", d(2026, 2, 2), d(2026, 2, 27)),
                task("Trial in hall two", d(2026, 2, 16), d(2026, 3, 20)),
                task("Go live in all halls", d(2026, 3, 9), d(2026, 4, 17), "go_live"),
            ),
        ),
        PlanGroup(
            id="R2",
            text="Earlier release",
            tasks=(
                task("Agree the new cut-off", d(2026, 2, 16), d(2026, 3, 13)),
                task("Go live in all halls", d(2026, 3, 9), d(2026, 3, 27), "go_live"),
            ),
        ),
        PlanGroup(
            id="R3",
            text="Packing lanes by size",
            tasks=(
                task("Mark the lanes", d(2026, 2, 2), d(2026, 2, 13)),
                task("Go live in all halls", d(2026, 2, 16), d(2026, 2, 27), "go_live"),
            ),
        ),
        PlanGroup(
            text="Review",
            tasks=(
                task("Complete the stamps of hall three", d(2026, 2, 2), d(2026, 2, 27)),
                task("Weekly report", d(2026, 2, 2), d(2026, 5, 15), "background"),
                task("Measure the full effect", d(2026, 4, 20), d(2026, 5, 15), "measure"),
            ),
        ),
    )
    gates = (
        Gate(date=d(2026, 2, 27), text="R3 live"),
        Gate(date=d(2026, 3, 27), text="R2 live"),
        Gate(date=d(2026, 4, 17), text="R1 live"),
        Gate(date=d(2026, 5, 15), text="Decide", decisive=True),
    )
    return PlanSlide(
        kicker="Plan",
        title=f"All three actions are live in {n(11, 'weeks', style=Style.COUNT)} weeks, and a four-week measurement decides on [[=15 May 2026]]",
        groups=groups,
        gates=gates,
        source="Weeks start on Mondays; week [[=1]] begins on [[=2 February 2026]].",
        notes="Preparation in grey, going live in green, measuring in dark blue. Each diamond is a gate with its date. In May we look at the numbers again and decide.",
    )


def risks(n: TestLedger) -> RisksSlide:
    low, medium, high = Level.LOW, Level.MEDIUM, Level.HIGH
    return RisksSlide(
        kicker="Risks",
        title=f"{n(4, 'risks', style=Style.COUNT)} risks are covered, and {n(3, 'triggers', style=Style.COUNT)} results by [[=15 May]] would change our recommendation",
        risks=(
            Risk(
                text="Batches by hall grow too small to be worth a walk",
                likelihood=medium,
                effect=high,
                cover="Trial in hall two first; minimum batch size by rule",
            ),
            Risk(
                text="Earlier release misses late orders",
                likelihood=medium,
                effect=medium,
                cover="A second, small release stays open until the evening",
            ),
            Risk(
                text="Effects overlap, so the sum is too high",
                likelihood=medium,
                effect=medium,
                cover="Measure all three together, not only one by one",
            ),
            Risk(
                text="Missing stamps hide a slow hall",
                likelihood=low,
                effect=medium,
                cover="Stamps completed by the end of February; test repeated",
            ),
        ),
        triggers=(
            Trigger(
                threshold=f"> {hours(n, 8.9, 'trigger pick')}",
                measure="picking after going live",
                action="Batches by hall do not work as in the trial. Plan the conveyor instead.",
            ),
            Trigger(
                threshold=f"< {hours(n, 0.5, 'trigger release')}",
                measure="saved by earlier release",
                action="Stop it and test a later carrier collection.",
            ),
            Trigger(
                threshold=f"> {hours(n, 1.0, 'trigger address', unit='h')}",
                measure="address checks, full stamps",
                action="The undecided cause holds. Add it as the fourth action.",
            ),
        ),
        source="Likelihood and effect: judgement of the team, not measured.",
        notes="Every risk has a cover and an owner. At the right are the results that would make us change our mind, with what we would then do. They are fixed before the start.",
    )


def decision(n: TestLedger) -> DecisionSlide:
    return DecisionSlide(
        kicker="Decision",
        title=f"We ask you to start three actions on [[=2 February]], for {hours(n, 5.6, 'saved')} less per order",
        question="Do you approve all three actions, their owners and the review in May?",
        asks=tuple(Ask(text=a[1], owner=a[3], due=a[4], effect=hours(n, -a[5], f"{a[0]} effect", signed=True)) for a in _ACTIONS),
        alternatives=("do nothing until the contract is renewed", "a conveyor between the halls", "more staff at night"),
        next_steps=(
            TextColumn(heading="First Monday", tone=Tone.GAIN, items=("Batch rule changed in the test system", "Lanes marked in hall one")),
            TextColumn(heading="After [[=30]] days", items=("Packing lanes live, first reading", "Stamps of hall three complete")),
            TextColumn(heading="After [[=90]] days", items=("All three live, effect measured", "Decision on a fourth action")),
        ),
        notes="One decision with three parts. If you agree today, the first change is visible on Monday. The review in May is part of what you approve.",
    )
