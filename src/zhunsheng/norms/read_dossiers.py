"""Cases out of a prepared log, one dossier at a time, in bounded memory. The log need not be sorted by case.

A log of more than `ACTS_IN_MEMORY` acts is first spread over temporary files by case, so that every case lies whole in one.
"""

from __future__ import annotations

import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from zhunsheng.norms.dossiers import Act, Dossier, Slot
from zhunsheng.norms.log import OFFICER_PARTS, Log

ACTS_IN_MEMORY = 500_000
BUILT_IN_COLUMNS = ("seq", "act_id", "case_id", "act_type", "at_us", "day", "tod", "ended_us", "unit")

Subjects = Mapping[int, Mapping[str, tuple[str, ...]]]


def read_dossiers(log: Log, columns: Iterable[str] | None = None) -> Iterator[Dossier]:
    """Every case of the log, whole, in no promised order; acts in file order.

    `columns` are the fields to read beside what every act has, named as in the log (`f_amount`); None reads all of them.
    A column the log lacks is passed over: the act then does not know it. Holds about `ACTS_IN_MEMORY` acts at a time.
    """
    wanted = wanted_columns(log, columns)
    if log.rows <= ACTS_IN_MEMORY:
        yield from dossiers_of(log, pq.read_table(log.acts, columns=wanted), pq.read_table(log.subjects))
        return
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as name:
        parts = Parts(Path(name), log.rows // ACTS_IN_MEMORY + 2)
        parts.spread(log, wanted)
        for acts, subjects in parts.tables():
            yield from dossiers_of(log, acts, subjects)


def read_cases(log: Log, cases: Iterable[str], columns: Iterable[str] | None = None) -> Iterator[Dossier]:
    """The named cases only, as `read_dossiers` gives them; a case the log lacks gives nothing."""
    wanted = wanted_columns(log, columns)
    acts = pq.read_table(log.acts, columns=wanted, filters=[("case_id", "in", list(cases))])
    if len(acts):
        subjects = pq.read_table(log.subjects, filters=[("seq", "in", acts["seq"].to_pylist())])
        yield from dossiers_of(log, acts, subjects)


def wanted_columns(log: Log, columns: Iterable[str] | None) -> list[str]:
    """The columns to read from the log's acts: what every act has, the officers, and the fields asked for."""
    present = pq.read_schema(log.acts).names
    officers = [f"{part}_{k}" for k in range(1, log.slots + 1) for part in OFFICER_PARTS]
    fields = [c for c in present if c.startswith("f_")] if columns is None else list(columns)
    named = dict.fromkeys([*BUILT_IN_COLUMNS, *officers, *fields])
    return [c for c in named if c in set(present)]


class Parts:
    """A log spread over temporary Arrow streams so that a case lies whole in one of them."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count
        self.writers: dict[tuple[str, int], pa.RecordBatchStreamWriter] = {}

    def spread(self, log: Log, wanted: list[str]) -> None:
        """Write every act and subject row to the part of its case."""
        seqs, parts = [], []
        for batch in pq.ParquetFile(log.acts).iter_batches(columns=wanted, batch_size=1 << 18):
            part = self.part_of(batch.column("case_id"))
            seqs.append(batch.column("seq").to_numpy())
            parts.append(part)
            self.write("acts", batch, part)
        seq, part = np.concatenate(seqs), np.concatenate(parts)
        order = np.argsort(seq, kind="stable")
        seq, part = seq[order], part[order]
        for batch in pq.ParquetFile(log.subjects).iter_batches(batch_size=1 << 18):
            self.write("subjects", batch, part[np.searchsorted(seq, batch.column("seq").to_numpy())])
        for writer in self.writers.values():
            writer.close()

    def part_of(self, cases: pa.Array) -> npt.NDArray[np.int16]:
        """The part each row's case belongs to, the same in every batch."""
        coded = cases.dictionary_encode()
        part = np.array(
            [zlib.crc32(c.encode()) % self.count for c in coded.dictionary.to_pylist()], dtype=np.int16
        )
        taken: npt.NDArray[np.int16] = part[coded.indices.to_numpy()]
        return taken

    def write(self, name: str, batch: pa.RecordBatch, part: npt.NDArray[np.int16]) -> None:
        """Append the rows to their parts, keeping their order."""
        order = np.argsort(part, kind="stable")
        edges = np.searchsorted(part[order], np.arange(self.count + 1))
        rows = batch.take(pa.array(order))
        for number in range(self.count):
            start, end = int(edges[number]), int(edges[number + 1])
            if start == end:
                continue
            key = (name, number)
            if key not in self.writers:
                self.writers[key] = pa.ipc.new_stream(str(self.path(name, number)), batch.schema)
            self.writers[key].write_batch(rows.slice(start, end - start))

    def path(self, name: str, number: int) -> Path:
        """Where a part lies."""
        return self.folder / f"{name}-{number}.arrows"

    def tables(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """The acts and subjects of each part."""
        none = pa.table(
            {
                "seq": pa.array([], pa.int64()),
                "kind": pa.array([], pa.string()),
                "subject": pa.array([], pa.string()),
            }
        )
        for number in range(self.count):
            if self.path("acts", number).exists():
                subjects = self.path("subjects", number)
                yield stream(self.path("acts", number)), stream(subjects) if subjects.exists() else none


def stream(path: Path) -> pa.Table:
    """A temporary Arrow stream as a table."""
    with pa.ipc.open_stream(str(path)) as reader:
        return reader.read_all()


def dossiers_of(log: Log, acts: pa.Table, subjects: pa.Table) -> Iterator[Dossier]:
    """The dossiers of a table of acts that holds its cases whole, by case."""
    acts = acts.sort_by([("case_id", "ascending"), ("seq", "ascending")])
    named = subjects_by_seq(subjects)
    case_id, members = "", list[Act]()
    for batch in acts.to_batches(max_chunksize=1 << 14):
        for act in acts_of(log, batch, named):
            if members and act.facts["case_id"] != case_id:
                yield Dossier(case_id, members)
                members = []
            case_id = act.facts["case_id"]
            members.append(act)
    if members:
        yield Dossier(case_id, members)


def subjects_by_seq(subjects: pa.Table) -> Subjects:
    """What each act concerns: seq → kind → names, each once, in the order of the log."""
    found: dict[int, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for seq, kind, subject in zip(
        *(subjects.column(c).to_pylist() for c in ("seq", "kind", "subject")), strict=True
    ):
        found[seq][kind][subject] = None
    return {seq: {kind: tuple(names) for kind, names in kinds.items()} for seq, kinds in found.items()}


def acts_of(log: Log, batch: pa.RecordBatch, subjects: Subjects) -> Iterator[Act]:
    """The rows of a batch as acts."""
    names = batch.schema.names
    officers = [
        tuple(names.index(f"{part}_{k}") if f"{part}_{k}" in names else -1 for part in OFFICER_PARTS)
        for k in range(1, log.slots + 1)
    ]
    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        facts = dict(zip(names, row, strict=True))
        yield Act(
            facts["seq"],
            facts["act_type"],
            facts["at_us"],
            facts["day"],
            facts,
            slots_of(row, officers),
            subjects.get(facts["seq"], {}),
        )


def slots_of(row: tuple[Any, ...], officers: Iterable[tuple[int, ...]]) -> tuple[Slot, ...]:
    """The officers of a row; a slot without an officer is not used."""
    return tuple(
        Slot(row[first], *[row[place] if place >= 0 else None for place in rest])
        for first, *rest in officers
        if first >= 0 and row[first] is not None
    )
