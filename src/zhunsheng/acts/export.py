"""Recorded acts as a prepared log, the flat Parquet that the compiled engines read; row by row what the gate reads."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhunsheng.acts.columns import effective, judged_act
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base.clock import ZONE
from zhunsheng.base.errors import InputError
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.norms.log import OFFICER_PARTS, FieldType, Log

ROWS = 20_000
ARROW: dict[FieldType, pa.DataType] = {
    "text": pa.string(),
    "flag": pa.bool_(),
    "number": pa.int64(),
    "date": pa.int32(),
    "time": pa.int64(),
}
SUBJECTS = pa.schema([("seq", pa.int64()), ("kind", pa.string()), ("subject", pa.string())])


def log_write(folder: Path, dossiers: Iterable[uuid.UUID] | None = None) -> Log:
    """Write the acts that count, of these dossiers or of all, as a prepared log (columns: `norms.log.Log`) into a new folder.

    `case_id` is the dossier's number, `act_id` the act's id. InputError where the folder already holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError(
            zh="目标文件夹不是空的",
            en="the folder to write to is not empty",
            where=str(folder),
            remedy_zh="另选一个空文件夹",
            remedy_en="choose an empty folder",
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as work:
        log = write_tables(Path(work), dossiers)
        log.write_meta()
        for file in Path(work).iterdir():
            file.rename(folder / file.name)
    return Log.open(folder)


def write_tables(folder: Path, dossiers: Iterable[uuid.UUID] | None) -> Log:
    """Both tables, in batches, and what is to be said of them."""
    found = Act.objects.unfenced("what the engines read is everything").order_by("dossier_id", "position")
    numbers = Dossier.objects.unfenced("what the engines read is everything")
    if dossiers is not None:
        wanted = list(dossiers)
        found, numbers = found.filter(dossier_id__in=wanted), numbers.filter(pk__in=wanted)
    named = dict(numbers.values_list("pk", "number").iterator(ROWS))
    # How many officers the widest act has decides the number of slots.
    slots = next(n for n in count() if not found.filter(content__has_key=f"officers.{n}").exists()) or 1
    return write_judged(folder, judged(found.iterator(ROWS), named), slots=slots, source="zhunsheng")


def write_judged(folder: Path, acts: Iterable[tuple[str, Judged]], *, slots: int, source: str) -> Log:
    """Acts as norms see them, each with its case's number, as the two tables of a prepared log; `log.json` is the caller's."""
    fields = vocabulary().field_types()
    schema = acts_schema(fields, slots)
    rows, kinds = 0, set[str]()
    with (
        pq.ParquetWriter(folder / "acts.parquet", schema, compression="zstd") as acts_file,
        pq.ParquetWriter(folder / "subjects.parquet", SUBJECTS, compression="zstd") as subjects_file,
    ):
        for chunk in chunks(acts):
            acts_file.write_table(acts_table(chunk, rows, schema, slots))
            subjects: list[dict[str, Any]] = [
                {"seq": rows + n, "kind": kind, "subject": name}
                for n, (_, act) in enumerate(chunk, start=1)
                for kind, names in act.subjects.items()
                for name in names
            ]
            subjects_file.write_table(pa.Table.from_pylist(subjects, schema=SUBJECTS))
            kinds |= {s["kind"] for s in subjects}
            rows += len(chunk)
    return Log(folder, ZONE, fields, slots, rows, tuple(sorted(kinds)), source)


def judged(acts: Iterable[Act], numbers: Mapping[uuid.UUID, str]) -> Iterator[tuple[str, Judged]]:
    """Dossier number and act, dossier by dossier, in the order and with the facts the gate sees."""
    for dossier, members in groupby(acts, key=lambda a: a.dossier_id):
        for place, act in effective(members):
            yield numbers[dossier], judged_act(place, act)


def chunks(acts: Iterable[tuple[str, Judged]]) -> Iterator[list[tuple[str, Judged]]]:
    """Up to ROWS at a time."""
    source = iter(acts)
    while chunk := list(islice(source, ROWS)):
        yield chunk


def acts_schema(fields: dict[str, FieldType], slots: int) -> pa.Schema:
    """The columns of `acts.parquet`."""
    columns: list[tuple[str, pa.DataType]] = [
        ("seq", pa.int64()),
        ("act_id", pa.string()),
        ("case_id", pa.string()),
        ("act_type", pa.string()),
        ("at_us", pa.int64()),
        ("day", pa.int32()),
        ("tod", pa.int32()),
        ("ended_us", pa.int64()),
        ("unit", pa.string()),
    ]
    columns += [(f"{part}_{k}", pa.string()) for k in range(1, slots + 1) for part in OFFICER_PARTS]
    for name, kind in fields.items():
        columns.append((f"f_{name}", ARROW[kind]))
        if kind == "time":
            columns.append((f"f_{name}__day", pa.int32()))
    return pa.schema(columns)


def acts_table(chunk: list[tuple[str, Judged]], done: int, schema: pa.Schema, slots: int) -> pa.Table:
    """Acts as rows; `seq` counts on from `done`."""
    columns: dict[str, list[Any]] = {}
    for n, (number, act) in enumerate(chunk, start=1):
        row = dict(act.facts) | {"seq": done + n, "case_id": number}
        for k, slot in zip(range(1, slots + 1), act.officers, strict=False):
            row |= {f"{part}_{k}": getattr(slot, part) for part in OFFICER_PARTS}
        for name, value in row.items():
            if name not in columns:
                columns[name] = [None] * len(chunk)
            columns[name][n - 1] = value
    arrays = [pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(len(chunk), f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)
