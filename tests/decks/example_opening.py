# ruff: noqa: E501 -- the sentences of a deck are data, and read best unbroken
"""The opening of the example deck: cover, summary, frame, tree, priorities."""

from services.decks.elements import Branch, Gauge, Leaf, Option, StoryStep, TextColumn, Tone, Verdict
from services.decks.model import CoverSlide, ExecutiveSummarySlide, FrameSlide, PrioritiesSlide, SummaryRow, TreeSlide
from shared.kit.numbers import Style
from tests.decks.example_data import SOURCE, hours
from tests.decks.ledger import TestLedger


def cover(n: TestLedger) -> CoverSlide:
    levels = ((26.0, "before July", Tone.MUTED), (34.0, "since July", Tone.PROBLEM), (30.4, "R1", Tone.GAIN), (29.2, "R2", Tone.GAIN))
    story = [StoryStep(key=n.key(v, f"story {c}", unit="h", decimals=None if v % 1 else 0), caption=c, tone=t) for v, c, t in levels]
    story.append(StoryStep(key=n.key(28.4, "projected dispatch time", unit="h"), caption="projected", tone=Tone.GAIN))
    return CoverSlide(
        kicker="Dispatch time",
        title=f"Why orders take {hours(n, 34, 'today')} instead of {hours(n, 26, 'baseline')} to leave, "
        f"and how to win back {hours(n, 5.6, 'saved')}",
        story=tuple(story),
        meta="[[=21,600]] orders, [[=3]] halls, January [[=2024]] to December [[=2025]]",
        mark="Confidential draft",
        notes="Dispatch has become slower since July. This deck shows why, and what three actions would bring. It asks for one decision at the end.",
    )


def summary(n: TestLedger) -> ExecutiveSummarySlide:
    saved, gap = hours(n, 5.6, "saved"), hours(n, 6, "gap")
    rows = (
        SummaryRow(
            label="Situation",
            hero=f"{hours(n, 26, 'baseline', unit='')} → {hours(n, 34, 'today', unit='')}",
            hero_note="hours from order to dispatch",
            heading=f"Dispatch slowed by {hours(n, 8, 'rise')} in July [[=2025]]",
            text=f"It took {hours(n, 26, 'baseline')} until June [[=2025]] and {hours(n, 34, 'today')} since. The target is {hours(n, 28, 'target')}, "
            f"so {gap} must go.",
        ),
        SummaryRow(
            label="Finding",
            hero=hours(n, 5.2, "picking rise", signed=True),
            hero_note=f"of {hours(n, 8.0, 'rise one', signed=True)} from picking",
            heading="Slower picking explains two thirds of the rise",
            tone=Tone.PROBLEM,
            text=f"Picking takes {hours(n, 5.2, 'picking rise, plain')} longer ([[=95% CI]] {n(4.7, 'lo')} to {n(5.7, 'hi')}, "
            f"q {n(0.0001, 'q', style=Style.P_VALUE)}); mixed batches cost most of it. Payment and carriers are refuted.",
        ),
        SummaryRow(
            label="Recommendation",
            hero=hours(n, -5.6, "saved, signed", signed=True),
            hero_note=f"of the {gap} to the target",
            heading="Single-hall batches, earlier release, packing lanes by size",
            tone=Tone.GAIN,
            text=f"Together they save {saved} ({n(4.4, 'save lo')} to {n(6.8, 'save hi')}), all live by [[=17 April]]. "
            "A fourth action is held ready in case the target is missed.",
        ),
    )
    return ExecutiveSummarySlide(
        kicker="Executive summary",
        title=f"Three actions cut dispatch from {hours(n, 34, 'today')} to {hours(n, 28.4, 'projected')} and close {saved} of the {gap} gap",
        rows=rows,
        decision="Start all three actions on [[=2 February 2026]]; review on [[=15 May]] whether a fourth is needed.",
        source=f"Mean hours per order. Ranges are [[=95%]] intervals. {SOURCE}",
        notes="Dispatch stepped up in July and has stayed there. Picking is the main cause. Three actions would close nearly all of the gap; we ask you to start them in February.",
    )


def frame(n: TestLedger) -> FrameSlide:
    gauge = Gauge(
        label="Mean dispatch time today",
        today=n.key(34, "today", unit="h", decimals=0),
        baseline=n.key(26, "baseline", unit="h", decimals=0),
        target=n.key(28, "target", unit="h", decimals=0),
        gap=n.key(6, "gap", unit="h", decimals=0),
        rise=n.key(8, "rise", unit="h", decimals=0),
        context=("July to December [[=2025]]", f"{n(5400, 'orders since', style=Style.COUNT)} orders in [[=3]] halls"),
    )
    columns = (
        TextColumn(
            heading="In scope",
            tone=Tone.GAIN,
            items=(
                "All parcel orders of the [[=3]] halls",
                "January [[=2024]] to December [[=2025]]",
                "Time from order to carrier scan",
                "Seven stages, from payment check to hand-over",
            ),
        ),
        TextColumn(
            heading="Out of scope",
            tone=Tone.MUTED,
            items=("Delivery time after hand-over", "Pallet and return orders", "Prices and assortment", "A new hall"),
        ),
        TextColumn(
            heading="Assumptions",
            items=(
                "Stamps are accurate to one minute",
                (
                    f"The {n(360, 'dropped', style=Style.COUNT)} orders without stamps "
                    f"({n(0.0164, 'dropped share', style=Style.PERCENT)}) are missing at random"
                ),
                "The target of the service contract stands",
                "Order volume stays at its level",
            ),
        ),
    )
    return FrameSlide(
        kicker="Problem frame",
        title=f"Dispatch must fall by {hours(n, 6, 'gap')}, from {hours(n, 34, 'today')} to {hours(n, 28, 'target')}, to meet the service contract again",
        gauge=gauge,
        columns=columns,
        source=SOURCE,
        notes="The contract asks for dispatch within a fixed time. We measure from the order to the carrier scan. Pallets and returns are left out on purpose.",
    )


