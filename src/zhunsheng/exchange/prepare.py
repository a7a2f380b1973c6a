"""From any source to a prepared log folder, whole or not at all: spool, learn types, convert, write, rename."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import Log

from .batch import Progress, Source
from .convert import SUBJECT_SCHEMA, Converter, acts_schema, slots_of
from .inference import Inference
from .mapping import LogMapping
from .plan import Plan, resolve
from .spool import Spool, text_of, without_blanks

NOTES = "notes.json"
Ints = npt.NDArray[np.int64]


def prepare(source: Source, path: Path, mapping: LogMapping, into: Path, progress: Progress | None) -> Log:
    """Write the prepared log of `source` to the folder `into`, which appears only when everything is written.

    Raises InputError when the source is malformed, the mapping does not fit, or `into` holds something else.
    """
    _free(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.parent))
    try:
        log = _write(source, path, mapping, work, progress)
        if into.exists():
            shutil.rmtree(into)
        work.rename(into)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return Log(into, log.zone, log.fields, log.slots, log.rows, log.subject_kinds, log.source)


def _free(into: Path) -> None:
    if into.exists() and (not into.is_dir() or (any(into.iterdir()) and not (into / "log.json").exists())):
        raise InputError(
            zh="目标位置已有别的内容，不予覆盖。", en="The target already holds something else; it is not overwritten.",
            where=str(into), remedy_zh="请另选一个空文件夹。", remedy_en="Choose an empty folder.",
        )


def _write(source: Source, path: Path, mapping: LogMapping, work: Path, progress: Progress | None) -> Log:
    spool, facts = Spool(work / "spool.arrows"), Inference()
    try:
        for batch in source.batches(progress):
            clean = without_blanks(batch)
            facts.observe(clean)
            spool.add(clean)
        facts.declare(source.header)
        plan = resolve(path, mapping, facts)
        converter = Converter(plan, mapping, path, source.where, source.notes, _namer(plan, spool))
        rows, kinds = _tables(spool, converter, plan, work)
    finally:
        spool.close()
    for name, declared in facts.misfits():
        source.notes.add(
            f"字段“{name}”声明为 {declared}，但有的值类型不一、超过四位小数或超出范围，已整列作文本保存。",
            f"Field '{name}' is declared {declared}, but values differ in type, have over 4 decimals or are too large; "
            "kept as text.",
        )
    _write_notes(work, source)
    log = Log(
        work, mapping.zone, {field.name: field.type for field in plan.fields}, slots_of(plan), rows,
        tuple(kind for kind in plan.subjects if kind in kinds), path.name,
    )
    log.write_meta()
    return log


def _tables(spool: Spool, converter: Converter, plan: Plan, work: Path) -> tuple[int, set[str]]:
    """Write both tables; the number of acts and the kinds of subjects found."""
    rows, kinds = 0, set()
    schema = acts_schema(plan)
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    with (
        pq.ParquetWriter(
            work / "acts.parquet", schema, compression="lz4", store_schema=False, use_dictionary=coded
        ) as acts_file,
        pq.ParquetWriter(work / "subjects.parquet", SUBJECT_SCHEMA, compression="lz4") as subjects_file,
    ):
        for group in spool.groups():
            acts, subjects = converter.convert(group)
            acts_file.write_table(acts)
            rows += acts.num_rows
            if subjects.num_rows:
                subjects_file.write_table(subjects)
                kinds.update(subjects.column("kind").unique().to_pylist())
    return rows, kinds


def _namer(plan: Plan, spool: Spool) -> Callable[[pa.Array, Ints], pa.Array]:
    """A function that gives acts their ids: the source's own, else the seq; a second use of one gets `~2`, and so on.

    Only 64-bit hashes of ids are held in memory, so that long logs fit; ids whose hashes meet are told apart exactly.
    """
    if plan.id is None:
        return lambda _, seq: pa.array(seq).cast(pa.string())
    hashes: list[Ints] = []
    done = 0
    for group in spool.groups():
        seq = np.arange(done + 1, done + group.rows + 1)
        done += group.rows
        hashes.append(_hashes(_or_seq(text_of(group, plan.id).cast(pa.string()), seq)))
    every, counts = np.unique(np.concatenate(hashes) if hashes else np.zeros(0, np.int64), return_counts=True)
    shared = every[counts > 1]
    used: Counter[str] = Counter()
    given: set[str] = set()

    def free(text: str, n: int) -> bool:
        candidate = f"{text}~{n}"
        return candidate not in given and not _contains(every, hash(candidate))

    def name(ids: pa.Array, seq: Ints) -> pa.Array:
        texts = _or_seq(ids, seq)
        at = np.flatnonzero(np.isin(_hashes(texts), shared)) if len(shared) else np.zeros(0, np.int64)
        if not len(at):
            return texts
        renamed = texts.to_pylist()
        for i in at:
            text = renamed[i]
            used[text] += 1
            if used[text] > 1:
                while not free(text, used[text]):
                    used[text] += 1
                renamed[i] = f"{text}~{used[text]}"
                given.add(renamed[i])
        return pa.array(renamed, pa.string())

    return name


def _or_seq(ids: pa.Array, seq: Ints) -> pa.Array:
    return pc.coalesce(ids, pa.array(seq).cast(pa.string()))


def _hashes(texts: pa.Array) -> Ints:
    return np.fromiter(map(hash, texts.to_pylist()), np.int64, len(texts))


def _contains(ordered: Ints, value: int) -> bool:
    at = int(np.searchsorted(ordered, value))
    return at < len(ordered) and int(ordered[at]) == value


def _write_notes(work: Path, source: Source) -> None:
    notes = [{"zh": zh, "en": en, "count": n} for (zh, en), n in source.notes.counts.items()]
    (work / NOTES).write_text(json.dumps(notes, ensure_ascii=False, indent=1), encoding="utf-8")
