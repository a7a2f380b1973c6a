"""A declared filter over cases, kept as data: what an inspection looks at, readable by whoever doubts it later."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.base.errors import InputError

Days = Annotated[int, Field(ge=1, le=36_500)]
Code = Annotated[str, Field(min_length=1, max_length=120)]
Element = Literal["incident", "case", "person", "item", "place", "file"]
Judged = Literal["met", "pending", "late", "overdue", "broken", "void", "unknown"]


class QueryPart(BaseModel):
    """Unknown words are refused, so that a filter never silently asks less than it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Acts(QueryPart):
    """Which acts a case has or lacks, by type; corrected and withdrawn ones do not count."""

    any_of: tuple[Code, ...] = ()
    none_of: tuple[Code, ...] = ()


class Unfinished(QueryPart):
    """Something done at least so many days ago that nothing of a second kind has followed: a deposit never settled."""

    done: Annotated[tuple[Code, ...], Field(min_length=1)]
    not_followed_by: Annotated[tuple[Code, ...], Field(min_length=1)]
    days: Days


class Duties(QueryPart):
    """Obligations of some norms, or in some status."""

    norms: tuple[Code, ...] = ()
    status: tuple[Judged, ...] = ()


class Findings(QueryPart):
    """Findings about an element or under some norms; `standing` asks for those not put right yet."""

    elements: tuple[Element, ...] = ()
    norms: tuple[Code, ...] = ()
    standing: bool = False


class Kept(QueryPart):
    """What an inspection keeps as data of what it looks at."""

    def canonical(self) -> dict[str, object]:
        """As it is kept: what was not asked is left out."""
        found: dict[str, object] = self.model_dump(mode="json", exclude_defaults=True)
        return found

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class Query(Kept):
    """Every condition given must hold. Days are counted back from the moment the query is run."""

    kinds: tuple[Code, ...] = ()
    stages: tuple[Code, ...] = ()
    procedures: tuple[Code, ...] = ()
    state: Literal["open", "closed", "all"] = "all"
    opened_from: dt.date | None = None
    opened_to: dt.date | None = None
    closed_from: dt.date | None = None
    closed_to: dt.date | None = None
    open_longer_than: Days | None = None
    idle_for: Days | None = None
    """No act was recorded for so many days."""
    acts: Acts | None = None
    unfinished: Unfinished | None = None
    duties: Duties | None = None
    findings: Findings | None = None
    any_of: Annotated[tuple[Query, ...], Field(max_length=8)] = ()
    """One of these holds, besides the conditions above."""

    def each(self) -> tuple[Query, ...]:
        """Itself and the queries in it."""
        return (self, *(inner for one in self.any_of for inner in one.each()))


def query_read(spec: object) -> Query:
    """A query from data; InputError for what the language does not know, and for act types and kinds there are none of."""
    try:
        query = Query.model_validate(spec)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise unknown(place, str(first["msg"])) from fault
    types = vocabulary().types
    for part in query.each():
        named = [] if part.acts is None else [*part.acts.any_of, *part.acts.none_of]
        if part.unfinished is not None:
            named += [*part.unfinished.done, *part.unfinished.not_followed_by]
        for name in named:
            if name not in types:
                raise unknown("acts", name)
        for kind in part.kinds:
            if kind not in CASE_KINDS:
                raise unknown("kinds", kind)
    return query


def unknown(place: str, what: str) -> InputError:
    """The query asks for something that does not exist."""
    return InputError(
        zh=f"查询条件不成立：{place} {what}",
        en=f"the query cannot be read: {place} {what}",
        where=place,
        remedy_zh="改正这一项条件",
        remedy_en="mend this condition",
    )
