"""Event logs in and out: XES, OCEL 2.0, CSV, Excel, Parquet, through mapping files, to and from the prepared log."""

from .mapping import LogMapping, load_mapping
from .reading import notes_of, read_log
from .writing import write_log

__all__ = ["LogMapping", "load_mapping", "notes_of", "read_log", "write_log"]
