"""Freezing a population, then drawing from it with a seed that did not exist when it was frozen."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.access import cases_within
from zhunsheng.inspections.access import running
from zhunsheng.inspections.audit import members_of
from zhunsheng.inspections.codes import Status, StepKind, Subject
from zhunsheng.inspections.evidence import evidence_seal
from zhunsheng.inspections.models import Chosen, Draw, Evidence, Inspection, Population
from zhunsheng.inspections.places import Places, places_of, units_of
from zhunsheng.inspections.planning import asked_of, noted, wanting
from zhunsheng.inspections.rules import inspecting, inspections_file
from zhunsheng.inspections.running import cases_of, condition
from zhunsheng.inspections.sampling import (
    SALT_SIZE,
    Member,
    drawn,
    population_digest,
    public_id,
    read_twice,
    sample_digest,
    seed_of,
)
from zhunsheng.ledger.models import Checkpoint, Entry
from zhunsheng.ledger.proofs import leaf_indices
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import units_under

PURPOSE = "supervision"


@transaction.atomic
def population_freeze(inspection_id: int, *, by: Officer) -> Population:
    """Fix the cases or units that fit now, and seal their digest before anybody can know the seed. Denied without the role.

    InputError where none fits, where all of more than may be read are to be read, and for one of a unit that may be drawn.
    """
    inspection = running(inspection_id, by)
    if inspection.status != Status.PLANNED:
        raise moved_on()
    salt = secrets.token_bytes(SALT_SIZE)
    visits = inspection.subject == Subject.UNITS
    found = sorted((Member(public_id(salt, key), stratum), key) for key, stratum in fitting(inspection, by))
    if not found:
        raise wanting("population", *NOTHING_FITS[visits])
    if not inspection.size and len(found) > (most := inspecting().most_read):
        raise wanting(
            "population",
            f"符合条件的有{len(found)}{'个' if visits else '件'}，全部检查最多{most}{'个' if visits else '件'}，请改为抽样",
            f"{len(found)} {'units' if visits else 'cases'} fit; all are read of at most {most}: draw a sample",
        )
    keys = [key for _, key in found]
    if visits:
        outsider_check(by, keys)
    population = Population.objects.create(
        inspection=inspection,
        at=clock.now(),
        by=by,
        salt=salt,
        dossiers=[] if visits else keys,
        units=keys if visits else [],
        strata=[member.stratum for member, _ in found],
        digest=population_digest([member for member, _ in found]),
    )
    evidence_seal(inspection, "frozen", announced(inspection, population))
    moved(inspection, Status.FROZEN)
    noted(inspection, StepKind.FROZEN, by, str(len(found)))
    return population


NOTHING_FITS = (("没有符合条件的案件", "no case fits"), ("没有符合条件的单位", "no unit fits"))
"""Of cases, and of units."""


def fitting(inspection: Inspection, by: Officer) -> Iterable[tuple[Any, str]]:
    """What fits now, each with its stratum: cases with their unit, or units with the one above them."""
    asked = asked_of(inspection)
    if isinstance(asked, Places):
        return places_of(asked, inspection.unit_id).order_by().values_list("code", "parent__code")
    rows = cases_of(asked, unit=inspection.unit_id, by=by, purpose=PURPOSE)
    pairs: Iterable[tuple[uuid.UUID, Any]] = rows.order_by().values_list("pk", "unit_id").iterator()
    return pairs


def outsider_check(by: Officer, units: Iterable[str]) -> None:
    """InputError for one who belongs to a unit that may be drawn: nobody arranges a visit to their own."""
    if units_of(by) & set(units):
        raise InputError(
            zh="您所在的单位在抽取范围内，不能办理这次抽查",
            en="your own unit may be drawn, so you do not arrange these visits",
            where="population",
            remedy_zh="由不在范围内的监督人员办理，或者改选单位类别",
            remedy_en="let a supervisor do it who belongs to none of them, or choose other kinds of unit",
        )


def announced(inspection: Inspection, population: Population) -> dict[str, object]:
    """What is committed before the seed exists."""
    visits = {"subject": "units"} if inspection.subject == Subject.UNITS else {}
    return visits | {
        "digest": population.digest,
        "count": len(population.keys),
        "query": asked_of(inspection).digest,
        "size": inspection.size,
        "stratified": inspection.stratified,
        "double": inspection.double,
        "public_source": inspection.public_source,
    }


def moved(inspection: Inspection, status: Status) -> None:
    """Go on."""
    inspection.status, inspection.changed_at = status, clock.now()
    inspection.save(update_fields=["status", "changed_at"])


def moved_on() -> InputError:
    """Somebody was there before."""
    return InputError(
        zh="这项检查已经有新的进展，您看到的不是最新状态",
        en="this inspection has moved on since you saw it",
        where="status",
        remedy_zh="重新打开页面",
        remedy_en="open it again",
    )


@dataclass(frozen=True)
class Head:
    """The head of the ledger a seed is made from, and the leaf of the entry that froze the population."""

    checkpoint: Checkpoint
    leaf: int


def head_after(inspection: Inspection) -> Head | None:
    """The first checkpoint that covers the freezing; None while there is none. Nobody chooses it, nor knew its root before."""
    record = Evidence.objects.filter(inspection=inspection, step="frozen").values_list("id", flat=True)
    seqs = list(Entry.objects.filter(record__in=list(record)).values_list("seq", flat=True))
    leaf = next(iter(leaf_indices(seqs).values()), None)
    if leaf is None:
        return None
    first = Checkpoint.objects.filter(size__gt=leaf).order_by("size").first()
    return None if first is None else Head(first, leaf)


def origin_of(checkpoint: Checkpoint) -> str:
    """Which ledger signed it: the first line of its note."""
    return checkpoint.note.partition("\n")[0]


@transaction.atomic
def sample_draw(inspection_id: int, *, by: Officer, public_value: str = "") -> Draw:
    """Draw, once. InputError while no checkpoint covers the freezing, and without the value that was announced.

    What must be read by the rulebook is added; it is no part of the random sample.
    """
    inspection = running(inspection_id, by)
    if inspection.status != Status.FROZEN:
        raise moved_on()
    outsider_check(by, inspection.population.units)
    value = public_value.strip()
    if bool(value) != bool(inspection.public_source) or "\n" in value:
        raise wanting(
            "public_value",
            "须填写事先公布的公开数值",
            "the value announced beforehand is needed, and no other",
        )
    head = head_after(inspection)
    if head is None:
        raise InputError(
            zh="固定总体以后的账本检查点还没有签发",
            en="no checkpoint of the ledger covers the freezing yet",
            where="status",
            remedy_zh="后台每两秒签发一次，稍后再抽取",
            remedy_en="one is signed every two seconds in the background; draw a little later",
        )
    return drawn_from(inspection, head.checkpoint, value, by)


def drawn_from(inspection: Inspection, checkpoint: Checkpoint, value: str, by: Officer) -> Draw:
    """Make the seed, draw, and write it all."""
    population = inspection.population
    members = members_of(population)
    root = bytes(checkpoint.root).hex()
    seed = seed_of(
        population.digest, origin=origin_of(checkpoint), size=checkpoint.size, root=root, public_value=value
    )
    sample = drawn(seed, members, inspection.size or len(members), stratified=inspection.stratified)
    draw = Draw.objects.create(
        inspection=inspection,
        at=clock.now(),
        by=by,
        origin=origin_of(checkpoint),
        size=checkpoint.size,
        root=root,
        public_value=value,
        seed=seed,
        drawn=len(sample),
        digest=sample_digest(sample),
    )
    rows = rows_of(inspection, population, sample, by)
    Chosen.objects.bulk_create(rows)
    said = {"digest": draw.digest, "seed": seed, "checkpoint": checkpoint.size, "public_value": value}
    evidence_seal(inspection, "drawn", said)
    moved(inspection, Status.DRAWN)
    noted(inspection, StepKind.DRAWN, by, str(len(rows)))
    return draw


def rows_of(
    inspection: Inspection, population: Population, sample: list[Member], by: Officer
) -> list[Chosen]:
    """What is to be looked at: the sample in its order, then the cases that must be read."""
    members = members_of(population)
    if inspection.subject == Subject.UNITS:
        codes = {m.id: code for m, code in zip(members, population.units, strict=True)}
        return [
            Chosen(inspection=inspection, public_id=m.id, unit_id=codes[m.id], place=place, random=True)
            for place, m in enumerate(sample, start=1)
        ]
    keys = {m.id: pk for m, pk in zip(members, population.dossiers, strict=True)}
    must = mandatory_of(inspection, population, by)
    twice = read_twice(len(sample), inspection.double)
    rows = [
        chosen(inspection, keys[m.id], m, place, random=True, mandatory=must.pop(keys[m.id], ""), double=place <= twice)
        for place, m in enumerate(sample, start=1)
    ]  # fmt: skip
    salt = bytes(population.salt)
    for place, (pk, (code, unit)) in enumerate(sorted(beyond(must, inspection, by)), start=len(rows) + 1):
        rows.append(
            chosen(inspection, pk, Member(public_id(salt, pk), unit), place, random=False, mandatory=code)
        )
    return rows


def chosen(
    inspection: Inspection,
    dossier: uuid.UUID,
    member: Member,
    place: int,
    *,
    random: bool,
    mandatory: str = "",
    double: bool = False,
) -> Chosen:
    """One case to be read."""
    return Chosen(
        inspection=inspection,
        dossier_id=dossier,
        public_id=member.id,
        unit_id=member.stratum,
        place=place,
        random=random,
        mandatory=mandatory,
        double=double,
    )


def mandatory_of(inspection: Inspection, population: Population, by: Officer) -> dict[uuid.UUID, str]:
    """The cases of the unit that must be read by the rulebook, each with the first ground. Only reviews ask for them."""
    if inspection.kind != "review":
        return {}
    since = population.at - dt.timedelta(days=inspecting(population.at).mandatory_days)
    rows = cases_within(by=by, purpose=PURPOSE).filter(
        unit__in=list(units_under(inspection.unit_id)), opened_at__gte=since
    )
    found: dict[uuid.UUID, str] = {}
    for one in inspections_file().mandatory:
        for pk in (
            rows.filter(condition(one.asked, population.at)).order_by("pk").values_list("pk", flat=True)
        ):
            found.setdefault(pk, one.code)
    return found


def beyond(
    must: dict[uuid.UUID, str], inspection: Inspection, by: Officer
) -> list[tuple[uuid.UUID, tuple[str, str]]]:
    """What must be read and was not drawn, with why and the unit; those read in an earlier review of the unit are left out."""
    before = Chosen.objects.unfenced("what was read before").filter(
        inspection__kind=inspection.kind, dossier__in=list(must), inspection__unit=inspection.unit_id
    )
    left = set(must) - set(before.values_list("dossier_id", flat=True))
    rows: Iterable[tuple[uuid.UUID, Any]] = (
        cases_within(by=by, purpose=PURPOSE).filter(pk__in=left).values_list("pk", "unit_id")
    )
    return [(pk, (must[pk], unit)) for pk, unit in rows]
