"""Organizations and users; outbox, dead letters and idempotency keys."""

from migrations.sql_file import run_sql_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply `migrations/sql/0001_identity_and_transport.sql`."""
    run_sql_file("0001_identity_and_transport.sql")


def downgrade() -> None:
    """Undo it."""
    run_sql_file("0001_identity_and_transport.down.sql")
