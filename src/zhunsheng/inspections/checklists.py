"""A checklist from the norms in force on the days concerned, with the rulebook's own answers; grouped by the six elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from zhunsheng.base import clock
from zhunsheng.inspections.codes import Engine, Subject
from zhunsheng.inspections.models import Checklist, Chosen, Inspection
from zhunsheng.inspections.rules import Question as Asked
from zhunsheng.inspections.rules import inspections_file
from zhunsheng.norms.language import Norm, Version
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.rulebook import Rulebook, rulebook
from zhunsheng.procedure.selectors import dossier_obligations
from zhunsheng.supervision.alerting import alerting_file, element_of
from zhunsheng.supervision.recording import keys_of

ENGINE: Mapping[str, Engine] = {
    "broken": Engine.BREACHED,
    "overdue": Engine.BREACHED,
    "late": Engine.BREACHED,
    "unknown": Engine.UNKNOWN,
    "pending": Engine.PENDING,
    "met": Engine.MET,
    "void": Engine.NONE,
}
"""Status of an obligation → what the rulebook says of the question; the graver one counts where there are several."""
GRAVEST = tuple(dict.fromkeys(ENGINE.values()))


@dataclass(frozen=True)
class Question:
    """One question, pinned: which version of which norm, and what the rulebook said when the checklist was made."""

    key: str
    element: str
    zh: str
    en: str
    look_zh: str
    look_en: str
    cites: tuple[str, ...]
    engine: str
    norm: str = ""
    version: str = ""
    severity: str = ""
    obligations: tuple[int, ...] = ()
    judgement: bool = False

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Question:
        """From how it is kept."""
        return cls(
            **{
                **kept,
                "cites": tuple(kept.get("cites", ())),
                "obligations": tuple(kept.get("obligations", ())),
            }
        )


def checklist_of(chosen: Chosen) -> Checklist:
    """The checklist of a case, made when it is first opened and the same for both readers from then on."""
    there = Checklist.objects.filter(pk=chosen.pk).first()
    if there is not None:
        return there
    book = rulebook()
    questions = [asdict(one) for one in made(book, chosen)]
    row, _ = Checklist.objects.get_or_create(
        chosen=chosen, defaults={"made_at": clock.now(), "edition": book.digest, "questions": questions}
    )
    return row


def questions_of(checklist: Checklist) -> list[Question]:
    """The questions kept in it."""
    return [Question.read(kept) for kept in checklist.questions]


def made(book: Rulebook, chosen: Chosen) -> list[Question]:
    """Every question, by element in the order of the six, breaches first within each."""
    inspection = chosen.inspection
    if chosen.dossier is None:
        found = [*on_site(book, inspection)]
    else:
        found = [*touched(book, chosen, inspection.norms), *untouched(book, chosen, inspection)]
    found += [asked(one) for one in human(inspection)]
    elements = [one.element for one in sorted_elements()]
    order = [engine.value for engine in (*GRAVEST, Engine.HUMAN)]
    return sorted(found, key=lambda q: (elements.index(q.element), order.index(q.engine), q.key))


def sorted_elements() -> list[Any]:
    """The six elements in the order people name them: 警情 案件 人员 物品 场所 卷宗."""
    order = ("incident", "case", "person", "item", "place", "file")
    return sorted(alerting_file().elements, key=lambda one: order.index(one.element))


def touched(book: Rulebook, chosen: Chosen, only: Sequence[str]) -> Iterable[Question]:
    """A question for each version of a norm that the case's acts have brought into play."""
    norms = {norm.id: norm for norm in book.norms.norms}
    groups: dict[tuple[str, str], list[Obligation]] = {}
    for row in dossier_obligations(chosen.case).select_related("opened_by"):
        if not only or row.norm_id in only:
            groups.setdefault((row.norm_id, row.version), []).append(row)
    for (norm_id, version), rows in groups.items():
        norm = norms.get(norm_id)
        first = rows[0]
        element = element_of(keys_of(first.scope), first.bearer, first.opened_by.type)
        engine = min((ENGINE[row.status] for row in rows), key=GRAVEST.index)
        yield of_norm(norm_id, version, norm, element, engine, tuple(row.pk for row in rows), first.severity)


