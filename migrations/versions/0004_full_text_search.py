"""Full-text search over problems."""

from migrations.sql_file import run_sql_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0004_full_text_search.sql`."""
    run_sql_file("0004_full_text_search.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0004_full_text_search.down.sql")
