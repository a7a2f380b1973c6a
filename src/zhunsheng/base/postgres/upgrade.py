"""Moving the embedded server's data to a newer major version: out with the new version's pg_dump, in with its pg_restore."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import server_account
from zhunsheng.base.postgres.binaries import Binaries, found, none_found, other_version
from zhunsheng.base.postgres.copies import dump, embedded_place, put_back, settle, tables_in
from zhunsheng.base.postgres.layout import APPLICATION, OWNER, SUPERUSER, Layout
from zhunsheng.base.postgres.roles import ensure_database, ensure_roles
from zhunsheng.base.postgres.server import Server, halt, launch
from zhunsheng.base.postgres.state import settled
from zhunsheng.base.postgres.use import unused


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did: the versions, and the folder in which the old data stay."""

    before: int
    after: str
    kept: Path
    rows: int


def upgrade(server: Server, *, at: dt.datetime) -> Upgraded | None:
    """Move the data to the newest version found, while nobody uses them; None where they are of that version already.

    Every table must hold as many rows after as before. The old data keep their folder, under a name that says their
    version. Interrupted at any point, the old data are in use until the new ones are whole. The server is stopped after.
    """
    layout = server.layout
    with unused(server):
        finish_interrupted(layout)
        before = layout.major
        after = newest(server.named)
        if before is None or before >= after.major:
            return None
        old = next((b for b in found(server.named) + found(None) if b.major == before), None)
        if old is None:
            raise other_version(layout, after)
        rows = move(server, old, after)
        return Upgraded(before, after.version, put_in_place(layout, before, at), sum(rows.values()))


def newest(named: Path | None) -> Binaries:
    """The newest version found. InputError where there is none."""
    choices = found(named)
    if not choices:
        raise none_found(named)
    return max(choices, key=lambda b: b.major)


def move(server: Server, old: Binaries, new: Binaries) -> dict[str, int]:
    """Fill the waiting data from the old; returns the rows of each table, equal on both sides."""
    layout, coming = server.layout, server.layout.coming
    account = server_account(layout.data)
    copy = layout.top / f"upgrade-{old.major}-to-{new.major}.dump"
    for leftover in (layout.waiting, copy):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
    if not settled(layout).alive:
        launch(layout, old, server.extra)
    try:
        before = tables_in(embedded_place(layout, new))
        dump(embedded_place(layout, new), copy)
    finally:
        halt(layout, old)
    launch(coming, new, server.extra, account)
    try:
        ensure_roles(coming)
        ensure_database(coming)
        place = embedded_place(coming, new, role=SUPERUSER)
        put_back(place, copy, owner=OWNER)
        settle(place, OWNER, APPLICATION)
        after = tables_in(place)
    finally:
        halt(coming, new)
    if before != after:
        differing = ", ".join(sorted(t for t in before | after if before.get(t) != after.get(t)))
        raise InputError(
            zh=f"新旧数据行数不同，未作替换：{differing}",
            en=f"the new data differ in number of rows and were not put in place: {differing}",
            where=str(layout.waiting),
        )
    copy.unlink()
    return after


def put_in_place(layout: Layout, before: int, at: dt.datetime) -> Path:
    """Give the new data the place of the old, which keep a folder of their own."""
    kept = layout.top / f"data-{before}-{at:%Y%m%d-%H%M%S}"
    layout.data.rename(kept)
    layout.waiting.rename(layout.data)
    return kept


def finish_interrupted(layout: Layout) -> None:
    """The old data leave only once the new are whole: with the old gone, the waiting ones take their place."""
    if layout.major is None and layout.waiting.exists():
        layout.waiting.rename(layout.data)
