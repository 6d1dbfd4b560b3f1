"""New columns that a question defines: ratios, differences, sums, products, logarithms, lengths, parts of dates, bands."""

import re

from services.analysis.ask.lexicon import COMPARED, NUMBER, comparison_of
from services.analysis.ask.plan import Band, Bands, Condition, Derive
from services.analysis.ask.reading import Reading
from services.analysis.ask.wording import Sentence

_LEAD = (
    r"(?:(?:the|each|every|a|an|of|their|its|his|number|total|value|values|column|variable|feature"
    r"|columns|up|natural|[a-z]+'s?|player's)\s+)*"
)
_A, _B = rf"{_LEAD}(?P<a><c\d+>)", rf"{_LEAD}(?P<b><c\d+>)"
_MORE = rf"(?P<more>(?:\s*(?:,|and|, and|\+|to)\s+{_LEAD}<c\d+>)+)"
# (pattern, recipe, whether the columns stand in the opposite order)
_RECIPES: tuple[tuple[str, str, bool], ...] = (
    (rf"(?:dividing|divide|division of)\s+{_A}(?:\s+\w+){{0,2}}?\s+by\s+{_B}", "ratio", False),
    (rf"(?:ratio|quotient)\s+of\s+{_A}(?:\s+\w+)?\s+(?:to|and|over|divided by)\s+{_B}", "ratio", False),
    (rf"{_A}(?:\s+\w+)?\s+(?:divided by|/)\s*{_B}", "ratio", False),
    (rf"(?:ratio|quotient)\s+between\s+{_A}\s+and\s+{_B}", "ratio", False),
    (rf"(?:subtracting|subtract)\s+{_A}(?:\s+\w+){{0,2}}?\s+from\s+{_B}", "difference", True),
    (rf"difference\s+(?:between|of)\s+{_A}(?:\s+\w+)?\s+and\s+{_B}", "difference", False),
    (rf"{_A}\s+(?:minus|-)\s+{_B}", "difference", False),
    (rf"(?:product of|multiplying|multiply)\s+{_A}(?:\s+\w+)?\s+(?:and|by|with)\s+{_B}", "product", False),
    (rf"{_A}\s*\*\s*{_B}", "product", False),
)
_SUM = rf"(?:sum of|adding|add up|add|summing|combining|adding up|total of|sum up)\s+(?:up\s+)?{_A}{_MORE}"
_PLUS = rf"{_A}(?:\s*\+\s*<c\d+>)+"
_MEAN = rf"(?:average|mean)\s+of\s+{_A}{_MORE}"
_UNARY = {
    "log": rf"(?:natural\s+)?(?:log|logarithm|log transformation|logarithmic transformation)\s+(?:\(base e\)\s+)?(?:of|on|to)\s+{_A}",
    "sqrt": rf"square root\s+(?:of|on|to|transformation (?:of|on|to))\s+{_A}",
    "length": rf"(?:length|number of characters)\s+(?:of|in)\s+{_A}",
    "words": rf"number of words\s+(?:of|in)\s+{_A}",
}
_PARTS = "year|month|day|weekday|hour"


def derived_in(reading: Reading) -> list[Derive | Bands]:
    """Return the columns the sentences define, each once, crossing off the defining clauses. A name without a recipe is not returned."""
    steps: list[Derive | Bands] = []
    for i, sentence in enumerate(reading.sentences):
        target = _target(reading, i)
        for name, step in _recipes(reading, sentence, target):
            if name and all(step != other for other in steps):
                steps.append(step)
        steps += [s for s in _in_place(reading, sentence) if s not in steps]
        bands = _bands(reading, sentence, target)
        steps += [b for b in bands if b not in steps]
    return steps


def _target(reading: Reading, place: int) -> str:
    """Return the defined name a sentence is about: its own, or the only one there is."""
    own = [c for c in reading.columns_in(reading.sentences[place].text) if c in reading.defined]
    if own:
        return own[0]
    return reading.defined[0] if len(reading.defined) == 1 else ""


def _recipes(reading: Reading, sentence: Sentence, target: str) -> list[tuple[str, Derive]]:
    found = []
    for pattern, recipe, swapped in _RECIPES:
        for match in re.finditer(pattern, sentence.text):
            columns = (reading.column(match["a"]), reading.column(match["b"]))
            if not target or target in columns or not sentence.free(match.start("a"), match.end("b")):
                continue
            sentence.cross(*match.span())
            ordered = columns[::-1] if swapped else columns
            found.append((target, Derive.model_validate({"name": target, "recipe": recipe, "columns": ordered})))
    for pattern, recipe in ((_SUM, "sum"), (_PLUS, "sum"), (_MEAN, "mean")):
        for match in re.finditer(pattern, sentence.text):
            several = tuple(c for c in reading.columns_in(match[0]))
            if target and target not in several and sentence.free(*match.span()):
                tail = re.match(rf"\s*(?:\+|plus)\s*({NUMBER})", sentence.text[match.end() :])
                sentence.cross(match.start(), match.end() + (tail.end() if tail else 0))
                plus = float(tail[1]) if tail else 0.0
                found.append((target, Derive.model_validate({"name": target, "recipe": recipe, "columns": several, "plus": plus})))
    for recipe, pattern in _UNARY.items():
        for match in re.finditer(pattern, sentence.text):
            column = reading.column(match["a"])
            if target and column != target and sentence.free(*match.span()):
                sentence.cross(*match.span())
                found.append((target, Derive.model_validate({"name": target, "recipe": recipe, "columns": (column,)})))
    return found + _date_parts(reading, sentence, target)


