"""The rows of a case, made from its acts in the transaction that records each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from zhunsheng.acts.drafts import LONGEST_NAME
from zhunsheng.acts.models import Dossier
from zhunsheng.base.clock import from_microseconds
from zhunsheng.casework.discretion.past import DECIDING, decided_project
from zhunsheng.casework.facts import CaseFacts, PartyFacts, case_facts
from zhunsheng.casework.models import LONGEST_TITLE, Case, Party, Term
from zhunsheng.casework.papers.making import MADE
from zhunsheng.casework.papers.rows import papers_project
from zhunsheng.casework.parties import folded
from zhunsheng.casework.stages import Stage, procedure_of, settled_at, stage_of, waiting_for
from zhunsheng.procedure.projections import Changed
from zhunsheng.procedure.standing import Stored

PEOPLE_SHOWN = 3
LIVE = frozenset(("pending", "overdue"))
FAULTY = frozenset(("broken", "late"))
PARTY_COLUMNS = ("name", "roles", "id_number", "birth_on", "age", "sex", "juvenile")
COLUMNS = tuple(f.attname for f in Case._meta.concrete_fields if not f.primary_key)  # noqa: SLF001 - Django's documented API


def case_project(changed: Changed) -> None:
    """Bring the rows of one dossier to what its acts and obligations say."""
    dossier = changed.dossier
    facts = facts_of(changed)
    row = Case(dossier=dossier, **case_columns(dossier, facts, changed.obligations.values()))
    row.changed_at = changed.acts[-1].recorded_at
    Case.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["dossier"], update_fields=list(COLUMNS)
    )
    if changed.act is None or touches_people(changed):
        parties_project(dossier, facts)
        terms_project(dossier, facts)
    if touches_decisions(changed):
        decided_project(dossier, facts)
    if (
        changed.act is None
        or changed.act.corrects_id is not None
        or changed.act.type in (MADE, "record.erased")
    ):
        papers_project(dossier, facts)


def facts_of(changed: Changed) -> CaseFacts:
    """The facts of a dossier as changed."""
    dossier = changed.dossier
    return case_facts(
        dossier.number,
        changed.acts,
        unit=dossier.unit_id,
        opened_at=dossier.opened_at,
        closed_at=dossier.closed_at,
    )


def touches_decisions(changed: Changed) -> bool:
    """Whether the newest act may change what was decided on whom."""
    act = changed.act
    return act is None or act.type in DECIDING or act.corrects_id is not None or act.type == "record.erased"


def touches_people(changed: Changed) -> bool:
    """Whether the newest act may change who is in the case or what it is found by."""
    act = changed.act
    if act is None or act.position == 1 or act.corrects_id is not None or act.type == "record.erased":
        return True
    known = {key for other in changed.acts[:-1] for key in other.subjects.get("person", ())}
    named = set(act.subjects.get("person", ()))
    return act.type == "person.identified" or bool(named - known) or "paper_number" in act.fields


def case_columns(dossier: Dossier, facts: CaseFacts, obligations: Iterable[Stored]) -> dict[str, Any]:
    """What the list shows of a case."""
    standing = [o for o in obligations if not o.withdrawn]
    due = [o.due_us for o in standing if o.status in LIVE and o.due_us is not None]
    suspects = facts.suspects
    closed = dossier.closed_at or (None if due else settled_at(facts))
    return {
        "number": dossier.number,
        "kind": dossier.kind,
        "unit_id": dossier.unit_id,
        "title": " ".join(facts.summary.split())[:LONGEST_TITLE],
        "people": people_shown(facts, suspects),
        "suspects": len(suspects),
        "juvenile": any(s.juvenile for s in suspects),
        "procedure": procedure_of(facts).value,
        "stage": (Stage.CLOSED if closed else stage_of(facts)).value,
        "waiting": waiting_for(facts).value,
        "handler_id": next(iter(facts.handlers), None),
        "co_handler_id": next(iter(facts.handlers[1:]), None),
        "opened_at": dossier.opened_at,
        "closed_at": closed,
        "sealed_at": dossier.sealed_at,
        "due_at": from_microseconds(min(due)) if due else None,
        "overdue": sum(o.status == "overdue" for o in standing),
        "broken": sum(o.status in FAULTY for o in standing),
        "position": dossier.position,
    }


def people_shown(facts: CaseFacts, suspects: list[PartyFacts]) -> str:
    """The first names, suspects before others; whoever has no name yet is left out."""
    order = [*suspects, *(p for p in facts.parties.values() if p not in suspects)]
    names = [p.name for p in order if p.name]
    return "、".join(names[:PEOPLE_SHOWN])[:200]


def parties_project(dossier: Dossier, facts: CaseFacts) -> None:
    """The people of the dossier as rows."""
    wanted = {key: party_columns(party) for key, party in facts.parties.items()}
    rows = Party.objects.unfenced("rows follow acts").filter(dossier=dossier)
    kept: dict[str, dict[str, Any]] = {}
    for row in rows:
        kept[row.key] = {column: getattr(row, column) for column in PARTY_COLUMNS}
    replaced(rows, "key", kept, wanted, lambda key, found: Party(dossier=dossier, key=key, **found))


def party_columns(party: PartyFacts) -> dict[str, Any]:
    """A person's columns."""
    fields = party.fields
    return {
        "name": party.name[:LONGEST_NAME],
        "roles": " ".join(party.roles)[:120],
        "id_number": str(fields.get("id_number") or "")[:60],
        "birth_on": fields.get("birth_on"),
        "age": party.age,
        "sex": fields.get("sex") or "",
        "juvenile": party.juvenile,
    }


def terms_project(dossier: Dossier, facts: CaseFacts) -> None:
    """What the dossier is found by, as rows."""
    wanted = terms_of(facts)
    rows = Term.objects.filter(dossier=dossier)
    kept: dict[tuple[str, str], dict[str, Any]] = {(row.kind, row.term): {} for row in rows}
    gone = [pair for pair in kept if pair not in wanted]
    for kind, term in gone:
        rows.filter(kind=kind, term=term).delete()
    Term.objects.bulk_create(
        [Term(dossier=dossier, kind=kind, term=term) for kind, term in wanted if (kind, term) not in kept],
        ignore_conflicts=True,
    )


def terms_of(facts: CaseFacts) -> list[tuple[str, str]]:
    """Kind and folded words: the case's number, names, identity numbers, numbers of papers."""
    found = [("number", folded(facts.number))]
    for party in facts.parties.values():
        found += [("name", folded(party.name))] if party.name else []
        number = str(party.fields.get("id_number") or "")
        found += [("identity", folded(number))] if number else []
    papers = {str(a.fields["paper_number"]) for a in facts.acts if a.fields.get("paper_number")}
    found += [("paper", folded(paper)) for paper in sorted(papers)]
    return [(kind, term[:200]) for kind, term in dict.fromkeys(found)]


def replaced(
    rows: models.QuerySet[Any],
    column: str,
    kept: Mapping[str, Mapping[str, Any]],
    wanted: Mapping[str, Mapping[str, Any]],
    make: Any,
) -> None:
    """Bring the rows of a dossier, told apart by one column, to what is wanted."""
    stale = [key for key, found in kept.items() if wanted.get(key) != found]
    if stale:
        rows.filter(**{f"{column}__in": stale}).delete()
    new = [make(key, found) for key, found in wanted.items() if kept.get(key) != found]
    if new:
        rows.model.objects.bulk_create(new)
