"""The evidence ledger as a value: entries keyed by their content, and the book a step writes them into.

An entry says how to get its number again: a query on named data, a registered method re-run with its
parameters, a formula over other entries, a span of the problem text, or an assumption with its reason.
Keys follow from that recipe and the number, so the same problem gives the same keys on every run.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from services.analysis.findings import Exhibit, Fact, Finding
from services.solving.evidence.formula import evaluate
from shared.kit.cited import cite
from shared.kit.hashing import content_id
from shared.kit.numbers import Style, display
from shared.kit.value import Value

Cell = str | float | None
_NAME_OR_SLOT = re.compile(r"\[\[=.*?\]\](?!\])|\{(?P<slot>[A-Za-z_]\w*)\}", re.DOTALL)


class EvidenceKind(StrEnum):
    """How an entry is computed again."""

    SQL = "sql"
    METHOD = "method"
    FORMULA = "formula"
    STATED = "stated"
    ASSUMPTION = "assumption"
    COUNT = "count"  # of named things of the argument itself: leaves, tests, recommendations


class Ref(NamedTuple):
    """A cell of a table that holds the number of another entry."""

    key: str


class Recipe(Value):
    """What it takes to compute an entry again; the fields used depend on the kind."""

    query: str | None = None
    datasets: dict[str, str] = {}  # table name -> SHA-256 of the file it was read from
    method: str | None = None
    method_version: str | None = None
    params: dict[str, object] = {}
    fact: str | None = None  # which fact of the method's finding
    finding_id: str | None = None
    formula: str | None = None
    inputs: dict[str, str] = {}  # name in the formula, or "row.column" of a grid -> ledger key
    items: list[str] = []  # what a count counts
    text: str | None = None  # the words of the problem that state the number
    reason: str | None = None  # why an assumption is reasonable


class EvidenceEntry(Value):
    """One number (or one chart's rows) that may be shown, with its recipe and its one way of being written."""

    key: str
    kind: EvidenceKind
    label: str
    value: float | None = None
    rows: list[list[Cell]] | None = None
    columns: list[str] = []
    unit: str = ""
    style: Style = Style.NUMBER
    signed: bool = False
    decimals: int | None = None
    display: str = ""
    recipe: Recipe


class Ledger:
    """The book a step writes its numbers into. `cite_*` methods return the token to put into a sentence."""

    def __init__(self, known: dict[str, EvidenceEntry] | None = None) -> None:
        """Start a book; `known` are entries of earlier steps that formulas may refer to."""
        self._known = dict(known or {})
        self._new: dict[str, EvidenceEntry] = {}

    @property
    def known(self) -> dict[str, EvidenceEntry]:
        """Every entry, of this and of earlier steps."""
        return self._known | self._new

    @property
    def entries(self) -> tuple[EvidenceEntry, ...]:
        """The entries written by this step, in order of writing."""
        return tuple(self._new.values())

    def entry(self, key: str) -> EvidenceEntry:
        """Return an entry of this or an earlier step. Raises KeyError when there is none."""
        return self._new.get(key) or self._known[key]

    def value(self, key: str) -> float:
        """Return the number behind a key. Raises KeyError for an unknown key or one that is a table."""
        value = self.entry(key).value
        if value is None:
            raise KeyError(key)
        return value

    def number(
        self,
        kind: EvidenceKind,
        value: float,
        recipe: Recipe,
        *,
        label: str,
        unit: str = "",
        style: Style = Style.NUMBER,
        signed: bool = False,
        decimals: int | None = None,
    ) -> str:
        """Write a number and return its key; the same number with the same recipe is written once."""
        written = display(value, style=style, unit=unit, signed=signed, decimals=decimals)
        key = content_id("E", kind, value, written, recipe.model_dump(mode="json", exclude={"finding_id"}))
        entry = EvidenceEntry(
            key=key,
            kind=kind,
            label=label,
            value=value,
            unit=unit,
            style=style,
            signed=signed,
            decimals=decimals,
            display=written,
            recipe=recipe,
        )
        return self._write(entry)

    def formula(
        self,
        formula: str,
        inputs: dict[str, str],
        *,
        label: str,
        like: str | None = None,
        unit: str = "",
        style: Style = Style.NUMBER,
        signed: bool = False,
        decimals: int | None = None,
    ) -> str:
        """Write a number computed from other entries (name -> key) and return its key.

        `like` names an entry whose unit, style and decimals it takes.
        Raises FormulaError when the formula is not arithmetic over those names.
        """
        value = evaluate(formula, {name: self.value(key) for name, key in inputs.items()})
        recipe = Recipe(formula=formula, inputs=inputs)
        if like is not None:
            model = self.entry(like)
            unit, style, decimals = model.unit, model.style, model.decimals
        return self.number(EvidenceKind.FORMULA, value, recipe, label=label, unit=unit, style=style, signed=signed, decimals=decimals)

    def stated(self, value: float, text: str, *, label: str, unit: str = "", style: Style = Style.NUMBER) -> str:
        """Write a number the problem text states, with the words that state it."""
        return self.number(EvidenceKind.STATED, value, Recipe(text=text), label=label, unit=unit, style=style)

    def assumption(self, value: float, reason: str, *, label: str, unit: str = "", style: Style = Style.NUMBER) -> str:
        """Write a number we assume, with the reason it is reasonable."""
        return self.number(EvidenceKind.ASSUMPTION, value, Recipe(reason=reason), label=label, unit=unit, style=style)

    def sql(self, value: float, query: str, datasets: dict[str, str], *, label: str, unit: str = "", style: Style = Style.NUMBER) -> str:
        """Write a number that a query returns on named data (table name -> SHA-256)."""
        recipe = Recipe(query=query, datasets=read_by(query, datasets))
        return self.number(EvidenceKind.SQL, value, recipe, label=label, unit=unit, style=style)

    def table(self, exhibit: Exhibit, datasets: dict[str, str]) -> str:
        """Write the rows behind a chart and return their key."""
        recipe = Recipe(query=exhibit.query, datasets=read_by(exhibit.query, datasets))
        rows: list[list[Cell]] = [list(row) for row in exhibit.rows]
        entry = EvidenceEntry(
            key=content_id("E", "rows", rows, exhibit.columns, exhibit.query, recipe.datasets),
            kind=EvidenceKind.SQL,
            label=exhibit.title,
            rows=rows,
            columns=list(exhibit.columns),
            unit=exhibit.unit,
            style=exhibit.style,
            recipe=recipe,
        )
        return self._write(entry)

    def count(self, items: Sequence[str], *, label: str, unit: str = "") -> str:
        """Write how many items there are, with the items."""
        recipe = Recipe(items=list(items))
        return self.number(EvidenceKind.COUNT, float(len(items)), recipe, label=label, unit=unit, style=Style.COUNT)

    def grid(self, cells: Sequence[Sequence[Cell | Ref]], *, columns: list[str], label: str) -> str:
        """Write a table of texts and of other entries' numbers (`Ref`), for a chart that no single query gives.

        Raises KeyError when a referred entry is unknown or holds no number.
        """
        inputs = {f"{i}.{j}": cell.key for i, row in enumerate(cells) for j, cell in enumerate(row) if isinstance(cell, Ref)}
        rows: list[list[Cell]] = [[self.value(cell.key) if isinstance(cell, Ref) else cell for cell in row] for row in cells]
        entry = EvidenceEntry(
            key=content_id("E", "grid", rows, columns, inputs),
            kind=EvidenceKind.FORMULA,
            label=label,
            rows=rows,
            columns=columns,
            recipe=Recipe(inputs=inputs),
        )
        return self._write(entry)

    def finding(self, finding: Finding, datasets: dict[str, str]) -> dict[str, str]:
        """Write every fact of a finding and return fact name -> key."""
        keys: dict[str, str] = {}
        for fact in finding.facts:
            keys[fact.name] = self._fact(finding, fact, keys, datasets)
        return keys

    def statement(self, finding: Finding, datasets: dict[str, str]) -> str:
        """Write a finding's facts and return its sentence as cited text."""
        keys = self.finding(finding, datasets)
        return fill(finding.template, {name: cite(key) for name, key in keys.items()})

    def _fact(self, finding: Finding, fact: Fact, keys: dict[str, str], datasets: dict[str, str]) -> str:
        if fact.source == "formula" and fact.formula is not None:
            named = set(re.findall(r"[A-Za-z_]\w*", fact.formula))
            used = {name: key for name, key in keys.items() if name in named}
            recipe, kind = Recipe(formula=fact.formula, inputs=used, finding_id=finding.id), EvidenceKind.FORMULA
        elif fact.source == "sql" and fact.query is not None:
            recipe, kind = Recipe(query=fact.query, datasets=read_by(fact.query, datasets), finding_id=finding.id), EvidenceKind.SQL
        else:
            kind = EvidenceKind.METHOD
            recipe = Recipe(
                method=finding.method,
                method_version=finding.method_version,
                params={"dataset": finding.dataset, **finding.params},
                fact=fact.name,
                query=finding.query,
                datasets=datasets,
                finding_id=finding.id,
            )
        return self.number(
            kind,
            fact.value,
            recipe,
            label=fact.label,
            unit=fact.unit,
            style=fact.style,
            signed=fact.signed,
            decimals=fact.decimals,
        )

    def _write(self, entry: EvidenceEntry) -> str:
        """Write an entry once. Keys are short; should two different entries ever share one, the later is named anew."""
        while (held := self._new.get(entry.key) or self._known.get(entry.key)) and _content(held) != _content(entry):
            entry = entry.model_copy(update={"key": content_id("E", entry.key, _content(entry))})
        if held is None:
            self._new[entry.key] = entry
        return entry.key


def _content(entry: EvidenceEntry) -> dict[str, object]:
    """What makes two entries the same: all but the key, the label and the finding that brought them up first."""
    return entry.model_dump(mode="json", exclude={"key": True, "label": True, "recipe": {"finding_id"}})


def read_by(query: str, datasets: dict[str, str]) -> dict[str, str]:
    """Return the tables a query names, out of all those given: a number rests on no file it does not read."""
    named = {table: sha256 for table, sha256 in datasets.items() if '"' + table.replace('"', '""') + '"' in query}
    return named or datasets


def fill(template: str, tokens: dict[str, str]) -> str:
    """Return a template with `{name}` replaced by tokens; braces that name nothing, or stand in a quoted name, are left as they are."""
    return _NAME_OR_SLOT.sub(lambda m: m[0] if m["slot"] is None else tokens.get(m["slot"], m[0]), template)
