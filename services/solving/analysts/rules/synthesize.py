"""Step 6 by rules: the answer first, what it rests on, what to do, what that brings, and what would change our mind."""

from services.solving.analysts.rules.synthesis import answer, confidence, drafts, points, recommend, triggers, verdicts
from services.solving.analysts.rules.synthesis.case import Case, gather
from services.solving.steps.contract import StepContext
from services.solving.steps.synthesize import Synthesis, SynthesisResult


def synthesize(context: StepContext) -> SynthesisResult:
    """Return the synthesis of a problem whose first five steps are done, with the numbers it cites."""
    case = gather(context)
    return SynthesisResult(synthesis=_argued(case), entries=case.ledger.entries)


def _argued(case: Case) -> Synthesis:
    drafted = drafts.drafts(case)
    argued = answer.Argument(case, drafted, points.supporting_points(case, drafted))
    advised = recommend.recommendations(case, drafted)
    closed = answer.impact(argued)
    held = points.supported_findings(case, drafted)
    level, reason = confidence.overall(case, held, sized=len(argued.sized))
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
