"""Event logs in and out: readers, writers and mapping files. What a log means in law is in `norms`."""
