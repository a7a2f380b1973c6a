"""Large files that come piece by piece: where they lie until they are whole, whose they are, and when they are cleared away.

Each officer's uploads lie in a folder of their own under `uploads/` of the data folder; nobody else finds them. What is whole
moves into the store by content and is named by its digest; the note of it stays until an act takes it up or its time is over.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from zhunsheng.acts.drafts import LONGEST_NAME, Attached, unprintable
from zhunsheng.acts.uploads import upload_note
from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id
from zhunsheng.base.storage import made_private, storage
from zhunsheng.people.models import Officer

MIB = 2**20
CHUNK = 2**18
NAME = re.compile(r"[0-9a-f]{32}")
MOST_AT_ONCE = 20
"""Uploads of one officer's that may lie unfinished at a time."""
ROOM_LEFT = 512 * MIB
"""Bytes that must stay free on the disk."""
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
PLAIN = "application/octet-stream"
CHECKSUMS = {"sha1": "sha1", "sha256": "sha256"}


class NoRoom(InputError):
    """Nothing more can be taken: too large, too many at once, or no room on the disk."""


class WrongPlace(Exception):
    """The piece does not go on where the upload stands."""


class WrongPiece(Exception):
    """The piece is not what its checksum says."""


@dataclass
class Upload:
    """One upload: how long it is to be, how far it has come, and its digest once it is whole."""

    id: str
    name: str
    media_type: str
    length: int
    begun: float
    digest: str = ""
    taken: bool = False
    """Whether an act names it; its note stays a while, should the same form be sent twice."""

    @property
    def whole(self) -> bool:
        return bool(self.digest)

    def attached(self) -> Attached:
        """As a document or recording of an act."""
        return Attached(self.digest, self.name, self.media_type, self.length)


def folder_of(officer: Officer) -> Path:
    """Where an officer's uploads lie."""
    whose = hashlib.sha256(officer.number.encode()).hexdigest()[:32]
    return environment().home / "uploads" / whose


def largest() -> int:
    """Bytes of the largest file that is taken."""
    return environment().largest_upload_mb * MIB


def upload_begin(officer: Officer, length: int, name: str, media_type: str) -> Upload:
    """Begin an upload of so many bytes. NoRoom where it cannot be taken."""
    folder = made_private(folder_of(officer))
    if length > largest():
        most = environment().largest_upload_mb
        raise no_room(
            f"文件超过{most} MiB", f"the file has more than {most} MiB", "分段后再上传", "split it first"
        )
    if sum(1 for one in uploads_of(officer) if not one.whole) >= MOST_AT_ONCE:
        raise no_room(
            "没传完的文件太多",
            "too many uploads lie unfinished",
            "先传完或者取消几个",
            "finish or cancel some first",
        )
    if shutil.disk_usage(folder).free < length + ROOM_LEFT:
        raise no_room(
            "服务器磁盘空间不足",
            "the server has no room on its disk",
            "请联系管理员",
            "tell the administrator",
        )
    kind = media_type if MEDIA_TYPE.fullmatch(media_type) else PLAIN
    upload = Upload(new_id().hex, plain_name(name), kind, length, time.time())
    place = folder / upload.id
    place.mkdir(mode=0o700)
    (place / "bytes").touch(mode=0o600)
    note(officer, upload)
    if not length:
        finish(officer, upload)
    return upload


def no_room(zh: str, en: str, remedy_zh: str, remedy_en: str) -> NoRoom:
    """The refusal."""
    return NoRoom(zh=zh, en=en, where="file", remedy_zh=remedy_zh, remedy_en=remedy_en)


def plain_name(name: str) -> str:
    """The last part of a file's name, short enough and printable."""
    last = re.split(r"[/\\]", name)[-1].strip()
    return "" if unprintable(last) else last[-LONGEST_NAME:]


def upload_find(officer: Officer, upload_id: str) -> Upload | None:
    """An upload of the officer's; None for one that is not theirs, and for none at all."""
    if not NAME.fullmatch(upload_id):
        return None
    with suppress(FileNotFoundError, ValueError, TypeError):
        told = json.loads((folder_of(officer) / upload_id / "note").read_text(encoding="utf-8"))
        return Upload(**told)
    return None


def offset_of(officer: Officer, upload: Upload) -> int:
    """How many bytes are here."""
    if upload.whole:
        return upload.length
    try:
        return (folder_of(officer) / upload.id / "bytes").stat().st_size
    except FileNotFoundError:
        # Its last piece has come since the note was read.
        return upload.length


