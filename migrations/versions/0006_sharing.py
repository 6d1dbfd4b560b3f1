"""Why a file failed, and share links with their log of visits."""

from migrations.sql_file import run_sql_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0006_sharing.sql`."""
    run_sql_file("0006_sharing.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0006_sharing.down.sql")
