"""The file from which anybody draws a sample again: what it holds, and everything that is wrong with one. No database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhunsheng.base.errors import InputError
from zhunsheng.inspections.sampling import (
    Member,
    drawn,
    population_digest,
    read_twice,
    sample_digest,
    seed_of,
)
from zhunsheng.ledger.checkpoints import Checkpoint, open_checkpoint
from zhunsheng.ledger.entries import check_entry, entry_digest, open_entry
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.notes import Key, Note
from zhunsheng.ledger.tree import verify_inclusion

FORMAT = "zhunsheng-sample-file-v1"
Hex = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
LARGEST = 1 << 28


class FilePart(BaseModel):
    """A piece of the file; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseLine(FilePart):
    """A case, or a unit, of the population."""

    id: Hex
    stratum: str


class Opening(FilePart):
    """What opens one commitment of an entry."""

    salt: str
    value: str | int | bool


class Frozen(FilePart):
    """The entry of the ledger by which the population was frozen, and its place under the checkpoint."""

    body: str
    """Canonical JSON."""
    openings: dict[str, Opening]
    leaf: Annotated[int, Field(ge=0)]
    path: tuple[Hex, ...]


class SampleFile(FilePart):
    """Everything the draw rests on."""

    format: str
    inspection: str
    population: tuple[CaseLine, ...]
    population_digest: Hex
    public_source: str
    size_of_sample: Annotated[int, Field(ge=0)]
    """0: all."""
    stratified: bool
    double: Annotated[int, Field(ge=0, le=100)]
    frozen: Frozen
    checkpoint: str
    """The signed note."""
    origin: str
    size: int
    root: Hex
    public_value: str
    seed: Hex
    sample: tuple[Hex, ...]
    sample_digest: Hex
    read_by_two: tuple[Hex, ...]

    def members(self) -> list[Member]:
        """The population."""
        return [Member(one.id, one.stratum) for one in self.population]


def sample_read(path: Path) -> SampleFile:
    """The file; InputError when it is none."""
    try:
        with path.open(encoding="utf-8") as source:
            found = SampleFile.model_validate(json.loads(source.read(LARGEST)))
    except OSError as fault:
        raise InputError(
            zh=f"无法读取：{fault.strerror}", en=f"cannot be read: {fault.strerror}", where=str(path)
        ) from None
    except (ValidationError, ValueError, RecursionError) as fault:
        said = fault.errors()[0] if isinstance(fault, ValidationError) else None
        what = "" if said is None else f"（{'.'.join(map(str, said['loc']))}：{said['msg']}）"
        raise InputError(
            zh=f"不是抽样文件{what}",
            en=f"this is no file of a sample {what}".strip(),
            where=str(path),
            remedy_zh="用检查页面“导出抽样文件”得到的 JSON 文件",
            remedy_en="use the JSON file that the page of the inspection exports",
        ) from None
    if found.format != FORMAT:
        raise InputError(
            zh=f"文件格式未知：{found.format}", en=f"unknown format: {found.format}", where=str(path)
        )
    return found


def sample_faults(given: SampleFile, keys: Iterable[Key] = ()) -> list[Fault]:
    """Everything wrong with a sample; nothing wrong gives an empty list. With keys the checkpoint must be signed by one."""
    members = given.members()
    found: list[Fault] = []
    if len({one.id for one in members}) != len(members):
        found.append(
            Fault("twice", "population", "同一案件或者单位出现两次", "a case or unit stands there twice")
        )
    checks: tuple[tuple[str, str, Any, Any], ...] = (
        ("population_digest", "总体摘要", given.population_digest, population_digest(members)),
        ("seed", "种子", given.seed, seed_again(given)),
    )
    sample = drawn(given.seed, members, given.size_of_sample or len(members), stratified=given.stratified)
    ids = tuple(one.id for one in sample)
    checks += (
        ("sample", "样本", given.sample, ids),
        ("sample_digest", "样本摘要", given.sample_digest, sample_digest(sample)),
        ("read_by_two", "双人评查部分", given.read_by_two, ids[: read_twice(len(ids), given.double)]),
    )
    found += [
        Fault("differs", name, f"{zh}与按规则算出的不同", f"{name} is not what the rules give")
        for name, zh, said, computed in checks
        if said != computed
    ]
    if bool(given.public_value) != bool(given.public_source):
        found.append(
            Fault(
                "public-value",
                "public_value",
                "公开数值与事先公布的来源不符",
                "public value and its announced source do not go together",
            )
        )
    return [*found, *head_faults(given, list(keys))]


def seed_again(given: SampleFile) -> str:
    """The seed by the rules."""
    return seed_of(
        given.population_digest,
        origin=given.origin,
        size=given.size,
        root=given.root,
        public_value=given.public_value,
    )


def head_faults(given: SampleFile, keys: list[Key]) -> Iterator[Fault]:
    """What is wrong between the seed's checkpoint, its signature, and the entry that froze the population."""
    try:
        note = Note.parse(given.checkpoint.encode())
        head = Checkpoint.parse(note.text)
        if keys:
            open_checkpoint(given.checkpoint.encode(), keys)
        body = given.frozen.body.encode()
        entry = open_entry(body)
    except InputError as fault:
        yield Fault("malformed", "checkpoint", fault.zh, fault.en)
        return
    if (head.origin, head.size, head.root.hex()) != (given.origin, given.size, given.root):
        yield Fault(
            "head-differs",
            "checkpoint",
            "种子所用的不是这个检查点",
            "the seed is not made from this checkpoint",
        )
    leaf = given.frozen.leaf
    if head.after is None or not head.after <= leaf < head.size:
        yield Fault(
            "not-the-first", "checkpoint", "不是固定总体以后的第一个检查点", "this is not the first checkpoint after the freezing"
        )  # fmt: skip
    path = [bytes.fromhex(one) for one in given.frozen.path]
    digest = entry_digest(body, entry.hash)
    if not verify_inclusion(digest, leaf, head.size, path, head.root, head.hash):
        yield Fault(
            "not-included",
            "frozen",
            "固定总体的条目不在检查点的树中",
            "the freezing entry is not in the tree",
        )
    try:
        openings = {name: (bytes.fromhex(o.salt), o.value) for name, o in given.frozen.openings.items()}
    except ValueError:
        yield Fault("malformed", "frozen", "盐不是十六进制", "a salt is not hex")
        return
    yield from check_entry(body, openings, where="frozen")
    yield from announced_faults(given)


def announced_faults(given: SampleFile) -> Iterator[Fault]:
    """What differs from what was announced when the population was frozen."""
    said = {name: one.value for name, one in given.frozen.openings.items()}
    announced = {
        "step": "frozen",
        "inspection": given.inspection,
        "digest": given.population_digest,
        "count": len(given.population),
        "size": given.size_of_sample,
        "stratified": given.stratified,
        "double": given.double,
        "public_source": given.public_source,
    }
    for name, value in announced.items():
        if said.get(name) != value or type(said.get(name)) is not type(value):
            yield Fault(
                "not-announced",
                name,
                "与固定总体时公布的不同",
                "this is not what was announced at the freezing",
            )
