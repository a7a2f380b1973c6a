"""Every setting read from the environment, in one place, checked when it is read."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.errors import InputError

TRUE, FALSE = frozenset(("1", "true", "yes", "on")), frozenset(("", "0", "false", "no", "off"))
LEDGER_HASHES = ("sha-256", "sm3")
STATEMENT_TIMEOUT_S = 30
LOG_FORMATS = ("console", "json")
SHORTEST_TOKEN = 16
LARGEST_UPLOAD_MB = 4096
UPLOAD_KEPT_HOURS = 48
DRAFT_KEPT_DAYS = 14

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


DEMO_ACCOUNTS = "demo-accounts.json"
"""The file in the data folder that the demo leaves when it has made its bureau."""


@dataclass(frozen=True)
class Environment:
    """The settings of one installation."""

    home: Path
    """Folder for everything this installation keeps outside the database: embedded database, keys, media."""
    database_url: str | None
    database_owner_url: str | None
    """The same database as the role that owns its tables; only migrations use it."""
    statement_timeout_s: int
    """Seconds a statement of a web request or a job may take; 0 for no limit."""
    pg_bin: Path | None
    secret_key: str | None
    hosts: tuple[str, ...]
    proxies: tuple[Network, ...]
    """Where our own reverse proxy speaks from; empty when clients reach the server directly."""
    debug: bool
    demo: bool
    """Show the demo bureau's accounts at the door; refused wherever it is not the demo's own data folder (`config.demo`)."""
    log_format: str
    metrics_token: str | None
    ledger_origin: str
    ledger_hash: str
    ledger_key: str | None
    ledger_keys: Path | None
    """The public history of the ledger's keys; may be made later."""
    export_key: Path | None
    """The private key that seals exports and nothing else, its statement beside it; may be made later."""
    witnesses: Path | None
    oidc: Path | None
    channels: Path | None
    """The ways by which officers are told outside the console."""
    local_rules: Path | None
    """A bureau's own norms, beside the rulebook; they may only ask more than the law."""
    largest_upload_mb: int
    """Mebibytes of one recording or other large file that is uploaded piece by piece."""
    upload_kept_hours: int
    """Hours an upload is kept that nobody goes on with, or that no act names."""
    draft_kept_days: int
    """Days a form is kept that was begun and not submitted."""

    def key_for_sessions(self) -> str:
        """The secret that signs sessions: the given one, else one kept in a private file of the data folder."""
        if self.secret_key:
            return self.secret_key
        kept = self.home / "secret-key"
        if not kept.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            made = kept.with_name(f"{kept.name}.{os.getpid()}")
            made.touch(mode=0o600)
            made.write_text(secrets.token_urlsafe(48), encoding="ascii")
            # Several processes may start at once: the first link stands, and nobody ever reads an empty file.
            with suppress(FileExistsError):
                os.link(made, kept)
            made.unlink()
        try:
            return kept.read_text(encoding="ascii").strip()
        except PermissionError:
            raise InputError(
                zh="会话密钥属于另一个账户，本账户不能读",
                en="the key for sessions belongs to another account and cannot be read by this one",
                where=str(kept),
                remedy_zh="以原来的账户运行，或用 ZHUNSHENG_HOME 指定本账户自己的数据目录",
                remedy_en="run as that account, or name a data folder of this account's own with ZHUNSHENG_HOME",
            ) from None


