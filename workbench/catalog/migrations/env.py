"""Alembic environment: runs on the connection that `ledger.migrate` hands over."""

from alembic import context

from workbench.catalog.ledger import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
