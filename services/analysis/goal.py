"""Linking the words of a goal to columns and values: by name, by stem, by general English synonyms, and last by meaning."""

import re
import tomllib
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

from services.analysis.dataset import Dataset
from services.analysis.meaning import Embedder, akin
from services.analysis.measures import Cut, Measure, humanize

_LEXICON: dict[str, Any] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
_STOP = frozenset(_LEXICON["stop"].split())
_RECORD_WORDS = frozenset(_LEXICON["record_keeping"].split())
_MEASURABLE = frozenset(_LEXICON["measurable"].split())
_LENGTHS, _LENGTH_UNITS, _LENGTH_LINKS, _ENDED = (
    frozenset(_LEXICON[key].split()) for key in ("lengths", "length_units", "length_links", "endings")
)
_SYNONYMS = tuple(tuple(group.split()) for group in _LEXICON["synonyms"])
SYNONYM = 0.6  # how alike two words are that mean the same
DERIVED = 0.5  # how surely a word of another form means a value: processing time is not about what is processed
_INTENTS = {intent: frozenset(marks.split()) for intent, marks in _LEXICON["intents"].items()}


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower case, without the words that carry no subject."""
    return [w for w in re.findall(r"[^\W\d_]+", humanize(text).lower()) if w not in _STOP and len(w) > 1]


_ENDINGS = (
    ("izations", "ization", "ations", "ation", "ments", "ment", "ness", "ions", "ion", "ings", "ing"),
    ("ies", "ied", "ers", "er", "ed", "es", "ly", "al", "s", "e", "y"),
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word without its English endings: completion, complete and completed meet in "complet"."""
    for endings in _ENDINGS:
        for ending in endings:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                return _trim(word[: -len(ending)])
    return _trim(word)


def _trim(root: str) -> str:
    if len(root) > 4 and root[-1] == root[-2]:
        root = root[:-1]
    return root.rstrip("e") if len(root) > 3 else root


_GROUP_OF = {stem(word): i for i, group in enumerate(_SYNONYMS) for word in group}


@lru_cache(maxsize=50_000)
def likeness(a: str, b: str) -> float:
    """Return how alike two words are: 1 the same stem, 0.8 a long common beginning, 0.6 synonyms, else 0."""
    x, y = stem(a), stem(b)
    if x == y:
        return 1.0
    short, long = sorted((x, y), key=len)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(x, y, strict=False)))
    if shared >= 4 and (shared == len(short) or (shared >= 5 and shared >= 0.7 * len(long))):
        return 0.8
    group = _GROUP_OF.get(x)
    return SYNONYM if group is not None and group == _GROUP_OF.get(y) else 0.0


def overlap(name: str, goal_words: Iterable[str], meant: Container[str] = ()) -> float:
    """Return how well a name is met by the words of a goal: the mean over its words of the best likeness.

    `meant` are words of names that a word of the goal is near in meaning; they count as synonyms do.
    """
    wanted = list(goal_words)
    parts = words_of(name)
    if not parts or not wanted:
        return 0.0
    best = [max(SYNONYM if part in meant else 0.0, *(likeness(part, word) for word in wanted)) for part in parts]
    return max(sum(best) / len(best), 0.6 * max(best))


@dataclass(frozen=True)
class Interest:
    """What a goal asks about, in terms of one table."""

    goal: str = ""
    words: tuple[str, ...] = ()
    intents: frozenset[str] = frozenset()
    columns: dict[str, float] = field(default_factory=dict)
    values: dict[str, dict[str, float]] = field(default_factory=dict)  # cut -> value -> how surely it is meant
    watched: frozenset[tuple[str, str]] = frozenset()  # groups whose count leads or moves: what else moves in them matters

    def wants(self, intent: str) -> bool:
        """Whether the goal asks for this kind of answer."""
        return intent in self.intents

    def column(self, name: str) -> float:
        """Return how much a column is asked about, 0..1."""
        return self.columns.get(name, 0.0)

    def measure(self, measure: Measure) -> float:
        """Return how much a measure is asked about, 0..1."""
        if not self.words:
            return 0.6
        if measure.kind == "count":
            return 0.8 if self.wants("count") else 0.5
        named = max((self.column(c) for c in measure.columns), default=0.0)
        if measure.kind == "duration":
            return min(1.0, 0.35 + 0.45 * named + (0.35 if self.wants("duration") else 0.0)) * _record_keeping(measure.columns)
        if measure.kind == "rate" and measure.state:
            stated = max(overlap(measure.state, self.words), self.values.get(measure.columns[0], {}).get(measure.state, 0.0))
            return min(1.0, 0.3 + 0.6 * stated + 0.25 * named)
        bonus = 0.25 if self.wants("duration") and "duration" in _intents(words_of(measure.name)) else 0.0
        return min(1.0, 0.35 + 0.55 * named + bonus)

    def cut(self, cut: Cut) -> float:
        """Return how much a way of cutting is asked about, 0..1."""
        if not self.words:
            return 0.6
        named = max((self.column(c) for c in cut.columns), default=0.0)
        valued = max(self.values.get(cut.name, {}).values(), default=0.0)
        spread = 1.0 if len(cut.values) <= 12 else 0.8
        return min(1.0, 0.45 + 0.55 * max(named, valued)) * spread * _record_keeping(cut.columns)

    def value(self, cut: str, value: str) -> float:
        """Return how surely the goal means this value of a cut, 0..1."""
        return self.values.get(cut, {}).get(value, 0.0)


