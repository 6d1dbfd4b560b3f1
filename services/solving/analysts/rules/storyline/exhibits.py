"""The findings: one message a slide, the chart that proves it, and what follows from it."""

import re

from services.analysis import findings as engine
from services.decks.elements import Callout, Exhibit, Tone
from services.decks.model import FindingSlide
from services.solving.analysts.rules.storyline.material import TITLE, Material, capitalised, spread
from services.solving.analysts.rules.storyline.opening import said_aloud
from services.solving.analysts.rules.wording import safe, sentence
from shared.kit.cited import cite, cited_keys, name
from shared.kit.numbers import Style

_MOST, _FEWEST = 6, 3
_MOST_POINTS = 6
_BETWEEN_CLAUSES = re.compile(r"; (?![^()]*\))")  # not inside parentheses
_NO_MESSAGE = {"no_effect", "data_quality", "distribution"}


def findings(material: Material) -> list[FindingSlide]:
    """Three to six findings: those the answer rests on, then those the actions rest on, then the strongest others."""
    slides = [_slide(material, material.findings[i], number) for number, i in enumerate(chosen(material), 1)]
    seen: set[str] = set()
    return [slide for slide in slides if not (slide.title in seen or seen.add(slide.title))]  # type: ignore[func-returns-value]


def chosen(material: Material) -> list[str]:
    """Return the ids of the findings that get a slide, in the order of the argument."""
    synthesis = material.synthesis
    cited = [i for point in synthesis.supporting_points for i in point.finding_ids]
    cited += [i for recommendation in synthesis.recommendations for i in recommendation.evidence]
    strong = [f.id for f in material.analysis.findings if f.q_value is not None and f.q_value < 0.05]
    wanted: dict[tuple[str, ...], str] = {}
    refuted = {i for verdict in synthesis.leaf_verdicts if verdict.verdict == "refuted" for i in verdict.finding_ids}
    for i in [*dict.fromkeys(cited), *strong]:
        finding = material.findings.get(i)
        if finding is None or _says_nothing(finding) or i in refuted:
            continue
        if len(wanted) >= (_MOST if i in cited else _FEWEST):
            break
        wanted.setdefault((finding.measure or "", f"{finding.value:.3g}", f"{finding.baseline or 0:.3g}"), i)
    return list(wanted.values())


def _says_nothing(finding: engine.Finding) -> bool:
    """Whether a finding has no message of its own; a difference that vanishes once adjusted has one."""
    return finding.kind in _NO_MESSAGE and finding.strength != "adjusted"


def _slide(material: Material, finding: engine.Finding, number: int) -> FindingSlide:
    statement = material.statement(finding.id)
    exhibit = _exhibit(material, finding)
    shown = material.analysis.exhibits.get(finding.id)
    keys = [key for key in (shown,) if key]
    so_what = so_what_of(material, finding)
    caveat = next(
        (f"{text.rstrip('.')}. " for text in (finding.robustness, *finding.assumptions) if text and not any(c.isdigit() for c in text)), ""
    )
    return FindingSlide(
        kicker=f"Finding {name(number)}",
        title=_title(material, finding, statement),
        exhibit=exhibit,
        callout=_callout(material, finding, so_what),
        points=_points(material, finding) if exhibit is None else tuple(p for p in (caveat.strip(),) if p and not so_what),
        source=f"{caveat if so_what and exhibit else ''}{material.source([finding.id], *keys)}",
        notes=said_aloud(statement, so_what, "The strength of the design allows to say what goes with what, not what causes it"),
    )


def _points(material: Material, finding: engine.Finding) -> tuple[str, ...]:
    """Return what stands in the place of a chart: the whole claim, clause by clause, and what makes it more or less sure."""
    clauses = [sentence(clause) for clause in _BETWEEN_CLAUSES.split(material.statement(finding.id)) if clause]
    sure = [sentence(text) for text in (finding.robustness, *finding.assumptions) if text and not any(c.isdigit() for c in text)]
    return tuple(clauses[:_MOST_POINTS] + sure[: max(0, _MOST_POINTS - len(clauses))])


