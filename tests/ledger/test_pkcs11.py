"""Keys on a PKCS#11 token: with SoftHSM where the machine has it, and everywhere with a module made of Python objects."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import types
from pathlib import Path
from typing import Any, Self

import pytest

from tests.ledger.made import signer
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.keys import load_signer, rotate
from zhunsheng.ledger.notes import COSIGNATURE, cosign, sign
from zhunsheng.ledger.pkcs11 import TokenAddress, TokenSigner

SOFTHSM = next(
    (
        path
        for path in (
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so",
            "/usr/local/lib/softhsm/libsofthsm2.so",
        )
        if Path(path).exists() and shutil.which("softhsm2-util")
    ),
    None,
)
PIN = "5678"
NAME = "ledger.example.gov/bureau"


class FakeModule:
    """As much of python-pkcs11 as a signer touches: one token, its login, its objects; it can be pulled out."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], Any] = {}
        self.logged_in = 0
        self.present = True
        self.fail_next = False
        self.module = types.ModuleType("pkcs11")
        error = type("PKCS11Error", (Exception,), {})
        for name in ("UserAlreadyLoggedIn", "PinIncorrect", "NoSuchToken", "NoSuchKey", "DeviceRemoved"):
            setattr(self.module, name, type(name, (error,), {}))
        self.module.PKCS11Error = error  # type: ignore[attr-defined]
        for name in ("Attribute", "KeyType", "Mechanism", "ObjectClass"):
            setattr(self.module, name, _Names())
        self.module.lib = lambda _path: self  # type: ignore[attr-defined]

    def get_token(self, *, token_label: str) -> FakeModule:
        if token_label != "Ledger" or not self.present:
            raise self.module.NoSuchToken
        return self

    def open(self, *, rw: bool = False, user_pin: str | None = None) -> FakeSession:
        if user_pin is not None:
            if user_pin != PIN:
                raise self.module.PinIncorrect
            if self.logged_in:
                raise self.module.UserAlreadyLoggedIn
            self.logged_in += 1
        return FakeSession(self, rw)


class _Names:
    def __getattr__(self, name: str) -> str:
        return name


class FakeSession:
    def __init__(self, token: FakeModule, rw: bool) -> None:
        self.token, self.rw = token, rw

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.token.logged_in = 0

    def get_objects(self, template: dict[str, str]) -> list[Any]:
        return [value for (_, label), value in self.token.objects.items() if label == template["LABEL"]]

    def get_key(self, *, object_class: str, label: str) -> Any:
        try:
            return self.token.objects[object_class, label]
        except KeyError:
            raise self.token.module.NoSuchKey from None

    def create_domain_parameters(self, kind: str, template: dict[str, bytes], *, local: bool) -> FakeSession:
        assert (kind, template, local) == ("EC_EDWARDS", {"EC_PARAMS": bytes.fromhex("06032b6570")}, True)
        return self

    def generate_keypair(
        self, *, mechanism: str, store: bool, label: str, private_template: dict[str, Any]
    ) -> None:
        assert self.rw
        assert (mechanism, store) == ("EC_EDWARDS_KEY_PAIR_GEN", True)
        assert private_template["SENSITIVE"] is True
        assert private_template["EXTRACTABLE"] is False
        made = signer(label, 7)
        self.token.objects["PUBLIC_KEY", label] = {"EC_POINT": b"\x04\x20" + made.key.public}
        self.token.objects["PRIVATE_KEY", label] = FakeKey(self.token, made)


class FakeKey:
    def __init__(self, token: FakeModule, made: Any) -> None:
        self.token, self.made = token, made

    def sign(self, message: bytes, *, mechanism: str) -> bytes:
        assert mechanism == "EDDSA"
        if not self.token.present or self.token.fail_next:
            self.token.fail_next = False
            raise self.token.module.DeviceRemoved
        return self.made.sign(message)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeModule:
    made = FakeModule()
    monkeypatch.setitem(sys.modules, "pkcs11", made.module)
    return made


