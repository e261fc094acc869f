"""What Alembic runs: the migrations, on the connection and in the transaction that the caller opened."""

from alembic import context

from triage.history.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
context.run_migrations()
