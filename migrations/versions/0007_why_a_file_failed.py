"""A file that could not be made says why."""

from migrations.sql_file import run_sql_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0007_why_a_file_failed.sql`."""
    run_sql_file("0007_why_a_file_failed.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0007_why_a_file_failed.down.sql")
