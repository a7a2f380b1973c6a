"""How act types and their typed fields are declared and looked up. The declarations stand in `acts.vocabulary`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal["text", "flag", "number", "date", "time"]


@dataclass(frozen=True)
class ActField:
    """A fact an act may state. One name has one type and one meaning in the whole vocabulary."""

    name: str
    type: FieldType
    zh: str
    en: str
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Code → (Chinese, English), for text fields that take one of a few values."""


@dataclass(frozen=True)
class ActType:
    """A kind of official act, named in the past tense (`person.arrived`)."""

    name: str
    zh: str
    en: str
    fields: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    lasts: bool = False
    """True for acts that take time and have an end (questioning, recording)."""
    schema: int = 1
    """Version of its fields; raise it when they change, and register an upcaster from the version before."""


@dataclass(frozen=True)
class Vocabulary:
    """Every act type and field by name."""

    types: Mapping[str, ActType]
    fields: Mapping[str, ActField]

    @classmethod
    def of(cls, types: Iterable[ActType], fields: Iterable[ActField]) -> Vocabulary:
        """Register declarations; ValueError when a name is taken or a type names a field that is not declared."""
        by_name: dict[str, ActField] = {}
        for f in fields:
            if f.name in by_name:
                msg = f"field {f.name} is declared twice"
                raise ValueError(msg)
            by_name[f.name] = f
        by_type: dict[str, ActType] = {}
        for t in types:
            missing = [name for name in t.fields if name not in by_name]
            if t.name in by_type or missing:
                msg = f"act type {t.name} is declared twice or names undeclared fields {missing}"
                raise ValueError(msg)
            by_type[t.name] = t
        return cls(by_type, by_name)

    def field_types(self) -> dict[str, FieldType]:
        """Field name → type, for binding the conditions of norms."""
        return {name: f.type for name, f in self.fields.items()}