def untouched(book: Rulebook, chosen: Chosen, inspection: Inspection) -> Iterable[Question]:
    """A question for each norm the inspection names that nothing in the case has brought into play."""
    if not inspection.norms:
        return
    there = set(dossier_obligations(chosen.case).values_list("norm_id", flat=True))
    day = chosen.case.opened_at.astimezone(clock.LOCAL).date()
    for norm in book.norms.norms:
        if norm.id in inspection.norms and norm.id not in there:
            yield from of_day(book, norm, day, Engine.NONE)


def on_site(book: Rulebook, inspection: Inspection) -> Iterable[Question]:
    """A question for each norm the visits name, by its law of today; all about places and items where they name none.

    The rulebook knows no facts of a place: two people look.
    """
    day = clock.now().astimezone(clock.LOCAL).date()
    for norm in book.norms.norms:
        named = norm.id in inspection.norms
        if named if inspection.norms else element_by(book, norm) in ("place", "item"):
            yield from of_day(book, norm, day, Engine.HUMAN)


def element_by(book: Rulebook, norm: Norm) -> str:
    """Which of the six elements a norm is about, by what opens it."""
    opened = next((p.opening.types for p in book.plans if p.norm_id == norm.id), ())
    return element_of(frozenset(norm.per), norm.bearer, next(iter(sorted(opened)), ""))


def of_day(book: Rulebook, norm: Norm, day: Any, engine: Engine) -> Iterable[Question]:
    """A question about a norm in the version of a day; none where it was no law then."""
    version = in_force(norm, day)
    if version is not None:
        since = version.in_force.from_.isoformat()
        yield of_norm(norm.id, since, norm, element_by(book, norm), engine, (), norm.severity)


def in_force(norm: Norm, day: Any) -> Version | None:
    """The version of a norm that was law on a day."""
    return next(
        (
            v
            for v in norm.versions
            if v.in_force.from_ <= day and (v.in_force.to is None or day <= v.in_force.to)
        ),
        None,
    )


def of_norm(
    norm_id: str,
    version: str,
    norm: Norm | None,
    element: str,
    engine: Engine,
    obligations: tuple[int, ...],
    severity: str,
) -> Question:
    """A question about a norm; one that has left the rulebook is told by its id."""
    if norm is None:
        return Question(
            f"{norm_id}@{version}", element, norm_id, norm_id, "", "", (), engine,
            norm_id, version, severity, obligations,
        )  # fmt: skip
    says = norm.says or norm.title
    body = next((v for v in norm.versions if v.in_force.from_.isoformat() == version), norm.versions[0])
    return Question(
        key=f"{norm_id}@{version}",
        element=element,
        zh=norm.title.zh,
        en=norm.title.en,
        look_zh=says.zh,
        look_en=says.en,
        cites=tuple(dict.fromkeys(f"{one.law} {one.article}" for one in body.basis)),
        engine=engine,
        norm=norm_id,
        version=version,
        severity=severity,
        obligations=obligations,
        judgement=norm.judgement,
    )


def human(inspection: Inspection) -> Iterable[Asked]:
    """What only a person can judge: the theme's questions, or where it names none all that fit cases, or places."""
    file = inspections_file()
    theme = file.theme(inspection.theme) if inspection.theme else None
    wanted = theme.questions if theme is not None and theme.questions else ()
    visits = inspection.subject == Subject.UNITS
    return [one for one in file.questions if (one.code in wanted if wanted else one.on_site == visits)]


def asked(one: Asked) -> Question:
    """A question for a person."""
    return Question(
        key=f"q.{one.code}",
        element=one.element,
        zh=one.title.zh,
        en=one.title.en,
        look_zh=one.look.zh,
        look_en=one.look.en,
        cites=tuple(f"{b.law} {b.article}" for b in one.basis),
        engine=Engine.HUMAN,
    )
