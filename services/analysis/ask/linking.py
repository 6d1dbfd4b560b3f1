"""Linking words to columns and to values of columns: by the name as it stands, by its words, by stems and general synonyms."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.analysis.ask.lexicon import FUNCTION_WORDS, GENERIC_NAME_WORDS, GRAMMAR_WORDS
from services.analysis.dataset import ColumnProfile, Role
from services.analysis.goal import likeness, stem

LONGEST_VALUE = 60  # characters of a value that is looked for in a question
WHOLE = 0.9  # a name spoken of in full: as it stands, or every word that tells it from others
AKIN = 0.2  # at most: words that only mean the like of the name
SURE = 0.99
ENOUGH = 0.45
SYNONYM = 0.7
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Named:
    """A column that words can mean: one of the table or one that the question defines."""

    name: str
    numeric: bool
    identifier: bool = False
    boolean: bool = False
    time: bool = False
    few: tuple[str, ...] = ()  # its values where they are few, as text
    defined: bool = False  # made by the question itself

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The words of the name, lower case."""
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", self.name)
        return tuple(w.lower() for w in re.findall(r"[^\W\d_]+|\d+", spaced))

    @cached_property
    def subject(self) -> tuple[str, ...]:
        """The words of the name that tell it from others."""
        kept = tuple(p for p in self.parts if p not in GENERIC_NAME_WORDS)
        return kept or self.parts


def named(column: ColumnProfile, values: Sequence[str] = ()) -> Named:
    """Return what words can mean by a column of a table."""
    numeric = column.type in {"integer", "number", "boolean"}
    boolean = column.role is Role.BOOLEAN
    return Named(column.name, numeric, column.role is Role.IDENTIFIER, boolean, column.is_time, tuple(values))


@dataclass(frozen=True)
class Mention:
    """A stretch of text that means a column (`value` None) or a value of it; `sure` is 1 for the name itself."""

    start: int
    end: int
    column: str
    value: str | None = None
    sure: float = 1.0


class Linker:
    """Finds mentions in text. `columns` in the table's order; ties between columns make no mention."""

    def __init__(self, columns: Iterable[Named]) -> None:
        self.columns = list(columns)
        self._owners: dict[str, int] = {}
        for column in self.columns:
            for part in set(column.subject):
                self._owners[part] = self._owners.get(part, 0) + 1

    def column(self, name: str) -> Named:
        """Return a column by its exact name; raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def mentions(self, text: str) -> list[Mention]:
        """Return the mentions in a text, left to right, none over another."""
        found = self._by_name(text)
        found += self._by_value(text, found)
        found += self._by_words(text, found)
        found.sort(key=lambda m: m.start)
        return [m for i, m in enumerate(found) if i == 0 or not _participle(text, found[i - 1], m)]

    def best(self, text: str) -> str | None:
        """Return the one column a short name ("mean_age") means, or None."""
        spaced = re.sub(r"[_\-]+|(?<=[a-z])(?=\d)|(?<=[a-z])(?=[A-Z])", " ", text)
        columns = {m.column for m in self.mentions(spaced) if m.value is None}
        return columns.pop() if len(columns) == 1 else None

    def _by_name(self, text: str) -> list[Mention]:
        found: list[Mention] = []
        for column in sorted(self.columns, key=lambda c: (-len(c.name), c.name)):
            for match in re.finditer(_name_pattern(column.name), text):
                start, end = match.span()
                if _apart(start, end, found):
                    found.append(Mention(start, end, column.name))
        return found

    def _by_value(self, text: str, taken: list[Mention]) -> list[Mention]:
        found: list[Mention] = []
        lower = text.lower()
        for value, column in self._values:
            if value.lower() in lower:
                for match in re.finditer(_value_pattern(value), text):
                    if _apart(*match.span(), [*taken, *found]):
                        found.append(Mention(*match.span(), column, value))
        return found

    @cached_property
    def _values(self) -> list[tuple[str, str]]:
        """Values that one column alone holds and that are no words of the language or of the columns' names, the longest first."""
        holders: dict[str, set[str]] = {}
        for column in self.columns:
            for value in column.few:
                if not column.numeric and value.strip() and len(value) <= LONGEST_VALUE:
                    holders.setdefault(value.lower(), set()).add(column.name)
        common = GRAMMAR_WORDS | FUNCTION_WORDS | set(self._owners)
        pairs = {(v, c.name) for c in self.columns for v in c.few if len(holders.get(v.lower(), ())) == 1 and v.lower() not in common}
        return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))

    def _by_words(self, text: str, taken: list[Mention]) -> list[Mention]:
        words = [(m.start(), m.end(), m[0].lower()) for m in _WORD.finditer(text)]
        options: list[tuple[float, int, Mention]] = []
        for column in self.columns:
            if not (column.identifier or column.defined):
                options += self._windows(column, words)
        options.sort(key=lambda o: (-o[0], o[1], o[2].start))
        found: list[Mention] = []
        for score, _, mention in options:
            if not _apart(mention.start, mention.end, [*taken, *found]):
                continue
            rivals = [m for s, _, m in options if m.column != mention.column and s >= score - 1e-9 and _meet(m, mention)]
            if rivals:
                taken = [*taken, Mention(mention.start, mention.end, "", None, 0.0)]
            else:
                found.append(mention)
        return found

    def _windows(self, column: Named, words: list[tuple[int, int, str]]) -> list[tuple[float, int, Mention]]:
        hits = [(i, part) for i, (_, _, word) in enumerate(words) if (part := self._meant(column, word)) is not None]
        runs: list[list[tuple[int, str]]] = []
        for hit in hits:
            near = bool(runs) and hit[0] - runs[-1][-1][0] <= 3 and hit[1] not in {p for _, p in runs[-1]}
            if near and _only_function_words(words, runs[-1][-1][0], hit[0]):
                runs[-1].append(hit)
            else:
                runs.append([hit])
        options = []
        for run in runs:
            parts = {part for _, part in run}
            if parts <= GRAMMAR_WORDS | GENERIC_NAME_WORDS:
                continue
            score = sum(self._weight(p) for p in parts) / sum(self._weight(p) for p in set(column.subject))
            unique = any(self._owners.get(p, 0) == 1 for p in parts)
            if score >= ENOUGH or (unique and max(len(p) for p in parts) >= 4):
                like = min(max(alike(part, words[i][2]) for part in column.subject) for i, _ in run)
                sure = min(score, 0.95) if like > SYNONYM else AKIN * min(score, 1.0)
                mention = Mention(words[run[0][0]][0], words[run[-1][0]][1], column.name, None, sure)
                options.append((score + 0.1 * len(parts), len(run), mention))
        return options

    def _weight(self, part: str) -> float:
        return 1.0 / self._owners.get(part, 1)

    def _meant(self, column: Named, word: str) -> str | None:
        """Return the part of a column's name that a word means."""
        if len(word) < 2:
            return None
        if word in FUNCTION_WORDS or word in GENERIC_NAME_WORDS or word in GRAMMAR_WORDS:
            return word if word in column.subject and word not in FUNCTION_WORDS and len(column.subject) > 1 else None
        best = max(column.subject, key=lambda part: alike(part, word), default=None)
        return best if best is not None and alike(best, word) >= 0.6 else None


