"""Answers that are words: which of the offered words a computed number earns, by the rules that the question states.

"If the p-value is less than 0.05 and |r| is at least 0.5, call it linear" -> Rule((p < 0.05, |r| >= 0.5), "linear")
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.analysis.ask.lexicon import COMPARED, NUMBER, comparison_of
from services.analysis.ask.plan import Comparison, Quantity, Rule, Test
from services.analysis.ask.wording import Sentence

Thing = Literal["p", "r", "skew", "kurtosis", "value"]
_THINGS: tuple[tuple[Thing, str], ...] = (
    ("p", r"p-?\s?values?"),
    ("r", r"(?:pearson |spearman )?correlation(?: coefficients?)?(?: \(r\))?(?: values?)?|\br\b(?!\s*\()(?:-?\s?value)?"),
    ("skew", r"skewness(?: values?)?"),
    ("kurtosis", r"(?:excess )?kurtosis(?: values?)?"),
    ("value", r"(?:its|the|an?) (?:absolute )?values?|coefficient"),
)
_ABSOLUTE = r"(?P<abs>(?:the )?(?:absolute(?: values?)?(?: of)?(?: the)?|\babs\(?|magnitude of(?: the)?|\|)\s*)?"
_PERCENT_LEVEL = rf"(?:at|with|using|on) (?:an? |the )?({NUMBER}) ?(?:%|percent) (?:significance )?level"
_NEGATIVE = re.compile(
    r"\b(?:not|no|none|non|fail\w*|false|cannot|insufficient|neither|isn't|doesn't|don't|negligible)\b"
    r"|\bnon-?(?=\w)|\b(?:un|in)(?=equal|related|dependent)"
)


@dataclass(frozen=True)
class _Bound:
    thing: Thing
    absolute: bool
    comparison: Comparison
    value: float
    start: int
    end: int


def cross_verdicts(sentences: Sequence[Sentence]) -> None:
    """Cross off what the sentences say of p values, significance levels, hypotheses and bounds on coefficients."""
    ruled = False
    for sentence in sentences:
        if ruled and re.match(r"(?:otherwise|else|if not)\b", sentence.text):
            sentence.cross_words()
        if (
            sentence.find(r"\bif\b")
            and sentence.find(r"coefficient|correlation|\br\b")
            and sentence.find(r"close to|is (?:positive|negative)")
        ):
            sentence.cross_words()
        ruled = bool(bounds_in(sentence.text))
        level = (
            rf"(?:(?:set|use|with|at|of|using|assum\w+)\s+)?(?:an?\s+|the\s+)?(?:{NUMBER}\s+(?:as\s+)?(?:the\s+"
            rf"|an?\s+)?)?(?:alpha\s*)?\(?(?:significance)? ?level\)?\s*(?:\(?alpha\)?)?\s*(?:of|at|is|=|to|:"
            rf"|was)*\s*(?:{NUMBER})?|alpha\s*(?:of|=|:|at|is)?\s*{NUMBER}|{NUMBER}\s+(?:as|for)\s+(?:the\s+"
            rf")?(?:alpha|significance)(?:\s*\(?\w*\)?\s+level)?|(?:95|99|90)% confidence level"
        )
        sentence.took(level)
        sentence.took(_PERCENT_LEVEL)
        if bounds_in(sentence.text) or sentence.find(r"null hypothesis|p-?value"):
            sentence.cross_words()


def bounds_in(text: str) -> list[_Bound]:
    """Return the comparisons of p values and coefficients with numbers, as they stand."""
    found: list[_Bound] = []
    for thing, words in _THINGS:
        filler = (
            r"(?:\s*\|)?(?:\s+(?:is|are|was|obtained|between (?:the )?two variables|in absolute terms"
            r"|of the test|calculated|has|being|should be))*\s*"
        )
        between = rf"{_ABSOLUTE}(?:{words}){filler}\s*between\s+(?P<n>{NUMBER})\s+and\s+(?P<m>{NUMBER})"
        for match in re.finditer(between, text):
            absolute = bool(match["abs"])
            found += [
                _Bound(thing, absolute, ">=", float(match["n"]), *match.span()),
                _Bound(thing, absolute, "<=", float(match["m"]), *match.span()),
            ]
        for match in re.finditer(rf"{_ABSOLUTE}(?:{words}){filler}(?P<op>{COMPARED})\s*(?P<n>{NUMBER})(?:\s*%)?", text):
            found.append(_Bound(thing, bool(match["abs"]), _sign(match["op"]), float(match["n"]), *match.span()))
    kept: list[_Bound] = []
    for bound in sorted(found, key=lambda b: (b.start, -b.end)):
        if all(bound.start >= other.end or (bound.start, bound.end) == (other.start, other.end) for other in kept):
            kept.append(bound)
    return kept


def _sign(words: str) -> Comparison:
    sign = comparison_of(words)
    known: dict[str, Comparison] = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
    return known[sign]


def alpha_of(text: str) -> float | None:
    """Return the level of significance a text states; 0.05 where it states none, None where it states several."""
    said = {
        float(n)
        for n in re.findall(
            rf"(?:alpha|significance(?:\s*\(?alpha\)?)?\s*level|significance level \(alpha\))\)?\s*(?:of|at|=|is|:|to)?\s*({NUMBER})", text
        )
    }
    said |= {float(n) for n in re.findall(rf"({NUMBER})\s+(?:as\s+)?(?:the\s+)?(?:alpha|significance)", text)}
    said |= {round(float(n) / 100, 6) for n in re.findall(_PERCENT_LEVEL, text)}
    said |= {b.value for b in bounds_in(text) if b.thing == "p"}
    if not said:
        return 0.05
    return said.pop() if len(said) == 1 else None


def rules_from(texts: Sequence[str], options: Sequence[str], things: dict[Thing, Quantity]) -> tuple[Rule, ...] | None:
    """Return the rules that the texts state for the options, or None where they do not settle every option but one."""
    rules: dict[str, tuple[Test, ...]] = {}
    for text in texts:
        for condition, conclusion in _conditionals(text):
            tests = _tests(condition, things)
            outcome = option_in(conclusion, options)
            if tests is None or outcome is None:
                continue
            if rules.setdefault(outcome, tests) != tests:
                return None
    if not rules or len(rules) < len(options) - 1:
        return None
    stated = tuple(Rule(tests=tests, outcome=outcome) for outcome, tests in rules.items())
    left = [o for o in options if o not in rules]
    return (*stated, *(Rule(tests=(), outcome=o) for o in left))


def _conditionals(text: str) -> list[tuple[str, str]]:
    """Return (condition, conclusion) pairs of a sentence, whichever comes first."""
    text = text.replace('"', "'")
    pairs: list[tuple[str, str]] = []
    for piece in re.split(
        r";|,?\s*(?:\botherwise\b|\belse\b|\bwhile\b|\bwhereas\b)|,\s*(?:and|or)\s+(?=if\b|'|when)|\s+or\s+(?='[^']*'\s+(?:if|when))", text
    ):
        if lead := re.match(
            r"\W*(?:.*?[:,]\s*)?(?:if|when|where|in case)\s+(?P<c>.*?)(?:,\s*(?:then\s+)?|\s+then\s+)(?P<k>(?!and\b).+)$", piece
        ):
            pairs.append((lead["c"], lead["k"]))
        elif tail := re.match(r"(?P<k>.+?)\s+\(?(?:if|when|where|for|only if)\s+(?P<c>.+)$", piece):
            pairs.append((tail["c"], tail["k"]))
        elif said := re.match(
            r"(?P<c>.+?)\s+(?:indicates?|means?|suggests?|implies|is considered|are considered|is defined as)\s+(?P<k>.+)$", piece
        ):
            pairs.append((said["c"], said["k"]))
    return pairs


def _tests(condition: str, things: dict[Thing, Quantity]) -> tuple[Test, ...] | None:
    bounds = bounds_in(condition)
    if (
        not bounds
        or re.search(r"\bor\b(?! equal| more| less| greater| higher| above| below)", condition)
        or any(b.thing not in things for b in bounds)
    ):
        return None
    unread = "".join(" " if any(b.start <= i < b.end for b in bounds) else c for i, c in enumerate(condition))
    if re.search(r"\d", unread):
        return None
    return tuple(Test(quantity=things[b.thing], absolute=b.absolute, comparison=b.comparison, value=b.value) for b in bounds)


def option_in(conclusion: str, options: Sequence[str]) -> str | None:
    """Return the option a conclusion names: the longest that stands in it; of two opposites, the one with the same sign."""
    said = _words(conclusion)
    held = [o for o in options if re.search(rf"(?<!\w){re.escape(_words(o))}(?!\w)", said)]
    opposite = opposites(options)
    if opposite is not None:
        positive, negative = opposite
        plain = {_words(o) for o in options} & {"yes", "no", "true", "false"}
        if plain:
            return held[0] if len(held) == 1 and re.search(r"'", conclusion) else None
        if _words(positive) in said or held:
            return negative if _NEGATIVE.search(said) else positive
        return None
    if held:
        return max(held, key=len) if all(_words(h) in _words(max(held, key=len)) for h in held) else None
    none = [o for o in options if _words(o) in {"none", "no", "no correlation", "not significant"}]
    return none[0] if none and _NEGATIVE.search(said) else None


def opposites(options: Sequence[str]) -> tuple[str, str] | None:
    """Return (positive, negative) of two options of which one denies the other ("normal", "not_normal"), else None."""
    if len(options) != 2:
        return None
    denied = [bool(_NEGATIVE.search(_words(o))) or _words(o) in {"no", "false"} for o in options]
    if sum(denied) != 1:
        return None
    return (options[0], options[1]) if denied[1] else (options[1], options[0])


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9<>.=']+", " ", re.sub(r"[_]", " ", text.lower())).replace("'", " ").strip()


def meant(options: Sequence[str], about: str, p: Quantity, alpha: float, *, normality: bool, variances: bool) -> tuple[Rule, ...] | None:
    """Return the rules of a yes-or-no answer on a test: which side of alpha affirms what is asked `about`. None where unclear."""
    opposite = opposites(options)
    if opposite is None:
        return None
    positive, negative = opposite
    subject = _words(f"{positive} {about}")
    if re.search(r"\breject", subject):
        small = True
    elif (normality and re.search(r"normal|gaussian", subject)) or (variances and re.search(r"equal|homogen|same", subject)):
        small = False
    elif not normality and re.search(r"significan|differ|relat|correlat|associat|depend|effect|affect|influence", subject):
        small = True
    else:
        return None
    test = Test(quantity=p, comparison="<", value=alpha)
    return (Rule(tests=(test,), outcome=positive if small else negative), Rule(tests=(), outcome=negative if small else positive))
