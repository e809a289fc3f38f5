"""How Alembic runs our migrations: on the connection it is given, in its transaction."""

from alembic import context

from cloudops.state import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,  # SQLite changes a column by copying its table
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
