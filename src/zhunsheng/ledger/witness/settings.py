"""How a witness is set up: a JSON file naming its key, its folder, its address and the logs it knows.

    {"key": "witness.key", "state": "kept", "listen": "127.0.0.1:8470",
     "logs": [{"origin": "ledger.example/bureau", "keys": ["ledger.example/bureau+1a2b3c4d+…"]}]}

Paths are relative to the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import parse
from zhunsheng.ledger.checkpoints import valid_origin
from zhunsheng.ledger.keys import PKCS11, load_signer
from zhunsheng.ledger.notes import COSIGNATURE, PLAIN, Key
from zhunsheng.ledger.witness.judging import Witness
from zhunsheng.ledger.witness.state import WitnessState

_NAMES = {"key", "state", "listen", "logs"}


@dataclass(frozen=True, slots=True)
class WitnessSettings:
    """What the file says, read and checked; the key is loaded when the witness is made."""

    key: str
    state: Path
    host: str
    port: int
    logs: dict[str, list[Key]]

    @classmethod
    def read(cls, path: Path) -> WitnessSettings:
        """The settings in a file; InputError naming what is wrong."""
        try:
            found = parse(path.read_bytes())
        except OSError as error:
            raise InputError(
                zh=f"无法读取：{error.strerror}", en=f"cannot be read: {error.strerror}", where=str(path)
            ) from None
        if (
            not isinstance(found, dict)
            or not found.keys() <= _NAMES
            or not {"key", "state", "logs"} <= found.keys()
        ):
            raise _bad(
                path, "须有 key、state、logs，可有 listen", "it has key, state, logs and perhaps listen"
            )
        key, state, listen = found["key"], found["state"], found.get("listen", "127.0.0.1:8470")
        if not all(isinstance(text, str) for text in (key, state, listen)):
            raise _bad(path, "key、state、listen 须为文本", "key, state and listen are texts")
        host, _, port = listen.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise _bad(path, "listen 形如 127.0.0.1:8470", "listen looks like 127.0.0.1:8470")
        here = path.parent
        logs = dict(_log(path, item) for item in _list(path, found["logs"]))
        return cls(
            key if key.startswith(PKCS11) else str(here / key),
            here / state,
            host.strip("[]"),
            int(port),
            logs,
        )

    def witness(self) -> Witness:
        """The witness, ready to judge."""
        return Witness(load_signer(self.key, COSIGNATURE), self.logs, WitnessState(self.state))


def _log(path: Path, item: Any) -> tuple[str, list[Key]]:
    """One log: its origin and the keys it may sign with."""
    if not isinstance(item, dict) or item.keys() != {"origin", "keys"} or not isinstance(item["origin"], str):
        raise _bad(path, "每个账本须有 origin 与 keys", "each log has an origin and keys")
    keys = [Key.parse(str(vkey)) for vkey in _list(path, item["keys"])]
    if not valid_origin(item["origin"]) or not keys or any(key.kind != PLAIN for key in keys):
        raise _bad(
            path, "来源不合格式，或密钥不是账本签名密钥", "an origin is malformed, or a key is no log's key"
        )
    return item["origin"], keys


def _list(path: Path, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _bad(path, "logs 与 keys 须为列表", "logs and keys are lists")
    return value


def _bad(path: Path, zh: str, en: str) -> InputError:
    return InputError(zh=f"见证设置有误：{zh}", en=f"the witness's settings are wrong: {en}", where=str(path))
