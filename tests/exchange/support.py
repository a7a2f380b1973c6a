"""Small logs for the tests of reading and writing, and their acts as plain rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.exchange import LogMapping, read_log
from zhunsheng.norms.log import Log

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016" xmlns="http://www.xes-standard.org/">\n'


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def trace(case: str, *events: str) -> str:
    inner = "\n".join(f"<event>\n{event}\n</event>" for event in events)
    return f'<trace>\n<string key="concept:name" value="{case}"/>\n{inner}\n</trace>\n'


def event(name: str, more: str = "", time: str = "2024-03-01T09:00:00+08:00") -> str:
    return f'<string key="concept:name" value="{name}"/><date key="time:timestamp" value="{time}"/>{more}'


def xes(*traces: str) -> str:
    return HEAD + "".join(traces) + "</log>\n"


def acts(log: Log) -> list[dict[str, Any]]:
    return pq.read_table(log.acts).to_pylist()


def subjects(log: Log) -> list[tuple[int, str, str]]:
    rows = pq.read_table(log.subjects).to_pylist()
    return sorted((row["seq"], row["kind"], row["subject"]) for row in rows)


def column(log: Log, name: str) -> list[Any]:
    return [row[name] for row in acts(log)]


def local(row: dict[str, Any]) -> str:
    """Local day and time of an act as the log holds them."""
    day = dt.date(1970, 1, 1) + dt.timedelta(days=row["day"])
    return f"{day} {dt.timedelta(seconds=row['tod'])}"


def utc(us: int) -> str:
    instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us)
    return instant.replace(tzinfo=None).isoformat()


def fault(path: Path, mapping: LogMapping | Path | None = None) -> InputError:
    """The one error reading gives, after proof that nothing was left behind."""
    target = path.parent / "out"
    with pytest.raises(InputError) as caught:
        read_log(path, mapping=mapping, into=target)
    assert not target.exists()
    assert not [left for left in path.parent.iterdir() if left.name.startswith(".out")]
    error = caught.value
    assert error.zh
    assert error.en
    assert error.where.startswith(str(path))
    return error
