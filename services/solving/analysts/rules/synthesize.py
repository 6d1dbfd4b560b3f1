"""Step 6 by rules: the answer first, what it rests on, what to do, what that brings, and what would change our mind."""

from services.solving.analysts.rules.synthesis import answer, confidence, drafts, entry_words, points, recommend, triggers, verdicts
from services.solving.analysts.rules.synthesis.case import Case, gather
from services.solving.analysts.rules.synthesis.entry import Entry, entry_of
from services.solving.steps.contract import StepContext
from services.solving.steps.synthesize import Synthesis, SynthesisResult


def synthesize(context: StepContext) -> SynthesisResult:
    """Return the synthesis of a problem whose first five steps are done, with the numbers it cites."""
    case = gather(context)
    entry = entry_of(case)
    synthesis = _argued(case) if entry is None else _entered(case, entry)
    return SynthesisResult(synthesis=synthesis, entries=case.ledger.entries)


def _argued(case: Case) -> Synthesis:
    """The argument from findings."""
    drafted = drafts.drafts(case)
    argued = answer.Argument(case, drafted, points.supporting_points(case, drafted))
    advised = recommend.recommendations(case, drafted)
    closed = answer.impact(argued)
    held = points.supported_findings(case, drafted)
    level, reason = confidence.overall(case, held, sized=len(argued.sized))
    if len(argued.points) < points.FEWEST:
        reason += " The evidence is thin: fewer than three points carry the answer."
    return Synthesis(
        governing_answer=answer.governing_answer(argued, closed),
        situation=answer.situation(case),
        complication=answer.complication(case),
        supporting_points=argued.points,
        leaf_verdicts=verdicts.leaf_verdicts(case),
        contradictions=verdicts.contradictions(case),
        recommendations=advised,
        impact=closed,
        what_would_change_our_mind=triggers.what_would_change_our_mind(case, drafted, advised),
        first_step=answer.first_step(advised),
        decision_asked=answer.decision_asked(case, argued, advised),
        confidence=level,
        confidence_reason=reason,
        next_data=answer.next_data(case),
    )


def _entered(case: Case, entry: Entry) -> Synthesis:
    """The argument from stated numbers: a market sized by assumptions."""
    drafted = entry_words.drafts(entry, case)
    argued = answer.Argument(case, drafted, entry_words.points(entry, case))
    advised = recommend.recommendations(case, drafted)
    enters = drafted[0].kind == "enter"
    if enters:
        advised = [advised[0].model_copy(update={"expected_impact": entry_words.expected(entry, case)}), *advised[1:]]
    closed = entry_words.impact(entry, case)
    return Synthesis(
        governing_answer=entry_words.answer(entry, case),
        situation=answer.situation(case),
        complication=answer.complication(case),
        supporting_points=argued.points,
        leaf_verdicts=verdicts.leaf_verdicts(case),
        contradictions=verdicts.contradictions(case),
        recommendations=advised,
        impact=closed if enters else closed.model_copy(update={"total_key": None}),
        what_would_change_our_mind=entry_words.triggers(entry) or triggers.what_would_change_our_mind(case, drafted, advised),
        first_step=answer.first_step(advised),
        decision_asked=entry_words.decision(entry, case),
        confidence="low",
        confidence_reason="The size rests on numbers assumed from home; nothing has been measured in the market yet.",
        next_data=answer.next_data(case),
    )
