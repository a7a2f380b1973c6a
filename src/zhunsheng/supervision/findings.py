"""Writing findings files: Parquet, CSV or JSON lines in an array, whole or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import pyarrow.parquet as pq

from zhunsheng.base.errors import InputError
from zhunsheng.norms.results import COLUMNS
from zhunsheng.norms.results_table import Results, schema


def write_findings(results: Results, target: Path) -> None:
    """Write the rows in the format the name asks for (.parquet, .csv, .json); InputError for another name.

    The file appears only when it is whole. Times carry their offset; a missing value is empty in CSV and null in JSON.
    """
    write = writer_for(target)
    with tempfile.TemporaryDirectory(prefix=".zhunsheng-", dir=target.resolve().parent) as folder:
        temporary = Path(folder) / target.name
        write(results, temporary)
        shutil.move(temporary, target)


def writer_for(target: Path) -> Callable[[Results, Path], None]:
    """How a file of this name is written; InputError when the name ends in no known format."""
    writers: dict[str, Callable[[Results, Path], None]] = {
        ".parquet": parquet,
        ".csv": comma_separated,
        ".json": json_array,
    }
    write = writers.get(target.suffix.lower())
    if write is None:
        raise InputError(
            zh=f"不认识的结果文件格式：{target.name}",
            en=f"unknown format of findings file: {target.name}",
            where=str(target),
            remedy_zh="文件名以 .parquet、.csv 或 .json 结尾",
            remedy_en="end the name in .parquet, .csv or .json",
        )
    return write


def parquet(results: Results, target: Path) -> None:
    """Parquet, compressed with zstd."""
    with pq.ParquetWriter(target, schema(results.zone), compression="zstd") as writer:
        for batch in results.batches():
            writer.write_batch(batch)


def plain(value: Any) -> Any:
    """A value as text formats write it."""
    return value.isoformat() if isinstance(value, dt.datetime) else value


def comma_separated(results: Results, target: Path) -> None:
    """CSV with a byte-order mark, so that spreadsheets read the Chinese."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for batch in results.batches():
            writer.writerows([safe_cell(plain(v)) for v in row.values()] for row in batch.to_pylist())


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is kept as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def json_array(results: Results, target: Path) -> None:
    """One JSON array of objects, a row a line."""
    with target.open("w", encoding="utf-8") as file:
        file.write("[")
        first = True
        for batch in results.batches():
            first = write_rows(file, batch.to_pylist(), first=first)
        file.write("\n]\n")


def write_rows(file: TextIO, rows: list[dict[str, Any]], *, first: bool) -> bool:
    """Rows as lines of an array; whether the next row is still the first."""
    for row in rows:
        file.write(
            ("\n" if first else ",\n") + json.dumps({k: plain(v) for k, v in row.items()}, ensure_ascii=False)
        )
        first = False
    return first
