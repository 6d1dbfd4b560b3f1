"""Problems, the records of the seven steps, runs, events, evidence and deliverables."""

from migrations.sql_file import run_sql_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0002_solving.sql`."""
    run_sql_file("0002_solving.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0002_solving.down.sql")
