"""The appendix: every test that was run, null results included, the quality of the data, and the definitions."""

import re

from services.analysis.dataset import Dataset
from services.analysis.findings import Finding, Gap
from services.decks.elements import TextColumn, Verdict
from services.decks.model import AppendixSlide, Column, TableRow
from services.solving.analysts.rules.storyline.material import Material, spread
from services.solving.analysts.rules.storyline.opening import said_aloud
from services.solving.analysts.rules.wording import safe, shortened
from shared.kit.cited import cite, name
from shared.kit.numbers import Style

_DERIVED = (
    (re.compile(r"^count$"), "records"),
    (re.compile(r"bracket\((.+?)\)"), r"\1 bracket"),
    (re.compile(r"duration\((.+?) -> (.+?)\)"), r"time from \1 to \2"),
    (re.compile(r"rate\((.+?)=(.+?)\)"), r"share with \1 \2"),
)
_FEW_NOTES = 4  # as many stand on the page of definitions
_MOST_TESTS = 48  # three pages; the whole list is among the problem's findings
_COLUMNS = (
    Column(heading="Test", weight=0.9),
    Column(heading="Leaf", weight=0.5),
    Column(heading="Question", weight=4.6),
    Column(heading="Value", weight=1.2, numeric=True),
    Column(heading=name("95% CI"), weight=1.7, numeric=True),
    Column(heading="n", weight=0.8, numeric=True),
    Column(heading="q", weight=0.8, numeric=True),
    Column(heading="Verdict", weight=1.1),
)


def tests(material: Material) -> AppendixSlide:
    """The tests with their effect, interval, n and adjusted p."""
    tested = sorted((f for f in material.analysis.findings if f.q_value is not None), key=lambda f: _order(material, f))
    shown = tested[:_MOST_TESTS]
    run = cite(
        material.ledger.assumption(
            float(material.analysis.tests_run), "counted by the engine while it ran", label="tests run", style=Style.COUNT
        )
    )
    listed = cite(material.ledger.count([f.id for f in shown], label="tests listed"))
    return AppendixSlide(
        kicker="Appendix: tests",
        title=f"{run} tests run and adjusted together, {listed} shown, null results too",
        columns=_COLUMNS,
        rows=tuple(_row(material, finding) for finding in shown),
        source=f"q: Benjamini-Hochberg over all tests of the problem. {material.source([f.id for f in shown])}",
        notes=said_aloud(
            "All tests of the problem are adjusted together",
            "Tests that found nothing are listed with the effect they would have seen",
            "The queries behind every row open with a click",
        ),
    )


def _order(material: Material, finding: Finding) -> tuple[int, float]:
    order = [Verdict.SUPPORTED, Verdict.UNDECIDED, Verdict.REFUTED, Verdict.UNTESTED]
    return order.index(_verdict(material, finding)), -finding.score


def _verdict(material: Material, finding: Finding) -> Verdict:
    for verdict in material.synthesis.leaf_verdicts:
        if finding.id in verdict.finding_ids and verdict.verdict != "not_tested":
            return Verdict(verdict.verdict)
    return Verdict.UNTESTED


def _leaf(material: Material, finding: Finding) -> str:
    found = (v.node_id for v in material.synthesis.leaf_verdicts if finding.id in v.finding_ids)
    return next((material.leaf_ids.get(node_id, "") for node_id in found), "")


def _row(material: Material, finding: Finding) -> TableRow:
    facts = material.analysis.facts.get(finding.id, {})
    between = spread(material, facts["ci_low"], facts["ci_high"]) if "ci_low" in facts and "ci_high" in facts else ""
    verdict = _verdict(material, finding)
    word = (
        "no effect" if finding.kind == "no_effect" and verdict is Verdict.UNTESTED else "" if verdict is Verdict.UNTESTED else verdict.value
    )
    return TableRow(
        cells=(
            name(finding.id),
            _leaf(material, finding),
            _question(finding),
            cite(facts["value"]) if "value" in facts else "",
            between,
            cite(facts["n"]) if "n" in facts else "",
            cite(facts["q"]) if "q" in facts else "",
            word.capitalize(),
        ),
        verdict=verdict,
    )


