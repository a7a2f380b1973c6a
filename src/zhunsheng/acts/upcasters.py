"""Old acts read in today's shape: an act keeps the fields it was written with; steps registered here bring them up when read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zhunsheng.acts.models import Act
from zhunsheng.acts.vocabulary import vocabulary

Upcaster = Callable[[Mapping[str, Any]], dict[str, Any]]
"""From the fields of one schema version to those of the next; it may drop and rename, and never invents a fact."""


class Upcasters:
    """The steps by act type and the version they start from."""

    def __init__(self) -> None:
        self.steps: dict[tuple[str, int], Upcaster] = {}

    def add(self, act_type: str, version: int, step: Upcaster) -> None:
        """Register the step from `version` to the next; ValueError when there is one already."""
        if (act_type, version) in self.steps:
            msg = f"{act_type} has an upcaster from version {version} already"
            raise ValueError(msg)
        self.steps[act_type, version] = step

    def missing(self, schemas: Mapping[str, int]) -> list[tuple[str, int]]:
        """The steps that the present schema versions (type → version) need and nobody registered."""
        return [
            (name, v) for name, now in schemas.items() for v in range(1, now) if (name, v) not in self.steps
        ]

    def raised(self, act_type: str, schema: int, fields: Mapping[str, Any], now: int) -> dict[str, Any]:
        """The fields in schema version `now`; LookupError when a step is missing or the act is newer than this program."""
        if schema > now:
            msg = f"{act_type} was written in schema {schema}, this program knows {now}: upgrade it"
            raise LookupError(msg)
        raised = dict(fields)
        for version in range(schema, now):
            raised = self.steps[act_type, version](raised)
        return raised


UPCASTERS = Upcasters()


def fields_now(act: Act) -> dict[str, Any]:
    """The act's fields in the present schema of its type."""
    declared = vocabulary().types.get(act.type)
    now = 1 if declared is None else declared.schema
    return act.fields if act.schema == now else UPCASTERS.raised(act.type, act.schema, act.fields, now)
