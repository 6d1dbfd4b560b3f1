# ruff: noqa: E501 -- the sentences of a deck are data, and read best unbroken
"""Decks that try the layout: long German compounds, Chinese, forty-character labels, thirty categories, negatives, gaps."""

import datetime as dt
from functools import cache

from services.decks.elements import Branch, Callout, Exhibit, Gauge, Leaf, Option, TextColumn, Tone, Verdict
from services.decks.model import (
    AppendixSlide,
    Ask,
    Column,
    CoverSlide,
    DecisionSlide,
    Deck,
    ExecutiveSummarySlide,
    FindingSlide,
    FrameSlide,
    Pillar,
    PrioritiesSlide,
    Recommendation,
    RecommendationsSlide,
    Slide,
    SummaryRow,
    SynthesisSlide,
    TableRow,
    TreeSlide,
)
from shared.kit.cited import cited_keys, name
from shared.kit.numbers import Style
from tests.decks.ledger import TestLedger

LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselverwaltung"
NOTES_DE = "Diese Folie zeigt nur Beispiele mit sehr langen Wörtern. Sie prüft, ob nichts über den Rand läuft und ob alle Wörter lesbar bleiben, auch klein."
NOTES_ZH = "这一页只用于检查排版。所有文字都应当留在框内，数字都来自台账，图表都可以编辑，字号不低于规定的下限，页面之间不重复。"
NOTES_EN = "This slide only tries the layout. Nothing may run over its box, nothing may be cut, and every number must come from the ledger, whatever the labels say."


def _deck(n: TestLedger, slides: tuple[Slide, ...], language: str) -> Deck:
    return Deck.model_validate(
        {
            "title": "Layout",
            "subtitle": "",
            "date": dt.date(2026, 1, 19),
            "problem_id": "stress",
            "language": language,
            "evidence_base_url": "http://127.0.0.1:8000/problems/stress",
            "slides": slides,
            "numbers": n.numbers,
        }
    )


