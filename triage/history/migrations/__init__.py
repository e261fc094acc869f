"""How the tables came to be: what Alembic runs when a memory is opened."""
