"""The migrations, each a step from one form of the tables to the next."""
