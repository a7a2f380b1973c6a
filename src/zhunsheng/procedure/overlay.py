"""The norm files that were activated, in the data folder: only what the record of changes puts into force is read from there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.storage import storage

Mark = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of each file; another mark is another state of the folder."""


def overlay_folder() -> Path:
    """Where activated norm files lie, `<name>.yaml`."""
    return environment().home / "rulebook"


def overlay_mark() -> Mark:
    """The state of the folder; empty when nothing was ever activated."""
    try:
        with os.scandir(overlay_folder()) as entries:
            found = [
                (e.name, e.stat().st_mtime_ns, e.stat().st_size)
                for e in entries
                if not e.name.startswith(".")
            ]
    except FileNotFoundError:
        return ()
    return tuple(sorted(found))


def activated() -> Mapping[str, str]:
    """Name → SHA-256 of each file in force, as the record of changes says."""
    from zhunsheng.procedure.models import RulebookChange

    found: dict[str, str] = {}
    changes = RulebookChange.objects.filter(step="activated").select_related("proposal").order_by("position")
    for change in changes:
        assert change.proposal is not None
        if change.proposal.retires:
            found.pop(change.name, None)
        else:
            found[change.name] = change.draft
    return found


def overlay_files() -> tuple[Path, ...]:
    """The files in force, each checked against the digest that was activated; InputError for any other file."""
    in_force, folder = activated(), overlay_folder()
    there = {p.name: p for p in folder.iterdir() if not p.name.startswith(".")} if folder.is_dir() else {}
    for name, path in sorted(there.items()):
        if path.stem not in in_force or path.suffix != ".yaml":
            raise InputError(
                zh=f"规则文件“{name}”没有经过启用，不予施行",
                en=f"nobody has activated the norm file {name}; it is not applied",
                where=str(path),
                remedy_zh="移走这个文件；要施行它，用 zhunsheng norms propose 提出，由另一人启用",
                remedy_en="take it away; to put it into force, propose it and have a second person activate it",
            )
    for name, digest in in_force.items():
        path = folder / f"{name}.yaml"
        if not path.exists():
            overlay_write(name, digest)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise InputError(
                zh=f"规则文件“{path.name}”与启用时的内容不同，不予施行",
                en=f"the norm file {path.name} is not what was activated; it is not applied",
                where=f"{path} (sha256 {digest[:16]}…)",
                remedy_zh="删除这个文件，程序会按启用的内容放回；要改动，另行提出并启用",
                remedy_en="delete it: what was activated is put back; to change it, propose and activate anew",
            )
    return tuple(folder / f"{name}.yaml" for name in sorted(in_force))


def overlay_write(name: str, digest: str) -> None:
    """Put an activated file into the folder, whole or not at all; InputError when its bytes are not stored."""
    source = storage().open(digest)
    if source is None:
        raise InputError(
            zh=f"已启用的规则文件“{name}”的内容不在存储中",
            en=f"the bytes of the activated norm file {name} are not stored",
            where=digest,
            remedy_zh="从备份恢复数据文件夹的 media/",
            remedy_en="restore media/ of the data folder from a copy",
        )
    folder = overlay_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = folder / f".{name}.{os.getpid()}"
    with source:
        made.write_bytes(source.read())
    made.replace(folder / f"{name}.yaml")


def overlay_restore() -> None:
    """Bring the folder to what is in force: missing files come back, retired ones go. Files that differ stay, and are refused."""
    in_force, folder = activated(), overlay_folder()
    for name, digest in in_force.items():
        if not (folder / f"{name}.yaml").exists():
            overlay_write(name, digest)


def overlay_remove(name: str) -> None:
    """Take a retired file away."""
    (overlay_folder() / f"{name}.yaml").unlink(missing_ok=True)
