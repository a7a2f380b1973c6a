"""The ways out of this installation, from the JSON file named in ZHUNSHENG_CHANNELS; no Django here, settings read it.

    {"console_url": "https://zhunsheng.bureau.example",
     "email": {"host": "mail.example", "port": 587, "security": "starttls", "user": "zhunsheng",
               "password_file": "/etc/zhunsheng/mail-password", "sender": "准绳 <zhunsheng@bureau.example>"},
     "chat": {"form": "gateway", "url": "https://gateway.example/chat", "secret_file": "/etc/zhunsheng/chat-secret"},
     "sms": {"form": "gateway", "url": "https://gateway.example/sms", "secret_file": "/etc/zhunsheng/sms-secret"}}

`form` is `gateway` (our own, signed), or `wecom`, `dingtalk`, `feishu` for a robot in a group of that service.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from zhunsheng.base.errors import InputError
from zhunsheng.people.issuers import Address


class Piece(BaseModel):
    """Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MailServer(Piece):
    """A mail server."""

    host: Annotated[str, Field(min_length=1)]
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    sender: Annotated[str, Field(min_length=3)]


class Hook(Piece):
    """An address that takes messages."""

    form: Literal["gateway", "wecom", "dingtalk", "feishu"] = "gateway"
    url: Address
    secret_file: Path | None = None

    @model_validator(mode="after")
    def signed(self) -> Self:
        """All but WeCom, whose address is the secret, need one to sign with."""
        if self.form != "wecom" and self.secret_file is None:
            raise ValueError("secret_file")
        return self


class Channels(Piece):
    """The whole file."""

    console_url: Address = "http://localhost:8000"
    email: MailServer | None = None
    chat: Hook | None = None
    sms: Hook | None = None


def channels_in(path: Path | None) -> Channels:
    """The ways of the file; none without a file. InputError names what cannot be used."""
    if path is None:
        return Channels()
    try:
        found = Channels.model_validate_json(path.read_bytes())
        for secret in secrets_of(found):
            secret.read_text(encoding="utf-8")
    except (ValidationError, OSError) as wrong:
        detail = (
            "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors())
            if isinstance(wrong, ValidationError)
            else str(wrong)
        )
        raise InputError(
            zh=f"提醒渠道配置不能用：{detail}",
            en=f"the channels cannot be used: {detail}",
            where=str(path),
            remedy_zh="对照 docs/operations/channels.md 改正该文件（ZHUNSHENG_CHANNELS）",
            remedy_en="mend the file (ZHUNSHENG_CHANNELS) by docs/operations/channels.md",
        ) from wrong
    return found


def secrets_of(found: Channels) -> list[Path]:
    """The files that hold secrets."""
    named = [
        found.email and found.email.password_file,
        *(h and h.secret_file for h in (found.chat, found.sms)),
    ]
    return [path for path in named if path]


def secret_in(path: Path | None) -> str:
    """What a file holds, without blanks around it; empty without one."""
    return "" if path is None else path.read_text(encoding="utf-8").strip()


def channel_settings(path: Path | None) -> dict[str, Any]:
    """Django's settings for mail, and the channels themselves."""
    found = channels_in(path)
    mail = found.email
    if mail is None:
        return {"CHANNELS": found}
    return {
        "CHANNELS": found,
        "EMAIL_HOST": mail.host,
        "EMAIL_PORT": mail.port,
        "EMAIL_USE_TLS": mail.security == "starttls",
        "EMAIL_USE_SSL": mail.security == "tls",
        "EMAIL_HOST_USER": mail.user,
        "EMAIL_HOST_PASSWORD": secret_in(mail.password_file),
        "EMAIL_TIMEOUT": 15,
        "DEFAULT_FROM_EMAIL": mail.sender,
    }
