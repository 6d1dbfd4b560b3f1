# ruff: noqa: E501 -- the sentences of a deck are data, and read best unbroken
"""The appendix of the example deck."""

from services.decks.elements import TextColumn, Verdict
from services.decks.model import AppendixSlide, Column, TableRow
from shared.kit.numbers import Style
from tests.decks.example_data import SOURCE
from tests.decks.ledger import TestLedger


def tests(n: TestLedger) -> AppendixSlide:
    s, u, r = Verdict.SUPPORTED, Verdict.UNDECIDED, Verdict.REFUTED
    rows = [
        ("T01", "A1", "Picking time", 5.2, 0.5, s),
        ("T02", "A2", "Packing time", 1.2, 0.4, s),
        ("T13", "A1", "Step in monthly dispatch time", 8.0, 0.8, s),
        ("T14", "A1", "Mixed batches, same hall and hour", 3.9, 0.7, s),
        ("T15", "R2", "Trial: earlier release", -1.2, 0.7, s),
        ("T03", "A3", "Batch release (stamps partly missing)", 1.1, 1.3, u),
        ("T08", "C2", "Address check in hall three", 0.3, 0.9, u),
    ]
    rows += [
        (f"T{20 + i}", "B1", f"{what}, hours explained", 0.1 * (i % 4), 0.3, r)
        for i, what in enumerate(
            (
                "Lines per order",
                "Fragile goods",
                "Carrier time",
                "Staff at night",
                "Label printing",
                "Payment check",
                "Order volume",
                "Weather",
                "Returns",
            )
        )
    ]
    table = tuple(
        TableRow(
            cells=(
                i,
                tree,
                q,
                n(e, f"{i} e", signed=True, decimals=1),
                f"{n(e - h, f'{i} lo', decimals=1)} to {n(e + h, f'{i} hi', decimals=1)}",
                n(21600, "n", style=Style.COUNT),
                n(0.0004 if v is s else 0.2, f"{i} q", style=Style.P_VALUE),
                "[[=Q-03]]",
                v.value.capitalize(),
            ),
            verdict=v,
        )
        for i, tree, q, e, h, v in rows
    )
    return AppendixSlide(
        kicker="Appendix",
        title=f"All {n(16, 'tests', style=Style.COUNT)} tests run: {n(5, 't s', style=Style.COUNT)} supported, {n(9, 't r', style=Style.COUNT)} refuted "
        f"and {n(2, 't u', style=Style.COUNT)} undecided",
        columns=(
            Column(heading="Test", weight=0.65),
            Column(heading="Tree", weight=0.6),
            Column(heading="Question", weight=4.7),
            Column(heading="Effect, h", weight=1.1, numeric=True),
            Column(heading="[[=95% CI]]", weight=1.45, numeric=True),
            Column(heading="n", weight=0.95, numeric=True),
            Column(heading="q", weight=0.9, numeric=True),
            Column(heading="Query", weight=0.75),
            Column(heading="Verdict", weight=0.95),
        ),
        rows=table,
        source=f"q: Benjamini-Hochberg over [[=16]] tests. {SOURCE}",
        notes="Every test we ran is on this page, those without an effect too. The order is by verdict. The queries are named so that anybody can run them again.",
    )


def definitions(n: TestLedger) -> AppendixSlide:
    return AppendixSlide(
        kicker="Appendix",
        title=f"Definitions, data quality and hashes: {n(21600, 'n', style=Style.COUNT)} orders were used and {n(360, 'dropped', style=Style.COUNT)} left out",
        text=(
            TextColumn(
                heading="Definitions",
                items=(
                    "Dispatch time: order confirmed to carrier scan",
                    "Mixed batch: lines from more than one hall",
                    "q: p-value adjusted by Benjamini and Hochberg",
                ),
            ),
            TextColumn(
                heading="Data quality",
                items=(
                    f"{n(360, 'dropped', style=Style.COUNT)} orders without stamps excluded",
                    "Times are local, without daylight saving",
                    "No duplicates found",
                ),
            ),
            TextColumn(
                heading="Files and hashes",
                items=("[[=orders.csv]]  sha [[=7d1e40ab]]", "[[=batches.csv]]  sha [[=c09f6612]]", "Run [[=2026-01-19 #4]]"),
            ),
        ),
        source=SOURCE,
        notes="Here are the definitions we used, what we left out and why, and the fingerprints of the files. With them the whole deck can be computed again.",
    )
