"""Compute a ledger entry again from its recipe and say whether the same number comes out.

The same means: the same text as people read it, and the same value to nine significant digits. The ledger keeps twelve; arithmetic
over kept numbers (a small difference of large ones) loses some of them.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from services.analysis.workspace import Workspace
from services.solving.evidence.formula import evaluate
from services.solving.evidence.ledger import Cell, EvidenceEntry, EvidenceKind
from shared.kit.errors import SevenStepsError
from shared.kit.numbers import display
from shared.kit.value import Value

_TOLERANCE = 1e-9


class Rerun(Value):
    """What computing an entry again gave: the new number as people read it, and in words what was done or what went wrong."""

    key: str
    same: bool
    value: float | None
    display: str
    detail: str


class Bench:
    """What entries are computed on: the data as they are now, the words of the problem, the rest of the ledger."""

    def __init__(self, entries: Mapping[str, EvidenceEntry], data: Workspace | None, words: str) -> None:
        self.entries = entries
        self.data = data
        self.words = words
        self._methods: dict[str, list[dict[str, float]]] = {}

    def rerun(self, entry: EvidenceEntry) -> Rerun:
        """Compute one entry again. Never raises for what a recipe or the data hold: that is the answer."""
        changed = self._changed_data(entry)
        if changed is not None:
            return Rerun(key=entry.key, same=False, value=None, display="", detail=changed)
        try:
            return _RECIPES[entry.kind](self, entry)
        except SevenStepsError as error:
            return Rerun(key=entry.key, same=False, value=None, display="", detail=error.detail)

    def workspace(self) -> Workspace:
        """Return the data. Raises MissingDataError when the problem has none."""
        if self.data is None:
            raise MissingDataError("The problem has no data any more.")
        return self.data

    def facts(self, entry: EvidenceEntry) -> list[dict[str, float]]:
        """Return the facts of the findings a method gives now; each method with its parameters runs once."""
        recipe = entry.recipe
        known = f"{recipe.method} {sorted(recipe.params.items(), key=str)}"
        if known not in self._methods:
            from services.analysis.insights import run_method  # the statistics take seconds to load

            findings = run_method(self.workspace(), recipe.method or "", dict(recipe.params))
            self._methods[known] = [{fact.name: fact.value for fact in finding.facts} for finding in findings]
        return self._methods[known]

    def _changed_data(self, entry: EvidenceEntry) -> str | None:
        now = {} if self.data is None else {dataset.name: dataset.sha256 for dataset in self.data.datasets}
        for table, sha256 in sorted(entry.recipe.datasets.items()):
            if table not in now:
                return f"The table {table} is no longer among the problem's data."
            if now[table] != sha256:
                return f"The table {table} was replaced: its hash is {now[table][:12]} and was {sha256[:12]}."
        return None


class MissingDataError(SevenStepsError):
    """An entry was computed on data that are gone."""

    code = "missing_data"


def _sql(bench: Bench, entry: EvidenceEntry) -> Rerun:
    query = entry.recipe.query or ""
    if entry.rows is not None:
        rows = [[_cell(cell) for cell in row] for row in bench.workspace().query(query)]
        return _table(entry, rows, "The query was run again.")
    value = bench.workspace().scalar(query)
    return _number(entry, None if value is None else float(value), "The query was run again.")


def _method(bench: Bench, entry: EvidenceEntry) -> Rerun:
    name = entry.recipe.fact or "value"
    found = [facts[name] for facts in bench.facts(entry) if name in facts]
    if not found:
        return _number(entry, None, f"The method {entry.recipe.method} no longer gives this figure.")
    value = entry.value if entry.value is not None and any(_equal(one, entry.value) for one in found) else found[0]
    return _number(entry, value, f"The method {entry.recipe.method} was run again.")


def _formula(bench: Bench, entry: EvidenceEntry) -> Rerun:
    recipe = entry.recipe
    if entry.rows is not None:
        rows = [list(row) for row in entry.rows]
        for place, key in recipe.inputs.items():
            i, j = (int(part) for part in place.split("."))
            rows[i][j] = bench.entries[key].value if key in bench.entries else None
        return _table(entry, rows, "The table was filled again from the ledger.")
    values = {name: bench.entries[key].value for name, key in recipe.inputs.items() if key in bench.entries}
    known = {name: value for name, value in values.items() if value is not None}
    return _number(entry, evaluate(recipe.formula or "", known), "The arithmetic was done again.")


def _stated(bench: Bench, entry: EvidenceEntry) -> Rerun:
    said = _plain(entry.recipe.text or "")
    found = bool(said) and said in _plain(bench.words)
    detail = "The problem's text still says so." if found else "The problem's text no longer says so."
    return Rerun(key=entry.key, same=found, value=entry.value, display=entry.display, detail=detail)


def _assumption(_bench: Bench, entry: EvidenceEntry) -> Rerun:
    return Rerun(key=entry.key, same=True, value=entry.value, display=entry.display, detail="An assumption: there is nothing to compute.")


def _count(_bench: Bench, entry: EvidenceEntry) -> Rerun:
    return _number(entry, float(len(entry.recipe.items)), "The items were counted again.")


_RECIPES: dict[EvidenceKind, Callable[[Bench, EvidenceEntry], Rerun]] = {
    EvidenceKind.SQL: _sql,
    EvidenceKind.METHOD: _method,
    EvidenceKind.FORMULA: _formula,
    EvidenceKind.STATED: _stated,
    EvidenceKind.ASSUMPTION: _assumption,
    EvidenceKind.COUNT: _count,
}


def _number(entry: EvidenceEntry, value: float | None, detail: str) -> Rerun:
    if value is None or not math.isfinite(value):
        return Rerun(key=entry.key, same=False, value=None, display="", detail=f"{detail} It gave no number.")
    shown = display(value, style=entry.style, unit=entry.unit, signed=entry.signed, decimals=entry.decimals)
    same = entry.value is not None and _equal(value, entry.value) and shown == entry.display
    return Rerun(key=entry.key, same=same, value=value, display=shown, detail=detail)


def _table(entry: EvidenceEntry, rows: Sequence[Sequence[Cell]], detail: str) -> Rerun:
    before = entry.rows or []
    same = len(rows) == len(before) and all(_same_row(now, then) for now, then in zip(rows, before, strict=True))
    return Rerun(key=entry.key, same=same, value=None, display=f"{len(rows)} rows", detail=detail)


def _same_row(now: Sequence[Cell], then: Sequence[Cell]) -> bool:
    return len(now) == len(then) and all(_same_cell(a, b) for a, b in zip(now, then, strict=True))


def _same_cell(now: Cell, then: Cell) -> bool:
    if isinstance(now, int | float) and isinstance(then, int | float):
        return _equal(float(now), float(then))
    return now == then


def _cell(value: object) -> Cell:
    """Return a value of the database as an exhibit keeps it (`services.analysis.writing.exhibit`)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    return str(value)


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=1e-300)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
