"""Whether all that a question says has been understood: numbers, quoted words, columns, and words that change what is asked."""

import re

from services.analysis.ask.draft import Draft
from services.analysis.ask.errors import NotUnderstoodError
from services.analysis.ask.lexicon import DANGEROUS, NUMBER, operations_in
from services.analysis.ask.linking import WHOLE
from services.analysis.ask.plan import Answer, Derive, Outliers, Quantity
from services.analysis.ask.superlatives import is_row
from services.analysis.ask.wording import MARK, Sentence

_ROUNDING = (
    r"(?:round\w*|report\w*|express\w*|represent\w*|calculat\w*)?\s*(?:\w+\s+){0,4}?(?:off\s+)?(?:to"
    r"|up to|with|at)?\s*(?:the\s+)?(?:\b\w+|\d+)\s+(?:decimal|digits)(?:\s+(?:places?|points?))?|(?:0"
    r"|1)\s*(?:=|is|for|means)\s*\w+|between 0 and 1\b"
)
_IDLE = (
    r"(?:do not|don't|without|not|never) (?:\w+ ){0,2}?(?:remov|exclud|drop|filter|transform|alter|preprocess|modif|balanc)\w*[^.;]*"
    r"|\bsame \w+\b|two-tailed(?: test)?|(?:entire|whole|full) (?:dataset|data|column)|\ball (?:rows"
    r"|records|data)|not the other way around|degrees? of freedom"
    r"|respectively|(?:if so|if yes|if not),?|\bnot the sample [\w ]*formula|the (?:desired|final|calculated) "
)


def check_covered(draft: Draft, answers: tuple[Answer, ...]) -> None:
    """Raise NotUnderstoodError naming the first part of the question that no step, operation or column accounts for."""
    quantities = [q for a in answers for s in a.slots for q in s.quantities]
    used = _columns(quantities)
    for name in draft.subjects:
        if name not in used and not _in_passing(draft, name):
            raise NotUnderstoodError(f"The question speaks of {name}, and no answer rests on it.")
    spoken = _spoken_ops(quantities)
    excused = _excused(draft, quantities)
    for sentence in draft.reading.sentences:
        sentence.took(_ROUNDING)
        sentence.took(_IDLE)
        sentence.took(r"(?:between|and|of|the|for|in) (?:[a-z/]+ ){0,4}(?=\(<c\d+>\))")
        sentence.took(r"(?<=>) (?:variable|feature|column)s?")
        _cross_rows(draft, sentence)
        _cross_operations(sentence, spoken)
        _check(draft, sentence, used, excused)


def _in_passing(draft: Draft, name: str) -> bool:
    """Whether a date is met in part only, by the verb it dates ("books borrowed at"): when it matters, more is said of it."""
    sure = max(s for c, s in zip(draft.reading.columns, draft.reading.sure, strict=True) if c == name)
    return draft.reading.linker.column(name).time and sure < WHOLE


def _columns(quantities: list[Quantity]) -> set[str]:
    used = {c for q in quantities for c in (*q.columns, *(met.column for met in q.conditions))}
    return used | {c for q in quantities for s in q.steps for c in (*s.reads, *s.makes)}


def _spoken_ops(quantities: list[Quantity]) -> set[str]:
    """Return the operations that the answers carry out, under the names the lexicon has for them."""
    ops = {q.op.partition(".")[0] for q in quantities} | {q.op.partition(".")[2] for q in quantities} | {q.inner for q in quantities}
    if ops & {"pearson", "spearman", "kendall"}:
        ops.add("correlation")
    if any(isinstance(s, Outliers) for q in quantities for s in q.steps):
        ops |= {"outliers", "mean", "std"}
    if "cv" in ops:
        ops |= {"std", "mean"}
    return ops | {"count"}


def _cross_operations(sentence: Sentence, spoken: set[str]) -> None:
    for start, end, op in operations_in(sentence.text):
        if op in spoken:
            sentence.cross(start, end)


def _cross_rows(draft: Draft, sentence: Sentence) -> None:
    """Cross off "per hotel" and "each hotel" where an identifier's name says that every row is a hotel."""
    for match in re.finditer(r"\b(?:per|each|for each|for every)\s+([a-z]+)", sentence.text):
        if is_row(draft.reading, match[1]):
            sentence.cross(*match.span())


def _excused(draft: Draft, quantities: list[Quantity]) -> set[str]:
    """Return the words that what has been understood accounts for wherever they stand."""
    words: set[str] = set()
    if draft.groups:
        words |= {
            "group",
            "groups",
            "grouped",
            "grouping",
            "groupby",
            "each",
            "per",
            "separate",
            "separately",
            "within",
            "among",
            "respectively",
        }
    if any(len(q.columns) > 1 for q in quantities):
        words |= {"between", "among", "variable", "coefficient", "pair", "pairs"}
    if any(q.groups for q in quantities):
        words |= {"difference"}
    if draft.reading.defined:
        words |= {"new", "feature", "variable", "engineering", "each", "transformed"}
    if draft.conditions:
        words |= {"only", "who", "whose", "among"}
    if any(isinstance(s, Derive) for q in quantities for s in q.steps):
        words |= {"new", "transformed"}
    if any(s.kind in {"fill", "drop_missing"} for q in quantities for s in q.steps):
        words |= {"missing", "null", "nan", "imputation"}
    if any(isinstance(s, Outliers) and s.keep == "rest" for q in quantities for s in q.steps):
        words |= {"after", "remove", "removed", "removal", "removing", "new"}
    return words


def _check(draft: Draft, sentence: Sentence, used: set[str], excused: set[str]) -> None:
    for match in MARK.finditer(sentence.text):
        if not sentence.free(*match.span()):
            continue
        if match[1] == "v":
            raise NotUnderstoodError(f"What the question says of {draft.reading.value(match[0])[1]} is not understood.")
        if match[1] == "q" and not _echo(draft.reading.quote(match[0])):
            raise NotUnderstoodError(f"What the question means by {draft.reading.quote(match[0])!r} is not understood.")
        if match[1] == "c" and draft.reading.sure[int(match[2])] >= WHOLE and draft.reading.column(match[0]) not in used:
            raise NotUnderstoodError(f"The question speaks of {draft.reading.column(match[0])}, and no answer rests on it.")
    rest = MARK.sub(" ", sentence.rest)
    if number := re.search(rf"(?<![\w.]){NUMBER}(?![\w])", rest):
        raise NotUnderstoodError(f"What the number {number[0]} in the question is for is not understood.")
    words = set(re.findall(r"[a-z][a-z\-]*", rest)) - excused
    if unread := [w for w in DANGEROUS if w in words]:
        raise NotUnderstoodError(f"The word {unread[0]!r} in the question is not understood where it stands.")


def _echo(phrase: str) -> bool:
    """Whether a quoted phrase only repeats the name of an operation or a function."""
    words = re.sub(r"[_()]+", " ", phrase.lower()).strip()
    rest = words
    for start, end, _ in operations_in(words):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return len(rest.split()) < len(words.split()) or words in {"groupby", "describe"}
