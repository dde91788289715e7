"""The steps by which the database of records came to its form, one a file; Alembic runs those that are missing."""
