"""The adapters of this installation; a test puts its own in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from zhunsheng.supervision.channels.contract import Adapter
from zhunsheng.supervision.channels.mail import Mail
from zhunsheng.supervision.channels.settings import Channels, Hook, secret_in
from zhunsheng.supervision.channels.webhook import Webhook

_instead: ContextVar[Mapping[str, Adapter] | None] = ContextVar("adapters", default=None)


def adapters() -> Mapping[str, Adapter]:
    """Channel → adapter, of those that are set up here; the console needs none."""
    instead = _instead.get()
    if instead is not None:
        return instead
    found: Channels = settings.CHANNELS
    ways: dict[str, Adapter] = {} if found.email is None else {"email": Mail()}
    for name, hook in (("chat", found.chat), ("sms", found.sms)):
        if hook is not None:
            ways[name] = webhook(hook)
    return ways


def webhook(hook: Hook) -> Webhook:
    """The adapter of an address."""
    return Webhook(hook.url, secret_in(hook.secret_file), hook.form)


def channels_at_hand() -> frozenset[str]:
    """The channels outside the console that are set up here."""
    return frozenset(adapters())


def console_url() -> str:
    """Where officers open the console."""
    found: Channels = settings.CHANNELS
    return found.console_url.rstrip("/")


@contextmanager
def replaced(ways: Mapping[str, Adapter]) -> Iterator[None]:
    """Within the block these adapters stand in for those of the installation."""
    token = _instead.set(ways)
    try:
        yield
    finally:
        _instead.reset(token)
