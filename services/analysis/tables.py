"""The data side of the engine in one import: open an upload, describe it, query it."""

from services.analysis.dataset import ColumnProfile, Dataset, Note, Role, ValueType
from services.analysis.sources import open_dataset, to_parquet
from services.analysis.sources.limits import DEFAULT_LIMITS, Limits
from services.analysis.workspace import Workspace

__all__ = ["DEFAULT_LIMITS", "ColumnProfile", "Dataset", "Limits", "Note", "Role", "ValueType", "Workspace", "open_dataset", "to_parquet"]
