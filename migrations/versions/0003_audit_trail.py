"""The audit trail."""

from migrations.sql_file import run_sql_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0003_audit_trail.sql`."""
    run_sql_file("0003_audit_trail.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0003_audit_trail.down.sql")
