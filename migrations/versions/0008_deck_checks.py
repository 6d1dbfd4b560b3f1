"""What the checks of a deck found, and who approved it."""

from migrations.sql_file import run_sql_file

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0008_deck_checks.sql`."""
    run_sql_file("0008_deck_checks.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0008_deck_checks.down.sql")
