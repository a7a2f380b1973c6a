"""How messages to chat and text-message gateways are signed, so that they know who sent them and that nothing was changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote_plus


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Our own: HMAC-SHA-256 over time and body, in hex; a gateway refuses what is old or does not fit."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def dingtalk_query(secret: str, milliseconds: int) -> str:
    """What a DingTalk robot wants behind its address: time, and HMAC-SHA-256 over time and secret."""
    signed = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return f"timestamp={milliseconds}&sign={quote_plus(base64.b64encode(signed))}"


def feishu_sign(secret: str, seconds: int) -> str:
    """What a Feishu robot wants in its body: HMAC-SHA-256 of nothing, under time and secret."""
    signed = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(signed).decode()
