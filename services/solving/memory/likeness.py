"""Why two problems are alike: their words, their KPIs, the shape of their data. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal

from services.analysis.dataset import MEASURE_ROLES, Role
from services.analysis.goal import stem, words_of
from services.solving.steps.frame import Kpi
from shared.kit.value import Value

_KPI_WORDS = 0.5  # two KPIs are the same when half of the words in either name, or more, are in both


class ColumnShape(Value):
    """A column as far as two data sets can be held beside each other."""

    table: str
    name: str
    role: str


class SharedKpi(Value):
    """A KPI of this problem and the KPI of the other that measures the same, with the words their names share."""

    here: str
    there: str
    words: list[str]
    same_unit: bool
    same_direction: bool


class SharedColumn(Value):
    """Two columns of one kind whose names say the same."""

    here: str
    there: str
    role: str


class DataShape(Value):
    """What two problems' data have in common; `likeness` is the share (0..1) of all their columns that has a counterpart."""

    likeness: float
    columns: list[SharedColumn]
    both_have: list[Literal["a time column", "measures", "categories"]]


def shared_kpi(here: Sequence[Kpi], there: Sequence[Kpi]) -> SharedKpi | None:
    """Return the pair of KPIs whose names share most words, when they share enough of them."""
    best: tuple[float, SharedKpi] | None = None
    for mine in here:
        for theirs in there:
            share, words = _common(mine.name, theirs.name)
            if share >= _KPI_WORDS and (best is None or share > best[0]):
                same = {"same_unit": mine.unit == theirs.unit, "same_direction": mine.direction == theirs.direction}
                best = share, SharedKpi.model_validate({"here": mine.name, "there": theirs.name, "words": words} | same)
    return best[1] if best else None


def data_shape(here: Sequence[ColumnShape], there: Sequence[ColumnShape]) -> DataShape | None:
    """Return what two problems' tables have in common; None where one of them has no data."""
    if not here or not there:
        return None
    free = list(there)
    columns: list[SharedColumn] = []
    for mine in here:
        match = next((one for one in free if one.role == mine.role and _key(one.name) == _key(mine.name)), None)
        if match is not None:
            free.remove(match)
            columns.append(SharedColumn(here=f"{mine.table}.{mine.name}", there=f"{match.table}.{match.name}", role=mine.role))
    have, have_too = _kinds(here), _kinds(there)
    whole = len(here) + len(there) - len(columns)
    return DataShape(likeness=round(len(columns) / whole, 3), columns=columns, both_have=[kind for kind in have if kind in have_too])


def _common(one: str, other: str) -> tuple[float, list[str]]:
    mine, theirs = {stem(word): word for word in words_of(one)}, {stem(word) for word in words_of(other)}
    words = [word for key, word in mine.items() if key in theirs]
    return len(words) / max(1, len(mine.keys() | theirs)), words


def _key(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(name)) or frozenset({name.lower()})


def _kinds(columns: Iterable[ColumnShape]) -> list[Literal["a time column", "measures", "categories"]]:
    roles = {column.role for column in columns}
    found: list[Literal["a time column", "measures", "categories"]] = []
    if Role.TIME in roles:
        found.append("a time column")
    if roles & MEASURE_ROLES:
        found.append("measures")
    if roles & {Role.CATEGORY, Role.RATE, Role.BOOLEAN, Role.GEOGRAPHY}:
        found.append("categories")
    return found
