"""Steps 5, 6 and 7 of the bar: what was found, what it means, and how it is told."""

import re
from collections.abc import Iterator

from services.analysis.findings import Finding
from services.solving.steps.synthesize import Recommendation
from shared.kit.cited import loose_numerals
from tests.quality.item import Item, Worked, has_data
from tests.solving.analysts.runs import texts_of

_POINTS = range(3, 6)
_RECOMMENDATIONS = 3
_RESTATES = 0.6  # share of words in common from which a so-what is the finding again
_CAUSAL = re.compile(r"\b(?:causes?|caused|because of|leads? to|results? in|drives?|due to)\b", re.IGNORECASE)
_SLIDES = {"cover", "executive_summary", "frame", "tree", "priorities", "recommendations", "plan", "risks", "decision", "appendix"}


def _tested(done: Worked) -> list[Finding]:
    return [finding for finding in done.analysis.findings if finding.p_value is not None]


def _computed(done: Worked) -> Iterator[str]:
    yield from done.differing
    for finding in done.analysis.findings:
        if not (finding.query and finding.dataset_sha256 and finding.method_version):
            yield f"{finding.id} lacks its query, data hash or method version"


def _statistics(done: Worked) -> Iterator[str]:
    for finding in _tested(done):
        if finding.q_value is None or finding.effect_size is None or not finding.effect_name or finding.n <= 0:
            yield f"{finding.id} ({finding.method}) lacks n, effect or adjusted p"
    sure = [finding for finding in _tested(done) if finding.kind not in ("no_effect", "data_quality")]
    bare = [finding.method for finding in sure if finding.ci_low is None]
    if sure and len(bare) > 0.2 * len(sure):
        yield f"no interval: {', '.join(sorted(set(bare)))}"


def _not_causal(done: Worked) -> Iterator[str]:
    for finding in done.analysis.findings:
        if finding.strength != "quasi_experiment" and (said := _CAUSAL.search(re.sub(r"\[\[=.*?\]\]", "", finding.template))):
            yield f"{finding.id} says {said[0]!r} of what was observed"


def _robust(done: Worked) -> Iterator[str]:
    supported = {i for result in done.analysis.results if result.verdict == "supported" for i in result.key_findings}
    for finding in done.analysis.findings:
        if finding.id in supported and finding.p_value is not None and not (finding.robustness or finding.assumptions):
            yield f"{finding.id} ({finding.method}) was neither tried another way nor says what it assumes"


def _verdicts_kept(done: Worked) -> Iterator[str]:
    if {result.question_id for result in done.analysis.results} != {plan.question_id for plan in done.plans.plans}:
        yield "a plan has no result"
    if not all(result.summary for result in done.analysis.results) or not done.analysis.one_day_answer:
        yield "a result says nothing, or there is no one-day answer"


def _answer(done: Worked) -> Iterator[str]:
    answer = done.read(done.synthesis.governing_answer)
    if not answer.endswith(".") or re.search(r"[.?!]\s+[A-Z]", answer):
        yield "the answer is not one sentence"


def _points(done: Worked) -> Iterator[str]:
    points, known = done.synthesis.supporting_points, {finding.id for finding in done.analysis.findings}
    if len(points) not in _POINTS:
        yield f"{len(points)} points carry the answer"
    for point in points:
        if not point.finding_ids or not set(point.finding_ids) <= known:
            yield "a point rests on no finding"


def _so_what(done: Worked) -> Iterator[str]:
    for point in done.synthesis.supporting_points:
        one, other = (set(re.findall(r"[a-z]+", done.read(text).lower())) for text in (point.text, point.so_what))
        if not other or len(one & other) / len(one | other) > _RESTATES:
            yield f"a so-what says the finding again: {done.read(point.so_what)}"


def _whole_tree(done: Worked) -> Iterator[str]:
    said = {verdict.node_id: verdict for verdict in done.synthesis.leaf_verdicts}
    if set(said) != {leaf.id for leaf in done.tree.leaves()}:
        yield "a leaf has no verdict"
    for verdict in said.values():
        if not verdict.reason or (verdict.verdict in ("supported", "refuted") and not verdict.finding_ids):
            yield f"the verdict on {verdict.node_id} names no finding or reason"


def _advice(done: Worked) -> Iterator[str]:
    if len(done.synthesis.recommendations) != _RECOMMENDATIONS:
        yield f"{len(done.synthesis.recommendations)} recommendations"
    for one in done.synthesis.recommendations:
        if not one.actions or not one.risks or not one.confidence_reason or not 0 < one.confidence <= 1:
            yield f"{one.title} lacks actions, risks or the reason of its confidence"
        for action in one.actions:
            if not all((action.owner, action.due_date, action.estimated_effort, action.success_criteria)):
                yield f"{one.title}: an action lacks owner, date, effort or success"
        if not all(risk.mitigation for risk in one.risks):
            yield f"{one.title}: a risk without a mitigation"


