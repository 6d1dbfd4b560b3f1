"""A table as the grammar sees it: the columns that words can mean and their few values."""

from services.analysis.ask.linking import Named, named
from services.analysis.dataset import ColumnProfile, Dataset
from services.analysis.measures import text_of, top_values
from services.analysis.workspace import Workspace

FEW = 200


def columns_of(workspace: Workspace, dataset: Dataset) -> list[Named]:
    """Return the columns of a table with the values of those that have few, empty columns left out."""
    return [named(column, _values(workspace, dataset, column)) for column in dataset.columns if column.present]


def _values(workspace: Workspace, dataset: Dataset, column: ColumnProfile) -> list[str]:
    few = column.distinct <= (FEW if column.type == "text" else 12)
    wanted = column.type in {"text", "boolean", "integer", "number"}
    if not (few and wanted):
        return []
    return [value for value, _ in top_values(workspace, dataset, text_of(column), FEW)]
