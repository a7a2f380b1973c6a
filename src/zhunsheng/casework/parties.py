"""People of a dossier: their keys, and their names in place of keys in words that were made from norms."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Protocol

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that looks like another."""
LENGTH = 7
KEY = re.compile(rf"P[{ALPHABET}]{{{LENGTH}}}")


class Named(Protocol):
    """Whoever has a name to show."""

    @property
    def shown(self) -> str: ...


def new_key() -> str:
    """A key for a person new to a dossier; 2^35 of them, so that one hardly ever means two people of the bureau."""
    return "P" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def named(text: str, parties: Mapping[str, Named]) -> str:
    """The text with names in place of keys; a key nobody has stays."""
    return KEY.sub(lambda found: parties[found[0]].shown if found[0] in parties else found[0], text)


def folded(name: str) -> str:
    """A name, number or title as it is looked up: composed, without case and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
