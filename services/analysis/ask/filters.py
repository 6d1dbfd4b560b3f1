"""Conditions on rows: comparisons of columns, values of categories, yes-or-no columns, ordinals."""

import re
from dataclasses import dataclass

from services.analysis.ask.lexicon import COMPARED, NUMBER, ORDINALS, SPELLED, comparison_of, number_of
from services.analysis.ask.plan import Comparison, Condition
from services.analysis.ask.reading import Reading
from services.analysis.ask.wording import Sentence

_COLUMN = r"\(?(?P<c><c\d+>)\)?"
_N = rf"(?P<n>{NUMBER}|\b(?:{SPELLED})\b)%?(?!\s*(?:decimal|rows|standard|percent))"
_FILL = r"(?:\s+(?:values?|column|variable|is|are|was|were|being|be|of|exactly|a|an|the|strictly|that))*\s*"
_NEGATIVE = re.compile(
    r"\b(?:exclud\w*|remov\w*|drop(?:ping)?|filter(?:ing)? out|eliminat\w*|discard\w*|ignor\w*"
    r"|do not (?:include|consider)|disregard\w*|except|without)\b[^,;]*$"
)
_OPPOSITE: dict[str, Comparison] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_COMPARATIVE = "more|greater|higher|larger|longer|fewer|less|lower|smaller|shorter"
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATED = (
    rf"\b(?:in|during|on|of|for)\s+(?:an?\s+|the\s+(?:year|month)\s+(?:of\s+)?)?"
    rf"(?:(?P<month>{'|'.join(_MONTHS)})\b|(?P<weekday>{'|'.join(_DAYS)})s?\b)?(?:\s*(?:of\s+)?(?P<year>(?:19|20)\d\d)\b)?"
)
_ORDINAL = "|".join(ORDINALS)


@dataclass(frozen=True)
class Found:
    """A condition and where it stands."""

    sentence: int
    start: int
    condition: Condition


def conditions_in(reading: Reading) -> list[Found]:
    """Return the conditions that stand in the sentences and cross them off; values of categories and ordinals included."""
    found: list[Found] = []
    for place, sentence in enumerate(reading.sentences):
        found += [Found(place, start, c) for start, c in _compared(reading, sentence)]
        found += [Found(place, start, c) for start, c in _stated(reading, sentence)]
        found += [Found(place, start, c) for start, c in _dated(reading, sentence)]
    return list(dict.fromkeys(found))


def _signed(sentence: Sentence, start: int, condition: Condition) -> Condition:
    """Turn a condition round where its clause says to leave such rows out."""
    if _NEGATIVE.search(sentence.text[:start]):
        return condition.model_copy(update={"comparison": _OPPOSITE[condition.comparison]})
    return condition


def _compared(reading: Reading, sentence: Sentence) -> list[tuple[int, Condition]]:
    """Comparisons: "age above 30", "at least 100 reviews", "a rating of 5", "fare greater than the average fare"."""
    found: list[tuple[int, Condition]] = []

    def keep(match: "re.Match[str]", comparison: str, value: float, against: str = "") -> None:
        if not sentence.free(*match.span()) or not _is_number(reading, match["c"]):
            return
        sentence.cross(*match.span())
        condition = Condition.model_validate(
            {"column": reading.column(match["c"]), "comparison": comparison, "value": value, "against": against}
        )
        found.append((match.start(), _signed(sentence, match.start(), condition)))

    text = sentence.text
    for match in re.finditer(rf"{_COLUMN}{_FILL}between\s+(?P<n>{NUMBER})\s+(?:and|to)\s+(?P<m>{NUMBER})", text):
        if sentence.free(*match.span()) and not _NEGATIVE.search(text[: match.start()]):
            column = reading.column(match["c"])
            sentence.cross(*match.span())
            found += [
                (match.start(), Condition(column=column, comparison=sign, value=float(match[g]))) for sign, g in ((">=", "n"), ("<=", "m"))
            ]
    average = r"(?:the\s+)?(?:overall\s+)?(?P<a>average|mean|median)(?:\s+<c\d+>)?"
    for match in re.finditer(rf"{_COLUMN}{_FILL}(?P<op>{COMPARED})\s*{average}", text):
        keep(match, comparison_of(match["op"]), 0.0, "median" if match["a"] == "median" else "mean")
    for match in re.finditer(rf"(?P<op>{_COMPARATIVE})\s+{_COLUMN}\s+than\s+(?:{average}|{_N})", text):
        against = "" if match["n"] else "median" if match["a"] == "median" else "mean"
        keep(match, comparison_of(f"{match['op']} than"), number_of(match["n"]) if match["n"] else 0.0, against)
    for match in re.finditer(rf"{_COLUMN}{_FILL}(?P<op>{COMPARED})\s*{_N}", text):
        keep(match, comparison_of(match["op"]), number_of(match["n"]))
    for match in re.finditer(rf"{_COLUMN}{_FILL}{_N}\s+(?P<op>or (?:more|less|above|below|older|higher|fewer))\b", text):
        keep(match, comparison_of(match["op"]), number_of(match["n"]))
    for match in re.finditer(rf"(?P<op>{COMPARED})\s*{_N}\s+(?:\w+\s+)?{_COLUMN}", text):
        keep(match, comparison_of(match["op"]), number_of(match["n"]))
    for match in re.finditer(
        rf"(?:with|have|has|having|had|whose|where)\s+(?:an?\s+|the\s+)?{_COLUMN}\s+(?:is|of|as|=|value of)?\s*{_N}(?!\s*(?:or|to|and)\s)",
        text,
    ):
        keep(match, "=", number_of(match["n"]))
    for match in re.finditer(rf"{_COLUMN}\s+(?:is\s+|are\s+)?{_N}(?!\s*(?:or|to|and|,)\s)", text):
        keep(match, "=", number_of(match["n"]))
    return found


