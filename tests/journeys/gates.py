"""A blocking norm's own broken example, lived through: everything before the breach by the door, the breach itself at the screen."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.journeys.officers import AtDesk, Walk, local
from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.norms.language import Example, Norm
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.powers import Desk, desk_of
from zhunsheng.procedure.rulebook import rulebook

LATE = "系统停用期间办理"
OUTSIDE = frozenset(("id", "unit", "ended", "officers"))
HANDS = ("handler", "recorder", "investigator", "mediator")
AT: Mapping[Desk, str] = {Desk.REVIEW: "legal_reviewer", Desk.APPROVAL: "approver"}


@dataclass(frozen=True)
class Row:
    """One act of an example."""

    type: str
    at: dt.datetime
    ended: dt.datetime | None
    officers: tuple[tuple[str, str], ...]
    subjects: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Any]

    @property
    def desk(self) -> str:
        """Whose window it is recorded at."""
        return AT.get(desk_of(self.type), "handler")


@cache
def blocking() -> Mapping[str, Norm]:
    """The norms that refuse, by id."""
    return {norm.id: norm for _, _, norm in rulebook().norms.located() if norm.severity == "blocking"}


def rows_of(example: Example) -> Iterator[Row]:
    """The acts of an example, as acts are stated."""
    for row in example.acts:
        given: Mapping[str, Any] = row[2] if len(row) > 2 else {}
        declared = vocabulary().types[row[1]]
        named = {k: v for k, v in given.items() if k in declared.subjects}
        slots = [str(slot).split("/") for slot in given.get("officers", ())]
        yield Row(
            row[1],
            local(str(row[0])),
            local(str(given["ended"])) if given.get("ended") else None,
            tuple((slot[0], slot[1].strip() if len(slot) > 1 else "handler") for slot in slots),
            {k: tuple(map(str, v)) if isinstance(v, list) else (str(v),) for k, v in named.items()},
            {k: v for k, v in given.items() if k in declared.fields and k not in OUTSIDE},
        )


def lived(walk: Walk, norm: Norm, example: Example) -> tuple[uuid.UUID, Row]:
    """The case as it stands before the last act of the example, and that act."""
    rows = list(rows_of(example))
    first = min(row.at for row in rows)
    facts = {"case_kind": kind_of(rows)}
    conduct = first.astimezone(LOCAL).date()
    number = record(walk, None, "report.received", first - dt.timedelta(hours=3), facts)
    record(walk, number, "case.opened", first - dt.timedelta(hours=2), facts | {"conduct_on": conduct})
    for key in dict.fromkeys(name for row in rows for name in row.subjects.get("person", ())):
        known = {"name": f"演示·{key}", "identity_known": True, "person_role": "suspect", "age": 30}
        record(walk, number, "person.identified", first - dt.timedelta(hours=1), known, {"person": (key,)})
    for row in rows[:-1]:
        by = getattr(walk.bureau, row.desk)
        record(walk, number, row.type, row.at, row.fields, row.subjects, by=by, ended=row.ended, like=row)
    return number, rows[-1]


def kind_of(rows: Sequence[Row]) -> str:
    """The kind of case an example speaks of."""
    return next((str(r.fields["case_kind"]) for r in rows if "case_kind" in r.fields), "public-order")


def record(
    walk: Walk,
    case: uuid.UUID | None,
    act_type: str,
    at: dt.datetime,
    fields: Mapping[str, Any],
    subjects: Mapping[str, tuple[str, ...]] | None = None,
    *,
    by: Officer | None = None,
    ended: dt.datetime | None = None,
    like: Row | None = None,
) -> uuid.UUID:
    """Record one act by the door, as something done before that is entered late."""
    by = by or walk.bureau.handler
    handling = by == walk.bureau.handler
    stated = {
        n: dt.date.fromisoformat(str(v)) if vocabulary().fields[n].type == "date" else v
        for n, v in fields.items()
    }
    draft = Draft(
        type=act_type,
        occurred_at=at,
        ended_at=ended,
        dossier=case,
        officers=actors(walk, like) if handling and like else (),
        subjects=dict(subjects or {}),
        fields=stated,
        backfill=LATE if handling else "",
    )
    with clock.holding((ended or at) + dt.timedelta(minutes=1 if handling else 0)):
        found: uuid.UUID = enact(draft, by=by).dossier.id
    return found


def actors(walk: Walk, row: Row) -> tuple[Actor, ...]:
    """The officers of an example as officers of the bureau, the handling ones in order."""
    pair = [walk.bureau.handler, walk.bureau.second_handler]
    names = list(dict.fromkeys(name for name, role in row.officers if role in HANDS)) or ["", ""]
    standing = {name: pair[n % 2].number for n, name in enumerate(names)}
    if not row.officers:
        return tuple(Actor(o.number, "handler") for o in pair)
    return tuple(Actor(standing[name], role) for name, role in row.officers if role in HANDS)


def attempted(walk: Walk, case: uuid.UUID, row: Row) -> AtDesk:
    """The last act is filled in by its form, as far as the form asks, and sent."""
    walk.hands.at = (row.ended or row.at).replace(second=0)
    desk = walk.officer(row.desk)
    for one in walk.desks.values():
        one.stay_signed_in()
    desk.form(str(case), row.type, "&all=1")
    page = desk.page
    for kind in ("person", "item"):
        tick(page, "persons" if kind == "person" else "items", row.subjects.get(kind, ()))
    if row.ended:
        moment(page, "at", row.at)
        moment(page, "ended", row.ended)
    if row.officers and page.locator("[name=officers]").count():
        wanted = {actor.officer for actor in actors(walk, row) if actor.role in HANDS}
        for box in page.locator("[name=officers]").all():
            box.set_checked(box.get_attribute("value") in wanted)
    for name, value in row.fields.items():
        enter(page, name, value)
    with page.expect_navigation():
        page.locator("#act-form button[value=record]").click()
    return desk


def tick(page: Any, name: str, wanted: Sequence[str]) -> None:
    """Choose people or things by their keys; each choice asks the form anew."""
    for value in wanted:
        box = page.locator(f'#act-form [name="{name}"][value="{value}"]')
        if not box.count():
            page.locator("[name=items_new]").fill(value)
        elif not box.is_checked():
            shown = page.locator("#act-fields").element_handle()
            box.check()
            shown.wait_for_element_state("hidden")


def moment(page: Any, name: str, at: dt.datetime) -> None:
    """A time."""
    control = page.locator(f"#act-form [name={name}]")
    if control.count():
        control.fill(f"{at.astimezone(LOCAL):%Y-%m-%dT%H:%M}")


def enter(page: Any, name: str, value: Any) -> None:
    """A field by its name, whatever control it has; one that the form does not ask for is left."""
    control = page.locator(f'#act-form [name="f-{name}"]')
    if not control.count():
        return
    control.first.evaluate(
        "e => { for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true }"
    )
    kind = control.first.get_attribute("type")
    if kind == "radio":
        page.locator(f'#act-form [name="f-{name}"][value="{"yes" if value else "no"}"]').check()
    elif kind == "checkbox":
        control.set_checked(bool(value))
    elif control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(value=str(value), timeout=1_000)
    else:
        control.fill(str(value))
