"""The advice: what it adds up to, what to do, what that brings, and what is to be decided."""

from services.decks.elements import Callout, TextColumn, Tone
from services.decks.model import (
    Ask,
    DecisionSlide,
    ImpactSlide,
    Pillar,
    Recommendation,
    RecommendationsSlide,
    SynthesisSlide,
    WaterfallStep,
)
from services.solving.analysts.rules.storyline.material import Material, capitalised, confidence_word, day, spread
from services.solving.analysts.rules.storyline.opening import projected_key, said_aloud
from services.solving.analysts.rules.synthesis.answer import ENOUGH
from services.solving.analysts.rules.wording import listed, sentence
from services.solving.evidence.ledger import Cell, Ref
from services.solving.steps import synthesize
from shared.kit.cited import cite, name

_MOST_PILLARS = 4


def synthesis(material: Material) -> SynthesisSlide:
    """The governing answer on its supporting points."""
    argued = material.synthesis
    points = argued.supporting_points[:_MOST_PILLARS]
    count = cite(material.ledger.count([point.text for point in points], label="supporting points"))
    opened = argued.contradictions[:1] or argued.next_data[:1]
    return SynthesisSlide(
        kicker="Synthesis",
        title=f"{count} {'finding carries' if len(points) == 1 else 'findings carry'} the answer, with {argued.confidence} confidence",
        answer=sentence(argued.governing_answer),
        pillars=tuple(_pillar(material, point, i) for i, point in enumerate(points)),
        open=sentence(opened[0]) if opened else "",
        source=material.source([i for point in points for i in point.finding_ids]),
        notes=said_aloud(argued.governing_answer, *(point.so_what for point in points[:3]), argued.confidence_reason),
    )


def _pillar(material: Material, point: synthesize.SupportingPoint, place: int) -> Pillar:
    key = next((k for i in point.finding_ids if (k := material.headline(i))), None)
    return Pillar(
        heading=material.as_title(point.text),
        hero=cite(key) if key else "",
        hero_note=material.label(key) if key else "",
        text=sentence(point.so_what),
        evidence=f"Evidence {name(' '.join(point.finding_ids[:3]))}" if point.finding_ids else "",
        tone=Tone.PROBLEM if place == 0 else Tone.INK,
    )


def recommendations(material: Material) -> RecommendationsSlide:
    """The actions as a table, with their sum."""
    advised = material.synthesis.recommendations
    cut = [node for node in material.priorities.nodes if not node.is_recommended]
    rejected = listed([f"{material.leaf_ids.get(node.node_id, '')} ({node.cut_reason})" for node in cut[:2] if node.cut_reason])
    return RecommendationsSlide(
        kicker="Recommendations",
        title=_advice_title(material),
        rows=tuple(_row(material, advice, i) for i, advice in enumerate(advised, 1)),
        effect_heading="Effect",
        range_heading="Range",
        total=_total(material),
        rejected=rejected,
        source=material.source([i for advice in advised for i in advice.evidence]),
        notes=said_aloud(*(f"{advice.title}: {advice.expected_impact.arithmetic or advice.confidence_reason}" for advice in advised)),
    )


def _advice_title(material: Material) -> str:
    advised, impact = material.synthesis.recommendations, material.synthesis.impact
    counted = sized(material) or advised
    count = cite(material.ledger.count([advice.title for advice in counted], label="actions"))
    noun, verb = ("action", "is") if len(counted) == 1 else ("actions", "are")
    if impact.total_key is None:
        return f"{count} {noun} come first: {lowered(advised[0].title)}" if advised else f"{count} {noun} can be sized yet"
    total = _size(material, impact.total_key, "effect of the actions together")
    if impact.gap_key is None:
        return f"{count} {noun} {verb} worth {cite(total)}" + (" together" if len(counted) > 1 else "")
    return f"{count} {noun} {verb} worth {cite(total)} against a gap of {cite(_size(material, impact.gap_key, 'gap today'))}"


def lowered(text: str) -> str:
    """Return a title as the continuation of a sentence."""
    return text if text.startswith("[[") else text[:1].lower() + text[1:]


def _row(material: Material, advice: synthesize.Recommendation, number: int) -> Recommendation:
    impact = advice.expected_impact
    between = spread(material, impact.low_key, impact.high_key) if impact.low_key and impact.high_key else "to be measured"
    return Recommendation(
        id=f"R{number}",
        action=advice.title,
        detail=advice.summary,
        owner=advice.actions[0].owner if advice.actions else "",
        due=day(max(action.due_date for action in advice.actions)) if advice.actions else "",
        effect=cite(impact.delta_absolute_key) if impact.delta_absolute_key else "n/a",
        range=between,
        confidence=confidence_word(advice.confidence),
        why=advice.confidence_reason,
        evidence=tuple(dict.fromkeys(key for i in advice.evidence for key in material.analysis.facts.get(i, {}).values())),
    )


def _total(material: Material) -> Recommendation | None:
    impact, advised = material.synthesis.impact, material.synthesis.recommendations
    if impact.total_key is None:
        return None
    last = max((action.due_date for advice in advised for action in advice.actions), default=None)
    left = f"{cite(impact.remaining_key)} of the gap left" if impact.remaining_key else ""
    return Recommendation(
        id="", action="All actions, overlap removed", due=day(last) if last else "", effect=cite(impact.total_key), why=left
    )


