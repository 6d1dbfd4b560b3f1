"""What would change our mind: thresholds from the effects, the intervals and the decision rules, each with what is done then."""

from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.synthesis.drafts import Draft
from services.solving.analysts.rules.wording import sentence
from services.solving.steps.synthesize import Recommendation
from shared.kit.cited import cite

_MOST = 4


def what_would_change_our_mind(case: Case, drafted: list[Draft], advised: list[Recommendation]) -> list[str]:
    """Return results that would change the recommendation, the threshold first in each sentence."""
    found = [*_halfway(case, drafted), *_intervals(case, drafted), *_undecided(case), *_baseline(case)]
    if not found:
        found = [sentence(f"A first sample that speaks against “{r.title}” ends it before the second action") for r in advised[:1]]
    return list(dict.fromkeys(found))[:_MOST]


def _halfway(case: Case, drafted: list[Draft]) -> list[str]:
    """The level the first action must reach: half of the way, or its effect is below the low end."""
    told = []
    for place, draft in enumerate([d for d in drafted if d.counted][:2], 1):
        effect = draft.counted.effect if draft.counted else None
        if effect is None or effect.here is None or effect.there is None:
            continue
        inputs = {"here": effect.here, "there": effect.there}
        half = case.ledger.formula("(here + there) / 2", inputs, label=f"{effect.subject.ratio.label}, half of the way", like=effect.here)
        over = "above" if case.ledger.value(effect.here) > case.ledger.value(effect.there) else "below"
        number = ("the first action", "the second action")[place - 1]
        told.append(
            sentence(
                f"{cite(half)} is half of the way: if {draft.words['measure']} in {draft.words['segment']} is still {over} it "
                f"at the first review, {number} stops and its budget goes back"
            )
        )
    return told


def _intervals(case: Case, drafted: list[Draft]) -> list[str]:
    for draft in drafted:
        for i in draft.findings[:1]:
            low = case.fact(i, "ci_low")
            if draft.counted and low and case.fact(i, "difference"):
                return [
                    sentence(
                        f"{cite(low)} is the low end of the interval for {draft.words['measure']} in {draft.words['segment']}: "
                        "a smaller difference on new data means that we were wrong about it"
                    )
                ]
    return []


def _undecided(case: Case) -> list[str]:
    for leaf in case.tree.leaves():
        result, plan = case.results.get(leaf.id), case.plans.get(leaf.id)
        if result is None or plan is None or result.verdict != "undecided" or not leaf.hypotheses:
            continue
        rule = plan.decision_rule
        least = case.ledger.assumption(
            rule.minimum_effect, "the smallest effect worth acting on, fixed before the test", label="minimum effect"
        )
        hypothesis = leaf.hypotheses[0].rstrip(".")
        shown = hypothesis if hypothesis.startswith("[[") else hypothesis[:1].lower() + hypothesis[1:]
        return [sentence(f"{cite(least)} or more, as effect on new data, for the open hypothesis that {shown}: it would join the actions")]
    return []


def _baseline(case: Case) -> list[str]:
    kpi = case.kpi
    if kpi is None or kpi.target_key is None or kpi.baseline_key is None:
        return []
    return [sentence(f"{cite(kpi.target_key)} reached without any action: the move was passing, and the actions stop")]
