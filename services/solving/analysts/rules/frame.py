"""Step 1 by rules: the problem worksheet, from the words of the problem and from what its data say."""

import re
from datetime import date

from services.solving.analysts.rules.dates_in_text import end_of_month, months_later, spoken
from services.solving.analysts.rules.kpi import Reckoning, reckon
from services.solving.analysts.rules.questions import Doubts, clarifying_questions
from services.solving.analysts.rules.situation import Situation, situation
from services.solving.analysts.rules.stakeholders import decision_maker, stakeholders
from services.solving.analysts.rules.template import GENERIC, library
from services.solving.analysts.rules.vocabulary import any_of, pattern
from services.solving.analysts.rules.wording import is_plural, listed, safe, sentence
from services.solving.analysts.rules.worksheet import accuracy_needed, ambition, decision_criteria, until_answered
from services.solving.evidence.ledger import Ledger
from services.solving.steps.contract import StepContext
from services.solving.steps.frame import Assumption, Confidence, Frame, FrameResult, Kpi, Scope
from shared.kit.cited import cite, name


def frame(context: StepContext) -> FrameResult:
    """Return the frame of a problem, with the numbers it cites; answers in the frame there is already are read into it."""
    ledger = Ledger(context.known)
    return FrameResult(frame=framed(context, ledger), entries=ledger.entries)


def framed(context: StepContext, ledger: Ledger) -> Frame:
    """Return the frame of a problem and write its numbers into a ledger."""
    now = situation(context, framing=True)
    reckoned = reckon(now, ledger)
    day, has_deadline = _deadline(now, context.problem.submitted_on)
    decider, named = decision_maker(now)
    deadline = name(spoken(day))
    gone = now.reading.past_deadline
    doubts = Doubts(second_goal(now), has_deadline, name(spoken(gone.day)) if gone else None, deadline, named, decider)
    questions = clarifying_questions(now, reckoned, doubts)
    return Frame(
        goal=_goal(now, reckoned, deadline, decider),
        title=_title(context, now),
        domain=now.template.name,
        decision=now.template.decision,
        decision_maker=decider,
        deadline=day.isoformat(),
        scope=_scope(now),
        kpis=[reckoned.kpi],
        stakeholders=stakeholders(now),
        assumptions=[*_assumptions(now, reckoned), *until_answered(questions)],
        constraints=[sentence(safe(words)) for words in now.reading.guards] + _second_as_constraint(doubts),
        success_criteria=_success(reckoned, deadline),
        decision_criteria=decision_criteria(now, reckoned, deadline),
        accuracy_needed=accuracy_needed(reckoned, ledger),
        ambition=ambition(reckoned, ledger, context.problem.submitted_on, day),
        confidence=_confidence(now, reckoned, len([q for q in questions if q.required])),
        clarifying_questions=questions,
    )


def _deadline(now: Situation, submitted: date) -> tuple[date, bool]:
    if now.reading.deadline is not None:
        return now.reading.deadline.day, True
    later = months_later(submitted.replace(day=1), 3)
    return end_of_month(later.year, later.month), False


def second_goal(now: Situation) -> str | None:
    """Return the other measure that the text's wishes name, or None: "cut costs and grow revenue" has two."""
    own = [p.lower() for p in now.kpi.phrases] if now.kpi else []
    for wish in now.reading.wishes:
        several = len(_directives(wish.sentence)) > 1
        for template in library().values():
            for kpi in template.kpi:
                for found in any_of(tuple(re.escape(p) for p in kpi.phrases)).finditer(wish.sentence):
                    called = found.group(0).lower()
                    if any(called in phrase or phrase in called for phrase in own):
                        continue
                    if _is_goal(wish.sentence, found, several=several):
                        return safe(called)
    return None


def _is_goal(sentence_: str, found: re.Match[str], *, several: bool) -> bool:
    """Whether a measure is wished for in its own right: told to move by an amount of its own, or beside another one that is."""
    before, after = sentence_[: found.start()], sentence_[found.end() :]
    purpose = re.search(r"\b(?:without|because|so that|as long as|in order to|by)\b(?!.*\b(?:and|while)\b)", before, re.IGNORECASE)
    joined = re.search(r"\b(?:and|while|as well as|but also|plus)\b|[，、]", sentence_, re.IGNORECASE)
    moved = re.match(r"\s*(?:rate\s+)?(?:\w+\s+){0,2}(?:by|to|from|under|below|above)\b[^,;.]{0,14}\d", after, re.IGNORECASE)
    if joined and moved:
        return True
    return several and not purpose and not re.search(r"\bwhile\b", before, re.IGNORECASE)


def _directives(told: str) -> list[str]:
    return [m.group(0) for direction in ("decrease", "increase") for m in pattern("verbs", direction).finditer(told)]


def _goal(now: Situation, reckoned: Reckoning, deadline: str, decider: str) -> str:
    kpi = reckoned.kpi
    purpose = f"so that the {decider} can decide {now.template.decision}"
    so_that = f"{purpose} by {deadline}"
    if now.template.name == "market_entry":
        hurdle = f" of at least {cite(kpi.target_key)}" if kpi.target_key else ""
        return (
            f"Which market, if any, offers us yearly revenue{hurdle}, {so_that.replace(' whether to enter, and where', ' on entering it')}?"
        )
    if now.measure is None and now.kpi is None and now.reading.subject is None:
        return f"Which number should improve, {so_that}?"
    if now.reading.intent == "explain" and (kpi.target_key is None or reckoned.target_by_default):
        return f"What explains {_story(now, reckoned)}, {so_that}?"
    return f"Which changes {_move(reckoned)} by {deadline}, {purpose}?"


