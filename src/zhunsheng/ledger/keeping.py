"""What this installation's ledger is called, the public history of its keys, who signs for it and who seals exports.

Signing needs a private key that on a server only the sequencer's account can read. Everything else is done without it: the
history is public, and exports are sealed with a key of their own that the ledger's key delegated.
"""

from __future__ import annotations

from pathlib import Path

from zhunsheng.base.environment import Environment, environment
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.delegation import Delegation
from zhunsheng.ledger.hashing import HASHES, Hash
from zhunsheng.ledger.keys import KeyHistory, begin, generate, load_signer
from zhunsheng.ledger.notes import Key, Signer

CEREMONY_ZH, CEREMONY_EN = "按 docs/operations/key-ceremony.md 办", "see docs/operations/key-ceremony.md"


def ledger_folder(env: Environment | None = None) -> Path:
    """Where key and history are kept when nothing else is said."""
    return (env or environment()).home / "ledger"


def ledger_hash(env: Environment | None = None) -> Hash:
    """The hash function of this installation's ledger."""
    return HASHES[(env or environment()).ledger_hash]


def history_file(env: Environment | None = None) -> Path:
    """Where the public history of the ledger's keys is: ZHUNSHENG_LEDGER_KEYS, else in the data folder."""
    env = env or environment()
    return env.ledger_keys or ledger_folder(env) / "history.json"


def statement_file(key: Path) -> Path:
    """Where the statement that delegates an export key is: beside the key."""
    return key.with_name(f"{key.name}.delegation")


def signs_here(env: Environment | None = None) -> bool:
    """Whether this process is meant to sign for the ledger: it is told a key, holds one, or may make one by itself."""
    env = env or environment()
    return env.ledger_key is not None or env.database_url is None or (ledger_folder(env) / "key").exists()


def ledger_signer(env: Environment | None = None) -> Signer:
    """The signer of checkpoints: ZHUNSHENG_LEDGER_KEY, else the key in the data folder.

    With the embedded database a first key is made by itself; elsewhere InputError asks for the ceremony. InputError too when the
    public history does not end in this key: an export key, or one that was rotated away from, signs nothing.
    """
    env = env or environment()
    path = ledger_folder(env) / "key"
    if not signs_here(env):
        raise InputError(
            zh="还没有账本签名密钥",
            en="there is no signing key for the ledger yet",
            where=str(path),
            remedy_zh=f"{CEREMONY_ZH}：生成密钥，并设置 ZHUNSHENG_LEDGER_KEY",
            remedy_en=f"{CEREMONY_EN}: make one, and set ZHUNSHENG_LEDGER_KEY",
        )
    if env.ledger_key is None and not path.exists():
        first_key(path, env.ledger_origin)
    signer = load_signer(env.ledger_key or str(path))
    _in_use(signer.key, _kept_history(env), env)
    return signer


def first_key(path: Path, origin: str) -> None:
    """Make the key of a ledger that has none, unless another process has just made it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        generate(path, origin)
    except InputError:
        if not path.exists():
            raise


def ledger_history(env: Environment | None = None) -> KeyHistory:
    """The keys of the ledger from the first on, read from the public file.

    Where none was kept and this process signs, the history of a ledger whose key was never rotated. InputError when neither is
    so, or the file belongs to another ledger or does not hold.
    """
    env = env or environment()
    kept = _kept_history(env)
    if kept is not None:
        return kept
    if not signs_here(env):
        raise InputError(
            zh="没有账本密钥的公开沿革",
            en="there is no public history of the ledger's keys",
            where=str(history_file(env)),
            remedy_zh=f"{CEREMONY_ZH}，并设置 ZHUNSHENG_LEDGER_KEYS",
            remedy_en=f"{CEREMONY_EN}, and set ZHUNSHENG_LEDGER_KEYS",
        )
    return begin(env.ledger_origin, ledger_signer(env).key)


def export_signer(env: Environment | None = None) -> tuple[Signer, Delegation | None]:
    """Who seals exports, and the statement that allows it: the key ZHUNSHENG_EXPORT_KEY, else the ledger's own where it signs.

    InputError where there is neither, or key and statement do not belong together. Whether the statement holds under a checkpoint
    is checked when an export is written.
    """
    env = env or environment()
    if env.export_key is None and signs_here(env):
        return ledger_signer(env), None
    if env.export_key is None:
        raise InputError(
            zh="没有封存导出的密钥",
            en="there is no key to seal exports with",
            where="ZHUNSHENG_EXPORT_KEY",
            remedy_zh=f"{CEREMONY_ZH}：zhunsheng ledger-key delegate",
            remedy_en=f"{CEREMONY_EN}: zhunsheng ledger-key delegate",
        )
    signer, statement = load_signer(str(env.export_key)), statement_file(env.export_key)
    delegation = Delegation.parse(_read(statement))
    if delegation.key != signer.key or delegation.origin != env.ledger_origin:
        raise InputError(
            zh="委托书不是这把封签密钥的，或不是这个账本的",
            en="the delegation is not this export key's, or not this ledger's",
            where=str(statement),
            remedy_zh="重新委托：zhunsheng ledger-key delegate",
            remedy_en="delegate anew: zhunsheng ledger-key delegate",
        )
    return signer, delegation


def _kept_history(env: Environment) -> KeyHistory | None:
    """The history in the public file; None where there is none."""
    path = history_file(env)
    try:
        kept = path.exists()
    except OSError:
        kept = True  # A folder that cannot be entered is no reason to believe that there is nothing in it.
    if not kept:
        return None
    history = KeyHistory.parse(_read(path))
    if history.origin != env.ledger_origin:
        raise InputError(
            zh="密钥沿革不是这个账本的",
            en="the key history is another ledger's",
            where=str(path),
            remedy_zh="核对 ZHUNSHENG_LEDGER_ORIGIN 和 ZHUNSHENG_LEDGER_KEYS",
            remedy_en="compare ZHUNSHENG_LEDGER_ORIGIN with ZHUNSHENG_LEDGER_KEYS",
        )
    return history


def _in_use(key: Key, history: KeyHistory | None, env: Environment) -> None:
    """InputError unless the key is the newest of the history, where one is kept."""
    if history is not None and history.newest != key:
        raise InputError(
            zh="密钥沿革的最后一把不是现用密钥",
            en="the key history does not end in the key in use",
            where=str(history_file(env)),
            remedy_zh="轮换密钥用 zhunsheng ledger-key rotate，不要直接替换文件",
            remedy_en="rotate with `zhunsheng ledger-key rotate`, do not replace the file",
        )


def _read(path: Path) -> bytes:
    """The bytes of a public file; InputError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            zh=f"无法读取：{error.strerror}",
            en=f"it cannot be read: {error.strerror}",
            where=str(path),
            remedy_zh=CEREMONY_ZH,
            remedy_en=CEREMONY_EN,
        ) from None