@cache
def german_deck() -> Deck:
    """Return a deck of long German words."""
    n = TestLedger()
    value = n(12.5, "wert", unit="Minuten", decimals=1)
    slides: tuple[Slide, ...] = (
        CoverSlide(
            title=f"Warum die {LONG_WORD} heute {value} länger dauert und was das Unternehmen dagegen tun kann",
            subtitle="Untersuchung der Schlüsselverwaltungsgesamtprozesskette",
            notes=NOTES_DE,
        ),
        ExecutiveSummarySlide(
            kicker="Zusammenfassung",
            title=f"Die Geschwindigkeitsbegrenzungsüberschreitungsverfolgung kostet {value} je Vorgang und lässt sich halbieren",
            rows=(
                SummaryRow(
                    label="Ausgangslage und Problemstellung",
                    hero=n(1234567.0, "kosten", style=Style.MONEY, unit="EUR"),
                    hero_note="jährliche Instandhaltungsvertragsverwaltungskosten im Konzern",
                    heading="Rechtsschutzversicherungsgesellschaften bearbeiten Schadensfallabwicklungen langsamer als vereinbart",
                    text=f"Seit der Betriebsstättenzusammenlegung dauert jede Schadensfallabwicklung {value} länger, obwohl die "
                    "Sachbearbeitungsvorgangsnummernvergabe unverändert blieb und die Personalausstattung sogar gewachsen ist.",
                    tone=Tone.PROBLEM,
                ),
                SummaryRow(
                    label="Empfehlung", heading="Vorgangsnummern zentral vergeben", text="Eine Stelle statt dreier.", tone=Tone.GAIN
                ),
            ),
            decision=f"Zustimmung zur Zusammenlegung der {LONG_WORD}.",
            source="Quelle: [[=vorgänge_2025.csv]]; Abfrage [[=Q-01]]",
            notes=NOTES_DE,
        ),
        FrameSlide(
            kicker="Rahmen",
            title=f"Die Bearbeitungsdauer muss um {value} sinken, damit die Vertragsstrafen entfallen",
            gauge=Gauge(
                label="Durchschnittliche Bearbeitungsdauer",
                today=n.key(58.0, "heute", unit="Minuten", decimals=1),
                target=n.key(57.5, "ziel", unit="Minuten", decimals=1),
                baseline=n.key(57.0, "basis", unit="Minuten", decimals=1),
                gap=n.key(0.5, "abstand", unit="Minuten", decimals=1),
            ),
            missing="Ein bestätigter Zielwert der Geschäftsleitung liegt nicht vor.",
            columns=(
                TextColumn(
                    heading="Im Umfang", items=(f"{LONG_WORD}sverfahren", "Kundenbeziehungsmanagementsoftwareeinführung"), tone=Tone.GAIN
                ),
                TextColumn(heading="Annahmen", items=("Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung gilt weiter",)),
            ),
            source="Quelle: [[=vorgänge_2025.csv]]",
            notes=NOTES_DE,
        ),
        TreeSlide(
            kicker="Ursachenbaum",
            title=f"Nur eine von vielen Ursachen hält der Prüfung stand: sie kostet {value}",
            root=f"Warum stieg die {LONG_WORD}sdauer?",
            branches=(
                Branch(
                    id="A",
                    text="Schadensfallabwicklungsverfahren",
                    leaves=tuple(
                        Leaf(id=f"A{i}", text=text, effect=value, verdict=verdict)
                        for i, (text, verdict) in enumerate(
                            (
                                ("Kraftfahrzeughaftpflichtversicherungsnachweise fehlen häufiger als im Vorjahr", Verdict.SUPPORTED),
                                ("Vermögenszuordnungszuständigkeitsübertragung", Verdict.UNDECIDED),
                                (LONG_WORD, Verdict.REFUTED),
                            ),
                            1,
                        )
                    ),
                ),
                Branch(id="B", text="Nachfrage", leaves=(Leaf(id="B1", text="Mehr Anträge"),)),
            ),
            source="Quelle: [[=vorgänge_2025.csv]]",
            notes=NOTES_DE,
        ),
        RecommendationsSlide(
            kicker="Empfehlungen",
            title=f"Fünf Maßnahmen sparen zusammen {value} je Vorgang bis zum [[=10. April 2026]]",
            rows=tuple(
                Recommendation(
                    id=f"R{i}",
                    action=f"Arbeitsunfähigkeitsbescheinigungsverwaltung vereinheitlichen, Teil {'abcde'[i]}",
                    detail="Vereinheitlichung der Vorgangsnummernvergabe in allen Niederlassungen ohne zusätzliche Stellen",
                    owner="Hauptabteilungsleitung Schadensfallabwicklung",
                    due="[[=10. April 2026]]",
                    effect=value,
                    evidence=tuple(cited_keys(value)),
                    range=f"{n(10.25, 'lo', decimals=2)} bis {n(14.75, 'hi', decimals=2)}",
                    confidence="Mittel",
                    why="Versuch in einer Niederlassung mit Vergleichsgruppe",
                )
                for i in range(5)
            ),
            rejected="Auslagerung der gesamten Schadensfallabwicklung an einen Dienstleister, Verdopplung der Personalausstattung.",
            source="Quelle: [[=vorgänge_2025.csv]]",
            notes=NOTES_DE,
        ),
        DecisionSlide(
            kicker="Entscheidung",
            title=f"Wir bitten um Zustimmung zu zwei Maßnahmen, die {value} sparen",
            question="Stimmen Sie der Vereinheitlichung der Arbeitsunfähigkeitsbescheinigungsverwaltung in allen Niederlassungen zu?",
            asks=(
                Ask(
                    text="Vereinheitlichung beginnen",
                    owner="Hauptabteilungsleitung Schadensfallabwicklung",
                    due="[[=1. März]]",
                    effect=value,
                ),
            ),
            notes=NOTES_DE,
        ),
        AppendixSlide(
            kicker="Anhang",
            title=f"Alle Prüfungen im Überblick, mit {n(40, 'anzahl', style=Style.COUNT)} Zeilen auf mehreren Seiten",
            columns=(
                Column(heading="Nr."),
                Column(heading="Frage", weight=6),
                Column(heading="Effekt", numeric=True),
                Column(heading="Urteil"),
            ),
            rows=tuple(
                TableRow(
                    cells=(
                        name(f"T{i:02d}"),
                        f"{LONG_WORD} im Vergleich der Niederlassungen",
                        n(i * 1.5, f"t{i}", decimals=1),
                        "Widerlegt",
                    ),
                    verdict=Verdict.REFUTED,
                )
                for i in range(40)
            ),
            source="Quelle: [[=vorgänge_2025.csv]]",
            notes=NOTES_DE,
        ),
    )
    return _deck(n, slides, "de")


