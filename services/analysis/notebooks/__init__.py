"""From findings to a notebook that computes them again with DuckDB, pandas and SciPy, and asserts that they are equal."""

from services.analysis.notebooks.assemble import notebook, save_notebook, stored_tables

__all__ = ["notebook", "save_notebook", "stored_tables"]
