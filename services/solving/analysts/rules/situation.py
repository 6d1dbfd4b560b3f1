"""What every step of the rules analyst starts from: the text read, the template matched, the KPI bound to the data."""

import re
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from services.analysis.goal import interest_in, overlap
from services.analysis.measures import Measure as EngineMeasure
from services.analysis.measures import cuts_of as engine_cuts_of
from services.analysis.ratios import Ratio, Ratios
from services.analysis.workspace import Workspace
from services.solving.analysts.rules.measures import Cut, Measure, bound_measures, clock, cuts_of
from services.solving.analysts.rules.periods import Periods, periods_of
from services.solving.analysts.rules.reading import Reading, read
from services.solving.analysts.rules.settled import settled
from services.solving.analysts.rules.template import GENERIC, KpiTemplate, Template, library
from services.solving.analysts.rules.vocabulary import any_of
from services.solving.analysts.rules.wording import safe
from services.solving.steps.contract import StepContext
from shared.kit.cited import shown

_ENOUGH = 2.0  # the weight of words that makes a text belong to a template
_COSTLY = (
    "cost",
    "time",
    "duration",
    "churn",
    "failure",
    "late",
    "declined",
    "rejected",
    "defect",
    "attrition",
    "expense",
    "loss",
    "complaint",
)
_KINDS = {
    "rate": {"rate", "rates", "share", "proportion", "percentage"},
    "duration": {"time", "times", "duration", "durations", "long", "longer", "timelines", "delays", "turnaround"},
    "count": {"number", "count", "volume", "frequency", "many"},
}
_MEANT = 0.7  # how surely a goal must mean a column before its number is called the KPI


@dataclass(frozen=True)
class Situation:
    """The gathered view; everything in it follows from the context."""

    reading: Reading
    template: Template
    kpi: KpiTemplate | None
    measures: dict[str, Measure]  # by name in the template; "kpi" is the KPI's
    data: Workspace | None
    scores: dict[str, float]  # template -> how well the text fits it

    @cached_property
    def ratios(self) -> Ratios | None:
        """The engine's ratios over the data."""
        return Ratios(self.data) if self.data is not None else None

    @property
    def measure(self) -> Measure | None:
        """The KPI on the data."""
        return self.measures.get("kpi")

    @cached_property
    def cuts(self) -> dict[str, list[Cut]]:
        """The cuts of every bound measure."""
        return {n: cuts_of(m, self.data) for n, m in self.measures.items()} if self.data is not None else {}

    @cached_property
    def rankings(self) -> dict[str, list[Cut]]:
        """The cuts of a measure as already ranked, by its label: ranking takes a query a cut."""
        return {}

    def higher_is_better(self, ratio: Ratio) -> bool:
        """Whether a higher value of a measure is good for the problem."""
        if self.measure is not None and ratio.label == self.measure.label and self.kpi is not None:
            return self.kpi.direction != "decrease"
        known = next((m for m in self.template.measure.values() if m.name == ratio.label), None)
        if known is not None:
            return known.better == "higher"
        return not any(word in ratio.label.lower() for word in _COSTLY)

    def periods(self, measure: Measure) -> Periods | None:
        """The periods to compare a measure in."""
        return periods_of(clock(self.data.dataset(measure.dataset)), self.reading.text) if self.data is not None else None

    @property
    def hashes(self) -> dict[str, str]:
        """Table name -> SHA-256 of its file."""
        return {d.name: d.sha256 for d in self.data.datasets} if self.data is not None else {}


def situation(context: StepContext, *, framing: bool = False) -> Situation:
    """Return the view of a context; once there is a frame, its answers and, unless it is being made again, its domain count."""
    reading = _read(context)
    scores = match(_about(reading), context.data)
    kept = context.frame is not None and not framing
    domain = context.frame.domain if kept and context.frame and context.frame.domain in library() else _answered(reading) or best(scores)
    return _bind(reading, library()[domain], context.data, scores, fixed=kept)


def _answered(reading: Reading) -> str | None:
    """Return the template whose KPI an answer names, by the longest of its words."""
    named = [(len(p), t.name) for t in library().values() for k in t.kpi for p in k.phrases if reading.settled.goal and _says(reading, p)]
    return max(named)[1] if named else None


def _says(reading: Reading, phrase: str) -> bool:
    return any_of((re.escape(phrase),)).search(reading.settled.goal or "") is not None


def _read(context: StepContext) -> Reading:
    """Return what the text says and what was answered since."""
    reading = read(context.problem.raw_text, context.problem.submitted_on)
    if context.frame is None:
        return reading
    displays = {key: entry.display for key, entry in context.known.items()}
    asked = [q.model_copy(update={"answer": shown(q.answer, displays)}) for q in context.frame.clarifying_questions if q.answer]
    return settled(reading, asked, context.problem.submitted_on)


def _about(reading: Reading) -> str:
    """Return the text without its conditions and without the way it names: neither says what the problem is."""
    text = reading.text
    for words in [*reading.guards, *reading.excludes, *([reading.solution] if reading.solution else [])]:
        text = text.replace(words, " ")
    return text