@cache
def chinese_deck() -> Deck:
    """Return a deck in Chinese."""
    n = TestLedger()
    value = n(12.5, "值", unit="分钟", decimals=1)
    slides: tuple[Slide, ...] = (
        CoverSlide(title=f"为什么港口周转时间上升了{value}，以及如何把它降回目标水平", subtitle="调查结果与建议", notes=NOTES_ZH),
        ExecutiveSummarySlide(
            kicker="摘要",
            title=f"三项行动可以把周转时间缩短{value}，弥补与目标之间的大部分差距，并在四月之前全部上线",
            rows=tuple(
                SummaryRow(
                    label=label,
                    hero=value,
                    hero_note="每次靠港",
                    heading="车辆装载变慢解释了大部分上升，其他各阶段的影响都很小",
                    text="自从改为单车道装载以来，每次靠港的装载时间明显变长，而交通量、风力和潮汐都不能解释这一变化，因此应当恢复双车道装载。",
                    tone=tone,
                )
                for label, tone in (("现状", Tone.INK), ("发现", Tone.PROBLEM), ("建议", Tone.GAIN))
            ),
            decision="批准三项行动，并在五月复核是否需要第四项行动。",
            source="来源：[[=port_calls.csv]]；查询 [[=Q-07]]",
            notes=NOTES_ZH,
        ),
        FindingSlide(
            kicker="发现 [[=1]]",
            title=f"车辆装载增加了{value}，其他任何阶段的增加都不超过两分钟",
            exhibit=Exhibit(
                kind="bar",
                key=n.table("阶段", ("阶段", "变化"), [("车辆装载", 11.4), ("物资补给作业与加油", 2.1), ("卸载", 2.0), ("清洁", 0.4)]),
                title="各阶段平均时间的变化，分钟",
                signed=True,
                decimals=1,
                highlight=("车辆装载",),
                rest="其他阶段合计",
            ),
            callout=Callout(
                label="车辆装载",
                hero=value,
                context="每次靠港",
                rows=(("样本量", n(18270, "n", style=Style.COUNT)), ("[[=95%]] 区间", f"{n(10.4, 'lo')} 至 {n(12.4, 'hi')}")),
                so_what="在同一港口和同一小时内，单车道装载比双车道装载明显更慢，因此恢复双车道可以收回大部分时间。",
            ),
            source="来源：[[=port_calls.csv]]；查询 [[=Q-07]]",
            notes=NOTES_ZH,
        ),
        SynthesisSlide(
            kicker="综合",
            title=f"问题在于装载方式而不在于人手：改回来可以收回{value}",
            answer="周转变慢是因为装载改为单车道；恢复双车道并提前检票可以收回大部分时间。",
            pillars=tuple(
                Pillar(heading="装载变慢", hero=value, text="装载时间的上升正好出现在改为单车道的那个月。", tone=Tone.PROBLEM)
                for _ in range(4)
            ),
            open="卸载与潮汐的影响尚未确定。",
            notes=NOTES_ZH,
        ),
    )
    return _deck(n, slides, "zh")


def _callout(n: TestLedger) -> Callout:
    return Callout(
        label="Leading category", hero=n(1234567.8, "hero", style=Style.MONEY, unit="EUR"), rows=(("n", n(41, "n", style=Style.COUNT)),)
    )


def _finding(n: TestLedger, title: str, exhibit: Exhibit) -> FindingSlide:
    callout = _callout(n)
    return FindingSlide(
        kicker="Finding", title=title, exhibit=exhibit, callout=callout, source="Source: [[=data.csv]]; query [[=Q-01]]", notes=NOTES_EN
    )


