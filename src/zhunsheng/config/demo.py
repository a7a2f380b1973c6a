"""Demo mode: a made-up bureau on this machine, whose accounts stand on the sign-in page and need no second factor.

It is set by `zhunsheng demo` and by nobody else, and nothing starts in it where anything looks like a bureau's own installation.
"""

from __future__ import annotations

import json
from typing import Any

from zhunsheng.base.environment import DEMO_ACCOUNTS, Environment
from zhunsheng.base.errors import InputError

OWN_MACHINE = frozenset(("localhost", "127.0.0.1", "[::1]"))


def demo_settings(env: Environment) -> dict[str, Any]:
    """`DEMO` is None, or the password and the accounts to show; InputError where the switch is on in a place it must not be."""
    if not env.demo:
        return {"DEMO": None}
    unfit = real_surroundings(env)
    if unfit:
        raise InputError(
            zh="演示模式不能用于正式环境",
            en="demo mode does not work in a real installation",
            where=f"ZHUNSHENG_DEMO, {', '.join(unfit)}",
            remedy_zh="取消 ZHUNSHENG_DEMO；演示请用 zhunsheng demo",
            remedy_en="unset ZHUNSHENG_DEMO; for a demonstration run zhunsheng demo",
        )
    return {"DEMO": json.loads((env.home / DEMO_ACCOUNTS).read_text(encoding="utf-8"))}


def real_surroundings(env: Environment) -> list[str]:
    """What speaks against a demonstration: its own database, a proxy, other names, another sign-in, no demo data."""
    signs = {
        "DATABASE_URL": env.database_url is not None,
        "DATABASE_OWNER_URL": env.database_owner_url is not None,
        "ZHUNSHENG_PROXIES": bool(env.proxies),
        "ZHUNSHENG_HOSTS": not set(env.hosts) <= OWN_MACHINE,
        "ZHUNSHENG_OIDC": env.oidc is not None,
        "ZHUNSHENG_WITNESSES": env.witnesses is not None,
        "ZHUNSHENG_LEDGER_KEY": env.ledger_key is not None,
        f"ZHUNSHENG_HOME/{DEMO_ACCOUNTS}": not (env.home / DEMO_ACCOUNTS).is_file(),
    }
    return [name for name, found in signs.items() if found]
