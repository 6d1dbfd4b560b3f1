"""From drafts to recommendations: texts from the playbook, dates in working days, the effect with its arithmetic, risks."""

import re
from datetime import date, timedelta

from services.solving.analysts.rules.dates_in_text import spoken
from services.solving.analysts.rules.synthesis.case import Case
from services.solving.analysts.rules.synthesis.drafts import Draft
from services.solving.analysts.rules.synthesis.plays import Play, filled, play_for
from services.solving.analysts.rules.synthesis.sizing import Counted
from services.solving.analysts.rules.wording import sentence, title
from services.solving.steps.synthesize import Action, ExpectedImpact, Recommendation, Risk
from shared.kit.cited import cite, name
from shared.kit.numbers import Style

_SPARE = 5  # working days kept free before the deadline
_SIGNS = {"*": "×", "/": "÷", "-": "−"}
_NAME_OR_SIGN = re.compile(r"[A-Za-z_]+|\d+|[*/-]")
_MOST_RISKS = 4
_LONGEST_TITLE = 200  # characters with tokens; the store keeps 255


def recommendations(case: Case, drafted: list[Draft]) -> list[Recommendation]:
    """Return the recommendations in order of priority."""
    plays = [play_for(case.now.template, draft.kind, draft.measure, draft.cut) for draft in drafted]
    longest = max((action.days for play in plays for action in play.action), default=0)
    scale = _scale(case, longest)
    return [_recommendation(case, draft, play, place, scale) for place, (draft, play) in enumerate(zip(drafted, plays, strict=True), 1)]


def _recommendation(case: Case, draft: Draft, play: Play, place: int, scale: float) -> Recommendation:
    words = slots(case, draft)
    return Recommendation(
        title=_title(play, words),
        summary=sentence(filled(play.why, words)),
        evidence=draft.findings,
        actions=_actions(case, play, words, scale),
        expected_impact=_impact(case, draft),
        risks=_risks(case, draft, play, words),
        confidence=round(max(0.1, draft.confidence), 2),
        confidence_reason=draft.reason,
        priority=place,
    )


def _title(play: Play, words: dict[str, str]) -> str:
    """Return the title; where names from the data make it longer than a title may be, the segment is named in the summary only."""
    full = title(filled(play.title, words))
    if len(full) <= _LONGEST_TITLE:
        return full
    return title(
        filled(play.title, words | {"segment": "the group named below", "hypothesis": "the open hypothesis holds", "ask": "see below"})
    )[:_LONGEST_TITLE]


def slots(case: Case, draft: Draft) -> dict[str, str]:
    """Return the words of a play's slots."""
    common = {"kpi": case.kpi_said, "owner": case.now.template.owner, "decider": case.frame.decision_maker, "measure": case.kpi_said}
    return {**common, "segment": "the weakest group", "then": "elsewhere", **{k: v for k, v in draft.words.items() if v}}


def _actions(case: Case, play: Play, words: dict[str, str], scale: float) -> list[Action]:
    start = case.context.problem.submitted_on
    made = []
    for action in play.action[:3]:
        due = working_day(start, max(1, round(action.days * scale)))
        made.append(
            Action(
                step=title(filled(action.step, words)),
                description=sentence(filled(action.what, words)),
                owner=filled(action.owner, words),
                due_date=due.isoformat(),
                estimated_effort=filled(action.effort, words),
                success_criteria=sentence(filled(action.success, words)),
                resources_needed=[filled(need, words) for need in action.needs],
            )
        )
    return made


def _scale(case: Case, longest: int) -> float:
    """Return the factor that fits all actions before the deadline; 1 where there is room or no deadline."""
    deadline = deadline_of(case)
    if deadline is None or longest <= 0:
        return 1.0
    room = working_days_between(case.context.problem.submitted_on, deadline) - _SPARE
    return min(1.0, room / longest) if room > 0 else 1.0 if deadline <= case.context.problem.submitted_on else 1 / longest


def deadline_of(case: Case) -> date | None:
    """Return the frame's deadline as a date, or None where it is none."""
    try:
        return date.fromisoformat(case.frame.deadline)
    except ValueError:
        return None


def working_day(start: date, days: int) -> date:
    """Return the day that lies some working days after another; weekends do not count."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after one day up to another, the last included."""
    return sum((start + timedelta(days=i)).weekday() < 5 for i in range(1, max(0, (end - start).days) + 1))