def _move(reckoned: Reckoning) -> str:
    kpi = reckoned.kpi
    verb = "lower" if kpi.direction == "decrease" else "raise"
    if reckoned.met and kpi.target_key:
        return f"hold {kpi.name} {_side(kpi)} {cite(kpi.target_key)}"
    if kpi.baseline_key and kpi.target_key:
        return f"{verb} {kpi.name} from {cite(kpi.baseline_key)} to {cite(kpi.target_key)}"
    if kpi.target_key:
        return f"bring {kpi.name} to {cite(kpi.target_key)}"
    return f"{verb} {kpi.name}" + (f" by {cite(reckoned.change_key)}" if reckoned.change_key else "")


def _side(kpi: Kpi) -> str:
    return "at or below" if kpi.direction == "decrease" else "at or above"


def _story(now: Situation, reckoned: Reckoning) -> str:
    kpi = reckoned.kpi
    before = kpi.target_key if reckoned.target_by_default else reckoned.earlier_key
    told = next((m for m in now.reading.movements if not m.is_wish and m.direction), None)
    if before and kpi.baseline_key and told is not None:
        return f"the move of {kpi.name} from {cite(before)} to {cite(kpi.baseline_key)}"
    if told is not None:
        return f"the {'fall' if told.direction == 'decrease' else 'rise'} in {kpi.name}"
    return f"the differences in {kpi.name}"


def _title(context: StepContext, now: Situation) -> str:
    given = (context.problem.title or "").strip()
    if given and not re.search(r"[\d\[\]]", given) and len(given) <= 80:
        return given
    if now.template.name == GENERIC and now.measure is not None and "[[" not in now.measure.label:
        return now.measure.label[:1].upper() + now.measure.label[1:]
    return now.template.title


def _scope(now: Situation) -> Scope:
    include = [sentence(safe(words)) for words in now.reading.includes]
    periods = now.periods(now.measure) if now.measure is not None else None
    if now.data is not None:
        files = listed([name(d.source) for d in now.data.datasets])
        include.append(f"All rows of {files}" + (f", {periods.whole}." if periods else "."))
    if now.measure is not None and now.cuts.get("kpi"):
        include.append(sentence(f"cuts by {listed([c.label for c in now.cuts['kpi'][:4]])}"))
    exclude = [sentence(safe(words)) for words in now.reading.excludes]
    exclude.append(
        "Causes that leave no trace in the attached data." if now.data is not None else "Anything that needs data nobody has attached yet."
    )
    return Scope(include=include or ["The problem as its text states it."], exclude=exclude)


def _assumptions(now: Situation, reckoned: Reckoning) -> list[Assumption]:
    made: list[Assumption] = []
    if now.data is not None:
        made.append(Assumption(text="The attached records are complete and mean what their column names say.", confidence="medium"))
    periods = now.periods(now.measure) if now.measure is not None else None
    if now.measure is not None and now.measure.ratio.not_negative:
        made.append(Assumption(text=f"Records with a negative {reckoned.kpi.name} are wrong and left out.", confidence="high"))
    if periods and periods.current:
        made.append(Assumption(text=f"{reckoned.kpi.window} stands for today: it is {periods.reason}.", confidence="medium"))
    if reckoned.relative:
        made.append(Assumption(text="The change asked for is a part of today's level, not a number of points.", confidence="medium"))
    if now.template.caveat:
        made.append(Assumption(text=now.template.caveat, confidence="low"))
    made += [Assumption(text=f"The text assumes: {name(words.rstrip('.'))}.", confidence="low") for words in now.reading.assumed[:2]]
    if not now.reading.guards:
        made.append(Assumption(text="No condition binds beyond those of law and budget: the text names none.", confidence="low"))
    if reckoned.kpi.target_key:
        made.append(
            Assumption(text="The target can be reached by changing what the data describe, not only by outside events.", confidence="low")
        )
    return made


def _second_as_constraint(doubts: Doubts) -> list[str]:
    return [sentence(f"{doubts.second_goal} must not get worse")] if doubts.second_goal else []


def _success(reckoned: Reckoning, deadline: str) -> list[str]:
    kpi = reckoned.kpi
    if not kpi.target_key:
        return [sentence(f"{kpi.name} has moved the right way by {deadline} by more than chance explains")]
    verb = "stand" if is_plural(kpi.name) else "stands"
    return [
        sentence(f"{kpi.name} {verb} {_side(kpi)} {cite(kpi.target_key)} by {deadline}"),
        "The level holds for two further months without the constraints being broken.",
    ]


def _confidence(now: Situation, reckoned: Reckoning, required: int) -> Confidence:
    if reckoned.kpi.baseline_source == "data" and required == 0 and not reckoned.disagreement:
        return "high"
    return "low" if required >= 2 or (now.measure is None and reckoned.kpi.baseline_key is None) else "medium"