def _record_keeping(columns: Iterable[str]) -> float:
    return 0.5 if any(_RECORD_WORDS & set(humanize(c).lower().split()) for c in columns) else 1.0


def _intents(words: Iterable[str]) -> frozenset[str]:
    stems = {stem(w) for w in words}
    return frozenset(intent for intent, marks in _INTENTS.items() if stems & {stem(m) for m in marks})


def interest_in(goal: str, dataset: Dataset, cuts: Iterable[Cut], embed: Embedder | None = None) -> Interest:
    """Return what a goal asks about a table; an empty goal asks about everything alike.

    `embed` links the words that no name, stem or listed synonym does.
    """
    words = tuple(dict.fromkeys(words_of(goal)))
    grouped = list(cuts)
    meant = {} if embed is None else akin(*_unlinked(words, dataset, grouped), embed)
    columns = {c.name: round(overlap(c.name, words, meant), 6) for c in dataset.columns}
    values = {cut.name: found for cut in grouped if (found := _values_meant(goal, words, cut))}
    return Interest(goal, words, _intents([*words, *re.findall(r"[a-z]+", goal.lower())]), columns, values)


def _values_meant(goal: str, words: tuple[str, ...], cut: Cut) -> dict[str, float]:
    found = {}
    for value in cut.values:
        if len(value) <= 3 or value.isupper():
            sure = 1.0 if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", goal) and not value.isdigit() else 0.0
        else:
            parts = words_of(value)
            best = [max((likeness(p, w) for w in words), default=0.0) for p in parts]
            # A synonym will do for a word that stands alone; a name of several words must be there.
            sure = sum(best) / len(best) if best and min(best) >= (0.6 if len(best) == 1 else 0.8) else 0.0
            if len(best) == 1 and not any(_same_form(parts[0], word) for word in words):
                sure = min(sure, DERIVED)
        if sure > 0:
            found[value] = sure
    return found


def _same_form(a: str, b: str) -> bool:
    """Whether two words differ by no more than their number: incident, incidents."""
    return a.removesuffix("s").removesuffix("e") == b.removesuffix("s").removesuffix("e")


def _carried(datasets: Iterable[Dataset], cuts: Iterable[Cut]) -> list[str]:
    """Return the words of every table's name, columns and values."""
    names = [name for d in datasets for name in (d.name, *(c.name for c in d.columns))]
    return list(dict.fromkeys(w for name in [*names, *(v for cut in cuts for v in cut.values)] for w in words_of(name)))


def _unlinked(words: Iterable[str], dataset: Dataset, cuts: Iterable[Cut]) -> tuple[list[str], list[str]]:
    """Return the words of a goal that nothing in a table carries, and the words of columns that they may mean."""
    carried = _carried([dataset], cuts)
    names = [w for c in dataset.columns for w in words_of(c.name)]
    return [w for w in words if not any(likeness(w, c) > 0 for c in carried)], names


def missing_from(goal: str, datasets: Iterable[Dataset], cuts: Iterable[Cut]) -> list[str]:
    """Return what a goal names that no column and no value of any table carries: quoted names and measurable things.

    Nearness in meaning fills no gap: to a model of words, profit is as near to revenue as salary to wages.
    """
    tables, grouped = list(datasets), list(cuts)
    carried = _carried(tables, grouped)
    absent = []
    quoted = [q for pair in re.findall(r"'([^'\n]{2,40})'(?!\w)|\"([^\"\n]{2,40})\"|`([^`\n]{2,40})`", goal) for q in pair if q]
    for phrase in quoted:
        parts = words_of(phrase)
        if parts and not all(any(likeness(p, c) >= 0.8 for c in carried) for p in parts):
            absent.append(phrase)
    for word in words_of(goal):
        root = next((m for m in sorted(_MEASURABLE) if stem(m) == stem(word)), None)
        if root is not None and not any(likeness(word, c) > 0 for c in carried):
            absent.append(word)
    return list(dict.fromkeys(absent))


def length_name(column: str) -> bool:
    """Whether a column's name says that it holds the length of a relation: a tenure, or years at, months with."""
    words = humanize(column).lower().split()
    return bool(_LENGTHS & set(words)) or any(a in _LENGTH_UNITS and b in _LENGTH_LINKS for a, b in pairwise(words))


def ending_mark(column: str) -> bool:
    """Whether a column's name says that a yes in it ends the relation: churned, left, died."""
    return bool(_ENDED & set(humanize(column).lower().split()))
