"""When sealing is called late, and when the key is called unusable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from zhunsheng.base import clock
from zhunsheng.ledger import measures
from zhunsheng.ledger.delegation import delegate
from zhunsheng.ledger.keys import begin, generate, rotate
from zhunsheng.ledger.measures import LONGEST_LAG, exports_sealed, key_loads, sealing_keeps_up
from zhunsheng.ledger.models import Batch, Checkpoint, Unsealed

ORIGIN = "zhunsheng.example/ledger"


def ago(seconds: float) -> str:
    return (clock.now() - timedelta(seconds=seconds)).isoformat(timespec="seconds")


def checkpoint(size: int, seconds: float) -> None:
    note = f"{ORIGIN}\n{size}\nAAAA\ntime {ago(seconds)}\n"
    Checkpoint.objects.create(size=size, root=bytes(32), note=note)


def leaves(count: int) -> None:
    Batch.objects.create(first=0, count=count, lowest=1, highest=count, seqs=list(range(1, count + 1)))


@pytest.mark.django_db
def test_an_empty_ledger_keeps_up() -> None:
    assert sealing_keeps_up().ok
    assert (
        measures.unsealed_entries(),
        measures.unsealed_seconds(),
        measures.leaves(),
        measures.signed_leaves(),
    ) == (0, 0, 0, 0)


@pytest.mark.parametrize(("waited", "ok"), [(LONGEST_LAG - 5, True), (LONGEST_LAG + 5, False)])
@pytest.mark.django_db
def test_an_entry_may_wait_for_so_long(waited: int, ok: bool) -> None:
    Unsealed.objects.create(seq=1, at=clock.now() - timedelta(seconds=waited))
    Unsealed.objects.create(seq=2, at=clock.now())
    assert sealing_keeps_up().ok is ok
    assert measures.unsealed_entries() == 2
    assert measures.unsealed_seconds() == pytest.approx(waited, abs=3)


@pytest.mark.parametrize(
    ("signed", "seconds", "ok"),
    [(7, 9_999, True), (5, 2, True), (5, LONGEST_LAG + 5, False), (None, 0, False)],
)
@pytest.mark.django_db
def test_a_tree_that_grew_is_signed_before_long(signed: int | None, seconds: int, ok: bool) -> None:
    leaves(7)
    if signed is not None:
        checkpoint(signed, seconds)
    assert sealing_keeps_up().ok is ok
    assert (measures.leaves(), measures.signed_leaves()) == (7, signed or 0)


def a_good_key(folder: Path) -> Path:
    generate(folder / "key", ORIGIN)
    return folder / "key"


def a_key_others_may_read(folder: Path) -> Path:
    a_good_key(folder).chmod(0o644)
    return folder / "key"


def a_key_of_another_ledger(folder: Path) -> Path:
    generate(folder / "key", "elsewhere.example/ledger")
    return folder / "key"


def no_key(folder: Path) -> Path:
    return folder / "missing"


@pytest.mark.parametrize(
    ("key", "ok"),
    [(a_good_key, True), (a_key_others_may_read, False), (a_key_of_another_ledger, False), (no_key, False)],
)
def test_a_key_that_is_named_must_be_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: Callable[[Path], Path], ok: bool
) -> None:
    path = key(tmp_path)
    monkeypatch.setenv("ZHUNSHENG_LEDGER_KEY", str(path))
    monkeypatch.setenv("ZHUNSHENG_LEDGER_ORIGIN", ORIGIN)
    answer = key_loads()
    assert answer.ok is ok
    assert str(tmp_path) not in answer.zh + answer.en


def test_a_process_without_a_key_is_not_asked_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHUNSHENG_LEDGER_KEY", raising=False)
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path))
    assert key_loads().ok


@pytest.mark.django_db
def test_a_web_account_is_ready_while_its_export_key_is_delegated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, newer, export = (
        generate(tmp_path / name, name_)
        for name, name_ in (("a", ORIGIN), ("b", ORIGIN), ("export", f"{ORIGIN}/export"))
    )
    history = begin(ORIGIN, ledger.key)
    monkeypatch.delenv("ZHUNSHENG_LEDGER_KEY", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/n")
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ZHUNSHENG_LEDGER_ORIGIN", ORIGIN)
    assert key_loads().ok
    assert not exports_sealed().ok
    monkeypatch.setenv("ZHUNSHENG_EXPORT_KEY", str(tmp_path / "export"))
    monkeypatch.setenv("ZHUNSHENG_LEDGER_KEYS", str(tmp_path / "keys.json"))
    assert not exports_sealed().ok
    (tmp_path / "keys.json").write_bytes(history.encode())
    (tmp_path / "export.delegation").write_bytes(delegate(ORIGIN, 0, export.key, ledger).encode())
    assert exports_sealed().ok
    checkpoint(5, 1)
    assert exports_sealed().ok
    (tmp_path / "keys.json").write_bytes(history.with_rotation(rotate(ORIGIN, 4, ledger, newer)).encode())
    answer = exports_sealed()
    assert (answer.ok, "delegate anew" in answer.en) == (False, True)
    (tmp_path / "export.delegation").write_bytes(delegate(ORIGIN, 4, export.key, newer).encode())
    assert exports_sealed().ok
    assert key_loads().ok


def test_where_the_ledgers_key_is_it_seals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHUNSHENG_EXPORT_KEY", raising=False)
    monkeypatch.setenv("ZHUNSHENG_LEDGER_KEY", str(a_good_key(tmp_path)))
    assert exports_sealed().ok
