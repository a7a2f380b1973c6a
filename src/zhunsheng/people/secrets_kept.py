"""Secrets that are shown once: how they are made, and the digest that is all we keep of them."""

from __future__ import annotations

import base64
import hashlib
import secrets

PREFIX = "zs_"
CODE_GROUP = 5


def digest_of(secret: str) -> bytes:
    """SHA-256 of a secret with over 90 bits of chance in it; slow hashing is for passwords, which have less."""
    return hashlib.sha256(secret.encode()).digest()


def new_code() -> str:
    """A code to be read and typed by people: 20 letters and digits (100 bits) in groups of five."""
    letters = base64.b32encode(secrets.token_bytes(13)).decode()[:20]
    return "-".join(letters[i : i + CODE_GROUP] for i in range(0, len(letters), CODE_GROUP))


def typed_code(text: str) -> str:
    """A code as it was made, from what somebody typed: any case, any blanks or hyphens."""
    letters = "".join(c for c in text.upper() if c.isalnum())
    return "-".join(letters[i : i + CODE_GROUP] for i in range(0, len(letters), CODE_GROUP))


def new_token() -> tuple[str, str]:
    """A programme's token (256 bits) and the part of it that is shown in lists."""
    prefix = PREFIX + secrets.token_hex(4)
    return f"{prefix}_{secrets.token_urlsafe(32)}", prefix
