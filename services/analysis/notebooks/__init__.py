"""From findings to a notebook that computes them again with DuckDB, pandas and SciPy, and asserts that they are equal."""

from services.analysis.notebooks.assemble import StoredTable, notebook, save_notebook, stored_tables, table_hash

__all__ = ["StoredTable", "notebook", "save_notebook", "stored_tables", "table_hash"]
