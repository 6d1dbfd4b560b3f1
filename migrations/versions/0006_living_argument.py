"""What makes an argument live: edits that can be made again, approvals, branches, plans as jobs of their own, KPI readings."""

from migrations.sql_file import run_sql_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0006_living_argument.sql`."""
    run_sql_file("0006_living_argument.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0006_living_argument.down.sql")
