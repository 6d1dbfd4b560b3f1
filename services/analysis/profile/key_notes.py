"""How the tables of a workspace were put together, in sentences: what was joined, what was refused and why, which periods were read."""

from services.analysis.dataset import counted
from services.analysis.profile.keys import KeyJoin, find_joins
from services.analysis.profile.periods import PeriodJoin, find_period_joins
from services.analysis.workspace import Workspace


def key_notes(workspace: Workspace) -> dict[str, list[str]]:
    """Return the sentences by the table whose rows are kept; empty for a single table."""
    if len(workspace.datasets) < 2:
        return {}
    joins = find_joins(workspace)
    found: dict[str, list[str]] = {}
    for join in joins:
        found.setdefault(join.table, []).append(_joined(join) if join.keeps_rows else _refused(join))
    for period in find_period_joins(workspace, joins):
        found.setdefault(period.table, []).append(_read(period))
    return found


def _joined(join: KeyJoin) -> str:
    return (
        f'Joined to "{join.target}" by "{join.column}" = "{join.target_column}": {_percent(join.matched)} of the rows that have a value '
        "find theirs, one row each."
    )


def _refused(join: KeyJoin) -> str:
    return (
        f'Not joined to "{join.target}" by "{join.column}" = "{join.target_column}": it holds up to '
        f"{counted(join.repeats, 'row')} for one value, and rows would be counted more than once."
    )


def _read(join: PeriodJoin) -> str:
    span = f'from "{join.period.start}" to "{join.period.end}"' if join.period.end else f'in "{join.period.start}"'
    return (
        f'Read against the periods of "{join.period.table}" ({span}) by "{join.column}" = "{join.target_column}": "{join.event}" lies '
        f"inside one in {join.inside} of {counted(join.matched, 'row')} whose key is found there; no row is repeated."
    )


def _percent(share: float) -> str:
    # Not all is never 100%.
    return "100%" if share >= 1 else f"{min(99.9, 100 * share):.1f}%"
