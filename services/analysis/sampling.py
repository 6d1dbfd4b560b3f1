"""Which rows of a large table the tests look at: chosen by what rows hold, never by where they stand, so that order changes nothing."""

from services.analysis.dataset import ColumnProfile, Dataset, Role
from services.analysis.sql import literal, quote_identifier
from services.analysis.workspace import Workspace

NEARLY_ALL = 0.95  # share of the rows that must differ for rows to be chosen by their content alone
# Up to here rows are hashed by MD5, which every engine has, so that all of them test the same rows; beyond, by DuckDB's own function,
# many times as fast, where there is one.
SAME_EVERYWHERE = 250_000
_HASHES = 2**64
_DIGITS = 6  # of a hash in hexadecimal that are read as a fraction


def row_hash(columns: list[str]) -> str:
    """Return SQL of hexadecimal text that follows from the values of quoted columns, evenly spread and the same on every engine."""
    cells = ", ".join(f"coalesce({column}::varchar, '')" for column in columns)
    return f"md5(concat_ws('|', {cells}))"


def quick_hash(columns: list[str]) -> str:
    """Return SQL of an even number from 0 to 2^64 that follows from the values of quoted columns, by DuckDB's own function."""
    return f"hash({', '.join(columns)})"


def _below(hashed: str, share: float, *, quick: bool) -> str:
    return f"{hashed} < {int(share * _HASHES)}" if quick else f"{hashed} < {literal(f'{int(share * _HASHES):016x}')}"


def _fraction(hashed: str, *, quick: bool) -> str:
    if quick:
        return f"{hashed} / {_HASHES}.0"
    places = (f"(strpos('0123456789abcdef', substr({hashed}, {i}, 1)) - 1) / {16.0**i!r}" for i in range(1, _DIGITS + 1))
    return f"({' + '.join(places)})"


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
    quick = dataset.rows > SAME_EVERYWHERE and workspace.is_duckdb
    hashed, distinct = (quick_hash, "approx_count_distinct({})") if quick else (row_hash, "count(distinct {})")
    content = hashed(names)
    keys = [c for c in columns if c.role is Role.IDENTIFIER and c.missing == 0 and c.distinct >= NEARLY_ALL * c.rows]
    key = hashed([quote_identifier(keys[0].name)]) if keys else content
    if not keys and workspace.scalar(f"select {distinct.format(content)} from {table}") < NEARLY_ALL * dataset.rows:
        copies = _unused_name(columns)
        alike = f"select {', '.join(names)}, count(*) as {copies} from {table} group by all"
        taken = f"floor({copies} * {share!r} + {_fraction(content, quick=quick)})::bigint"
        return f"(select *, unnest(range({taken})) from ({alike})) as {table} order by {content}"
    return f"{table} where {_below(key, share, quick=quick)} order by {key}, {content}"


def _in_order(dataset: Dataset) -> list[ColumnProfile]:
    """Return the columns by what they hold: neither names nor places in the file decide."""
    return sorted(dataset.columns, key=lambda c: (-c.distinct, c.missing, c.type, str(c.min), str(c.max), str(c.mean)))


def _unused_name(columns: list[ColumnProfile]) -> str:
    taken, name = {c.name.lower() for c in columns}, "copies"
    while name in taken:
        name += "_"
    return name