def _is_number(reading: Reading, mark: str) -> bool:
    return reading.linker.column(reading.column(mark)).numeric


def _stated(reading: Reading, sentence: Sentence) -> list[tuple[int, Condition]]:
    """Values of categories, "first class", "who survived" and "who did not"."""
    found = []
    text = sentence.text
    for match in re.finditer(rf"\b(?P<o>{_ORDINAL})[ -](?P<c><c\d+>)", text):
        column = reading.linker.column(reading.column(match["c"]))
        value = float(ORDINALS[match["o"]])
        if column.numeric and any(as_number(v) == value for v in column.few):
            sentence.cross(*match.span())
            found.append((match.start(), _signed(sentence, match.start(), Condition(column=column.name, comparison="=", value=value))))
    for match in re.finditer(r"(?P<not>\b(?:not|non)[ -](?:in |from |an? |the |equal to )?)?(?P<v><v\d+>)", text):
        if not sentence.free(*match.span()):
            continue
        column_name, value_text = reading.value(match["v"])
        sentence.cross(*match.span())
        condition = Condition(column=column_name, comparison="!=" if match["not"] else "=", value=value_text)
        found.append((match.start(), _signed(sentence, match.start(), condition)))
    for match in re.finditer(r"(?P<c><c\d+>)\s*(?:=|==|is|equals?)\s*(?P<v>true|yes|false|no)\b", text):
        column = reading.linker.column(reading.column(match["c"]))
        if column.boolean and sentence.free(*match.span()):
            sentence.cross(*match.span())
            answer = truth(column.few, yes=match["v"] in {"true", "yes"})
            found.append((match.start(), _signed(sentence, match.start(), Condition(column=column.name, comparison="=", value=answer))))
    who = r"\b(?:who|that|which|they)\s+(?:have\s+|had\s+|has\s+|are\s+|were\s+|is\s+)?"
    for match in re.finditer(
        rf"{who}(?P<not>(?:did |do |does |were |are |is )?(?:not|n't)\s+|didn't\s+|never\s+)?(?:eligible for\s+)?(?P<c><c\d+>)", text
    ):
        column = reading.linker.column(reading.column(match["c"]))
        if column.boolean and sentence.free(*match.span("c")):
            sentence.cross(*match.span())
            found.append((match.start(), Condition(column=column.name, comparison="=", value=truth(column.few, yes=not match["not"]))))
    return found


def _dated(reading: Reading, sentence: Sentence) -> list[tuple[int, Condition]]:
    """Years, months and days of the week, of the date that is spoken of, else of the table's only one."""
    times = [c.name for c in reading.linker.columns if c.time]
    spoken = [c for c in dict.fromkeys(reading.columns) if c in times]
    column = spoken[0] if len(spoken) == 1 else times[0] if len(times) == 1 else None
    found: list[tuple[int, Condition]] = []
    if column is None:
        return found
    for match in re.finditer(_DATED, sentence.text):
        said = {part: text for part, text in match.groupdict().items() if text}
        if not said or not sentence.free(*match.span()):
            continue
        sentence.cross(*match.span())
        for part, text in said.items():
            value = float({"month": _MONTHS, "weekday": _DAYS}[part].index(text) + 1) if part != "year" else float(text)
            condition = Condition.model_validate({"column": column, "comparison": "=", "value": value, "part": part})
            found.append((match.start(), _signed(sentence, match.start(), condition)))
    return found


def truth(values: tuple[str, ...], *, yes: bool) -> str | float:
    """Return how a yes-or-no column spells yes or no; 1 and 0 where its values are none of the usual words."""
    wanted = {"true", "yes", "y"} if yes else {"false", "no", "n"}
    for value in values:
        if value.lower() in wanted:
            return value
    return 1.0 if yes else 0.0


def as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
