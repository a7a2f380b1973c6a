"""Documents kept by content: found by digest and by nothing else, whole or not at all, with several writers at once."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zhunsheng.base.storage import ABANDONED_AFTER_S, FolderStorage, TooLarge, storage

WORDS = b"record of questioning"
DIGEST = hashlib.sha256(WORDS).hexdigest()


@pytest.fixture
def kept(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "media")


def files_in(kept: FolderStorage) -> list[Path]:
    return [p for p in kept.folder.rglob("*") if p.is_file()]


def test_bytes_are_found_by_their_digest(kept: FolderStorage) -> None:
    stored = kept.put([WORDS[:5], b"", WORDS[5:]], most=100)
    assert (stored.digest, stored.size, stored.known) == (DIGEST, len(WORDS), False)
    file = kept.open(DIGEST)
    assert file is not None
    with file:
        assert file.read() == WORDS
    assert kept.size(DIGEST) == len(WORDS)
    assert kept.path(DIGEST).relative_to(kept.folder).parts == (DIGEST[:2], DIGEST[2:4], DIGEST)


@pytest.mark.parametrize(
    "digest", ["", "..", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "0", "0" * 64, "incoming"]
)
def test_nothing_else_is_found(kept: FolderStorage, digest: str) -> None:
    kept.put([WORDS], most=100)
    assert kept.open(digest) is None
    assert kept.size(digest) is None


def test_no_bytes_are_a_document_too(kept: FolderStorage) -> None:
    assert kept.put([], most=0).digest == hashlib.sha256(b"").hexdigest()


def test_what_is_too_large_leaves_nothing(kept: FolderStorage) -> None:
    with pytest.raises(TooLarge):
        kept.put([b"x" * 60, b"x" * 60], most=100)
    assert files_in(kept) == []


def test_what_breaks_off_leaves_nothing(kept: FolderStorage) -> None:
    def breaks() -> Iterator[bytes]:
        yield WORDS
        raise ConnectionError

    with pytest.raises(ConnectionError):
        kept.put(breaks(), most=100)
    assert files_in(kept) == []


def test_several_writers_of_the_same_bytes_make_one_file(kept: FolderStorage) -> None:
    with ThreadPoolExecutor(16) as pool:
        stored = list(pool.map(lambda _: kept.put([WORDS] * 1000, most=10**6), range(64)))
    assert len({s.digest for s in stored}) == 1
    assert len(files_in(kept)) == 1


def test_what_dead_writers_left_is_removed_after_a_day(kept: FolderStorage) -> None:
    kept.put([WORDS], most=100)
    old, new = kept.folder / "incoming" / "old", kept.folder / "incoming" / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    yesterday = time.time() - ABANDONED_AFTER_S - 60
    os.utime(old, (yesterday, yesterday))
    kept.put([b"other"], most=100)
    assert not old.exists()
    assert new.exists()


def test_files_are_for_their_owner_alone(kept: FolderStorage) -> None:
    kept.put([WORDS], most=100)
    assert [p.stat().st_mode & 0o077 for p in (kept.folder, *kept.folder.rglob("*"))] == [0] * 5


def test_the_store_of_an_installation_lies_in_its_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path))
    storage().put([WORDS], most=100)
    assert (tmp_path / "media" / DIGEST[:2] / DIGEST[2:4] / DIGEST).read_bytes() == WORDS
