"""`read_log`: one door for every format, told apart by name and first bytes."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import Log

from .batch import Progress, Source
from .csv_source import CsvSource
from .excel_source import ExcelSource
from .mapping import LogMapping, load_mapping
from .ocel import OcelSource
from .ocel_json import OcelJson
from .ocel_sqlite import OcelSqlite
from .ocel_xml import OcelXml
from .parquet_source import ParquetSource
from .prepare import NOTES, prepare
from .xes import XesSource

FORMATS = ".xes .xes.gz .csv .csv.gz .tsv .xlsx .parquet .jsonocel .json .xmlocel .xml .sqlite .db"


def read_log(
    source: Path,
    *,
    mapping: LogMapping | Path | None = None,
    into: Path | None = None,
    progress: Progress | None = None,
) -> Log:
    """Read an event log of any supported format, or open a folder that already is a prepared log.

    `mapping` defaults to `<name>.mapping.yaml` beside the source when there is one, else to the format's defaults.
    `into` is the folder to write, by default a temporary one removed when the interpreter ends. `progress` receives
    units done and in all (bytes of the file, or rows). Raises InputError with place and remedy when the source is
    missing, malformed or does not fit the mapping; nothing is left half-written.
    """
    source = Path(source)
    if source.is_dir():
        return _prepared(source)
    if not source.is_file():
        raise InputError(
            zh="找不到这个文件。", en="There is no such file.", where=str(source),
            remedy_zh="请检查路径。", remedy_en="Check the path.",
        )
    rules = _mapping(source, mapping)
    reader = source_of(source, rules)
    if into is None:
        parent = Path(tempfile.mkdtemp(prefix="zhunsheng-log-"))
        atexit.register(shutil.rmtree, parent, ignore_errors=True)
        into = parent / "log"
    return prepare(reader, source, rules, Path(into), progress)


def notes_of(log: Log) -> list[dict[str, str | int]]:
    """What the reader had to remark: sentences `zh` and `en` with a `count`; empty for a log prepared elsewhere."""
    path = log.folder / NOTES
    if not path.exists():
        return []
    notes: list[dict[str, str | int]] = json.loads(path.read_text(encoding="utf-8"))
    return notes


def sidecar(target: Path) -> Path:
    """Where the mapping of a log file is looked for when none is given."""
    return target.with_name(f"{target.name}.mapping.yaml")


def _prepared(folder: Path) -> Log:
    try:
        return Log.open(folder)
    except (OSError, ValueError, TypeError, KeyError):
        raise InputError(
            zh="这个文件夹不是整理好的日志（没有完整的 log.json）。", en="The folder is no prepared log (no whole log.json).",
            where=str(folder), remedy_zh="请给出日志文件，或重新读入。", remedy_en="Give a log file, or read it again.",
        ) from None


def _mapping(source: Path, given: LogMapping | Path | None) -> LogMapping:
    if isinstance(given, LogMapping):
        return given
    if given is not None:
        return load_mapping(Path(given))
    beside = sidecar(source)
    return load_mapping(beside) if beside.exists() else LogMapping()


def source_of(path: Path, mapping: LogMapping) -> Source:
    """The reader for a file, by its name; InputError for a kind nobody reads."""
    name = path.name.lower().removesuffix(".gz")
    makers: dict[str, Callable[[], Source]] = {
        ".xes": lambda: XesSource(path),
        ".csv": lambda: CsvSource(path, mapping),
        ".tsv": lambda: CsvSource(path, mapping),
        ".tab": lambda: CsvSource(path, mapping),
        ".parquet": lambda: ParquetSource(path),
        ".xlsx": lambda: ExcelSource(path, mapping),
        ".jsonocel": lambda: OcelSource(path, OcelJson(path), mapping),
        ".json": lambda: OcelSource(path, OcelJson(path), mapping),
        ".xmlocel": lambda: OcelSource(path, OcelXml(path), mapping),
        ".xml": lambda: OcelSource(path, OcelXml(path), mapping),
        ".sqlite": lambda: OcelSource(path, OcelSqlite(path), mapping),
        ".db": lambda: OcelSource(path, OcelSqlite(path), mapping),
    }
    maker = makers.get(Path(name).suffix)
    if maker is None:
        raise InputError(
            zh="不认识这种文件。", en="Unknown kind of file.", where=str(path),
            remedy_zh=f"可读：{FORMATS}。", remedy_en=f"Readable: {FORMATS}.",
        )
    return maker()