def tree(n: TestLedger) -> TreeSlide:
    s, r, u = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED
    leaves = (
        ("A1", "Picking routes are longer", 5.2, s),
        ("A2", "Packing waits for box sizes", 1.2, s),
        ("A3", "Batch release comes later", 1.1, u),
        ("A4", "Labels are printed more slowly", 0.2, r),
        ("B1", "More lines per order", 0.3, r),
        ("B2", "More fragile goods in the mix", 0.1, r),
        ("C1", "Carriers collect later", 0.0, r),
        ("C2", "Address checks take longer in one hall", 0.3, u),
        ("C3", "Staff changes at night", -0.2, r),
    )

    def branch(letter: str, text: str, note: str) -> Branch:
        own = [row for row in leaves if row[0].startswith(letter)]
        made = tuple(Leaf(id=i, text=t, effect=hours(n, e, f"effect {i}", signed=True), verdict=v) for i, t, e, v in own)
        return Branch(id=letter, text=text, note=note, leaves=made)

    return TreeSlide(
        kicker="Issue tree",
        title=f"{n(2, 'supported', style=Style.COUNT)} of {n(9, 'causes', style=Style.COUNT)} possible causes hold: longer picking routes and waiting for "
        f"box sizes; {n(2, 'undecided', style=Style.COUNT)} stay undecided",
        root=f"Why did dispatch rise from {hours(n, 26, 'baseline')} to {hours(n, 34, 'today')}?",
        branches=(
            branch(
                "A", "Work takes longer", f"{n(2, 'a supported', style=Style.COUNT)} of {n(4, 'a leaves', style=Style.COUNT)} supported"
            ),
            branch("B", "Orders carry more", ""),
            branch("C", "Conditions worsen", ""),
        ),
        effect_heading="Effect per order",
        source=f"Supported: q < [[=0.05]]. Refuted: interval excludes [[=1 h]]. Undecided: neither. {SOURCE}",
        notes="We tested nine possible causes. Two hold, five are refuted and stay on view, two need better data. The dark path shows where the hours are lost.",
    )


def priorities(n: TestLedger) -> PrioritiesSlide:
    rows = (
        ("R1", 8.0, 8.6, "Single-hall batches", "Hall batches"),
        ("R2", 7.2, 5.4, "Release batches earlier", "Early release"),
        ("R3", 8.4, 4.1, "Packing lanes by size", "Size lanes"),
        ("O4", 2.2, 7.1, "Conveyor between the halls", "Conveyor"),
        ("O5", 4.6, 4.0, "Robots for small items", "Robots"),
        ("O6", 8.8, 1.0, "Faster label printers", "Printers"),
        ("O7", 3.4, 1.8, "Second address service", "Address service"),
        ("O8", 6.0, 1.2, "Night shift in one hall", "Night shift"),
    )
    ranked = sorted(rows, key=lambda row: -(0.6 * row[2] + 0.4 * row[1]))
    options = tuple(
        Option(id=i, text=text, short=short, score=n(0.6 * y + 0.4 * x, f"score {i}", decimals=1), go=i.startswith("R"))
        for i, x, y, text, short in ranked
    )
    return PrioritiesSlide(
        kicker="Priorities",
        title=f"{n(3, 'go', style=Style.COUNT)} of {n(8, 'options', style=Style.COUNT)} options are worth their work and go forward; the biggest one is too slow",
        chart=n.table("matrix", ("id", "feasibility", "impact"), [(i, x, y) for i, x, y, _, _ in rows]),
        x_label="Feasibility, score",
        y_label="Impact on dispatch time, score",
        x_range=(0, 10),
        y_range=(0, 10),
        quadrants=("Big bets", "Do first", "Leave", "Quick wins"),
        options=options,
        score_label="Score: impact and feasibility",
        cut=n.table("cut line", ("feasibility", "impact"), [(0.0, 5.7 / 0.6), (10.0, (5.7 - 4.0) / 0.6)]),
        cut_label=f"Cut line at {n(5.7, 'cut', decimals=1)}",
        note_heading="Why not the conveyor?",
        note=f"It scores {n(7.1, 'o4 impact', decimals=1)} on impact but {n(2.2, 'o4 ease', decimals=1)} on feasibility: it needs a building permit.",
        source=f"Scores by rule from effect and effort; reasons in the appendix. {SOURCE}",
        notes="Impact weighs more than feasibility. Three options pass the cut. The conveyor would help most but cannot be ready in time, so it waits.",
    )