def _question(finding: Finding) -> str:
    cut = ", ".join(_in_words(column) for column in finding.by)
    subject = _in_words(finding.measure or finding.kind)
    values = [
        value if isinstance(value, str) else ", ".join(value) for column, value in finding.entities.items() if column not in finding.by
    ]
    text = f"{subject} by {cut}" if cut else subject
    return safe(shortened(f"{text} in {', '.join(values)}" if values else text, 62))


def _in_words(derived: str) -> str:
    """Return the engine's name of a derived measure or cut as people say it."""
    for shape, words in _DERIVED:
        derived = shape.sub(words, derived)
    return derived.replace("_", " ")


def quality(material: Material) -> AppendixSlide | None:
    """What is wrong with the data, and what the goal asks that they cannot answer; None where the page of definitions can hold it."""
    faults, notes, gaps = _noted(material)
    noted = [f.id for f in faults] + notes
    count = cite(material.ledger.count(noted, label="notes on the data"))
    missing = cite(material.ledger.count([gap.question for gap in gaps], label="questions the data cannot answer"))
    unanswered = f", which cannot answer {missing} {'question' if len(gaps) == 1 else 'questions'} of the goal" if gaps else ""
    if len(noted) + len(gaps) <= _FEW_NOTES:
        return None
    text = (
        TextColumn(heading="Found in the data", items=tuple(material.statement(f.id) for f in faults[:6])),
        TextColumn(heading="Decided while reading", items=tuple(notes[:6])),
        TextColumn(heading="Not answerable with these data", items=tuple(_gap(gap.question, gap.why) for gap in gaps[:6])),
    )
    return AppendixSlide(
        kicker="Appendix: data quality",
        title=f"We have {count} {'note' if len(noted) == 1 else 'notes'} on the data{unanswered}",
        text=tuple(column for column in text if column.items),
        source=material.source([f.id for f in faults]),
        notes=said_aloud(
            "Rows that were left out are counted, never dropped in silence",
            "What the goal asks and the data lack is named here, so that it can be collected",
            "None of it is filled in by assumption",
        ),
    )


def _noted(material: Material) -> tuple[list[Finding], list[str], list[Gap]]:
    """Return faults found in the data, decisions taken while reading, and questions they cannot answer."""
    faults = [f for f in material.analysis.findings if f.kind == "data_quality"][:10]
    notes = [safe(note.sentence) for held in _held(material) for note in held.notes][:8]
    return faults, notes, material.analysis.not_enough_data[:8]


def _held(material: Material) -> list[Dataset]:
    return list(material.context.data.datasets) if material.context.data else []


def _gap(question: str, why: str) -> str:
    return f"{safe(question.rstrip('.?'))}: {safe(why)}"


def definitions(material: Material) -> AppendixSlide:
    """What the words mean, where the numbers come from, and how to check them."""
    files = tuple(f"{safe(held.source)}: {material.rows_of(held.name)} rows, sha {name(held.sha256[:16])}" for held in _held(material))
    count = cite(material.ledger.count([held.sha256 for held in _held(material)], label="files analysed"))
    kpis = tuple(f"{kpi.name}: {safe(kpi.definition)}" for kpi in material.frame.kpis[:4])
    methods = sorted({f.method for f in material.analysis.findings})
    noun = "file" if len(files) == 1 else "files"
    faults, notes, gaps = _noted(material)
    few = len(faults) + len(notes) + len(gaps) <= _FEW_NOTES
    about = (*(material.statement(f.id) for f in faults), *notes, *(_gap(gap.question, gap.why) for gap in gaps)) if few else ()
    text = (
        TextColumn(heading="About the data", items=about),
        TextColumn(heading="Measures", items=kpis),
        TextColumn(heading="Files", items=files),
        TextColumn(
            heading="How to check a number",
            items=(
                "Click it: the page shows its query, the hash of its data and runs it again",
                "sevensteps verify runs every query of this deck again and compares every number",
                f"Methods: {', '.join(method.replace('_', ' ') for method in methods)}",
            ),
        ),
    )
    return AppendixSlide(
        kicker="Appendix: definitions",
        title=f"Every number here can be computed again from {count} {noun} and the text of the problem",
        text=tuple(column for column in text if column.items),
        source=f"Problem {name(material.context.problem.id)}",
        notes=said_aloud(
            "The hash names the exact bytes that were analysed",
            "The same bytes give the same numbers, on every machine",
            "The definitions are those the frame was agreed with",
        ),
    )
