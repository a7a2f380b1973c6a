"""Signing with a key that never leaves a hardware module, over PKCS#11 (mechanism CKM_EDDSA, PKCS#11 3.0).

The key is named by a URI (RFC 7512): `pkcs11:token=Ledger;object=<key name>?module-path=/usr/lib/….so&pin-source=file:/…`.
The object's label is the name the key signs under.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from zhunsheng.base.errors import InputError
from zhunsheng.ledger import ed25519
from zhunsheng.ledger.notes import PLAIN, Key

CURVE = bytes.fromhex("06032b6570")  # The object identifier of Ed25519, 1.3.101.112, in DER (RFC 8410).
_OCTETS = b"\x04\x20"  # What DER puts before 32 bytes.


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """Where a key is: the library that speaks to the module, the token's label, the key's label, and the PIN's place."""

    module: str
    token: str
    label: str
    pin: str

    @classmethod
    def parse(cls, uri: str) -> TokenAddress:
        """The address in a `pkcs11:` URI; InputError when a part is missing."""
        path, _, query = uri.removeprefix("pkcs11:").partition("?")
        parts = dict(_pairs(path, ";")) | dict(_pairs(query, "&"))
        missing = [name for name in ("token", "object", "module-path") if not parts.get(name)]
        if missing or not uri.startswith("pkcs11:"):
            raise InputError(
                zh=f"PKCS#11 地址缺少 {'、'.join(missing)}",
                en=f"the PKCS#11 address lacks {', '.join(missing)}",
                remedy_zh="形如 pkcs11:token=Ledger;object=密钥名?module-path=/usr/lib/….so&pin-source=file:/…",
                remedy_en="it looks like pkcs11:token=Ledger;object=name?module-path=/usr/lib/….so&pin-source=file:/…",
            )
        return cls(parts["module-path"], parts["token"], parts["object"], _pin(parts))


def _pairs(text: str, separator: str) -> list[tuple[str, str]]:
    halves = [part.partition("=") for part in text.split(separator) if part]
    return [(name, unquote(value)) for name, _, value in halves]


def _pin(parts: dict[str, str]) -> str:
    """The PIN, best kept in a file of its own."""
    if "pin-source" in parts:
        from zhunsheng.ledger.keys import read_private

        return read_private(Path(parts["pin-source"].removeprefix("file:"))).strip()
    return parts.get("pin-value", "")


class TokenSigner:
    """A signer on a token; the session opens at first use, again after a fork, and again once when the token was away."""

    def __init__(self, address: TokenAddress, kind: int = PLAIN) -> None:
        self._address, self._kind = address, kind
        self._lock = threading.Lock()
        self._session: Any = None
        self._process = 0
        self._private: Any = None
        self._key: Key | None = None

    @classmethod
    def from_uri(cls, uri: str, kind: int = PLAIN) -> TokenSigner:
        """The signer at a `pkcs11:` URI."""
        return cls(TokenAddress.parse(uri), kind)

    @property
    def key(self) -> Key:
        with self._lock:
            return self._opened()

    def sign(self, message: bytes) -> bytes:
        """The signature made inside the module, checked before it leaves here; InputError when the module fails."""
        p11 = _library()
        with self._lock:
            key = self._opened()
            try:
                signature = bytes(self._private.sign(message, mechanism=p11.Mechanism.EDDSA))
            except p11.PKCS11Error:
                self._close()
                key = self._opened()
                try:
                    signature = bytes(self._private.sign(message, mechanism=p11.Mechanism.EDDSA))
                except p11.PKCS11Error as error:
                    raise _failed(error, self._address) from None
        if not ed25519.verify(key.public, message, signature):
            raise _failed(ValueError("wrong signature"), self._address)
        return signature

    def generate(self) -> Key:
        """A new pair on the token under the address's label; InputError when there is one by that label."""
        p11 = _library()
        with self._lock:
            try:
                with _session(self._address, rw=True) as session:
                    if list(session.get_objects({p11.Attribute.LABEL: self._address.label})):
                        raise InputError(
                            zh="令牌中已有同名密钥，不会被覆盖",
                            en="the token has a key of this name; it is never overwritten",
                            where=self._address.label,
                        )
                    curve = session.create_domain_parameters(
                        p11.KeyType.EC_EDWARDS, {p11.Attribute.EC_PARAMS: CURVE}, local=True
                    )
                    curve.generate_keypair(
                        mechanism=p11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                        store=True,
                        label=self._address.label,
                        private_template={
                            p11.Attribute.CLASS: p11.ObjectClass.PRIVATE_KEY,
                            p11.Attribute.SENSITIVE: True,
                            p11.Attribute.EXTRACTABLE: False,
                        },
                    )
            except p11.PKCS11Error as error:
                raise _failed(error, self._address) from None
        return self.key

    def close(self) -> None:
        """End the session."""
        with self._lock:
            self._close()

    def _opened(self) -> Key:
        """The key, with a session of this process open; the lock must be held."""
        p11 = _library()
        if self._session is not None and self._process == os.getpid() and self._key is not None:
            return self._key
        address = self._address
        try:
            self._session = _session(address)
            self._process = os.getpid()
            self._private = self._session.get_key(
                object_class=p11.ObjectClass.PRIVATE_KEY, label=address.label
            )
            public = self._session.get_key(object_class=p11.ObjectClass.PUBLIC_KEY, label=address.label)
            point = bytes(public[p11.Attribute.EC_POINT]).removeprefix(_OCTETS)
        except p11.PKCS11Error as error:
            self._close()
            raise _failed(error, address) from None
        if not ed25519.sound_key(point):
            self._close()
            raise _failed(ValueError("no Ed25519 key"), address)
        self._key = Key(address.label, self._kind, point)
        return self._key

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None and self._process == os.getpid():
            try:
                session.close()
            except _library().PKCS11Error:
                return  # The token is away; its sessions went with it.


def _library() -> Any:
    """The package python-pkcs11; InputError when it is not installed."""
    try:
        import pkcs11
    except ImportError:
        raise InputError(
            zh="使用硬件密钥需要 python-pkcs11",
            en="keys in a hardware module need the package python-pkcs11",
            remedy_zh="pip install 'zhunsheng[pkcs11]'",
            remedy_en="pip install 'zhunsheng[pkcs11]'",
        ) from None
    return pkcs11


def _session(address: TokenAddress, *, rw: bool = False) -> Any:
    """A session logged in to the token; a login counts for the whole process, so another session's serves too."""
    p11 = _library()
    token = p11.lib(address.module).get_token(token_label=address.token)
    try:
        return token.open(rw=rw, user_pin=address.pin or None)
    except p11.UserAlreadyLoggedIn:
        return token.open(rw=rw)


def _failed(error: Exception, address: TokenAddress) -> InputError:
    """What went wrong at the module, without the PIN."""
    name = type(error).__name__
    return InputError(
        zh=f"PKCS#11 令牌无法使用：{name} {error}",
        en=f"the PKCS#11 token cannot be used: {name} {error}",
        where=f"{address.token}/{address.label}",
        remedy_zh="检查模块路径、令牌标签、口令，以及密钥是否为 Ed25519",
        remedy_en="check the module path, the token's label, the PIN, and that the key is an Ed25519 key",
    )
