"""How it gets done, and what may go wrong: the plan as a Gantt, the risks, and what would change our mind."""

import datetime as dt

from services.decks.elements import Level
from services.decks.model import Gate, PlanGroup, PlanSlide, PlanTask, Risk, RisksSlide, Trigger
from services.solving.analysts.rules.storyline.material import Material, day
from services.solving.analysts.rules.storyline.opening import said_aloud
from services.solving.steps.synthesize import Recommendation
from shared.kit.cited import cite, cited_keys

_MOST_RISKS, _MOST_TRIGGERS = 5, 3
_REVIEW_AFTER = dt.timedelta(days=28)


def plan(material: Material) -> PlanSlide | None:
    """Who does what by when, with the day each action is live; None where nothing is recommended."""
    advised = [advice for advice in material.synthesis.recommendations if advice.actions]
    if not advised:
        return None
    start = material.context.problem.submitted_on
    groups = tuple(_group(advice, number, start) for number, advice in enumerate(advised, 1))
    last = max(task.end for group in groups for task in group.tasks)
    review = PlanGroup(text="Review", tasks=(PlanTask(text="Measure the effect", start=last, end=last + _REVIEW_AFTER, phase="measure"),))
    gates = _gates(groups, last + _REVIEW_AFTER)
    owners = list(dict.fromkeys(action.owner for advice in advised for action in advice.actions))
    count = cite(material.ledger.count([task.text for group in groups for task in group.tasks], label="tasks in the plan"))
    return PlanSlide(
        kicker="Plan",
        title=f"{count} tasks bring the actions live by {day(last)}, and the effect is measured by {day(last + _REVIEW_AFTER)}",
        groups=(*groups, review),
        gates=gates,
        source=f"Dates are counted in days from {day(start)}, when the problem was submitted; owners are roles",
        notes=said_aloud(
            f"The first step is this: {material.synthesis.first_step}",
            f"The owners are {', '.join(owners[:4])}",
            "Each action has a success criterion, and the effect is read against the promised range",
        ),
    )


def _group(advice: Recommendation, number: int, start: dt.date) -> PlanGroup:
    tasks: list[PlanTask] = []
    begins = start
    for i, action in enumerate(advice.actions):
        ends = max(dt.date.fromisoformat(action.due_date), begins)
        phase = "go_live" if i == len(advice.actions) - 1 else "prepare"
        tasks.append(PlanTask(text=action.step, start=begins, end=ends, phase=phase))
        begins = ends
    return PlanGroup(id=f"R{number}", text=advice.title, tasks=tuple(tasks))


def _gates(groups: tuple[PlanGroup, ...], decided: dt.date) -> tuple[Gate, ...]:
    live: dict[dt.date, list[str]] = {}
    for group in groups:
        live.setdefault(max(task.end for task in group.tasks), []).append(group.id)
    gates = [Gate(date=date, text=f"{', '.join(ids)} live") for date, ids in sorted(live.items())]
    return (*gates, Gate(date=decided, text="Decide", decisive=True))


def risks(material: Material) -> RisksSlide:
    """The risks with their cover, and the results that would change the recommendation."""
    named = {risk.risk: risk for advice in material.synthesis.recommendations for risk in advice.risks}
    shown = list(named.values())[:_MOST_RISKS]
    triggers = material.synthesis.what_would_change_our_mind[:_MOST_TRIGGERS]
    count = cite(material.ledger.count([risk.risk for risk in shown], label="risks covered"))
    changing = cite(material.ledger.count(triggers, label="results that would change our mind"))
    verb = "is" if len(shown) == 1 else "are"
    results = "result" if len(triggers) == 1 else "results"
    return RisksSlide(
        kicker="Risks",
        title=f"{count} {'risk' if len(shown) == 1 else 'risks'} {verb} covered, and {changing} {results} would change our mind",
        risks=tuple(
            Risk(text=risk.risk, likelihood=Level(risk.probability), effect=Level(risk.impact), cover=risk.mitigation) for risk in shown
        ),
        triggers=tuple(_trigger(text) for text in triggers),
        source="Likelihood and effect are judgements in three steps; they are not computed",
        notes=said_aloud(*(f"{risk.risk}: {risk.mitigation}" for risk in shown[:3]), *triggers[:1]),
    )


def _trigger(text: str) -> Trigger:
    keys = cited_keys(text)
    return Trigger(threshold=cite(keys[0]) if keys else "If", action=text)