def _sizing(done: Worked) -> Iterator[str]:
    impact, sized = done.synthesis.impact, [r for r in done.synthesis.recommendations if r.expected_impact.low_key]
    for one in sized:
        yield from _one_size(done, one)
    if impact.total_key is not None and sized:
        total = sum(done.entries[r.expected_impact.delta_absolute_key or ""].value or 0.0 for r in sized)
        if abs(total - (done.entries[impact.total_key].value or 0.0)) > 1e-6 * max(1.0, abs(total)):
            yield "the total is not the sum of the recommendations"
    if impact.total_key and done.frame.kpis[0].gap_key and (impact.remaining_key is None or impact.gap_key is None):
        yield "the total is not set against the gap"
    if not impact.statement:
        yield "nothing is said of the size"


def _one_size(done: Worked, one: Recommendation) -> Iterator[str]:
    expected = one.expected_impact
    low, mid, high = (
        abs(done.entries[key or ""].value or 0.0) for key in (expected.low_key, expected.delta_absolute_key, expected.high_key)
    )
    if not low <= mid <= high:
        yield f"{one.title}: the range does not hold the expected effect"
    if "[[" not in expected.arithmetic or not expected.overlap_removed or not expected.assumptions:
        yield f"{one.title}: no arithmetic, overlap or assumption is shown"


def _mind(done: Worked) -> Iterator[str]:
    synthesis = done.synthesis
    if not synthesis.what_would_change_our_mind:
        yield "nothing would change our mind"
    if not synthesis.confidence_reason:
        yield "the confidence has no reason"
    if not synthesis.first_step or not synthesis.decision_asked.rstrip().endswith("?"):
        yield "no first step, or no decision asked"


def _vouched(done: Worked) -> Iterator[str]:
    for step, result in done.results.items():
        if step != "present":
            for text in texts_of(result.model_dump(mode="json", exclude={"entries"})):
                if loose := loose_numerals(text):
                    yield f"{step}: {loose[0]!r} in {text[:60]!r} stands for itself"


def _answer_first(done: Worked) -> Iterator[str]:
    kinds = [slide.kind for slide in done.deck.slides]
    if kinds[:2] != ["cover", "executive_summary"]:
        yield "the answer does not come first"
    if has_data(done) and (missing := _SLIDES - set(kinds)):
        yield f"no slide of {', '.join(sorted(missing))}"


def _titles(done: Worked) -> Iterator[str]:
    for issue in done.lint:
        if issue.rule in ("D01", "D02", "D03", "D04"):
            yield f"slide {issue.slide}: {issue.message}"
    titles = [done.read(slide.title) for slide in done.deck.slides]
    if len(set(titles)) != len(titles):
        yield "two slides have one title"


def _fits(done: Worked) -> Iterator[str]:
    yield from (f"slide {issue.slide}: {issue.message}" for issue in done.lint if issue.severity == "error")


def _exhibits(done: Worked) -> Iterator[str]:
    for issue in done.lint:
        if issue.rule in ("D09", "D10", "D13", "D14", "D15", "D16"):
            yield f"slide {issue.slide}: {issue.message}"
    for slide in done.deck.slides:
        if slide.kind == "finding" and slide.exhibit is not None and not re.search(r"n\s*=|rows|records", done.read(slide.source)):
            yield f"an exhibit without n: {done.read(slide.title)}"


def _equal(done: Worked) -> Iterator[str]:
    yield from (f"slide {issue.slide}: {issue.message}" for issue in done.lint if issue.rule == "D12")
    for key, number in done.deck.numbers.items():
        if key not in done.entries or done.entries[key].display != number.display:
            yield f"{key} is not in the ledger as it is shown"


def _decision(done: Worked) -> Iterator[str]:
    slides = [slide for slide in done.deck.slides if slide.kind == "decision"]
    if not slides or done.frame.decision_maker not in done.read(slides[0].model_dump_json()):
        yield "the decision asked for, and of whom, is not on a page"


ITEMS = (
    Item("analyze", "every number computes again", _computed),
    Item("analyze", "n, effect, interval, adjusted p", _statistics, has_data),
    Item("analyze", "no cause claimed of what was observed", _not_causal, has_data),
    Item("analyze", "assumptions or a second way for what holds", _robust, has_data),
    Item("analyze", "every plan has its verdict, refuted ones kept", _verdicts_kept),
    Item("synthesize", "governing answer in one sentence", _answer),
    Item("synthesize", "three to five points on findings", _points, has_data),
    Item("synthesize", "so-whats that add something", _so_what, has_data),
    Item("synthesize", "a verdict for every leaf", _whole_tree),
    Item("synthesize", "three recommendations, each complete", _advice),
    Item("synthesize", "effects as ranges, overlap removed, against the gap", _sizing),
    Item("synthesize", "confidence, what would change our mind, Monday", _mind),
    Item("present", "no numeral stands for itself", _vouched),
    Item("present", "answer first, every part there", _answer_first),
    Item("present", "titles are claims and differ", _titles),
    Item("present", "nothing overflows, no rule broken", _fits),
    Item("present", "exhibits: units, source, n, native", _exhibits),
    Item("present", "numbers equal the ledger's", _equal),
    Item("present", "the decision is on a page", _decision),
)
