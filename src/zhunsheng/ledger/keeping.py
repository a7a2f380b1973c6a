"""What this installation's ledger is called, which key signs for it, and the history of its keys."""

from __future__ import annotations

from pathlib import Path

from zhunsheng.base.environment import Environment, environment
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.hashing import HASHES, Hash
from zhunsheng.ledger.keys import KeyHistory, begin, generate, load_signer
from zhunsheng.ledger.notes import Signer


def ledger_folder(env: Environment | None = None) -> Path:
    """Where key and history are kept when nothing else is said."""
    return (env or environment()).home / "ledger"


def ledger_hash(env: Environment | None = None) -> Hash:
    """The hash function of this installation's ledger."""
    return HASHES[(env or environment()).ledger_hash]


def ledger_signer(env: Environment | None = None) -> Signer:
    """The signer of checkpoints: ZHUNSHENG_LEDGER_KEY, else the key in the data folder.

    With the embedded database a first key is made by itself; elsewhere InputError asks for the ceremony.
    """
    env = env or environment()
    if env.ledger_key is not None:
        return load_signer(env.ledger_key)
    path = ledger_folder(env) / "key"
    if not path.exists():
        if env.database_url is not None:
            raise InputError(
                zh="还没有账本签名密钥",
                en="there is no signing key for the ledger yet",
                where=str(path),
                remedy_zh="按 docs/operations/key-ceremony.md 生成密钥，并设置 ZHUNSHENG_LEDGER_KEY",
                remedy_en="make one as docs/operations/key-ceremony.md says, and set ZHUNSHENG_LEDGER_KEY",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        return generate(path, env.ledger_origin)
    return load_signer(str(path))


def ledger_history(env: Environment | None = None) -> KeyHistory:
    """The keys of the ledger from the first on; a ledger whose key was never rotated has a history of one.

    InputError when the kept history does not end in the key that signs now.
    """
    env = env or environment()
    signer = ledger_signer(env)
    path = ledger_folder(env) / "history.json"
    if not path.exists():
        return begin(env.ledger_origin, signer.key)
    history = KeyHistory.parse(path.read_bytes())
    if history.newest != signer.key:
        raise InputError(
            zh="密钥沿革的最后一把不是现用密钥",
            en="the key history does not end in the key in use",
            where=str(path),
            remedy_zh="轮换密钥用 zhunsheng ledger-key rotate，不要直接替换文件",
            remedy_en="rotate with `zhunsheng ledger-key rotate`, do not replace the file",
        )
    return history
