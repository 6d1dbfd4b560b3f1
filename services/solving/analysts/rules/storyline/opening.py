"""The opening: cover, executive summary and frame. The answer comes first."""

from services.decks.elements import Gauge, StoryStep, TextColumn, Tone
from services.decks.model import CoverSlide, ExecutiveSummarySlide, FrameSlide, SummaryRow
from services.solving.analysts.rules.storyline.material import TITLE, Material, as_day, capitalised
from services.solving.analysts.rules.wording import listed, safe, sentence
from services.solving.steps.frame import Kpi
from shared.kit.cited import cite, shown

_MOST_BULLETS = 4
_MOST_WORDS = 110


def cover(material: Material) -> CoverSlide:
    """The question and the answer, with the way of the KPI drawn to scale where it is known."""
    return CoverSlide(
        kicker=material.frame.title,
        title=_cover_title(material),
        subtitle=f"Findings and recommendations for the {material.frame.decision_maker}",
        answer=sentence(material.synthesis.governing_answer),
        story=_story(material),
        meta=_data_in_words(material),
        mark="Draft for decision",
        notes=said_aloud(material.frame.goal, material.synthesis.governing_answer),
    )


def _cover_title(material: Material) -> str:
    """The question in a few words, with its numbers; the answer stands on the next page."""
    kpi = material.kpi
    if kpi is None or kpi.baseline_key is None:
        return f"{material.frame.title}: what the data say, and what they do not"
    if kpi.target_key is None:
        article = "the " if kpi.name.startswith(("number of ", "share ", "time from ")) else ""
        return f"What moves {article}{kpi.name}, now at {cite(kpi.baseline_key)}, and what to do about it"
    verb = {"decrease": "bring", "increase": "raise", "hold": "hold"}[kpi.direction]
    down = " down" if kpi.direction == "decrease" else ""
    return f"How to {verb} {kpi.name}{down} from {cite(kpi.baseline_key)} to {cite(kpi.target_key)}"


def _story(material: Material) -> tuple[StoryStep, ...]:
    kpi, total = material.kpi, material.synthesis.impact.total_key
    if kpi is None or kpi.baseline_key is None or kpi.target_key is None:
        return ()
    steps = [StoryStep(key=kpi.baseline_key, caption="today", tone=Tone.PROBLEM)]
    if total is not None and (projected := projected_key(material, kpi, total)):
        steps.append(StoryStep(key=projected, caption="with the actions", tone=Tone.GAIN))
    return (*steps, StoryStep(key=kpi.target_key, caption="target", tone=Tone.MUTED))


def projected_key(material: Material, kpi: Kpi, total_key: str) -> str | None:
    """Return the key of the KPI once the recommendations work: the baseline moved by their total towards the target."""
    if kpi.baseline_key is None:
        return None
    sign = "-" if kpi.direction == "decrease" else "+"
    inputs = {"today": kpi.baseline_key, "total": total_key}
    return material.ledger.formula(
        f"today {sign} abs(total)", inputs, label=shown(f"{kpi.name} with the actions", {}), like=kpi.baseline_key
    )


def _data_in_words(material: Material) -> str:
    held = material.context.data.datasets if material.context.data else ()
    if not held:
        return "no data attached"
    return "; ".join(f"{safe(dataset.source)} {material.rows_of(dataset.name)} rows" for dataset in held[:3])


def executive_summary(material: Material) -> ExecutiveSummarySlide:
    """Situation, finding and recommendation, each with its number, and the decision asked."""
    synthesis = material.synthesis
    return ExecutiveSummarySlide(
        kicker="Executive summary",
        title=_answer_title(material),
        rows=(_situation(material), *_main_finding(material), _advice(material)),
        decision=synthesis.decision_asked,
        source=material.source([i for point in synthesis.supporting_points[:1] for i in point.finding_ids[:1]]),
        notes=said_aloud(synthesis.situation, synthesis.complication, synthesis.governing_answer),
    )


def _answer_title(material: Material) -> str:
    """The answer as a title; where it is the first finding and no more, it says what that leaves open."""
    title = material.as_title(material.synthesis.governing_answer)
    points = material.synthesis.supporting_points
    proven = {material.as_title(material.statement(i)) for i in points[0].finding_ids} if points else set()
    if title not in proven:
        return title
    left = title.replace(" in the first third of the time", "").removesuffix(" in the last")
    longer = f"{left}, which is measured before anybody acts"
    return longer if material.length(longer) <= TITLE else f"{title}: measure it first"


