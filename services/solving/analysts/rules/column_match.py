"""Which column of the data a concept of a template is, by its name, its role and its values."""

import re
from dataclasses import dataclass

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.sql import quote_identifier
from services.analysis.workspace import Workspace
from services.solving.analysts.rules.template import Concept
from services.solving.analysts.rules.wording import tokens

# Tokens that say how a column is written, not what it is.
_SUFFIXES = {
    "eur",
    "usd",
    "gbp",
    "chf",
    "cny",
    "total",
    "sum",
    "pct",
    "percent",
    "percentage",
    "number",
    "no",
    "num",
    "count",
    "amount",
    "value",
    "avg",
    "mean",
}
_WEAKEST = 0.5
_NEGATIVE = {"no", "false", "0", "active", "retained", "stayed", "open"}


@dataclass(frozen=True)
class Bound:
    """A concept found in a table: the engine's measures that add up to it in a row, and the columns it rests on."""

    dataset: str
    measures: tuple[str, ...]
    columns: tuple[str, ...]
    score: float
    unit: str = ""
    in_percent: bool = False  # a share written as 54.3 and not as 0.543


def bind(concept: Concept, data: Workspace, dataset: Dataset) -> Bound | None:
    """Return the column of a dataset that is the concept, or None where no name comes close."""
    if concept.need == "duration":
        return _duration(concept, dataset) or _numeric(concept, dataset)
    if concept.need == "event":
        return _event(concept, data, dataset)
    if concept.need == "count":
        return _numeric(concept, dataset) or _flag(concept, dataset) or (_rows(dataset) if concept.or_rows else None)
    return _numeric(concept, dataset)


def cut_column(concept: Concept, dataset: Dataset) -> tuple[str, float] | None:
    """Return the column a cut's concept is, with how well the name fits, or None."""
    scored = [(c.name, likeness(c.name, concept.columns)) for c in dataset.columns if groups_well(c)]
    best = max(scored, key=lambda pair: (pair[1], pair[0]), default=None)
    return best if best and best[1] >= _WEAKEST else None


def groups_well(column: ColumnProfile) -> bool:
    """Whether groups by this column are few enough, and large enough, to compare."""
    return column.is_cut and 2 <= column.distinct <= 60 and not (column.is_measure and column.type == "number")


def likeness(name: str, phrases: list[str]) -> float:
    """Return 0..1: how well a column's name fits one of the phrases; earlier phrases win ties."""
    own = [_stem(word) for word in tokens(name)]
    core = [word for word in own if word not in _SUFFIXES] or own
    best = 0.0
    for place, phrase in enumerate(phrases):
        sought = [_stem(word) for word in tokens(phrase)]
        if sought in (core, own):
            best = max(best, 1.0 - 0.01 * place)
        elif _contains(core, sought):
            best = max(best, 0.55 + 0.35 * len(sought) / len(core) - 0.005 * place)
    return best


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _contains(words: list[str], sought: list[str]) -> bool:
    return any(words[i : i + len(sought)] == sought for i in range(len(words) - len(sought) + 1))


def _best(dataset: Dataset, phrases: list[str], role: Role) -> tuple[ColumnProfile, float] | None:
    scored = [(c, likeness(c.name, phrases)) for c in dataset.columns if c.role is role]
    return max((pair for pair in scored if pair[1] >= _WEAKEST), key=lambda pair: (pair[1], -pair[0].position), default=None)


def _numeric(concept: Concept, dataset: Dataset) -> Bound | None:
    barred = (Role.IDENTIFIER, Role.CONSTANT, Role.EMPTY, Role.BOOLEAN)
    numeric = [c for c in dataset.columns if c.type in ("integer", "number") and c.role not in barred]
    scored = [(c, likeness(c.name, concept.columns)) for c in numeric if _right_size(concept, c)]
    column, score = max(scored, key=lambda pair: (pair[1], -pair[0].position), default=(None, 0.0))
    if column is None or score < _WEAKEST:
        return None
    return Bound(dataset.name, (column.name,), (column.name,), score, column.unit, _above_one(column))


def _above_one(column: ColumnProfile) -> bool:
    return isinstance(column.max, int | float) and column.max > 1.5


def _right_size(concept: Concept, column: ColumnProfile) -> bool:
    small = isinstance(column.min, int | float) and column.min >= -1.5 and not _above_one(column) and column.type == "number"
    if concept.need == "rate":
        return column.role is Role.PERCENTAGE or small
    return column.role is not Role.PERCENTAGE


def _flag(concept: Concept, dataset: Dataset) -> Bound | None:
    found = _best(dataset, concept.columns, Role.BOOLEAN)
    if found is None:
        return None
    column, score = found
    state = {"boolean": "true", "integer": "1", "number": "1.0"}.get(column.type)
    return Bound(dataset.name, (f"rate({column.name}={state})",), (column.name,), score) if state and column.distinct == 2 else None


def _rows(dataset: Dataset) -> Bound:
    return Bound(dataset.name, ("count",), (), 0.3)


def _event(concept: Concept, data: Workspace, dataset: Dataset) -> Bound | None:
    if flag := _flag(concept, dataset):
        return flag
    statuses = [c for c in dataset.columns if c.role in (Role.RATE, Role.CATEGORY, Role.BOOLEAN) and 2 <= c.distinct <= 12]
    options = [(c, likeness(c.name, concept.columns)) for c in statuses]
    for column, score in sorted(options, key=lambda pair: (-pair[1], pair[0].position)):
        if score < _WEAKEST:
            break
        query = f"select distinct cast({column.expression} as varchar) from {quote_identifier(dataset.name)}"
        held = sorted(str(row[0]) for row in data.query(query + f" where {column.expression} is not null"))
        meant = [value for value in held if _means(value, concept.values)]
        if meant and len(meant) < len(held):
            return Bound(dataset.name, tuple(f"rate({column.name}={value})" for value in meant), (column.name,), score)
    return None


def _means(value: str, meanings: list[str]) -> bool:
    plain = value.strip().lower()
    return plain not in _NEGATIVE and any(plain == m or (len(m) > 1 and re.search(rf"\b{re.escape(m)}\b", plain)) for m in meanings)


def _duration(concept: Concept, dataset: Dataset) -> Bound | None:
    start, end = _best(dataset, concept.start, Role.TIME), _best(dataset, concept.end, Role.TIME)
    if start is None or end is None or start[0].name == end[0].name:
        return None
    first, last = start[0].name, end[0].name
    return Bound(dataset.name, (f"duration({first} -> {last})",), (first, last), min(start[1], end[1]))
