"""The door's answer in plain words: what would be refused or criticised, why, what is missing, and where to put it right."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlencode

from django.urls import reverse

from zhunsheng.acts.drafts import InvalidDraft
from zhunsheng.acts.words import label
from zhunsheng.base.errors import InputError
from zhunsheng.casework.forms.codes import codes_told
from zhunsheng.casework.forms.sheets import sheets
from zhunsheng.casework.parties import Named, named
from zhunsheng.casework.readable import names_in, with_names, without_codes
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.plans import Covered, Plan, Prior, Standing, Timed
from zhunsheng.people.bilingual import both
from zhunsheng.procedure.errors import Refused
from zhunsheng.procedure.guard import Notice

ACT_ID = re.compile(r"\s*\[([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\]")


@dataclass(frozen=True)
class Cure:
    """The form of the act that would put it right."""

    url: str
    label: object


@dataclass(frozen=True)
class Said:
    """One norm that speaks up."""

    weight: str
    title: str
    verdict: str
    basis: tuple[str, ...]
    facts: tuple[str, ...]
    missing: tuple[str, ...]
    cure: str
    link: Cure | None = None


@dataclass(frozen=True)
class Fault:
    """Something the form itself has wrong: the field it belongs to, where there is one."""

    field: str | None
    text: str


@dataclass(frozen=True)
class Advice:
    """The answer: `clear` where nothing speaks against it, `warned`, `refused`, or `faulty` where the form is not whole."""

    state: Literal["clear", "warned", "refused", "faulty"]
    said: Sequence[Said] = ()
    faults: Sequence[Fault] = ()
    remedy: object = ""

    @property
    def refusals(self) -> list[Said]:
        return [one for one in self.said if one.weight == "refuses"]

    @property
    def warnings(self) -> list[Said]:
        return [one for one in self.said if one.weight != "refuses"]


@dataclass(frozen=True)
class Telling:
    """How an answer is told: the case it is about, its people, the language, and the act in hand."""

    dossier: uuid.UUID | None
    parties: Mapping[str, Named] = field(default_factory=dict)
    language: Language = "zh"
    positions: Mapping[str, int] = field(default_factory=dict)
    """Id of an act → its place in the case."""

    def notices(self, notices: Iterable[Notice]) -> list[Said]:
        """Notices in words, each sentence once."""
        found: dict[tuple[str, str], Said] = {}
        for notice in notices:
            one = self.notice(notice)
            found.setdefault((one.title, one.verdict), one)
        names = names_in(line for one in found.values() for line in (one.verdict, *one.facts, *one.missing))
        return [
            replace(
                one,
                verdict=with_names(one.verdict, names),
                facts=tuple(with_names(line, names) for line in one.facts),
                missing=tuple(with_names(line, names) for line in one.missing),
            )
            for one in found.values()
        ]

    def notice(self, notice: Notice) -> Said:
        """One notice with names in place of keys."""
        told = notice.told(self.language)

        def words(lines: Iterable[str]) -> tuple[str, ...]:
            return tuple(
                codes_told(plain(named(line, self.parties), self.positions), self.language) for line in lines
            )

        return Said(
            notice.weight,
            told.title,
            named(told.verdict, self.parties),
            tuple(filter(None, (without_codes(line, self.language) for line in told.basis))),
            words(told.facts),
            words(told.missing),
            named(told.cure, self.parties),
            self.cure(notice),
        )

    def cure(self, notice: Notice) -> Cure | None:
        """The form of the act the norm asks for, about the same person or thing."""
        wanted = wanted_type(notice.row.plan)
        if wanted is None or self.dossier is None:
            return None
        scope = dict(zip((k.name for k in notice.row.plan.per), notice.row.scope, strict=False))
        return Cure(
            act_url(self.dossier, wanted, scope),
            both(f"去登记“{label(wanted)}”", f"Record: {label(wanted, 'en')}"),
        )

    def refused(self, error: Refused) -> Advice:
        """What the norms refuse."""
        return Advice("refused", self.notices(error.reasons))


def plain(line: str, positions: Mapping[str, int]) -> str:
    """A line of an explanation without ids: an act is named by its place in the case, one not yet recorded by nothing."""

    def place(found: re.Match[str]) -> str:
        known = positions.get(found[1])
        return str(both(f"（第{known}项）", f" (act {known})")) if known else ""

    return ACT_ID.sub(place, line)


PAGES: Mapping[str, str] = {
    "case.characterised": "decision",
    "penalty.proposed": "decision",
    "penalty.decided": "decision",
    "legal-review.passed": "review",
    "legal-review.returned": "review",
    "legal-review.refused": "review",
}
"""Acts that a tab of the case records, because more belongs to them than a form can hold."""


def act_url(dossier: uuid.UUID, slug: str, about: Mapping[str, str] | None = None) -> str:
    """The address of a form, about somebody or something."""
    if slug in PAGES:
        person = (about or {}).get("person")
        page = reverse("case_tab", args=[dossier, PAGES[slug]])
        return f"{page}?{urlencode({'person': person})}" if person and PAGES[slug] == "decision" else page
    query = {kind: value for kind, value in (about or {}).items() if kind in ("person", "item") and value}
    address = reverse("case_act", args=[dossier, slug])
    return f"{address}?{urlencode(query)}" if query else address


def wanted_type(plan: Plan) -> str | None:
    """The act a norm asks for, where it can be named and has a form."""
    form = plan.form
    types: tuple[str, ...] = ()
    match form:
        case Timed():
            types = form.meet.types
        case Prior():
            types = form.prior.types
        case Covered():
            types = form.recording.types
        case Standing():
            types = form.end.types if form.end is not None else ()
        case _:
            types = ()
    return next((t for t in types if t in sheets()), None)


PLACES: Mapping[str, str] = {
    "occurred_at": "at",
    "ended_at": "ended",
    "officers": "officers",
    "subjects": "persons",
    "documents": "files",
    "recordings": "files",
    "backfill": "backfill",
}
"""Where the door finds fault → the field of the form."""


def faults_of(error: InputError) -> list[Fault]:
    """What is wrong with the acts, beside the fields it was typed into."""
    if isinstance(error, InvalidDraft):
        return [Fault(field_of(f.where), str(both(f.zh, f.en))) for f in error.faults]
    zh = f"{error.zh}。{error.remedy_zh}。" if error.remedy_zh else f"{error.zh}。"
    en = f"{error.en}: {error.remedy_en}." if error.remedy_en else f"{error.en}."
    return [Fault(field_of(error.where), str(both(zh, en)))]


def field_of(where: str) -> str | None:
    """The field of the form that a place of a draft was typed into."""
    head, _, rest = where.partition(".")
    if head == "fields" and rest:
        return f"f-{rest}"
    if head == "subjects" and rest.startswith("item"):
        return "items_new"
    return PLACES.get(head)


def advised(telling: Telling, notices: Iterable[Notice]) -> Advice:
    """The answer to acts that may be recorded."""
    said = telling.notices(notices)
    return Advice("warned" if said else "clear", said)


def faulty(form: Any) -> Advice:
    """The answer to a form that is not whole."""
    return Advice(
        "faulty",
        faults=[Fault(name or None, text) for name, errors in form.errors.items() for text in errors],
    )
