"""From a filled form to the drafts of its acts, in the order they happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

from zhunsheng.acts.drafts import Actor, Attached, Draft
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.casework.forms.asking import Manner, manner
from zhunsheng.casework.forms.filling import ROLE, STEP, SheetForm
from zhunsheng.casework.forms.sheets import Step
from zhunsheng.procedure.powers import decides

UNSAID = frozenset(("departs",))
"""Exceptions that are worked out, not ticked: nothing is said of them where they are not asked."""
MEDIA = ("audio/", "video/")


def drafts_of(form: SheetForm, attached: tuple[Attached, ...] = ()) -> list[Draft]:
    """The acts a valid form states; `attached` are its papers and recordings, stored already."""
    steps = [step for n, step in enumerate(form.sheet.steps) if form.cleaned_data.get(f"{STEP}{n}", True)]
    media = tuple(a for a in attached if a.media_type.startswith(MEDIA))
    papers = tuple(a for a in attached if a not in media)
    takes_media = next((n for n, step in enumerate(steps) if step.media), 0)
    return [
        draft_of(form, step, papers if n == 0 else (), media if n == takes_media else ())
        for n, step in enumerate(steps)
    ]


def draft_of(form: SheetForm, step: Step, papers: tuple[Attached, ...], media: tuple[Attached, ...]) -> Draft:
    """One act of a form."""
    given, corrects = form.cleaned_data, form.start.corrects
    at, ended = times_of(form, step)
    return Draft(
        type=step.type,
        occurred_at=at,
        ended_at=ended,
        dossier=form.known.dossier,
        unit=corrects.unit if corrects and corrects.unit != form.known.facts.unit else None,
        officers=officers_of(form, step),
        subjects=subjects_of(form, step),
        fields=fields_of(form, step),
        documents=papers or tuple(attached_before(one) for one in (corrects.documents if corrects else ())),
        recordings=tuple(during(one, at, ended) for one in media)
        or tuple(attached_before(one) for one in (corrects.recordings if corrects else ())),
        corrects=corrects.id if corrects else None,
        backfill=given.get("backfill") or "",
    )


def times_of(form: SheetForm, step: Step) -> tuple[dt.datetime, dt.datetime | None]:
    """When an act began and ended: the whole time where it lasts, else the beginning or the end of it."""
    at, ended = form.cleaned_data["at"], form.cleaned_data.get("ended")
    if step.declared.lasts:
        return at, ended
    return (ended or at, None) if step.at == "end" else (at, None)


def fields_of(form: SheetForm, step: Step) -> dict[str, Any]:
    """The facts of an act: fixed by the sheet, given, or following from the case."""
    found: dict[str, Any] = {}
    for name in step.declared.fields:
        value = step.fixed[name] if name in step.fixed else form.stated(name)
        if value is None and name not in UNSAID and manner(vocabulary().fields[name]) is Manner.EXCEPTION:
            value = False
        if value is not None:
            found[name] = value
    return found


def subjects_of(form: SheetForm, step: Step) -> dict[str, tuple[str, ...]]:
    """Whom and what an act is about."""
    given, kinds = form.cleaned_data, step.declared.subjects
    found: dict[str, tuple[str, ...]] = {}
    if "person" in kinds and not step.nobody:
        persons = given.get("persons") or ()
        found["person"] = (persons,) if isinstance(persons, str) else tuple(persons)
    if "item" in kinds and not step.nobody:
        fresh = [line.strip() for line in (given.get("items_new") or "").splitlines() if line.strip()]
        found["item"] = tuple(dict.fromkeys((*given.get("items", ()), *fresh)))
    for kind in ("appraisal", "recording", "room"):
        if kind in kinds and given.get(kind):
            found[kind] = (given[kind],)
    if step.type == "recording.made":
        corrects = form.start.corrects
        found["recording"] = (
            corrects.subjects.get("recording", ()) if corrects else (form.known.next_name("recording", "录"),)
        )
    return {kind: names for kind, names in found.items() if names}


def officers_of(form: SheetForm, step: Step) -> tuple[Actor, ...]:
    """Who stood at an act; nobody named where it is the recording officer's own business."""
    given = form.cleaned_data
    if decides(step.type) and step.type != "penalty.decided-on-the-spot":
        return ()
    handlers = given.get("officers") or []
    if step.alone and not form.start.corrects:
        mine = form.known.by.number
        handlers = [mine] if mine in handlers else handlers[:1]
    named = [Actor(number, "handler") for number in handlers]
    named += [Actor(given[ROLE + role], role) for role in form.sheet.roles if given.get(ROLE + role)]
    if given.get("also") and given.get("also_role"):
        named.append(Actor(given["also"], given["also_role"]))
    if form.start.corrects is not None:
        asked = {"handler", *form.sheet.roles}
        named += [
            Actor(o["officer"], o["role"]) for o in form.start.corrects.officers if o.get("role") not in asked
        ]
    return tuple(dict.fromkeys(named))


def during(media: Attached, at: dt.datetime, ended: dt.datetime | None) -> Attached:
    """A recording of the act: it ran from its beginning to its end."""
    return Attached(media.digest, media.name, media.media_type, media.size, at, ended)


def attached_before(one: Any) -> Attached:
    """What a corrected act had attached, kept by its correction."""

    def time(name: str) -> dt.datetime | None:
        return dt.datetime.fromisoformat(one[name]) if one.get(name) else None

    return Attached(
        one["digest"],
        one.get("name", ""),
        one.get("media_type", "application/octet-stream"),
        one.get("size", 0),
        time("started_at"),
        time("ended_at"),
    )