def _title(material: Material, finding: engine.Finding, statement: str) -> str:
    """Return the finding's claim, with the number it is remembered by where the claim names none."""
    title, key = material.as_title(statement), material.headline(finding.id)
    if cited_keys(title) or key is None:
        return title
    numbered = f"{title} ({material.label(key)} {cite(key)})"
    return numbered if material.length(numbered) <= TITLE else f"{title}: {cite(key)}"


def so_what_of(material: Material, finding: engine.Finding) -> str:
    """Return what a finding means for the decision."""
    for point in material.synthesis.supporting_points:
        if finding.id in point.finding_ids:
            return point.so_what
    for recommendation in material.synthesis.recommendations:
        if finding.id in recommendation.evidence:
            return f"It is why we recommend: {recommendation.title}"
    return finding.so_what or ""


def _exhibit(material: Material, finding: engine.Finding) -> Exhibit | None:
    drawn, key = finding.exhibit, material.analysis.exhibits.get(finding.id)
    if drawn is None or key is None or len(drawn.rows) < 2 or _two_stripes(drawn):
        return None
    unit = f" ({drawn.unit})" if drawn.unit else ""
    reference = material.fact(finding.id, "baseline") if drawn.reference is not None else None
    if reference is not None and material.ledger.value(reference) != drawn.reference:
        reference = None
    return Exhibit(
        kind=drawn.kind,
        key=key,
        title=safe(drawn.title[:1].upper() + drawn.title[1:]),
        note=f"{_period(finding)}{unit}".strip(),
        x_label=safe(drawn.x_label),
        y_label=safe(drawn.y_label),
        style=drawn.style,
        highlight=tuple(drawn.highlight),
        reference=reference,
        reference_label="the rest" if reference is not None else "",
    )


def _two_stripes(drawn: engine.Exhibit) -> bool:
    """Whether a scatter shows but two values, as one of a yes and no does: two lines of points prove nothing to the eye."""
    return drawn.kind == "scatter" and len({row[-1] for row in drawn.rows}) <= 2


def _period(finding: engine.Finding) -> str:
    if finding.window is None:
        return ""
    return f"{name(finding.window.start)} to {name(finding.window.end)}"


def _callout(material: Material, finding: engine.Finding, so_what: str) -> Callout:
    key = material.headline(finding.id)
    facts = material.analysis.facts.get(finding.id, {})
    rows: list[tuple[str, str]] = []
    if "ci_low" in facts and "ci_high" in facts:
        rows.append((_interval_label(material, facts["ci_low"], key), spread(material, facts["ci_low"], facts["ci_high"])))
    if "baseline" in facts and key != facts["baseline"]:
        adjusted = finding.strength == "adjusted"
        rows.append(("Not held equal" if adjusted else "Compared with", cite(facts["baseline"])))
    rows += [(label, cite(facts[fact])) for fact, label in (("n", "n"), ("q", "q-value")) if fact in facts]
    return Callout(
        label=capitalised(material.label(key) if key else safe(finding.measure or finding.kind.replace("_", " "))),
        hero=cite(key) if key else "",
        context=_context(material, finding, key),
        rows=tuple(rows[:4]),
        so_what=sentence(so_what) if so_what else "",
        tone=Tone.PROBLEM,
    )


def _interval_label(material: Material, low: str, headline: str | None) -> str:
    """Return what an interval is of, where it is not of the number above it."""
    of = material.label(low).removesuffix(", lower end")
    same = headline is None or material.ledger.entry(low).style is material.ledger.entry(headline).style
    return f"{name('95%')} CI" if same else f"{name('95%')} CI, {of}"


def _context(material: Material, finding: engine.Finding, key: str | None) -> str:
    value = material.fact(finding.id, "value")
    if value is None or value == key or material.ledger.entry(value).style is Style.P_VALUE:
        return ""
    return f"{capitalised(material.label(value))}: {cite(value)}"
