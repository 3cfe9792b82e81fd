"""Alembic environment: runs on the connection that `ledger.migrate` hands over."""

from alembic import context

from workbench.catalog.account_tables import AccountRow

context.configure(
    connection=context.config.attributes["connection"], target_metadata=AccountRow.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
