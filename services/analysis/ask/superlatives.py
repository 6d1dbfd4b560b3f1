"""Which group, or which row, has the most or the least of something."""

import re
from dataclasses import dataclass

from services.analysis.ask.lexicon import operations_in
from services.analysis.ask.reading import Reading
from services.analysis.goal import stem

_MOST = r"highest|largest|greatest|biggest|maximum|most|best|longest|heaviest|oldest"
_LEAST = r"lowest|smallest|least|minimum|fewest|worst|shortest|lightest|youngest"
_INNER = {"mean", "median", "sum", "std", "var", "min", "max"}
_WHICH = (
    rf"(?:which|what|identify the|find the|determine the)\s+(?:\w+\s+"
    rf"){{0,2}}?(?P<g><c\d+>)(?P<mid>[^<.]*?)\b(?P<most>{_MOST}|{_LEAST})\s+"
    rf"(?P<what>[^<.]*?)(?P<m><c\d+>)"
)
_ROWS = r"(?P<rows>rows|records|entries|observations|[a-z]+)\b(?! (?:of|in|per)\b|\s*<)"
_COUNTED = (
    rf"(?:which|what|identify the|find the|determine the)\s+(?:\w+\s+"
    rf"){{0,2}}?(?P<g><c\d+>)(?P<mid>[^<.]*?)\b(?P<most>most|fewest|(?:{_MOST}|{_LEAST}) number of|least)\s+{_ROWS}"
)


@dataclass(frozen=True)
class Superlative:
    """The group with the highest or lowest aggregate of a measure; `inner` "count" counts its rows."""

    group: str
    inner: str
    measure: str
    highest: bool


def is_row(reading: Reading, word: str) -> bool:
    """Whether a word means a row of the table: a row, a record, or what an identifier's name says that each row is."""
    things = {stem(part) for column in reading.linker.columns if column.identifier for part in column.subject}
    return word in {"row", "rows", "records", "record", "entries", "entry", "observations", "observation"} or stem(word) in things


def superlative_in(reading: Reading) -> Superlative | None:
    """Return the one superlative the question asks for; crosses it off. None where it asks for none, or for more than one."""
    found: dict[Superlative, None] = {}
    for sentence in reading.part("question"):
        for match in re.finditer(_COUNTED, sentence.text):
            if is_row(reading, match["rows"]):
                highest = bool(re.match(_MOST, match["most"]))
                found[Superlative(reading.column(match["g"]), "count", "", highest)] = None
                sentence.cross(*match.span())
        for match in re.finditer(_WHICH, sentence.text):
            inner = {op for _, _, op in operations_in(match["what"]) if op in _INNER}
            if "total" in match["what"].split():
                inner.add("sum")
            if (
                len(inner) == 1
                and sentence.free(*match.span())
                and re.fullmatch(r"\s*(?:has|have|had|with|shows?|is|are|that has|that have|having)?\s*(?:the|an?)?\s*", match["mid"])
            ):
                highest = bool(re.fullmatch(_MOST, match["most"]))
                found[Superlative(reading.column(match["g"]), inner.pop(), reading.column(match["m"]), highest)] = None
                sentence.cross(*match.span())
    return next(iter(found)) if len(found) == 1 else None
