"""What is wrong with an entry, a proof or an export: a code for machines, a place, and one sentence in each language."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that does not hold; `where` names an act position, a field path, a member or a byte range."""

    code: str
    where: str
    zh: str
    en: str
