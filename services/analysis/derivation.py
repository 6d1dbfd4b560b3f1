"""What follows from several tables or from parts of cells, as measures and cuts that the methods read like any other."""

from services.analysis.dataset import Dataset
from services.analysis.measures import MAX_GROUPS, Cut, Measure, humanize, top_values
from services.analysis.profile.derived import DerivedCut, DerivedMeasure, derived_cuts, derived_measures
from services.analysis.profile.keys import find_joins
from services.analysis.profile.periods import find_period_joins
from services.analysis.workspace import Workspace
from shared.kit.numbers import Style

_PART_LABELS = {
    "first_word": "first word of ",
    "last_part": "last part of ",
    "prefix": "prefix of ",
    "identifier": "identifier in ",
    "looked_up": "",
}
MOST = 6  # of each kind: derived columns multiply, and the first say most


def derived_from(workspace: Workspace, dataset: Dataset) -> tuple[list[Measure], list[Cut]]:
    """Return the derived measures and cuts of a table."""
    joins = find_joins(workspace)
    measures = derived_measures(workspace, dataset, joins, find_period_joins(workspace, joins))
    cuts = [cut for found in derived_cuts(workspace, dataset, joins)[:MOST] if (cut := _cut(workspace, dataset, found)) is not None]
    return [_measure(m) for m in measures[:MOST]], cuts


def _measure(found: DerivedMeasure) -> Measure:
    rate = found.style is Style.PERCENT
    kind, state = ("rate", found.kind) if rate else ("duration", None)
    label = {
        "backlog": f"share still without {humanize(found.columns[-1])}",
        "tenure": f"time from {humanize(found.columns[2]) if len(found.columns) > 2 else found.name} to {humanize(found.columns[1])}",
        "inside": f"share that falls into a period of {found.tables[0] if found.tables else found.name}",
    }[found.kind]
    sql = f"({found.expression})::double"
    return Measure(found.name, kind, sql, found.columns, label, found.unit, found.style, state)  # type: ignore[arg-type]


def _cut(workspace: Workspace, dataset: Dataset, found: DerivedCut) -> Cut | None:
    rows = top_values(workspace, dataset, found.expression, MAX_GROUPS)
    if len(rows) < 2:
        return None
    source = found.columns[1] if found.kind == "looked_up" else found.columns[0]
    label = _PART_LABELS[found.kind] + humanize(source)
    name = f"via({found.columns[0]}).{source}" if found.kind == "looked_up" else found.name
    return Cut(name, found.expression, found.columns, label, tuple(v for v, _ in rows), tuple(n for _, n in rows))
