"""Which units may be drawn for a visit, and who belongs to a unit, so that nobody visits or draws their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from pydantic import Field, ValidationError

from zhunsheng.base import clock
from zhunsheng.inspections.query import Kept, unknown
from zhunsheng.people.models import Officer, Post, Unit
from zhunsheng.people.selectors import roles_held, units_living, units_over, units_under

Placed = Literal["city", "county", "station", "department"]
"""Kinds of unit that have premises to visit."""


class Places(Kept):
    """The units below the one that orders the visits, of some kinds."""

    unit_kinds: Annotated[tuple[Placed, ...], Field(min_length=1)]


def places_read(spec: Mapping[str, Any]) -> Places:
    """Which units, from data; InputError for kinds there are none of, and for none."""
    try:
        return Places.model_validate(spec)
    except ValidationError as fault:
        raise unknown("unit_kinds", str(fault.errors()[0]["msg"])) from fault


def places_of(places: Places, unit: str) -> QuerySet[Unit]:
    """The living units below a unit, of these kinds; never the one that orders, nor one that was merged into another."""
    return units_living().filter(kind__in=places.unit_kinds, code__in=units_under(unit)).exclude(code=unit)


def units_of(officer: Officer) -> set[str]:
    """The units somebody belongs to by account, post or role, with all above each: of any of these they are no outsider."""
    own = {officer.unit_id, *(held.unit_code for held in roles_held(officer))}
    own |= set(Post.objects.filter(officer=officer).at(clock.now()).values_list("unit_id", flat=True))
    return {code for unit in own for code in units_over(unit)}