@pytest.fixture(params=["fake", *(["softhsm"] if SOFTHSM else [])])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of a key that is not there yet, on an empty token."""
    (tmp_path / "pin").write_text(f"{PIN}\n")
    (tmp_path / "pin").chmod(0o600)
    module = "fake.so"
    if request.param == "softhsm":
        module = str(SOFTHSM)
        (tmp_path / "tokens").mkdir()
        config = tmp_path / "softhsm2.conf"
        config.write_text(
            f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        monkeypatch.setenv("SOFTHSM2_CONF", str(config))
        command = [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "Ledger",
            "--so-pin",
            "1234",
            "--pin",
            PIN,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        import pkcs11

        pkcs11.lib(module).reinitialize()
    else:
        request.getfixturevalue("fake")
    label = NAME.replace("/", "%2F")
    return f"pkcs11:token=Ledger;object={label}?module-path={module}&pin-source=file:{tmp_path}/pin"


def test_a_key_is_made_on_the_token_and_signs_there(address: str) -> None:
    made = TokenSigner.from_uri(address)
    assert made.generate().name == NAME
    with pytest.raises(InputError, match="never overwritten"):
        made.generate()
    loaded = load_signer(address)
    assert loaded.key == made.key
    for text in ("one\n", "two\n"):
        assert sign(text, loaded).holds(made.key, text)
    witness = load_signer(address, COSIGNATURE)
    assert cosign("three\n", witness, 5).holds(witness.key, "three\n")
    assert (
        rotate(NAME, 5, signer(NAME, 1), loaded)
        .signatures[1]
        .holds(made.key, rotate(NAME, 5, signer(NAME, 1), loaded).text)
    )


def test_threads_share_one_session(address: str) -> None:
    token = TokenSigner.from_uri(address)
    token.generate()
    wrong: list[int] = []

    def work(number: int) -> None:
        text = f"{number}\n"
        if not sign(text, token).holds(token.key, text):
            wrong.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_closed_session_is_opened_again(address: str) -> None:
    token = TokenSigner.from_uri(address)
    token.generate()
    token.sign(b"x")
    token.close()
    assert len(token.sign(b"y")) == 64


def test_a_forked_process_opens_a_session_of_its_own(address: str) -> None:
    token = TokenSigner.from_uri(address)
    token.generate()
    token.sign(b"parent")
    child = os.fork()
    if child == 0:
        done = 1
        try:
            done = 0 if len(token.sign(b"child")) == 64 else 1
        finally:
            os._exit(done)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(token.sign(b"parent again")) == 64


def test_what_is_not_there_is_named_without_the_pin(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        TokenSigner.from_uri(address).sign(b"x")
    assert PIN not in str(missing.value)
    assert missing.value.where == f"Ledger/{NAME}"
    with pytest.raises(InputError):
        TokenSigner.from_uri(address.replace("token=Ledger", "token=Other")).sign(b"x")
    token = TokenSigner.from_uri(address)
    token.generate()
    token.close()
    (tmp_path / "pin").write_text("0000")
    with pytest.raises(InputError, match="PKCS#11"):
        TokenSigner.from_uri(address).sign(b"x")


def test_a_token_that_was_away_for_a_moment_is_asked_again(fake: FakeModule) -> None:
    token = TokenSigner.from_uri(f"pkcs11:token=Ledger;object=log?module-path=fake.so&pin-value={PIN}")
    token.generate()
    fake.fail_next = True
    assert len(token.sign(b"x")) == 64
    fake.present = False
    with pytest.raises(InputError, match="NoSuchToken"):
        token.sign(b"x")
    fake.present = True
    assert len(token.sign(b"x")) == 64


def test_a_signature_the_module_got_wrong_does_not_leave(
    fake: FakeModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = TokenSigner.from_uri(f"pkcs11:token=Ledger;object=log?module-path=fake.so&pin-value={PIN}")
    token.generate()
    monkeypatch.setattr(FakeKey, "sign", lambda *_, **__: bytes(64))
    with pytest.raises(InputError, match="wrong signature"):
        token.sign(b"x")
    monkeypatch.undo()


def test_a_key_of_another_curve_is_refused(fake: FakeModule) -> None:
    fake.objects["PRIVATE_KEY", "log"] = FakeKey(fake, None)
    fake.objects["PUBLIC_KEY", "log"] = {"EC_POINT": b"\x04\x41" + bytes(65)}
    token = TokenSigner.from_uri(f"pkcs11:token=Ledger;object=log?module-path=fake.so&pin-value={PIN}")
    with pytest.raises(InputError, match="no Ed25519 key"):
        token.sign(b"x")


def test_a_machine_without_the_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    token = TokenSigner.from_uri("pkcs11:token=Ledger;object=log?module-path=fake.so")
    for call in (token.generate, lambda: token.sign(b"x"), lambda: token.key):
        with pytest.raises(InputError, match=r"zhunsheng\[pkcs11\]"):
            call()


def test_an_address_is_read_as_rfc_7512_writes_it(tmp_path: Path) -> None:
    found = TokenAddress.parse(
        "pkcs11:token=The%20Ledger;object=a%2Fb?module-path=/lib/x.so&pin-value=12%2634"
    )
    assert found == TokenAddress("/lib/x.so", "The Ledger", "a/b", "12&34")
    for wrong in (
        "pkcs11:token=a;object=b",
        "pkcs11:object=b?module-path=c",
        "pkcs12:token=a;object=b?module-path=c",
    ):
        with pytest.raises(InputError, match="PKCS#11"):
            TokenAddress.parse(wrong)
    (tmp_path / "pin").write_text(PIN)
    (tmp_path / "pin").chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        TokenAddress.parse(f"pkcs11:token=a;object=b?module-path=c&pin-source=file:{tmp_path}/pin")
