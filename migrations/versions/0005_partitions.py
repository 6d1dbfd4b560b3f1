"""Audit entries by month, execution logs by week, and the function that keeps partitions ahead of the clock."""

from migrations.sql_file import run_sql_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0005_partitions.sql`."""
    run_sql_file("0005_partitions.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0005_partitions.down.sql")
