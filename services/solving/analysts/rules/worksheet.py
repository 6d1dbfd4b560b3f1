"""The rest of the worksheet: what options are judged by, how exact the answer must be, how far the number is to move."""

from datetime import date

from services.solving.analysts.rules.dates_in_text import spoken
from services.solving.analysts.rules.kpi import Reckoning
from services.solving.analysts.rules.situation import Situation
from services.solving.analysts.rules.wording import sentence
from services.solving.evidence.ledger import Ledger
from services.solving.steps.frame import Assumption, ClarifyingQuestion
from shared.kit.cited import cite, name
from shared.kit.numbers import Style

_DAYS_A_MONTH = 30.4375


def decision_criteria(now: Situation, reckoned: Reckoning, deadline: str) -> list[str]:
    """Return what an option is judged by, the weightiest first."""
    gap = ", set against the gap" if reckoned.kpi.gap_key and not reckoned.met else ""
    criteria = [
        f"How far it moves {reckoned.kpi.name}, as a range{gap}.",
        "How sure its cause is, by the stated rules of confidence.",
        f"Whether it takes effect by {deadline}, and what work it needs.",
    ]
    return criteria + (["Whether every condition of the text still holds."] if now.reading.guards else [])


def accuracy_needed(reckoned: Reckoning, ledger: Ledger) -> str:
    """Return how exact an effect must be known before it changes the decision."""
    kpi = reckoned.kpi
    if kpi.gap_key is None or reckoned.met or not ledger.value(kpi.gap_key):
        return "Good enough to rank the causes: every effect with its interval, and none acted on that chance explains."
    half = ledger.formula("abs(gap) / 2", {"gap": kpi.gap_key}, label="half of the gap", like=kpi.gap_key)
    return f"Within {cite(half)}, half of the gap: an effect known worse than that could not tell whether the target is in reach."


def ambition(reckoned: Reckoning, ledger: Ledger, submitted: date, deadline: date) -> str:
    """Return how far the number is to move and in what time, so that a reader sees whether that is bold."""
    kpi = reckoned.kpi
    way = "fall" if kpi.direction == "decrease" else "rise"
    if reckoned.met:
        return "To hold what is reached already, unless one of the two numbers is meant otherwise."
    if not (kpi.gap_key and kpi.baseline_key) and reckoned.change_key is None:
        return f"A lasting {way} that chance does not explain, by {name(spoken(deadline))}; no level is named yet."
    months = ledger.assumption(
        float(round((deadline - submitted).days / _DAYS_A_MONTH)),
        f"from {submitted.isoformat()} to {deadline.isoformat()}",
        label="months until the deadline",
        style=Style.COUNT,
    )
    span = f"within {cite(months)} months" if ledger.value(months) > 1 else "within weeks"
    if kpi.gap_key and kpi.baseline_key and ledger.value(kpi.baseline_key):
        inputs = {"gap": kpi.gap_key, "today": kpi.baseline_key}
        share = ledger.formula("abs(gap / today)", inputs, label="gap as a share of today", style=Style.PERCENT)
        return f"A {way} by {cite(share)} of today's level {span}."
    if reckoned.change_key:
        return f"A {way} by {cite(reckoned.change_key)} {span}."
    return f"A {way} from nothing {span}."


def until_answered(questions: list[ClarifyingQuestion]) -> list[Assumption]:
    """Return the default of every open question as an assumption: what the work rests on until somebody answers."""
    return [
        Assumption(text=sentence(f"Until “{_short(q)}” is answered: {q.default}"), confidence="low" if q.required else "medium")
        for q in questions
        if q.answer is None
    ]


def _short(question: ClarifyingQuestion) -> str:
    """Return what a question is about, in two words."""
    return {
        "goal": "which goal",
        "baseline": "which baseline",
        "target": "which target",
        "deadline": "by when",
        "solution": "is it decided",
        "decision": "who decides",
        "definition": "how measured",
        "constraint": "how checked",
    }[question.category]
