"""What Alembic runs: the history, on the connection that the runner hands over."""

from alembic import context

from migrations.metadata import target_metadata
from migrations.scope import ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=target_metadata,
    include_schemas=True,
    include_name=ours,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
