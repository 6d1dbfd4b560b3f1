"""What a column is to an analyst, decided by its statistics and structure, with its name as a light hint."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.analysis.dataset import Role, ValueType
from services.analysis.profile.aggregates import Summary
from services.analysis.profile.names import ends_with, has_word
from services.analysis.profile.places import place_share

FEW = 12  # values of a status
SENTENCE_WORDS = 3.0


@dataclass(frozen=True, slots=True)
class Texture:
    """How the distinct cells of a sample read: mean length and words, the share of codes and of names in capitals."""

    length: float = 0.0
    words: float = 0.0
    coded: float = 0.0
    titled: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a role is decided from. `sample` holds distinct cells as text; `settles` whether values decide if a later date is filled."""

    name: str
    type: ValueType
    rows: int
    summary: Summary
    sample: tuple[str, ...] = ()
    unit: str = ""
    settles: bool = False
    texture: Texture = Texture()


def decide_role(evidence: Evidence) -> Role:
    """Return the role of a column."""
    summary = evidence.summary
    if summary.present == 0:
        return Role.EMPTY
    if summary.distinct <= 1:
        return Role.CONSTANT
    decide = _BY_TYPE.get(evidence.type)
    return decide(evidence) if decide else Role.CATEGORY


def _numeric_role(evidence: Evidence) -> Role:
    """Numbers: flags, codes that only look like numbers, shares, money, and else a measure."""
    summary = evidence.summary
    low, high = float(summary.min or 0), float(summary.max or 0)
    if summary.whole:
        if summary.distinct == 2 and (low, high) == (0, 1):
            return Role.BOOLEAN
        if _is_code(evidence, low, high):
            return Role.IDENTIFIER
    if has_word(evidence.name, "coordinate") and low >= -180 and high <= 180 and not summary.whole:
        return Role.GEOGRAPHY
    if evidence.unit == "%" or (has_word(evidence.name, "share") and low >= -100 and high <= 1000):
        return Role.PERCENTAGE
    if evidence.unit or has_word(evidence.name, "money"):
        return Role.CURRENCY
    return Role.MEASURE


def _is_code(evidence: Evidence, low: float, high: float) -> bool:
    """Whether whole numbers are labels: a row counter, long codes of one length that never repeat, or a name that says so."""
    summary, name = evidence.summary, evidence.name
    unique = summary.distinct >= 0.98 * summary.present and summary.present >= 10
    if low < 0 or (has_word(name, "money") and not ends_with(name, "identifier")):
        return False
    if unique and high - low + 1 <= 1.2 * summary.present and (summary.present >= 50 or _in_order(evidence.sample)):
        return True
    if unique and summary.present >= 30 and low >= 10_000_000 and len(str(int(low))) == len(str(int(high))):
        return True
    if not (ends_with(name, "identifier") or ends_with(name, "label")):
        return False
    return summary.distinct > FEW or unique or ends_with(name, "identifier")


def _in_order(cells: tuple[str, ...]) -> bool:
    numbers = [int(float(cell)) for cell in cells]
    steps = [b - a for a, b in itertools.pairwise(numbers)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _text_role(evidence: Evidence) -> Role:
    summary, texture = evidence.summary, evidence.texture
    present, distinct = summary.present, summary.distinct
    unique = distinct >= 0.95 * present and present >= 10
    once = unique or (distinct == present and present >= 3)
    if texture.coded >= 0.9 and (once or (distinct > FEW and _is_key(evidence))):
        return Role.IDENTIFIER
    if _is_prose(summary, texture):
        return Role.FREE_TEXT
    if _is_place(evidence):
        return Role.GEOGRAPHY
    if unique:
        return Role.IDENTIFIER
    if distinct <= FEW and present >= 5 * distinct and _is_status(evidence):
        return Role.RATE
    return Role.CATEGORY


def _is_key(evidence: Evidence) -> bool:
    """Whether codes that repeat are keys: most do not repeat often and share one shape, or the name says so."""
    if ends_with(evidence.name, "identifier"):
        return True
    return evidence.summary.distinct > 0.5 * evidence.summary.present and _one_shape(evidence.sample)


def _is_prose(summary: Summary, texture: Texture) -> bool:
    """Many different cells of several words, most of them not names in capitals; or cells too long to be a label."""
    varied = summary.distinct > 0.2 * summary.present or summary.distinct > 200
    wordy = texture.words >= SENTENCE_WORDS and texture.titled < 0.6
    return varied and (wordy or (texture.length >= 80 and texture.words >= 2) or texture.length >= 300)


def _is_place(evidence: Evidence) -> bool:
    share = place_share(evidence.sample)
    return share >= 0.8 or (share >= 0.3 and has_word(evidence.name, "place")) or ends_with(evidence.name, "place")


def _is_status(evidence: Evidence) -> bool:
    """A status says how something stands: its name says so, its values decide whether a date is filled, or they are past participles."""
    if has_word(evidence.name, "status") or evidence.settles:
        return True
    words = [cell.strip().lower() for cell in evidence.sample]
    return sum(bool(re.fullmatch(r"[a-z -]*[a-z]{2}ed", word)) for word in words) >= 0.5 * len(words)


def _one_shape(cells: tuple[str, ...]) -> bool:
    """Whether codes share one pattern of letters and digits: AB-12, CD-345."""
    shapes = [re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", cell)) for cell in cells]
    return bool(shapes) and max(map(shapes.count, set(shapes))) >= 0.8 * len(shapes)


def texture_of(cells: Sequence[str]) -> Texture:
    """Return how distinct text cells read.

    A code is a cell without a space that holds a digit or is an address; a name in capitals is a cell
    most of whose words begin with a capital or a digit.
    """
    if not cells:
        return Texture()
    split = [cell.split() or [""] for cell in cells]
    coded = sum(len(words) == 1 and bool(re.search(r"\d|://|@", words[0])) for words in split)
    titled = sum(sum(not word.lstrip("\"'([&").islower() for word in words) >= 0.75 * len(words) for words in split)
    n = len(cells)
    return Texture(length=sum(map(len, cells)) / n, words=sum(map(len, split)) / n, coded=coded / n, titled=titled / n)


_BY_TYPE: dict[ValueType, Callable[[Evidence], Role]] = {
    "boolean": lambda _: Role.BOOLEAN,
    "date": lambda _: Role.TIME,
    "timestamp": lambda _: Role.TIME,
    "integer": _numeric_role,
    "number": _numeric_role,
    "text": _text_role,
}
