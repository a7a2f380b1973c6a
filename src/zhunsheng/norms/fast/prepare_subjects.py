"""The subjects of acts as columns of the prepared folder: for each kind, rows of acts and codes, sorted by row."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq

from zhunsheng.norms.fast.columns import Array, mapped, quoted
from zhunsheng.norms.log import Log

BATCH = 1 << 20


def prepare_subjects(
    connection: duckdb.DuckDBPyConnection, log: Log, into: Path, rows: int
) -> dict[str, tuple[str, str, str]]:
    """Write rows and codes of each kind of subject; kind → files of rows, codes and words. Holds 16 bytes a subject in memory."""
    if not rows or not log.subjects.exists():
        return {}
    connection.execute(f"CREATE VIEW subjects AS SELECT * FROM read_parquet({quoted(log.subjects)})")  # noqa: S608
    kinds = [k for (k,) in connection.sql("SELECT DISTINCT kind FROM subjects ORDER BY kind").fetchall()]
    if not kinds:
        return {}
    find = RowOfSeq(mapped(into / "c0.bin", "int64"), into)
    found = {kind: written(connection, kind, number, find, into) for number, kind in enumerate(kinds)}
    find.close()
    return found


def written(
    connection: duckdb.DuckDBPyConnection, kind: str, number: int, find: RowOfSeq, into: Path
) -> tuple[str, str, str]:
    """Write the files of one kind and name them."""
    files = (f"s{number}_rows.bin", f"s{number}_codes.bin", f"s{number}_words.parquet")
    query = "SELECT DISTINCT subject AS word FROM subjects WHERE kind = ? ORDER BY 1"
    words = connection.sql(query, params=[kind]).to_arrow_table()
    pq.write_table(words, into / files[2])
    listed = f"SELECT word FROM read_parquet({quoted(into / files[2])}) ORDER BY word"  # noqa: S608
    connection.execute(f"CREATE TYPE subject_{number} AS ENUM ({listed})")
    reader = connection.sql(
        f"SELECT seq, subject::subject_{number} AS subject FROM subjects WHERE kind = ?", params=[kind]  # noqa: S608
    ).to_arrow_reader(BATCH)
    rows, codes = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    for batch in reader:
        rows.append(find(batch.column("seq").to_numpy()))
        codes.append(batch.column("subject").indices.to_numpy(zero_copy_only=False).astype(np.int32) + 1)
    row, code = np.concatenate(rows), np.concatenate(codes)
    del rows, codes
    order = np.lexsort((code, row))
    row, code = row[order], code[order]
    fresh = np.ones(len(row), np.bool_)
    fresh[1:] = (row[1:] != row[:-1]) | (code[1:] != code[:-1])
    row[fresh].tofile(into / files[0])
    code[fresh].tofile(into / files[1])
    return files


class RowOfSeq:
    """Where the act of a seq lies among the prepared rows."""

    def __init__(self, seq: Array, into: Path) -> None:
        self.path = into / "row_of_seq.bin"
        self.low, high = int(seq.min()), int(seq.max())
        self.dense = high - self.low < 2 * len(seq)
        if self.dense:
            self.places = np.memmap(self.path, "int64", "w+", shape=(high - self.low + 1,))
            for low in range(0, len(seq), BATCH):
                part = seq[low : low + BATCH]
                self.places[part - self.low] = np.arange(low, low + len(part))
        else:
            self.order = np.argsort(seq, kind="stable")
            self.sorted = seq[self.order]

    def __call__(self, seq: Array) -> Array:
        if self.dense:
            return np.asarray(self.places[seq - self.low])
        return np.asarray(self.order[np.searchsorted(self.sorted, seq)])

    def close(self) -> None:
        """Let the file go."""
        if self.dense:
            del self.places
            self.path.unlink()
