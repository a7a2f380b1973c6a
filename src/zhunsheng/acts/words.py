"""Words for people: act types, fields, coded values and laws by name, in Chinese or English; an unknown name stays as it is."""

from __future__ import annotations

from functools import cache

from zhunsheng.acts.roles import QUALIFICATIONS, RANKS, ROLES
from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.yaml_source import read_yaml


@cache
def lexicon() -> dict[str, tuple[str, str]]:
    """Name → (Chinese, English); act types win over fields, fields over roles, roles over values and laws."""
    words = vocabulary()
    laws = read_yaml(rulebook_folder() / "laws.yaml")
    found: dict[str, tuple[str, str]] = {law["key"]: (law["title"]["zh"], law["title"]["en"]) for law in laws}
    for field in words.fields.values():
        found |= field.values
    # What an officer is at an act is told far more often than a coded value of the same name.
    found |= {**QUALIFICATIONS, **RANKS, **ROLES}
    found |= {f.name: (f.zh, f.en) for f in words.fields.values()}
    found |= {t.name: (t.zh, t.en) for t in words.types.values()}
    return found


def label(name: str, language: Language = "zh") -> str:
    """The words for a name."""
    known = lexicon().get(name)
    return name if known is None else known[language == "en"]
