"""Explanations as officers read them: colleagues, units and other norms by name, without notes to whoever writes rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.models import Officer, Unit
from zhunsheng.procedure.rulebook import rulebook

BEFORE_PART = re.compile(r"[^\s、，；：“”（）()]+(?=（| \()")
"""What stands before a bracket, as an officer's number does before the part played."""
UNIT = re.compile(r"(?<!\d)\d{12}(?!\d)")
SENTENCES = re.compile(r"(?<=[。；])|(?<=[.;]) +")
CODE = re.compile(r"[a-z][a-z0-9_-]*(?:[./][a-z][a-z0-9_-]*)+")
"""The id of a norm, or a file of the rulebook or the program."""


def names_in(lines: Iterable[str]) -> Mapping[str, str]:
    """The names of the officers and units that the lines give by number."""
    text = "\n".join(lines)
    numbers, codes = set(BEFORE_PART.findall(text)), set(UNIT.findall(text))
    names: dict[str, str] = {}
    if numbers:
        names.update(Officer.objects.filter(number__in=numbers).values_list("number", "name"))
    if codes:
        names.update(Unit.objects.filter(code__in=codes).values_list("code", "name_zh"))
    return names


def with_names(line: str, names: Mapping[str, str]) -> str:
    """A line with names in place of the numbers of officers and units."""
    for pattern in (BEFORE_PART, UNIT):
        line = pattern.sub(lambda found: names.get(found[0], found[0]), line)
    return line


def without_codes(line: str, language: Language) -> str:
    """A line with other norms by their titles; a sentence that names a file is left out."""
    kept = []
    for sentence in SENTENCES.split(line):
        told = CODE.sub(lambda found: titles(language).get(found[0], found[0]), sentence)
        if not CODE.search(told):
            kept.append(told)
    return (" " if language == "en" else "").join(kept).strip()


def titles(language: Language) -> Mapping[str, str]:
    """Id of a norm → its title in quotes."""
    found = {norm.id: norm.title for _, _, norm in rulebook().norms.located()}
    return {name: f"“{said.en if language == 'en' else said.zh}”" for name, said in found.items()}
