"""`write_log`: a prepared log out again as Parquet, CSV or OCEL 2.0, with the mapping that reads it back beside it."""

from __future__ import annotations

import codecs
import gzip
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import Log

from .export import Layout, as_text, frames, joined_subjects, layout_of, write_mapping
from .ocel_writing import case_object_of, write_json, write_sqlite, write_xml
from .reading import sidecar

_OCEL: dict[str, Callable[[Layout, Path], None]] = {
    ".jsonocel": write_json, ".json": write_json, ".xmlocel": write_xml, ".xml": write_xml,
    ".sqlite": write_sqlite, ".db": write_sqlite,
}
_TABLES = (".parquet", ".csv", ".csv.gz", ".tsv")


def write_log(log: Log, target: Path) -> Path:
    """Write the log in the format the name of `target` asks for, and `<target>.mapping.yaml` beside it.

    `read_log(target)` gives the same acts. Both files appear whole or not at all; InputError when the format is
    unknown or cannot hold a text (XML knows no control characters). Returns `target`.
    """
    target = Path(target)
    name = target.name.lower()
    suffix = ".csv.gz" if name.endswith(".csv.gz") else target.suffix.lower()
    if suffix not in _OCEL and suffix not in _TABLES:
        raise InputError(
            zh="不会写这种文件。", en="This kind of file cannot be written.", where=str(target),
            remedy_zh=f"可写：{' '.join((*_TABLES, *_OCEL))}。", remedy_en=f"Writable: {' '.join((*_TABLES, *_OCEL))}.",
        )
    layout = layout_of(log)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        part, mapping = work / target.name, work / "mapping.yaml"
        more: dict[str, Any] | None = None
        if suffix in _OCEL:
            _OCEL[suffix](layout, part)
            more = {"case_object": case_object_of(log), "object_name": "name"}
        elif suffix == ".parquet":
            _write_parquet(layout, part)
        else:
            _write_csv(layout, part, "\t" if suffix == ".tsv" else ",")
        write_mapping(layout, mapping, ocel=more)
        mapping.replace(sidecar(target))
        part.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _write_parquet(layout: Layout, path: Path) -> None:
    writer: pq.ParquetWriter | None = None
    try:
        for frame in frames(layout):
            flat = joined_subjects(frame, layout)
            writer = writer or pq.ParquetWriter(path, flat.schema, compression="zstd")
            writer.write_table(flat)
        if writer is None:
            pq.write_table(_empty(layout), path)
    finally:
        if writer is not None:
            writer.close()


def _write_csv(layout: Layout, path: Path, delimiter: str) -> None:
    options = pacsv.WriteOptions(include_header=False, delimiter=delimiter)
    types = layout.types
    with gzip.open(path, "wb") if path.name.lower().endswith(".gz") else path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        pacsv.write_csv(_empty(layout), file, pacsv.WriteOptions(delimiter=delimiter))
        for frame in frames(layout):
            flat = joined_subjects(frame, layout)
            texts = {name: as_text(flat[name], types[name]) if name in types else flat[name] for name in flat.schema.names}
            pacsv.write_csv(pa.table(texts), file, options)


def _empty(layout: Layout) -> pa.Table:
    names = [*layout.types, *layout.subjects.values()]
    return pa.table({name: pa.array([], pa.string()) for name in names})