def environment(given: Mapping[str, str] | None = None) -> Environment:
    """The settings as they stand now; InputError names a variable whose value cannot be used."""
    env = os.environ if given is None else given
    return Environment(
        home=Path(env.get("ZHUNSHENG_HOME") or default_home(env)),
        database_url=env.get("DATABASE_URL") or None,
        database_owner_url=env.get("DATABASE_OWNER_URL") or None,
        statement_timeout_s=number_in(env, "ZHUNSHENG_STATEMENT_TIMEOUT", STATEMENT_TIMEOUT_S),
        pg_bin=path_in(env, "ZHUNSHENG_PG_BIN"),
        secret_key=env.get("ZHUNSHENG_SECRET_KEY") or None,
        hosts=tuple(
            h.strip() for h in env.get("ZHUNSHENG_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h.strip()
        ),
        proxies=networks_in(env, "ZHUNSHENG_PROXIES"),
        debug=flag_in(env, "ZHUNSHENG_DEBUG"),
        demo=flag_in(env, "ZHUNSHENG_DEMO"),
        log_format=choice_in(env, "ZHUNSHENG_LOG", LOG_FORMATS),
        metrics_token=token_in(env, "ZHUNSHENG_METRICS_TOKEN"),
        ledger_origin=env.get("ZHUNSHENG_LEDGER_ORIGIN") or "zhunsheng.example/ledger",
        ledger_hash=choice_in(env, "ZHUNSHENG_LEDGER_HASH", LEDGER_HASHES),
        ledger_key=env.get("ZHUNSHENG_LEDGER_KEY") or None,
        ledger_keys=place_in(env, "ZHUNSHENG_LEDGER_KEYS"),
        export_key=place_in(env, "ZHUNSHENG_EXPORT_KEY"),
        witnesses=path_in(env, "ZHUNSHENG_WITNESSES"),
        oidc=path_in(env, "ZHUNSHENG_OIDC"),
        channels=path_in(env, "ZHUNSHENG_CHANNELS"),
        local_rules=path_in(env, "ZHUNSHENG_LOCAL_RULES"),
        largest_upload_mb=number_in(env, "ZHUNSHENG_LARGEST_UPLOAD", LARGEST_UPLOAD_MB),
        upload_kept_hours=number_in(env, "ZHUNSHENG_UPLOAD_KEPT", UPLOAD_KEPT_HOURS),
        draft_kept_days=number_in(env, "ZHUNSHENG_DRAFT_KEPT", DRAFT_KEPT_DAYS),
    )


def default_home(env: Mapping[str, str]) -> Path:
    """Where an installation keeps its data when nothing is said: the user's data folder (XDG base directories).

    For root /var/lib: PostgreSQL runs as another account then, which cannot enter root's own folder.
    """
    base = env.get("XDG_DATA_HOME")
    if os.geteuid() == 0 and not base:
        return Path("/var/lib/zhunsheng")
    return (Path(base) if base else Path.home() / ".local" / "share") / "zhunsheng"


def flag_in(env: Mapping[str, str], name: str) -> bool:
    """A yes or no."""
    value = env.get(name, "").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise unusable(name, value, "写 1 或 0", "write 1 or 0")


def choice_in(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of a few words; the first when nothing is said."""
    value = env.get(name, "").strip() or choices[0]
    if value in choices:
        return value
    raise unusable(name, value, f"可用：{'、'.join(choices)}", f"choose one of {', '.join(choices)}")


def number_in(env: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number, not negative."""
    value = env.get(name, "").strip() or str(otherwise)
    if value.isdecimal():
        return int(value)
    raise unusable(name, value, "写一个不小于 0 的整数", "write a whole number, 0 or more")


def path_in(env: Mapping[str, str], name: str) -> Path | None:
    """A file or folder that must exist, when named at all."""
    value = env.get(name, "").strip()
    if not value:
        return None
    path = Path(value)
    if not path.exists():
        raise unusable(name, value, "该路径不存在，改正或取消这一设置", "no such path: mend or unset it")
    return path


def place_in(env: Mapping[str, str], name: str) -> Path | None:
    """A file that need not be there yet."""
    value = env.get(name, "").strip()
    return Path(value) if value else None


def networks_in(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    """Addresses or networks (CIDR), separated by commas."""
    found: list[Network] = []
    for word in filter(None, (w.strip() for w in env.get(name, "").split(","))):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError:
            raise unusable(
                name,
                word,
                "写成地址或网段，如 127.0.0.1,10.1.0.0/24",
                "write addresses or networks, as 127.0.0.1,10.1.0.0/24",
            ) from None
    return tuple(found)


def token_in(env: Mapping[str, str], name: str) -> str | None:
    """A bearer token long enough not to be guessed; the error never repeats it."""
    value = env.get(name, "").strip()
    if value and len(value) < SHORTEST_TOKEN:
        shown = "*" * len(value)
        raise unusable(
            name, shown, f"至少{SHORTEST_TOKEN}个字符", f"it must have at least {SHORTEST_TOKEN} characters"
        )
    return value or None


def unusable(name: str, value: str, remedy_zh: str, remedy_en: str) -> InputError:
    """The error for a variable that cannot be used."""
    return InputError(
        zh=f"环境变量的值不能用：{value!r}",
        en=f"this environment variable has a value that cannot be used: {value!r}",
        where=name,
        remedy_zh=remedy_zh,
        remedy_en=remedy_en,
    )
