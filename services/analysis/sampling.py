"""Which rows of a large table the tests look at: chosen by what rows hold, never by where they stand, so that order changes nothing."""

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.sql import quote_identifier
from services.analysis.workspace import Workspace

NEARLY_ALL = 0.95  # share of the rows that must differ for rows to be chosen by their content alone
_HASHES = 2**64


def row_hash(columns: list[str]) -> str:
    """Return SQL of an even number from 0 to 2^64 that follows from the values of quoted columns."""
    return f"hash({', '.join(columns)})"


def sample_of(workspace: Workspace, dataset: Dataset, size: int) -> str:
    """Return about `size` rows of a table as SQL after "from", in an order that follows from what they hold.

    Rows are chosen by the hash of a column that tells them apart, else of all columns. Where many
    rows are alike that would take all or none of them: of n alike, n times the sampled share are
    taken, rounded up or down by their hash.
    """
    table = quote_identifier(dataset.name)
    share = size / dataset.rows
    columns = _in_order(workspace.dataset(dataset.name))
    names = [quote_identifier(c.name) for c in columns]
    content = row_hash(names)
    keys = [c for c in columns if c.role is Role.IDENTIFIER and c.missing == 0 and c.distinct >= NEARLY_ALL * c.rows]
    key = row_hash([quote_identifier(keys[0].name)]) if keys else content
    if not keys and workspace.scalar(f"select approx_count_distinct({content}) from {table}") < NEARLY_ALL * dataset.rows:
        copies = _unused_name(columns)
        alike = f"select {', '.join(names)}, count(*) as {copies} from {table} group by all"
        taken = f"floor({copies} * {share!r} + {content} / {_HASHES}.0)::bigint"
        return f"(select *, unnest(range({taken})) from ({alike})) as {table} order by {content}"
    return f"{table} where {key} < {int(share * _HASHES)} order by {key}, {content}"


def _in_order(dataset: Dataset) -> list[ColumnProfile]:
    """Return the columns by what they hold: neither names nor places in the file decide."""
    return sorted(dataset.columns, key=lambda c: (-c.distinct, c.missing, c.type, str(c.min), str(c.max), str(c.mean)))


def _unused_name(columns: list[ColumnProfile]) -> str:
    taken, name = {c.name.lower() for c in columns}, "copies"
    while name in taken:
        name += "_"
    return name
