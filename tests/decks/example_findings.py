# ruff: noqa: E501 -- the sentences of a deck are data, and read best unbroken
"""The findings of the example deck and their synthesis."""

from services.decks.elements import Callout, Exhibit, Tone
from services.decks.model import FindingSlide, Pillar, SynthesisSlide
from shared.kit.numbers import Style
from tests.decks.example_data import SOURCE, STAGES, hours, monthly, shift
from tests.decks.ledger import TestLedger


def bar(n: TestLedger) -> FindingSlide:
    rise = hours(n, 5.2, "picking rise, plain")
    return FindingSlide(
        kicker="Finding [[=1]]",
        title=f"Picking adds {rise} of the {hours(n, 8, 'rise')} extra; every other stage adds {hours(n, 1.2, 'packing rise')} or less",
        exhibit=Exhibit(
            kind="bar",
            key=n.table("stages", ("Stage", "Change, hours"), [(s, round(b - a, 1)) for s, a, b in STAGES]),
            title="Change in mean hours per order, by stage",
            note=f"since July [[=2025]] against before; sum {hours(n, 8.0, 'rise one', signed=True)}",
            signed=True,
            decimals=1,
            highlight=("Picking",),
            rest=f"{hours(n, 2.8, 'rest rise', signed=True)} six other stages together",
        ),
        callout=Callout(
            label="Picking",
            hero=hours(n, 5.2, "picking rise", signed=True),
            context=f"from {n(6.4, 'pick 0')} to {hours(n, 11.6, 'pick 1')} per order",
            rows=(
                ("[[=95% CI]]", f"{n(4.7, 'lo')} to {n(5.7, 'hi')}"),
                ("n", f"{n(21600, 'n', style=Style.COUNT)} orders"),
                ("q-value", n(0.0001, "q", style=Style.P_VALUE)),
                ("Share of rise", n(0.65, "share", style=Style.PERCENT)),
            ),
            so_what=f"In the same hall and hour, orders in mixed batches take {hours(n, 3.9, 'mixed')} longer than orders in batches of one hall.",
        ),
        source=f"{SOURCE}. q: Benjamini-Hochberg, [[=16]] tests.",
        notes="The grey bars together add less than half of what picking adds. Mixed batches send pickers through several halls. That is the one cause we can switch off.",
    )


def line(n: TestLedger) -> FindingSlide:
    return FindingSlide(
        kicker="Finding [[=2]]",
        title=f"Dispatch stepped up by {hours(n, 8, 'rise')} in July [[=2025]], when mixed batches began, and stayed there",
        exhibit=Exhibit(
            kind="line",
            key=n.table("monthly", ("Month", "Mean hours"), monthly()),
            title="Mean dispatch time per month, hours",
            note=f"n = {n(21600, 'n', style=Style.COUNT)} orders",
            change="2025-07-01",
            band=("2025-06-01", "2025-08-01"),
            change_label="Change point: July [[=2025]]",
            change_note="[[=95% CI]] June to August (band)",
            before=f"{n(26.0, 'mean before', decimals=1)}  mean before",
            after=f"{n(34.0, 'mean after', decimals=1)}  mean since",
            before_level=n.key(26.0, "mean before", decimals=1),
            after_level=n.key(34.0, "mean after", decimals=1),
        ),
        callout=Callout(
            label="Step in level",
            hero=hours(n, 8.0, "rise one", signed=True),
            rows=(
                ("[[=95% CI]]", f"{n(7.2, 'step lo')} to {n(8.8, 'step hi')}"),
                ("n", f"{n(24, 'months', style=Style.COUNT)} months"),
                ("q-value", n(0.0001, "q", style=Style.P_VALUE)),
            ),
            so_what="The batch log shows mixed batches in all halls from July on. A drift in order mix or weather would not appear within one month, nor hold for six.",
        ),
        source=f"{SOURCE}. Axis does not start at zero.",
        notes="Two flat lines with a step between them. The step falls into the month in which mixed batches began. Nothing else we know of changed at that time.",
    )


def scatter(n: TestLedger) -> FindingSlide:
    points = [shift(i) for i in range(80)]
    return FindingSlide(
        kicker="Finding [[=3]]",
        title=f"Each further hall in a batch goes with {hours(n, 0.9, 'slope')} more picking; half the spread comes from it",
        exhibit=Exhibit(
            kind="scatter",
            key=n.table("halls", ("Walk, km", "Picking, hours"), points),
            title="Picking time against walking distance, one point per shift",
            note=f"n = {n(80, 'shifts', style=Style.COUNT)} shifts",
            x_label="Walking distance, km per batch",
            y_label="Picking, hours per order",
        ),
        callout=Callout(
            label="Picking per hall",
            hero=hours(n, 0.9, "slope signed", signed=True),
            context="for each further hall in the batch",
            rows=(
                ("Rank correlation", n(0.71, "rho", decimals=2)),
                ("n", f"{n(80, 'shifts', style=Style.COUNT)} shifts"),
                ("q-value", n(0.002, "q2", style=Style.P_VALUE)),
            ),
            so_what="An association, not an experiment: the trial in hall two decides.",
            tone=Tone.UNDECIDED,
        ),
        source=SOURCE,
        notes="More halls in a batch go with longer picking. This is an association only, so we propose a trial before the roll-out. The spread around the line is wide.",
    )


def synthesis(n: TestLedger) -> SynthesisSlide:
    return SynthesisSlide(
        kicker="Synthesis",
        title=f"Batching, not staffing, costs the {hours(n, 8, 'rise')}: undo it and {hours(n, 5.6, 'saved')} come back",
        answer=f"Dispatch is slow because batches mix halls; separating them and releasing earlier wins back {hours(n, 5.6, 'saved')} of {hours(n, 6, 'gap')}.",
        pillars=(
            Pillar(
                heading="Picking routes grew",
                hero=hours(n, 5.2, "picking rise", signed=True),
                hero_note="per order since July",
                tone=Tone.PROBLEM,
                text="Pickers cross halls for every mixed batch. The step falls into the month in which mixing began.",
                evidence="Findings A1, A2",
            ),
            Pillar(
                heading="Packing waits for boxes",
                hero=hours(n, 1.2, "packing rise, signed", signed=True),
                hero_note="per order since July",
                tone=Tone.PROBLEM,
                text="Sizes arrive in the order of picking, not of packing, so lanes stand still.",
                evidence="Finding A2",
            ),
            Pillar(
                heading="Staff and carriers are not the cause",
                hero=hours(n, 0.3, "others at most"),
                hero_note="at most, each",
                tone=Tone.GAIN,
                text="Volume, order mix, staffing and carrier times were tested and refuted.",
                evidence="Tests T05 to T12",
            ),
        ),
        open="batch release and address checks stay undecided: their stamps are incomplete in hall three.",
        notes="The answer rests on three points. Two show where the hours go, one shows where they do not. What we could not decide is said openly below.",
    )