def _impact(case: Case, draft: Draft) -> ExpectedImpact:
    deadline = deadline_of(case)
    by = f"by {name(spoken(deadline))}" if deadline else "within three months of the last action"
    if draft.counted is None:
        return ExpectedImpact(
            kpi=case.kpi_said,
            timeframe=by,
            assumptions=["Its effect is not known; the first action measures it."],
            arithmetic="No number is given: the data cannot size it.",
            overlap_removed="Nothing, as nothing is counted.",
        )
    one = draft.counted
    return ExpectedImpact(
        kpi=case.kpi_said,
        delta_percentage_key=_relative(case, one),
        delta_absolute_key=one.expected,
        low_key=one.low,
        high_key=one.high,
        timeframe=by,
        assumptions=_assumptions(draft),
        arithmetic=arithmetic(case, one),
        overlap_removed=_overlap(one),
    )


def _relative(case: Case, one: Counted) -> str | None:
    if case.kpi is None or case.kpi.baseline_key is None or not case.ledger.value(case.kpi.baseline_key):
        return None
    inputs = {"effect": one.expected, "kpi": case.kpi.baseline_key}
    return case.ledger.formula("effect / abs(kpi)", inputs, label="expected effect, share of today", style=Style.PERCENT, signed=True)


def _assumptions(draft: Draft) -> list[str]:
    assert draft.subject is not None
    level = {"change": "its earlier level", "level": "the level of the others", "mix": "its earlier share"}[draft.subject.mode]
    made = [f"High end: the whole distance to {level} is closed; low end: half of what we count on.", "All else stays as it is today."]
    if draft.subject.relation.as_ == "factor":
        made.append("The other parts of the number stay the same where this part moves.")
    if draft.subject.relation.as_ == "amount":
        made.append("Volumes stay the same when the amount moves.")
    return made


def arithmetic(case: Case, one: Counted) -> str:
    """Return the formula of an effect with its numbers, the confidence and the range, as cited text."""
    entry = case.ledger.entry(one.effect.full)
    shown = readable(entry.recipe.formula or "", entry.recipe.inputs)
    sure = case.ledger.entry(one.expected).recipe.inputs["sure"]
    words = one.effect.words[:1].upper() + one.effect.words[1:]
    net = "" if one.overlap is None else f"; less overlap {cite(one.overlap)} = {cite(one.net)}"
    return (
        f"{words}: {shown} = {cite(one.effect.full)}{net}. Times {cite(sure)} confidence = {cite(one.expected)}; "
        f"low end {cite(one.low)}, half of that; high end {cite(one.high)}, all of it."
    )


def readable(formula: str, inputs: dict[str, str]) -> str:
    """Return a ledger formula as people read it, names replaced by the tokens of their numbers."""

    def replace(match: re.Match[str]) -> str:
        part = match[0]
        if part in inputs:
            return cite(inputs[part])
        return name(part) if part.isdigit() else _SIGNS.get(part, part)

    return _NAME_OR_SIGN.sub(replace, formula)


def _overlap(one: Counted) -> str:
    if one.overlap is None:
        return "Nothing: no action before it acts on the same part of the number in the same rows."
    return f"{cite(one.overlap)}. {one.overlap_words}."


def _risks(case: Case, draft: Draft, play: Play, words: dict[str, str]) -> list[Risk]:
    made = [
        Risk(risk=filled(r.risk, words), mitigation=filled(r.mitigation, words), probability=r.probability, impact=r.impact)
        for r in play.risk
    ]
    return [*made, *_statistical(case, draft)][:_MOST_RISKS]


def _statistical(case: Case, draft: Draft) -> list[Risk]:
    """Risks that come from the data and not from the action: few records, no trial, drift."""
    found = []
    finding = case.findings.get(draft.findings[0]) if draft.findings else None
    if finding is not None and finding.q_value is not None and finding.n < 50 and (n := case.fact(finding.id, "n")):
        found.append(
            Risk(
                risk=f"Only {cite(n)} records stand behind it",
                mitigation="Repeat the test when twice as many records are in",
                probability="high",
                impact="medium",
            )
        )
    if draft.counted is not None and finding is not None and finding.strength != "quasi_experiment":
        found.append(
            Risk(
                risk=f"Something else than {draft.words['measure']} may lie behind it: the data were observed, not made by a trial",
                mitigation="Judge the first action against a part without it",
                probability="medium",
                impact="medium",
            )
        )
    return found