def upload_add(officer: Officer, upload: Upload, at: int, pieces: Iterable[bytes], checksum: str = "") -> int:
    """Write a piece where the upload stands and say how far it is; whole, it goes into the store.

    WrongPlace when `at` is not where it stands or somebody else is writing; WrongPiece when the checksum (`sha256 …` in
    base 64) does not fit, and then nothing of it stays. What came before a connection broke off stays.
    """
    if upload.whole:
        if at == upload.length:
            return at
        raise WrongPlace
    method, _, wanted = checksum.partition(" ")
    whole = hashlib.new(CHECKSUMS[method]) if checksum else None
    with writing(folder_of(officer) / upload.id / "bytes") as file:
        if file is None or os.fstat(file).st_size != at:
            raise WrongPlace
        written = at
        try:
            for piece in pieces:
                if written + len(piece) > upload.length:
                    raise WrongPlace
                written += os.write(file, piece)
                if whole is not None:
                    whole.update(piece)
        finally:
            os.fsync(file)
        if whole is not None and base64.b64encode(whole.digest()).decode() != wanted.strip():
            os.ftruncate(file, at)
            raise WrongPiece
        if written == upload.length:
            finish(officer, upload)
    return written


@contextmanager
def writing(path: Path) -> Iterator[int | None]:
    """The file, to be written at its end by one at a time; None while another is at it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    except FileNotFoundError:
        # Another request has brought the last piece, or given the upload up.
        yield None
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield handle
    finally:
        os.close(handle)


def finish(officer: Officer, upload: Upload) -> None:
    """Move the bytes into the store, note whose they are, and keep the digest."""
    path = folder_of(officer) / upload.id / "bytes"
    with path.open("rb") as file:
        stored = storage().put(iter(lambda: file.read(CHUNK), b""), most=upload.length)
    upload_note(stored.digest, officer.number)
    upload.digest = stored.digest
    note(officer, upload)
    path.unlink(missing_ok=True)


def note(officer: Officer, upload: Upload) -> None:
    """Write down what is known of an upload; whole or not at all."""
    path = folder_of(officer) / upload.id / "note"
    made = path.with_suffix(".new")
    made.write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
    made.replace(path)


def uploads_of(officer: Officer) -> list[Upload]:
    """The officer's uploads, the newest first."""
    folder = folder_of(officer)
    if not folder.is_dir():
        return []
    found = (upload_find(officer, place.name) for place in folder.iterdir())
    return sorted((one for one in found if one is not None), key=lambda one: -one.begun)


def upload_end(officer: Officer, upload: Upload) -> None:
    """Give an upload up, or let go of the note of one that an act has taken up. Bytes in the store stay."""
    shutil.rmtree(folder_of(officer) / upload.id, ignore_errors=True)


def uploads_take(officer: Officer, digests: Iterable[str]) -> list[Attached]:
    """The officer's whole uploads of these digests, for an act; digests that are not theirs are left out."""
    wanted = set(digests)
    return [one.attached() for one in uploads_of(officer) if one.whole and one.digest in wanted]


def uploads_taken(officer: Officer, digests: Iterable[str]) -> None:
    """An act names them now: they are offered no more."""
    taken = set(digests)
    for one in uploads_of(officer):
        if one.digest in taken and not one.taken:
            one.taken = True
            note(officer, one)


def uploads_clear(now: float | None = None) -> int:
    """Remove uploads that nobody has gone on with for as long as the setting says; how many.

    Bytes that were whole stay in the store while an act names them or another upload of them waits for one; else they are
    dropped with their note.
    """
    root, oldest = (
        environment().home / "uploads",
        (now or time.time()) - environment().upload_kept_hours * 3600,
    )
    gone, dropped = 0, set[str]()
    for place in root.glob("*/*"):
        with suppress(FileNotFoundError, ValueError):
            touched = max((p.stat().st_mtime for p in place.iterdir()), default=place.stat().st_mtime)
            if touched > oldest:
                continue
            told = place / "note"
            digest = json.loads(told.read_text(encoding="utf-8")).get("digest") if told.exists() else ""
            shutil.rmtree(place, ignore_errors=True)
            gone += 1
            if digest:
                dropped.add(digest)
    for digest in dropped - waiting(root):
        bytes_drop(digest, brought_since=oldest)
    return gone


def waiting(root: Path) -> set[str]:
    """The digests of the uploads that lie here, whoever's they are."""
    found = set()
    for told in root.glob("*/*/note"):
        with suppress(FileNotFoundError, ValueError):
            found.add(json.loads(told.read_text(encoding="utf-8")).get("digest", ""))
    return found


def bytes_drop(digest: str, *, brought_since: float) -> None:
    """Drop bytes that no act names, unless somebody has brought the same by another way since."""
    from zhunsheng.acts.uploads import brought_lately, named_by_one_who_has_it, uploads_forget

    if not named_by_one_who_has_it(digest) and not brought_lately(digest, brought_since):
        uploads_forget(digest)
        storage().remove(digest)
