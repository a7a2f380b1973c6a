"""A PostgreSQL server of our own where the machine runs none: where its binaries are, how it is started, and its address."""
