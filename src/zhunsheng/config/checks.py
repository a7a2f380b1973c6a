"""What `zhunsheng manage check --deploy` asks of a production installation beyond Django's own checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from zhunsheng.base.environment import Environment

EXAMPLE = "zhunsheng.example"


def production(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_kwargs: Any,
) -> list[checks.CheckMessage]:
    """One warning for each thing a bureau's server must not be without."""
    env: Environment = settings.ENVIRONMENT
    lacking = []
    if not env.database_url:
        lacking.append(missing(1, "DATABASE_URL", "没有指定数据库", "no database is named"))
    if not env.proxies:
        lacking.append(
            missing(
                2, "ZHUNSHENG_PROXIES", "没有反向代理，连接不加密", "no proxy: connections are not encrypted"
            )
        )
    if EXAMPLE in env.ledger_origin:
        lacking.append(
            missing(3, "ZHUNSHENG_LEDGER_ORIGIN", "账本名还是示例名", "the ledger has the example's name")
        )
    if not env.witnesses:
        lacking.append(
            missing(4, "ZHUNSHENG_WITNESSES", "账本没有外部见证人", "the ledger has no outside witness")
        )
    if env.log_format != "json":
        lacking.append(
            missing(5, "ZHUNSHENG_LOG", "日志不是 JSON，难以检索", "logs are not JSON and hard to search")
        )
    return lacking


def missing(number: int, variable: str, zh: str, en: str) -> checks.CheckMessage:
    """The warning for one variable."""
    return checks.Warning(
        f"{zh} · {en}", hint=f"{variable}: docs/operations/settings.md", id=f"zhunsheng.W{number:03}"
    )


def register_all() -> None:
    """Make the checks known to Django."""
    checks.register(production, checks.Tags.security, deploy=True)
