"""Which keys a process uses: the ledger's where it signs, an export key where it does not, and the public history everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from zhunsheng.base.environment import Environment, environment
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.delegation import delegate
from zhunsheng.ledger.keeping import (
    export_signer,
    history_file,
    ledger_history,
    ledger_signer,
    statement_file,
)
from zhunsheng.ledger.keys import FileSigner, begin, generate, rotate

ORIGIN = "zhifa.example.gov.cn/ledger"


@dataclass
class Place:
    """A folder with the files of an installation, and its settings."""

    folder: Path

    def settings(self, **more: str) -> Environment:
        return environment(
            {"ZHUNSHENG_HOME": str(self.folder / "home"), "ZHUNSHENG_LEDGER_ORIGIN": ORIGIN} | more
        )

    def on_a_server(self, **more: str) -> Environment:
        keys = str(self.folder / "keys.json")
        return self.settings(DATABASE_URL="postgresql:///n", ZHUNSHENG_LEDGER_KEYS=keys, **more)

    def key(self, name: str) -> FileSigner:
        return generate(self.folder / name, ORIGIN)

    def published(self, *signers: FileSigner, origin: str = ORIGIN) -> None:
        history = begin(origin, signers[0].key)
        for old, new in pairwise(signers):
            history = history.with_rotation(rotate(origin, 5, old, new))
        (self.folder / "keys.json").write_bytes(history.encode())

    def delegated(self, by: FileSigner, *, origin: str = ORIGIN) -> FileSigner:
        export = generate(self.folder / "export", f"{ORIGIN}/export")
        statement_file(self.folder / "export").write_bytes(delegate(origin, 0, export.key, by).encode())
        return export


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_with_the_embedded_database_everything_works_by_itself(place: Place) -> None:
    env = place.settings()
    signer, delegation = export_signer(env)
    assert delegation is None
    assert ledger_signer(env).key == signer.key == ledger_history(env).newest
    assert history_file(env) == place.folder / "home/ledger/history.json"
    assert not history_file(env).exists()


def test_a_history_beside_the_key_counts(place: Place) -> None:
    env = place.settings()
    first = ledger_signer(env)
    second = place.key("second")
    history = begin(ORIGIN, first.key).with_rotation(rotate(ORIGIN, 5, first, second))
    history_file(env).write_bytes(history.encode())
    assert ledger_history(env) == history
    with pytest.raises(InputError, match="does not end in the key in use"):
        ledger_signer(env)
    with pytest.raises(InputError, match="does not end in the key in use"):
        export_signer(env)
    assert ledger_signer(place.settings(ZHUNSHENG_LEDGER_KEY=str(place.folder / "second"))).key == second.key


def test_a_server_reads_the_public_history_without_any_private_key(place: Place) -> None:
    env = place.on_a_server()
    with pytest.raises(InputError, match="no public history"):
        ledger_history(env)
    one, two = place.key("one"), place.key("two")
    place.published(one, two)
    (place.folder / "one").unlink()
    (place.folder / "two").unlink()
    assert list(ledger_history(env).keys) == [one.key, two.key]
    with pytest.raises(InputError, match="no signing key"):
        ledger_signer(env)
    with pytest.raises(InputError, match="no key to seal exports"):
        export_signer(env)
    assert not (place.folder / "home").exists()


def test_the_sequencer_signs_and_seals_with_the_ledgers_key(place: Place) -> None:
    one = place.key("one")
    env = place.on_a_server(ZHUNSHENG_LEDGER_KEY=str(place.folder / "one"))
    assert list(ledger_history(env).keys) == [one.key]
    place.published(one)
    signer, delegation = export_signer(env)
    assert (signer.key, delegation) == (one.key, None)


def test_the_pages_seal_with_the_key_they_were_given(place: Place) -> None:
    one = place.key("one")
    place.published(one)
    export = place.delegated(one)
    signer, delegation = export_signer(place.on_a_server(ZHUNSHENG_EXPORT_KEY=str(place.folder / "export")))
    assert signer.key == export.key
    assert delegation is not None
    assert delegation.key == export.key


def test_key_and_statement_belong_together(place: Place) -> None:
    one = place.key("one")
    env = place.on_a_server(ZHUNSHENG_EXPORT_KEY=str(place.folder / "export"))
    with pytest.raises(InputError, match="cannot be read"):
        export_signer(env)
    place.delegated(one)
    statement_file(place.folder / "export").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        export_signer(env)
    (place.folder / "export").unlink()
    place.delegated(one, origin="other.example/ledger")
    with pytest.raises(InputError, match="not this ledger's"):
        export_signer(env)
    (place.folder / "export").unlink()
    place.delegated(one)
    (place.folder / "export").unlink()
    generate(place.folder / "export", f"{ORIGIN}/export")
    with pytest.raises(InputError, match="not this export key's"):
        export_signer(env)


def test_the_export_key_is_not_taken_for_the_ledgers(place: Place) -> None:
    one = place.key("one")
    place.published(one)
    place.delegated(one)
    with pytest.raises(InputError, match="does not end in the key in use"):
        ledger_signer(place.on_a_server(ZHUNSHENG_LEDGER_KEY=str(place.folder / "export")))


@pytest.mark.parametrize(
    "broken", [b"", b"{}", begin("other.example/ledger", FileSigner(ORIGIN, bytes(32)).key).encode()]
)
def test_a_history_that_does_not_hold_or_is_anothers_is_refused(place: Place, broken: bytes) -> None:
    (place.folder / "keys.json").write_bytes(broken)
    with pytest.raises(InputError):
        ledger_history(place.on_a_server())