def match(text: str, data: Workspace | None) -> dict[str, float]:
    """Return how well a text fits each template: the weights of its words found, more where the data have its KPI."""
    scores: dict[str, float] = {}
    for name, template in library().items():
        found = {word: len(any_of((re.escape(word),)).findall(text)) for word in template.words}
        score = sum(weight * min(found[word], 3) ** 0.5 for word, weight in template.words.items() if found[word])
        if score >= _ENOUGH and data is not None and any(k.measure in bound_measures(template, data) for k in template.kpi):
            score += 1.5
        scores[name] = round(score, 2)
    return scores


def best(scores: dict[str, float]) -> str:
    """Return the template that fits best, the generic one where none does."""
    name = max(sorted(scores), key=lambda n: scores[n])
    return name if scores[name] >= _ENOUGH else GENERIC


def _bind(reading: Reading, template: Template, data: Workspace | None, scores: dict[str, float], *, fixed: bool) -> Situation:
    measures = bound_measures(template, data) if data is not None else {}
    kpi = _kpi(reading.text, template, measures, reading.settled.goal or "")
    if kpi is not None and kpi.rename and (called := _called(reading.text, kpi)):
        named = template.measure[kpi.measure].model_copy(update={"name": called})
        template = template.model_copy(update={"measure": {**template.measure, kpi.measure: named}})
    if kpi is not None and kpi.measure in measures:
        home = measures[kpi.measure].dataset
        measures = bound_measures(template, data, home) if data is not None else {}
        return Situation(reading, template, kpi, {"kpi": measures[kpi.measure], **measures}, data, scores)
    if data is None or (fixed and template.name != GENERIC):
        return Situation(reading, template, kpi, measures, data, scores)
    meant, sure = _meant(reading.text, data)
    if meant is not None and (template.name == GENERIC or sure >= _MEANT):
        return Situation(reading, library()[GENERIC], None, {"kpi": meant}, data, scores)
    return Situation(reading, template, kpi, measures, data, scores)


def _kpi(text: str, template: Template, measures: dict[str, Measure], answered: str = "") -> KpiTemplate | None:
    """Return the KPI whose words the text uses, the longest words first; one the data have wins over one they lack.

    A KPI that an answer names comes before all.
    """
    chosen = [k for k in template.kpi if any_of(tuple(re.escape(p) for p in k.phrases)).search(answered)]
    if chosen:
        return chosen[0]
    named = [(k, max((len(p) for p in k.phrases if any_of((re.escape(p),)).search(text)), default=0)) for k in template.kpi]
    ranked = sorted(named, key=lambda pair: (pair[1] == 0, -(pair[1] + (20 if pair[0].measure in measures and pair[1] else 0))))
    if ranked and ranked[0][1]:
        return ranked[0][0]
    return next((k for k in template.kpi if k.measure in measures), template.kpi[0] if template.kpi else None)


def _called(text: str, kpi: KpiTemplate) -> str | None:
    """Return the longest of a KPI's phrases that the text uses, in the singular, where it says what is counted."""
    found = [p for p in kpi.phrases if any_of((re.escape(p),)).search(text)]
    best = max(found, key=len, default=None)
    if best is None or not best.isascii() or not re.search(r"(?:rate|rates|time|times|to resolution|to hire|to fill|deliveries)$", best):
        return None
    return best.removesuffix("s") if best.endswith(("rates", "times")) else best


# The same text means the same column of the same data in every step; finding it takes a query a category.
_FOUND: WeakKeyDictionary[Workspace, dict[str, tuple[Measure | None, float]]] = WeakKeyDictionary()


def _meant(text: str, data: Workspace) -> tuple[Measure | None, float]:
    found = _FOUND.setdefault(data, {})
    if text not in found:
        found[text] = _search(text, data)
    return found[text]


def _search(text: str, data: Workspace) -> tuple[Measure | None, float]:
    """Return the measure of the data that a goal means most surely, and how surely."""
    ratios, options = Ratios(data), []
    for place, dataset in enumerate(data.datasets):
        interest = interest_in(text, dataset, engine_cuts_of(data, dataset))
        for order, found in enumerate(ratios.measures(dataset.name).values()):
            options.append((round(interest.measure(found) + _kind_meant(text, found), 6), -place, -order, dataset.name, found))
    if not options:
        return None, 0.0
    score, _, _, home, found = max(options, key=lambda option: option[:3])
    return _as_ratio(home, found), score


def _kind_meant(text: str, measure: EngineMeasure) -> float:
    """Return more for a measure of the kind the text speaks of: rates, times, amounts."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    named = 0.2 * overlap(measure.label.removeprefix("share with "), sorted(words))
    return named + (0.3 if measure.kind in _KINDS and words & _KINDS[measure.kind] else 0.0)


def _as_ratio(dataset: str, found: EngineMeasure) -> Measure:
    total = found.kind == "count"
    label = "number of records" if total else safe(found.label)
    ratio = Ratio(dataset=dataset, formula="x", of={"x": [found.name]}, total=total, label=label, unit=found.unit, style=found.style)
    return Measure(ratio, found.columns)
