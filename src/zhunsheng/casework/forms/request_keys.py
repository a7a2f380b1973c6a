"""Names that follow from a form's own key, so that the same form sent twice states the same acts."""

from __future__ import annotations

import hashlib

from zhunsheng.casework.parties import ALPHABET, LENGTH


def person_key(request_key: str, part: str) -> str:
    """The key of a person that a form adds to a dossier: as unforeseeable as the form's own key."""
    digest = int.from_bytes(hashlib.sha256(f"{request_key}/{part}".encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        digest, place = divmod(digest, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "P" + "".join(letters)