@cache
def charts_deck() -> Deck:
    """Return a deck of charts that are hard to set."""
    n = TestLedger()
    thirty = [(f"Category {i:02d} with a name of forty letters {chr(97 + i % 26)}", round(100.0 / (i + 1), 2)) for i in range(30)]
    negatives = [("North", 4.2), ("South", -7.5), ("East", 0.0), ("West", -0.3), ("Centre", None), ("Abroad", 1.1)]
    months = [f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(36)]
    lines = [(month, 10.0 + i * 0.3, 12.0 - i * 0.1, 11.0 + (i % 5), None if i < 6 else 10.5) for i, month in enumerate(months)]
    days = [(f"2025-{1 + i // 28:02d}-{i % 28 + 1:02d}", 100000.0 + 40000 * ((i * 37) % 11)) for i in range(200)]
    bins = [(f"{i * 10} to {i * 10 + 10}", float((i * 13) % 37)) for i in range(20)]
    parts = [(f"Region {chr(65 + i)}", 30.0 + i, 20.0, 50.0 - i) for i in range(9)]
    one = n(1, "one", style=Style.COUNT)
    slides: tuple[Slide, ...] = (
        CoverSlide(title=f"Charts that are hard to set, {one} after another", notes=NOTES_EN),
        _finding(
            n,
            f"Thirty categories become fifteen bars, and {one} of them is hot",
            Exhibit(
                kind="bar", key=n.table("thirty", ("Category", "Value"), thirty), title="Value by category", highlight=(str(thirty[0][0]),)
            ),
        ),
        _finding(
            n,
            f"South loses while {one} region gains, and a gap stays a gap",
            Exhibit(
                kind="bar",
                key=n.table("negatives", ("Region", "Change"), negatives),
                title="Change by region",
                note="in points; Centre has no data",
                signed=True,
                highlight=("South",),
                reference=n.key(2.0, "reference"),
                reference_label="Plan",
            ),
        ),
        _finding(
            n,
            f"Four lines carry their names at their ends, {one} of them hot",
            Exhibit(
                kind="line",
                key=n.table("lines", ("Month", "Alpha", "Beta with a longer name", "Gamma", "Delta"), lines),
                title="Level by month",
                highlight=("Alpha",),
            ),
        ),
        _finding(
            n,
            f"Daily money runs over months on {one} axis of dates",
            Exhibit(
                kind="line",
                key=n.table("days", ("Day", "Revenue"), days),
                title="Revenue per day, EUR",
                style=Style.MONEY,
                reference=n.key(300000.0, "money", style=Style.MONEY, unit="EUR"),
                reference_label="Plan",
            ),
        ),
        _finding(
            n,
            f"Most values stand in {one} place of the distribution",
            Exhibit(
                kind="histogram",
                key=n.table("bins", ("Bin", "Count"), bins),
                title="Distribution",
                style=Style.COUNT,
                highlight=("80 to 90",),
                x_label="Days",
            ),
        ),
        _finding(
            n,
            f"Parts of a whole show their names in {one} key above",
            Exhibit(
                kind="stacked",
                key=n.table("parts", ("Region", "Late", "Early and in a long name", "In time"), parts),
                title="Shares",
                highlight=("Late",),
            ),
        ),
        _matrix(n),
    )
    return _deck(n, slides, "en")


def _matrix(n: TestLedger) -> PrioritiesSlide:
    points = [(f"P{i}", 2.0 + (i % 3) * 0.1, 5.0 + (i % 4) * 0.1) for i in range(12)]
    options = tuple(
        Option(id=str(i), text=f"Option {i} with a long description of what it is", short="Long short name", go=False) for i, _, _ in points
    )
    return PrioritiesSlide(
        kicker="Priorities",
        title=f"Twelve options crowd in {n(1, 'one', style=Style.COUNT)} corner and stay readable",
        chart=n.table("crowd", ("id", "x", "y"), points),
        x_label="Feasibility",
        y_label="Impact",
        options=options,
        source="Source: [[=data.csv]]",
        notes=NOTES_EN,
    )
