"""Share links with their log of visits."""

from migrations.sql_file import run_sql_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0009_sharing.sql`."""
    run_sql_file("0009_sharing.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0009_sharing.down.sql")
