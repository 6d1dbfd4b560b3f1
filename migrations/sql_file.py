"""Run one of the SQL files of the history."""

from pathlib import Path

from alembic import op

_FOLDER = Path(__file__).parent / "sql"


def run_sql_file(name: str) -> None:
    """Execute a file of `migrations/sql` as it stands, several statements and percent signs included."""
    statements = (_FOLDER / name).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(statements)
