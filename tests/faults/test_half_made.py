"""Files that somebody was killed over: no half of one is ever taken for the whole, nor does it stand in the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

from tests.concurrency.crowds import at_once
from tests.faults.cutting import Cut
from zhunsheng.base.errors import InputError
from zhunsheng.cli.serve import prepare
from zhunsheng.ledger import keys
from zhunsheng.ledger.keeping import ledger_signer
from zhunsheng.ledger.keys import generate, load_signer

ORIGIN = "zhunsheng.example/ledger"


@pytest.mark.parametrize("moment", ["open", "fdopen", "fsync", "link"])
def test_a_kill_over_the_first_key_leaves_none_or_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = tmp_path / "key"

    def killed(*_given: object, **_more: object) -> None:
        raise Cut

    with monkeypatch.context() as now:
        now.setattr(keys.os, moment, killed)
        # Nothing runs in a process that was killed, the tidying up included.
        now.setattr(Path, "unlink", killed)
        with pytest.raises(Cut):
            generate(path, ORIGIN)
    if path.exists():
        load_signer(str(path))
    else:
        made = generate(path, ORIGIN)
        assert load_signer(str(path)).key == made.key


def test_of_many_who_need_the_first_key_all_get_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / f"{n}"))
        answers = at_once(8, lambda _: ledger_signer().key)
        assert len(set(answers)) == 1, answers
        assert not [path.name for path in (tmp_path / f"{n}" / "ledger").iterdir() if path.name != "key"]


def test_a_name_no_key_can_have_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path))
    monkeypatch.setenv("ZHUNSHENG_LEDGER_ORIGIN", "not a name")
    with pytest.raises(InputError, match="no blanks"):
        ledger_signer()


@pytest.mark.slow  # Alone in its process: Django remembers where static files go.
def test_static_files_half_collected_are_collected_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "STATIC_ROOT", tmp_path / "static")
    prepare(migrate=False)
    whole = {path: path.read_bytes() for path in (tmp_path / "static").rglob("*") if path.is_file()}
    assert sum(len(data) > 1000 for data in whole.values()) > 1
    shutil.rmtree(tmp_path / "static")
    save, copied = StaticFilesStorage._save, []

    def killed(storage: StaticFilesStorage, name: str, content: object) -> str:
        copied.append(name)
        if len(copied) < 2:
            return save(storage, name, content)
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"/* half")
        raise Cut

    with monkeypatch.context() as now:
        now.setattr(StaticFilesStorage, "_save", killed)
        with pytest.raises(Cut):
            prepare(migrate=False)
    prepare(migrate=False)
    assert {path: path.read_bytes() for path in whole} == whole
    # And once whole they are left alone.
    before = {path: path.stat().st_mtime_ns for path in whole if path.stat().st_size}
    prepare(migrate=False)
    assert {path: path.stat().st_mtime_ns for path in before} == before
