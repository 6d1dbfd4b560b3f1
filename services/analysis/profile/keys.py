"""Keys between tables: measured, never guessed, and never joined where that would repeat rows."""

from collections.abc import Mapping, Sequence

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.errors import JoinRefusedError
from services.analysis.profile.names import words_of
from services.analysis.sql import quote_identifier
from services.analysis.workspace import Workspace
from shared.kit.value import Value

CONTAINED = 0.8  # share of a column's distinct values that must be found in the other table
MOST_PAIRS = 200
_GENERIC = frozenset({"id", "key", "no", "nr", "number", "code", "name"})
NO_KEYS = frozenset({Role.EMPTY, Role.CONSTANT, Role.FREE_TEXT, Role.BOOLEAN, Role.CURRENCY, Role.PERCENTAGE, Role.TIME})


class KeyJoin(Value):
    """`column` of `table` holds values of `target_column` of `target`.

    `contained` is the share of its distinct values found there, `matched` the share of its rows with a
    match, `repeats` the most rows of the target with one value: 1 where the target's column is a key.
    """

    table: str
    column: str
    target: str
    target_column: str
    contained: float
    matched: float
    repeats: int

    @property
    def keeps_rows(self) -> bool:
        """Whether joining repeats no row of `table`."""
        return self.repeats <= 1


def find_joins(workspace: Workspace) -> tuple[KeyJoin, ...]:
    """Return how the tables of a workspace point to each other, the best contained first, each column once per target table."""
    found: dict[tuple[str, str, str], KeyJoin] = {}
    for home in workspace.datasets:
        for target in workspace.datasets:
            if home is target:
                continue
            for column, key in candidate_pairs(home, target):
                join = _measured(workspace, home, column, target, key)
                known = found.get((home.name, column.name, target.name))
                if join is not None and (known is None or _rank(join) > _rank(known)):
                    found[home.name, column.name, target.name] = join
    return tuple(sorted(found.values(), key=lambda j: (-j.contained, j.repeats, j.table, j.column, j.target)))


def _rank(join: KeyJoin) -> tuple[bool, float, float]:
    return (join.keeps_rows, join.contained, join.matched)


def candidate_pairs(home: Dataset, target: Dataset) -> list[tuple[ColumnProfile, ColumnProfile]]:
    """Return pairs of columns that could be a reference and what it refers to: text by any name, whole numbers by names that agree.

    Small whole numbers are contained in each other by chance, so their names must share a word, or
    the reference must name the other table.
    """
    pairs = []
    for column in home.columns:
        for key in target.columns:
            if column.type != key.type or {column.role, key.role} & NO_KEYS or column.distinct < 2:
                continue
            if column.type == "text" or (column.type == "integer" and _names_agree(column.name, key.name, target.name)):
                unique = key.distinct >= 0.98 * key.present and key.present >= 2
                if unique or (column.name == key.name and key.role is Role.IDENTIFIER):
                    pairs.append((column, key))
    return pairs[:MOST_PAIRS]


def _names_agree(reference: str, key: str, table: str) -> bool:
    if reference.lower() == key.lower():
        return True
    mine = set(words_of(reference)) - _GENERIC
    theirs = {word.removesuffix("s") for word in [*words_of(key), *words_of(table)]} - _GENERIC
    return bool({word.removesuffix("s") for word in mine} & theirs)


def _measured(workspace: Workspace, home: Dataset, column: ColumnProfile, target: Dataset, key: ColumnProfile) -> KeyJoin | None:
    """Measure one pair on all rows, or None where too few values are found."""
    (row,) = workspace.query(
        "select count(*), count(r.v), sum(l.n), sum(case when r.v is not null then l.n else 0 end), max(r.n) "
        f"from ({_values(home, column)}) l left join ({_values(target, key)}) r on l.v = r.v"
    )
    values, found, rows, matched, repeats = (int(cell or 0) for cell in row)
    if not values or found < CONTAINED * values:
        return None
    return KeyJoin(
        table=home.name,
        column=column.name,
        target=target.name,
        target_column=key.name,
        contained=found / values,
        matched=matched / rows,
        repeats=repeats,
    )


def _values(dataset: Dataset, column: ColumnProfile) -> str:
    x = column.expression
    return f"select {x} as v, count(*) as n from {quote_identifier(dataset.name)} where {x} is not null group by 1"


def joined(workspace: Workspace, join: KeyJoin, columns: Sequence[str]) -> str:
    """Return SQL of the rows of `join.table` with columns of the target beside them, named `target.column`.

    Raises JoinRefusedError when the target holds a value more than once: `aggregated` is then the way.
    """
    home, target = workspace.dataset(join.table), workspace.dataset(join.target)
    if not join.keeps_rows:
        raise JoinRefusedError(
            f"{target.name} holds up to {join.repeats} rows for one {join.target_column}; joining it to {home.name} would repeat rows.",
            table=home.name,
            target=target.name,
        )
    added = ", ".join(f"{target.column(c).qualified('r')} as {quote_identifier(f'{target.name}.{c}')}" for c in columns)
    tables = f"{quote_identifier(home.name)} l left join {quote_identifier(target.name)} r"
    return f"select l.*, {added} from {tables} on {_condition(home, target, join)}"


def aggregated(workspace: Workspace, join: KeyJoin, aggregates: Mapping[str, str]) -> str:
    """Return SQL of the rows of `join.table` beside aggregates of the target's rows: `aggregates` maps a name to SQL over the target."""
    home, target = workspace.dataset(join.table), workspace.dataset(join.target)
    key = target.column(join.target_column).expression
    parts = ", ".join(f"{sql} as {quote_identifier(name)}" for name, sql in aggregates.items())
    grouped = f"select {key} as key_of_target, {parts} from {quote_identifier(target.name)} group by 1"
    names = ", ".join(f"r.{quote_identifier(name)}" for name in aggregates)
    left = home.column(join.column).qualified("l")
    return f"select l.*, {names} from {quote_identifier(home.name)} l left join ({grouped}) r on {left} = r.key_of_target"


def looked_up(workspace: Workspace, join: KeyJoin, column: str) -> str:
    """Return SQL for a column of the target as a value of each row of `join.table`, to be used in a query of that table alone.

    A subquery of one value repeats no row. Raises JoinRefusedError as `joined` does.
    """
    joined(workspace, join, [column])
    home, target = workspace.dataset(join.table), workspace.dataset(join.target)
    condition = f"{target.column(join.target_column).qualified('r')} = {home.column(join.column).qualified(quote_identifier(home.name))}"
    return f"(select min({target.column(column).qualified('r')}) from {quote_identifier(target.name)} r where {condition})"


def _condition(home: Dataset, target: Dataset, join: KeyJoin) -> str:
    return f"{home.column(join.column).qualified('l')} = {target.column(join.target_column).qualified('r')}"