def _date_parts(reading: Reading, sentence: Sentence, target: str) -> list[tuple[str, Derive]]:
    pattern = rf"(?:extract\w*|tak\w*|us\w*|get\w*|deriv\w*)\s+(?:out\s+)?the\s+(?P<p>{_PARTS})\s+(?:from|of|in)\s+{_A}"
    found = []
    for match in re.finditer(pattern, sentence.text):
        if target and sentence.free(*match.span()):
            sentence.cross(*match.span())
            found.append((target, Derive.model_validate({"name": target, "recipe": match["p"], "columns": (reading.column(match["a"]),)})))
    return found


def _in_place(reading: Reading, sentence: Sentence) -> list[Derive]:
    """A column transformed where it stands: "apply a log transformation to the income column"."""
    steps = []
    pattern = (
        rf"transform\w*\s+{_A}(?:\s+\w+){{0,2}}\s+(?:by|using|with|through)\s+(?:applying\s+)?(?:a\s+"
        rf"|the\s+)?(?:natural\s+)?(?P<how>log|square root)\w*(?:\s+transformation)?"
    )
    other = rf"(?P<how>log|square root)\w*[ -]transform\w*\s+(?:to|on|of|for)?\s*{_A}"
    bare = rf"(?:tak\w*|apply\w*|comput\w*|us\w*)\s+(?:the\s+)?(?:natural\s+)?(?P<how>log|square root)\w*\s+(?:of|to|on)\s+{_A}"
    for form in (pattern, other, *(() if reading.defined else (bare,))):
        for match in re.finditer(form, sentence.text):
            column = reading.column(match["a"])
            if column not in reading.defined and sentence.free(*match.span()):
                sentence.cross(*match.span())
                recipe = "log" if match["how"] == "log" else "sqrt"
                steps.append(Derive.model_validate({"name": column, "recipe": recipe, "columns": (column,)}))
    if steps:
        base = r"log-?\s?transformation should be a natural logarithm(?: \(base e\))?|natural logarithm|base e\b"
        for each in reading.sentences:
            each.took(base)
    return steps


_TEST = (
    rf"(?P<low>{NUMBER})\s*(?P<lop><=?)\s*(?P<c><c\d+>)\s*(?P<op><=?)\s*(?P<n>{NUMBER})"
    rf"|(?P<c2><c\d+>)\s*(?:is\s+|are\s+)?(?P<op2>{COMPARED}|between)\s*(?P<n2>{NUMBER})(?:\s+(?:and"
    rf"|to)\s+(?:(?P<op3>{COMPARED})\s*)?(?P<n3>{NUMBER}))?"
)


def _bands(reading: Reading, sentence: Sentence, target: str) -> list[Bands]:
    """Categories told by quoted labels each followed by its bounds: 'low' (age <= 12), 'high' (age > 60)."""
    if not target:
        return []
    bands: list[Band] = []
    spans: list[tuple[int, int]] = []
    for match in re.finditer(rf"(?P<q><q\d+>)\s*(?:\(|:|if|when|for|where|=)\s*(?:the\s+|if\s+|when\s+)*(?:{_TEST})\)?", sentence.text):
        bands.append(Band(label=reading.quote(match["q"]), conditions=_bounds(reading, match)))
        spans.append(match.span())
    otherwise = re.search(
        r"(?:and\s+)?(?P<q><q\d+>)\s+(?:otherwise|for (?:all )?(?:the )?others?|if not)|otherwise[, ]+(?P<q2><q\d+>)", sentence.text
    )
    if not bands or (len(bands) < 2 and not otherwise):
        return []
    if otherwise:
        spans.append(otherwise.span())
    for span in spans:
        sentence.cross(*span)
    label = reading.quote(otherwise["q"] or otherwise["q2"]) if otherwise else None
    return [Bands(name=target, bands=tuple(bands), otherwise=label)]


def _bounds(reading: Reading, match: "re.Match[str]") -> tuple[Condition, ...]:
    turned = {"<": ">", "<=": ">="}
    if match["c"]:
        column = reading.column(match["c"])
        tests = [(turned[match["lop"]], match["low"]), (match["op"], match["n"])]
    else:
        column = reading.column(match["c2"])
        if match["op2"] == "between":
            tests = [(">=", match["n2"]), ("<=", match["n3"])]
        else:
            tests = [(comparison_of(match["op2"]), match["n2"])]
            tests += [(comparison_of(match["op3"]), match["n3"])] if match["op3"] else []
    return tuple(Condition.model_validate({"column": column, "comparison": sign, "value": float(number)}) for sign, number in tests)
