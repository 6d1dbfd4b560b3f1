"""What a problem text says: which way a number should go, from where to where, by when, under which conditions."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Literal

from services.solving.analysts.rules import dates_in_text
from services.solving.analysts.rules.dates_in_text import Moment
from services.solving.analysts.rules.numbers_in_text import Quantity, quantities
from services.solving.analysts.rules.vocabulary import any_of, pattern, words
from services.solving.steps.frame import Direction

Intent = Literal["improve", "explain", "decide"]

_SENTENCE = re.compile(r"[^.!?;。！？；\n]+(?:[.,](?=\S)[^.!?;。！？；\n]+)*[.!?;。！？；]?|\n\s*\n")
_JOINED = re.compile(r",?\s+and\s+(?=(?:what|how|which)\b)", re.IGNORECASE)
_FROM = re.compile(
    r"(?:\bfrom|从)\s*(?:more than|over|under|about|around|roughly|nearly|almost|at least|currently|today's)?\s*$", re.IGNORECASE
)
_TO = re.compile(
    r"(?:\bto|到|至|→|->)\s*(?:more than|over|under|below|about|around|less than|at least|at most|roughly)?\s*$", re.IGNORECASE
)
_BY = re.compile(
    r"\bby\s*(?:about|around|roughly|at least|up to|more than|nearly|almost)?\s*$|(?:下降|降低|提高|提升|增加|减少|增长)了?\s*$",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"(?:\bto|\bat|\bbe|\bback|\breach(?:es|ing)?|\btarget(?: is| of|:)?|\bgoal(?: is| of|:)?|\bback (?:at|to)|\bsee|到|至|降至|达到|目标)"
    r"\s*(?:about|around|at least|at most|under|below|over|above|more than|less than|no more than)?\s*$",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"(?:\bis|\bare|\bat|\bof|\bnow|\bcurrently|\btoday|\bstands at|\bof about|\bwas|\baverages?"
    r"|\btakes?|\bwaits?|\blasts?|\bhas|\bhave|目前|现在|占\S{0,6}|为|是)"
    r"\s*(?:about|around|now|currently|roughly|at|some|为|约)*\s*$",
    re.IGNORECASE,
)
_CHANGE_AFTER = re.compile(
    r"^\s*(?:(?P<down>lower|less|cheaper|fewer|faster|shorter|reduction|decrease|drop|cut|down)|(?P<up>higher|more|increase|growth|rise|up|better))\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?P<name>(?:[a-z][a-z'-]+ ){0,3}(?:rate|ratio|share|time|times|score|level|number|volume|count|cost|costs|price|yield|index"
    r"|satisfaction|productivity|utilisation|utilization|accuracy|coverage|attendance|absence|consumption|emissions))"
    r"(?= (?:is|are|was|stands?|has|have|fell|rose|dropped|climbed|must|should|needs?|from|of about|now)\b)",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    r"^(?:(?:our|the|their|its|this|that|a|an|my|your|of|in|on|and|but|since|average|mean|current|because|while|reduce|cut|lower|raise|lift"
    r"|improve|increase|decrease|grow|bring|get|keep|[a-z]+'s)\s+)+",
    re.IGNORECASE,
)
_BRING = re.compile(r"(?:please\s+)?(?:bring|get|close|make|fix)\b", re.IGNORECASE)
_ASSUMED = re.compile(r"\b(?:assum\w+|suppose|expect that|our estimate)\b|假设", re.IGNORECASE)
_QUOTE_END = re.compile(r"[,;:]\s|\s+(?:by|within|before|without|while|and|but|so that|because|than|as|which)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Movement:
    """One number in motion: what a sentence wishes for, or tells of the past."""

    sentence: str
    start: int
    is_wish: bool
    direction: Direction | None
    baseline: Quantity | None = None
    target: Quantity | None = None
    change: Quantity | None = None  # how much it should move, or has moved


@dataclass(frozen=True)
class Settled:
    """What answers to clarifying questions settle; None where nobody answered."""

    goal: str | None = None  # the words that say which number decides
    baseline: Literal["data", "text"] | None = None  # whose figure counts
    decider: str | None = None
    definition: str | None = None
    in_points: bool = False  # a change of a share is meant in percentage points


@dataclass(frozen=True)
class Reading:
    """A problem text, read."""

    text: str
    language: Literal["en", "zh", "de"]
    intent: Intent
    movements: tuple[Movement, ...]
    quantities: tuple[Quantity, ...]
    deadline: Moment | None
    past_deadline: Moment | None
    period: str | None
    assumed: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    solution: str | None = None
    subject: str | None = None  # what the text calls the number that it gives a level of
    sentences: tuple[str, ...] = field(default=())
    settled: Settled = Settled()

    @property
    def wishes(self) -> tuple[Movement, ...]:
        """What the text wants to change."""
        return tuple(m for m in self.movements if m.is_wish)


def read(text: str, today: date) -> Reading:
    """Return what a text says. Never raises: a text that says nothing gives an empty reading."""
    plain = re.sub(r"[ \t\u00a0]+", " ", re.sub(r"(?<=\S)\n(?=\S)", " ", text.replace("\r\n", "\n"))).strip()
    spans = dates_in_text.taken(plain, today)
    numbers = quantities(plain, spans)
    sentences = [part for m in _SENTENCE.finditer(plain) if m.group(0).strip() for part in _questions(m.start(), m.group(0))]
    chinese = len(re.findall(r"[\u4e00-\u9fff]", plain)) > 0.2 * max(len(plain), 1)
    told = [part for start, sentence in sentences for part in _clauses_of(start, sentence)] if chinese else sentences
    movements = _settled([found for start, sentence in told if (found := _movement(sentence, start, numbers)) is not None], chinese=chinese)
    coming, gone = _deadlines(plain, sentences, today)
    return Reading(
        text=plain,
        language="zh" if chinese else "en",
        intent=_intent(plain, movements),
        movements=tuple(movements),
        quantities=tuple(numbers),
        deadline=coming,
        past_deadline=gone,
        period=dates_in_text.period(plain),
        assumed=tuple(s.strip() for _, s in sentences if _ASSUMED.search(s)),
        guards=_clauses("guards", "words", sentences),
        includes=_clauses("scope", "include", sentences, after=True),
        excludes=_excluded(sentences),
        roles=tuple(dict.fromkeys(m.group(0).lower() for m in pattern("roles", "names").finditer(plain))),
        solution=_solution(plain),
        subject=_subject(movements),
        sentences=tuple(s.strip() for _, s in sentences),
    )


def _questions(start: int, sentence: str) -> list[tuple[int, str]]:
    """Return a sentence as the questions it joins: "Why is it so, and what should we do?" asks two things."""
    cuts = [0, *(m.end() for m in _JOINED.finditer(sentence)), len(sentence)]
    return [(start + begin, sentence[begin:end]) for begin, end in pairwise(cuts)]


def _clauses_of(start: int, sentence: str) -> list[tuple[int, str]]:
    """Return a Chinese sentence as the clauses its commas part: each tells or wishes for itself."""
    cuts = [0, *(m.end() for m in re.finditer("[，,]", sentence)), len(sentence)]
    return [(start + begin, sentence[begin:end]) for begin, end in pairwise(cuts) if sentence[begin:end].strip()]


def _settled(movements: list[Movement], *, chinese: bool) -> list[Movement]:
    """Return movements with tense settled: Chinese verbs have none, so beside a clause that wishes, one that does not tells of the past."""
    wished = [bool(m.target) and bool(pattern("verbs", "wish").search(m.sentence)) for m in movements]
    if not (chinese and any(wished)):
        return movements
    return [m if wishes or m.baseline is None else replace(m, is_wish=False) for m, wishes in zip(movements, wished, strict=True)]


def _movement(sentence: str, start: int, numbers: list[Quantity]) -> Movement | None:
    if _ASSUMED.search(sentence):
        return None
    guard = pattern("guards", "words").search(sentence)
    told = sentence[: guard.start()] if guard else sentence
    own = [q for q in numbers if start <= q.start < start + len(told)]
    past = _past(told)
    verbs = _verbs(told)
    asks_why = re.search(r"\b(?:why|what (?:made|caused|drove)|where does)\b|为什么", told, re.IGNORECASE)
    is_wish = not asks_why and (bool(pattern("verbs", "wish").search(told)) or (past is None and bool(verbs)))
    baseline, target, change, sign = _numbers(told, start, own, is_wish=is_wish, moves=bool(past or verbs))
    if not (is_wish or past or verbs or baseline):
        return None
    if baseline and target:
        target = _in_unit_of(target, baseline)
    if baseline and target and baseline.value != target.value:
        sign = sign or ("decrease" if target.value < baseline.value else "increase")
    direction = past if past and not is_wish else _nearest(verbs, change.start - start if change else None)
    bound = {"at_most": "decrease", "at_least": "increase"}.get(target.bound) if target and is_wish else None
    heading: Direction | None = sign or direction or past or ("decrease" if bound == "decrease" else "increase" if bound else None)
    return Movement(sentence.strip(), start, is_wish, heading, baseline, target, change)


def _verbs(sentence: str) -> list[tuple[int, Direction]]:
    directions: tuple[Direction, ...] = ("decrease", "increase", "hold")
    return sorted((m.start(), d) for d in directions for m in pattern("verbs", d).finditer(sentence))


def _nearest(verbs: list[tuple[int, Direction]], number: int | None) -> Direction | None:
    """Return the direction of the verb that a number belongs to: the last one before it, or the first of the sentence."""
    before = [direction for at, direction in verbs if number is not None and at < number]
    return before[-1] if before else verbs[0][1] if verbs else None


def _past(sentence: str) -> Direction | None:
    fell, rose = pattern("verbs", "fell").search(sentence), pattern("verbs", "rose").search(sentence)
    if fell and (not rose or fell.start() < rose.start()):
        return "decrease"
    return "increase" if rose else None


def _numbers(
    sentence: str, start: int, own: list[Quantity], *, is_wish: bool, moves: bool
) -> tuple[Quantity | None, Quantity | None, Quantity | None, Direction | None]:
    baseline = target = change = None
    sign: Direction | None = None
    for i, q in enumerate(own):
        before, after = sentence[: q.start - start], sentence[q.end - start :]
        follows = _CHANGE_AFTER.match(after)
        if _FROM.search(before) and i + 1 < len(own):
            baseline = _in_unit_of(q, own[i + 1])
        elif follows and q.kind in ("percent", "points", "plain", "duration", "money"):
            change = change or q
            sign = sign or ("decrease" if follows["down"] else "increase")
        elif baseline and not target and _TO.search(before):
            target = q
        elif _BY.search(before):
            change = change or q
        elif is_wish and not target and (_TARGET.search(before) or q.bound in ("at_most", "at_least")):
            target = q
        elif not baseline and _NOW.search(before):
            baseline = q
        elif change is None and moves and q.kind in ("percent", "points"):
            change = q
    return baseline, target, change, sign


def _in_unit_of(quantity: Quantity, other: Quantity) -> Quantity:
    """Return "45" of "from 45 to 30 days" in days."""
    if quantity.kind != "plain" or other.kind == "plain":
        return quantity
    value = quantity.value / 100 if other.kind in ("percent", "points") else quantity.value
    return Quantity(value, other.kind, other.unit, quantity.bound, quantity.start, quantity.end, quantity.text)


def _intent(text: str, movements: list[Movement]) -> Intent:
    if any(m.is_wish and (m.target or m.change or m.baseline) for m in movements):
        return "improve"
    decides = pattern("verbs", "decide").search(text)
    if decides and not pattern("verbs", "explain").search(text[: decides.start()]):
        return "decide"
    if pattern("verbs", "explain").search(text):
        return "explain"
    return "improve" if any(m.is_wish and (m.direction or _BRING.match(m.sentence)) for m in movements) else "explain"


def _deadlines(text: str, sentences: list[tuple[int, str]], today: date) -> tuple[Moment | None, Moment | None]:
    kept = []
    for moment in dates_in_text.moments(text, today):
        sentence = next((s for start, s in sentences if start <= moment.start < start + len(s)), "")
        spanned = re.match(r"within|in\b|over", moment.text, re.IGNORECASE)
        told = _past(sentence) is not None and not pattern("verbs", "wish").search(sentence)
        if moment.is_deadline and not _ASSUMED.search(sentence) and not (spanned and told):
            kept.append(moment)
    ahead = sorted((m for m in kept if m.day >= today), key=lambda m: (m.urgency, m.start))
    return (ahead[0] if ahead else None), (next((m for m in kept if m.day < today), None) if not ahead else None)


def _clauses(section: str, name: str, sentences: list[tuple[int, str]], *, after: bool = False) -> tuple[str, ...]:
    found = []
    for _, sentence in sentences:
        for match in pattern(section, name).finditer(sentence):
            tail = sentence[match.end() if after else _clause_start(sentence, match.start()) :]
            cut = re.search(r"[,;:](?=\s)|[，；。]|\s(?:but|and we|so that|because|when|where)\b", tail[3:])
            clause = (tail[: cut.start() + 3] if cut else tail).strip(" .,;:!?，。；")
            joined = re.search(r"\sand\s(?:" + _moving().pattern + r")\b", clause, re.IGNORECASE)
            clause = clause[: joined.start()] if joined else clause
            if 3 <= len(clause) <= 160:
                found.append(clause)
            break
    return tuple(dict.fromkeys(found))[:5]


def _clause_start(sentence: str, position: int) -> int:
    stays = re.match(r"stays?\b", sentence[position:], re.IGNORECASE)
    starts = [m.end() for m in re.finditer(r"[,;:]\s(?:and\s)?" if stays else r"[,;:]\s|[，；]|\b(?:and|but)\s", sentence[:position])]
    word = re.match(r"(?:without|while|as long as|provided|but not)", sentence[position:], re.IGNORECASE)
    return position if word else (starts[-1] if starts else 0)


def _excluded(sentences: list[tuple[int, str]]) -> tuple[str, ...]:
    found: list[str] = []
    for _, sentence in sentences:
        if before := re.search(
            r"(?:^|[,;]\s|\band\s)(?P<what>[^,;]{3,80}?)\s(?:is|are)\s(?:out of scope|not an option|excluded)", sentence, re.IGNORECASE
        ):
            found.append(re.sub(r"^(?:and|but)\s", "", before["what"].strip(), flags=re.IGNORECASE))
        elif match := re.search(
            r"\b(?:excluding|except(?: for)?|apart from|not including|other than|leaving out)\s(?P<what>[^,.;]{3,80})",
            sentence,
            re.IGNORECASE,
        ):
            found.append(match["what"].strip())
    return tuple(dict.fromkeys(found))[:4]


def _subject(movements: list[Movement]) -> str | None:
    """Return what the text calls the number it gives a level of or wants to move ("readmission rate"), or None."""
    for movement in movements:
        if movement.baseline or movement.target or movement.is_wish:
            for match in _MEASURED.finditer(movement.sentence):
                called = _BEFORE_NAME.sub("", match["name"]).strip()
                if " " in called and len(called) <= 40:
                    return called.lower() if not called.isupper() else called
    return None


def _solution(text: str) -> str | None:
    """Return the words that name a way of doing it ("by hiring more agents"), or None."""
    by = re.search(r"\b(?:by|through)\s+(?P<way>(?:" + pattern("solutions", "gerunds").pattern + r")\b[^.;?!,]{2,80})", text, re.IGNORECASE)
    if by:
        return _trimmed(by["way"])
    do = re.search(
        r"\b(?:need to|should(?: we| i)?|must|want to|have to|plan to|how (?:do|can|could|should) we|whether to)\s+(?P<way>(?:"
        + pattern("solutions", "verbs").pattern
        + r")\b[^.;?!,]{2,80})",
        text,
        re.IGNORECASE,
    )
    if do:
        return _trimmed(do["way"])
    worth = re.search(r"\b(?:is|are)\s+(?:the\s+|our\s+)?(?P<way>[^.;?!,]{3,60}?)\s+worth\s+\w+ing\b", text, re.IGNORECASE)
    return _trimmed(worth["way"]) if worth else None


@cache
def _moving() -> re.Pattern[str]:
    """Return a pattern that finds any verb of a change wished for."""
    return any_of((*words("verbs", "decrease"), *words("verbs", "increase")))


def _trimmed(way: str) -> str:
    purpose = re.search(r"\s+(?:to|in order to|so as to)\s+(?:" + _moving().pattern + r")", way, re.IGNORECASE)
    way = way[: purpose.start()] if purpose else way
    cut = _QUOTE_END.search(way)
    return (way[: cut.start()] if cut else way).strip()