def _participle(text: str, before: Mention, mention: Mention) -> bool:
    """Whether a lesser mention only tells of the one before it ("the doubles hit", "the fare paid")."""
    word = text[mention.start : mention.end]
    return (
        mention.sure < SURE and mention.value is None and text[before.end : mention.start] == " " and " " not in word and word[-1:] != "s"
    )


def alike(part: str, word: str) -> float:
    """Return how alike a part of a name and a word of a text are, 0..1: stems, then one inside the other, then synonyms."""
    if part == word or stem(part) == stem(word):
        return 1.0
    if len(part) >= 3 and len(word) >= 5 and word.startswith(part) and part not in FUNCTION_WORDS:
        return 0.8
    one = re.sub(r"(?<=s)es$|(?<=[^s])s$", "", word)
    if len(one) >= 4 and len(part) > len(one) and (part.endswith(one) or part.startswith(one)):
        return 0.75
    if {part, word} == {"sex", "gender"}:
        return 0.9
    return min(SYNONYM, likeness(part, word)) if len(part) >= 4 and len(word) >= 4 else 0.0


def _only_function_words(words: list[tuple[int, int, str]], before: int, after: int) -> bool:
    return all(len(w) == 1 or w in FUNCTION_WORDS or w in GENERIC_NAME_WORDS for _, _, w in words[before + 1 : after])


def _name_pattern(name: str) -> str:
    pieces = [re.escape(p) for p in re.split(r"[\s_\-]+", name.strip()) if p]
    if not pieces:
        return r"(?!)"
    loose = len(name) >= 6 and name.isascii() and name.isalnum()  # "modelyear" may be written "model year"
    body = r"[\s_\-]*".join(pieces) if len(pieces) > 1 else r"[\s_\-]?".join(name) if loose else pieces[0]
    short = len(name) <= 2 or name.lower() in FUNCTION_WORDS
    if not short:
        return rf"(?<!\w)(?i:{body})s?(?!\w)"
    exact = rf"(?<![\w@]){body}(?![\w'])(?!-?\s?(?:scores?|tests?|values?|statistics?)\b)"
    quoted = rf"(?<=['\"])(?i:{body})(?=['\"])"
    return (
        rf"{quoted}|{exact}"
        if name[:1].isupper() and name not in {"A", "I"}
        else rf"{quoted}|(?<!\w){body}(?=[\s-](?:column|coordinate|variable|feature)\b)"
    )


def _value_pattern(value: str) -> str:
    body = re.escape(value.strip())
    if len(value.strip()) <= 2:
        return rf"(?<=['\"]){body}(?=['\"])"
    plural = "s?" if value[-1:].isalpha() else ""
    return rf"(?<!\w)(?i:{body}){plural}(?!\w)"


def _meet(a: Mention, b: Mention) -> bool:
    return a.start < b.end and b.start < a.end


def _apart(start: int, end: int, others: Iterable[Mention]) -> bool:
    return all(end <= m.start or start >= m.end for m in others)