def _situation(material: Material) -> SummaryRow:
    kpi = material.kpi
    if kpi is not None and kpi.baseline_key is not None:
        hero, note = cite(kpi.baseline_key), f"{kpi.name} today"
    elif kpi is not None and kpi.target_key is not None:
        hero, note = cite(kpi.target_key), f"target for {kpi.name}"
    else:
        hero, note = "", ""
    return SummaryRow(
        label="Situation",
        hero=hero,
        hero_note=note,
        heading=material.as_title(material.synthesis.complication),
        text=sentence(material.synthesis.situation),
        tone=Tone.INK,
    )


def _main_finding(material: Material) -> tuple[SummaryRow, ...]:
    points = material.synthesis.supporting_points
    if not points:
        return ()
    key = next((k for i in points[0].finding_ids if (k := material.headline(i))), None)
    row = SummaryRow(
        label="Finding",
        hero=cite(key) if key else "",
        hero_note=material.label(key) if key else "",
        heading=material.as_title(points[0].text),
        text=sentence(points[0].so_what),
        tone=Tone.PROBLEM,
    )
    return (row,)


def _advice(material: Material) -> SummaryRow:
    synthesis = material.synthesis
    total = synthesis.impact.total_key
    names = listed([recommendation.title for recommendation in synthesis.recommendations])
    return SummaryRow(
        label="Recommendation",
        hero=cite(total) if total else "",
        hero_note="expected effect together" if total else "",
        heading=synthesis.recommendations[0].title if synthesis.recommendations else "More data first",
        text=sentence(synthesis.impact.statement or names),
        tone=Tone.GAIN,
    )


def frame(material: Material) -> FrameSlide:
    """Where the KPI stands and must go, and what is in scope, out of it and assumed."""
    kpi, worksheet = material.kpi, material.frame
    gauge = _gauge(kpi) if kpi is not None else None
    missing = ""
    if gauge is None:
        missing = _missing(kpi)
    columns = (
        TextColumn(heading="In scope", items=tuple(worksheet.scope.include[:_MOST_BULLETS])),
        TextColumn(heading="Out of scope", items=tuple(worksheet.scope.exclude[:_MOST_BULLETS])),
        TextColumn(heading="Assumptions", items=tuple(item.text for item in worksheet.assumptions[:_MOST_BULLETS])),
    )
    keys = [key for key in ((kpi.baseline_key, kpi.target_key) if kpi else ()) if key]
    return FrameSlide(
        kicker="Problem frame",
        title=_frame_title(material),
        gauge=gauge,
        missing=missing,
        columns=tuple(column for column in columns if column.items),
        source=material.source([], *keys),
        notes=said_aloud(worksheet.goal, f"The decision: {worksheet.decision}", f"It is taken by the {worksheet.decision_maker}"),
    )


def _missing(kpi: Kpi | None) -> str:
    """Say which of the numbers that define success is not known yet."""
    if kpi is not None and kpi.target_key is not None:
        return f"The target is {cite(kpi.target_key)}; the data hold no value for today, so the distance to it cannot be computed yet."
    if kpi is not None and kpi.baseline_key is not None:
        return f"Today's value is {cite(kpi.baseline_key)}; no target is stated yet, so the gap cannot be computed."
    return "No number says yet what success is: the KPI, its value today and its target are to be agreed first."


def _frame_title(material: Material) -> str:
    kpi, worksheet = material.kpi, material.frame
    if kpi is None or kpi.baseline_key is None or kpi.target_key is None:
        return material.as_title(worksheet.goal.rstrip("?"))
    verb = {"decrease": "fall", "increase": "rise", "hold": "hold"}[kpi.direction]
    by = f" by {as_day(worksheet.deadline)}" if worksheet.deadline else ""
    name = kpi.name
    title = f"{capitalised(name)} must {verb} from {cite(kpi.baseline_key)} to {cite(kpi.target_key)}{by}"
    return title if material.length(title) <= 150 else title.removesuffix(by)


def _gauge(kpi: Kpi) -> Gauge | None:
    if kpi.baseline_key is None or kpi.target_key is None:
        return None
    source = {"data": "computed from the data", "stated": "as stated in the text", "none": ""}[kpi.baseline_source]
    context = tuple(text for text in (kpi.window, source) if text)
    return Gauge(label=capitalised(f"{kpi.name} today"), today=kpi.baseline_key, target=kpi.target_key, gap=kpi.gap_key, context=context)


def said_aloud(*sentences: str) -> str:
    """Return sentences as speaker notes, as many as can be said over one slide."""
    spoken: list[str] = []
    for text in filter(None, sentences):
        if spoken and sum(len(words.split()) for words in [*spoken, text]) > _MOST_WORDS:
            break
        spoken.append(sentence(text))
    return " ".join(spoken)
