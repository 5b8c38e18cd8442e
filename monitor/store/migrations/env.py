"""What alembic runs: the migrations, on the connection and in the transaction that the store hands over."""

from alembic import context

from monitor.store.columns import metadata
from monitor.store.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