def sized(material: Material) -> list[synthesize.Recommendation]:
    """Return the recommendations whose effect is a number."""
    return [advice for advice in material.synthesis.recommendations if advice.expected_impact.delta_absolute_key]


def impact(material: Material) -> ImpactSlide | None:
    """What the actions close of the gap, as a waterfall; None where there is no gap or nothing is sized."""
    closed = material.synthesis.impact
    if closed.gap_key is None or closed.total_key is None or not (parts := sized(material)):
        return None
    gap = _size(material, closed.gap_key, "gap today")
    steps = [WaterfallStep(label="Gap today", value=cite(gap), role="start")]
    cells: list[list[Cell | Ref]] = [["Gap today", Ref(gap), None, None]]
    taken = {"gap": gap}
    for advice in parts:
        number = material.synthesis.recommendations.index(advice) + 1
        saving, low, high = _saving(material, advice)
        between = spread(material, low, high) if low and high else ""
        steps.append(WaterfallStep(label=f"R{number} {advice.title}", value=cite(saving), range=between))
        cells.append([f"R{number}", Ref(saving), Ref(low) if low else None, Ref(high) if high else None])
        taken[f"r{number}"] = saving
    rest = material.ledger.formula(
        "gap" + "".join(f" - {name}" for name in taken if name != "gap"), taken, label="gap left", like=closed.gap_key
    )
    steps.append(WaterfallStep(label="Gap left", value=cite(rest), role="rest"))
    cells.append(["Gap left", Ref(rest), None, None])
    chart = material.ledger.grid(cells, columns=["step", "value", "low", "high"], label="what the actions close of the gap")
    return ImpactSlide(
        kicker="Impact",
        title=_impact_title(material, closed.total_key, gap, rest),
        chart=chart,
        heading=f"Gap to target in {material.kpi.name}" if material.kpi else "Gap to target",
        note="whiskers: range of each estimate",
        steps=tuple(steps),
        zero_label="target reached",
        callout=_projected(material, closed.total_key),
        source=material.source([i for advice in parts for i in advice.evidence]),
        notes=said_aloud(closed.statement, *(advice.expected_impact.arithmetic for advice in parts)),
    )


def _impact_title(material: Material, total_key: str, gap: str, rest: str) -> str:
    left = material.ledger.value(rest)
    if abs(left) < ENOUGH * abs(material.ledger.value(gap)):
        return f"The actions close the whole gap of {cite(gap)}, if all of them hold"
    if left > 0:
        total = _size(material, total_key, "effect of the actions together")
        return f"The actions close {cite(total)} of the {cite(gap)} gap and leave {cite(rest)}"
    spare = _size(material, rest, "beyond the target")
    return f"The actions close the gap of {cite(gap)} with {cite(spare)} to spare, if all of them hold"


def _size(material: Material, key: str, label: str) -> str:
    return material.ledger.formula("abs(x)", {"x": key}, label=label, like=key)


def _saving(material: Material, advice: synthesize.Recommendation) -> tuple[str, str | None, str | None]:
    """Return the saving and its range as sizes: what a step takes off the gap, low end first."""
    expected = advice.expected_impact
    assert expected.delta_absolute_key is not None
    saving = _size(material, expected.delta_absolute_key, f"effect of {advice.title}")
    if expected.low_key is None or expected.high_key is None:
        return saving, None, None
    ends = {"a": expected.low_key, "b": expected.high_key}
    low = material.ledger.formula("min(abs(a), abs(b))", ends, label="low end", like=expected.low_key)
    high = material.ledger.formula("max(abs(a), abs(b))", ends, label="high end", like=expected.low_key)
    return saving, low, high


def _projected(material: Material, total_key: str) -> Callout | None:
    kpi = material.kpi
    if kpi is None or (projected := projected_key(material, kpi, total_key)) is None:
        return None
    rows = [("Today", cite(kpi.baseline_key))] if kpi.baseline_key else []
    rows += [("Target", cite(kpi.target_key))] if kpi.target_key else []
    rows.append(("Effect together", cite(total_key)))
    return Callout(
        label=capitalised(f"{kpi.name} with the actions"),
        hero=cite(projected),
        rows=tuple(rows),
        so_what=sentence(material.synthesis.impact.statement),
        tone=Tone.GAIN,
    )


def decision(material: Material) -> DecisionSlide:
    """What the reader is asked to decide, and what happens next."""
    argued = material.synthesis
    asks = tuple(
        Ask(text=row.action, owner=row.owner, due=row.due, effect=row.effect)
        for row in (_row(material, advice, i) for i, advice in enumerate(argued.recommendations, 1))
    )
    next_steps = [TextColumn(heading="On Monday", items=(argued.first_step,), tone=Tone.GAIN)]
    if argued.next_data:
        next_steps.append(TextColumn(heading="Data to collect", items=tuple(argued.next_data[:3])))
    count = cite(material.ledger.count([ask.text for ask in asks], label="decisions asked for"))
    return DecisionSlide(
        kicker="Decision",
        title=f"{count} decisions are asked of the {material.frame.decision_maker}",
        question=sentence(argued.decision_asked),
        asks=asks,
        alternatives=tuple(f"{cut.name}: {cut.reason}" for cut in material.tree.alternatives[:2]),
        next_steps=tuple(next_steps),
        source=material.source([i for advice in argued.recommendations for i in advice.evidence]),
        notes=said_aloud(argued.decision_asked, f"The first step is this: {argued.first_step}", argued.confidence_reason),
    )
