"""What norms are bound against: act types, fields and their values, and how laws count. The vocabulary itself is `acts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhunsheng.norms.loading import NormSet
from zhunsheng.norms.log import FieldType
from zhunsheng.norms.periods import Counting


@dataclass(frozen=True)
class Surroundings:
    """The facts that exist where norms are to be used."""

    fields: Mapping[str, FieldType]
    countings: Mapping[str, Counting]
    types: frozenset[str] | None = None
    """None where any type may be named, as with somebody else's log."""
    fields_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Act type → its fields, where that is known."""
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Text field → the codes it may take, where they are a closed list."""

    @classmethod
    def declared(cls, norms: NormSet, countings: Mapping[str, Counting]) -> Surroundings:
        """The act types and fields the norm files declare themselves."""
        acts = norms.acts
        return cls(
            fields={name: kind for fields in acts.values() for name, kind in fields.items()},
            countings=countings,
            types=frozenset(acts),
            fields_of={t: frozenset(f) for t, f in acts.items()},
        )
