"""What papers a case gives rise to: each with the act it comes from and its person, and whether it is made already."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zhunsheng.base.errors import InputError
from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.forms.codes import DOCUMENTS
from zhunsheng.casework.papers.filling import Sheet, filled
from zhunsheng.casework.papers.kinds import Kind, Origin, Version, kinds
from zhunsheng.casework.papers.view import PaperView, Register
from zhunsheng.people.bilingual import both
from zhunsheng.procedure.rulebook import rulebook

MADE = "document.made"
NAMED_IN = re.compile(r'document (?:==|in) (\[[^\]]*\]|"[^"]+")')


@dataclass(frozen=True)
class Makeable:
    """A paper that may be made now."""

    kind: Kind
    version: Version
    base: CaseAct
    person: str
    made: CaseAct | None
    """The act that made it here, where it is made already; one that was only noted to exist can still be made."""

    @property
    def ref(self) -> str:
        """Its name in addresses."""
        return f"{self.kind.code}.{self.base.id}.{self.person}"


def makeables(facts: CaseFacts) -> list[Makeable]:
    """Every paper the acts give rise to, in the order of the catalogue."""
    return [one for kind in kinds().values() for one in of_kind(facts, kind)]


def of_kind(facts: CaseFacts, kind: Kind) -> Iterator[Makeable]:
    """Those of one kind: of the first origin there is for each person, each of its acts."""
    taken: dict[str, str] = {}
    found: list[tuple[CaseAct, str]] = []
    for origin in kind.origins:
        for act in facts.all(origin.act):
            if fits(origin, act):
                found += [
                    (act, person)
                    for person in persons_of(facts, kind, act)
                    if taken.setdefault(person, origin.act) == origin.act
                ]
    made = [a for a in facts.all(MADE) if a.fields.get("template") == kind.code]
    for n, (act, person) in enumerate(found):
        version = kind.version_on(act.at.date())
        if version is None:
            continue
        later = [a.position for a, p in found[n + 1 :] if p == person]
        own = [
            m
            for m in made
            if (not person or person in m.persons)
            and act.position < m.position < min(later, default=m.position + 1)
        ]
        yield Makeable(kind, version, act, person, own[-1] if own else None)


def fits(origin: Origin, act: CaseAct) -> bool:
    """Whether the act states what the paper needs it to."""
    return all(act.fields.get(name) in values for name, values in origin.when.items())


def persons_of(facts: CaseFacts, kind: Kind, act: CaseAct) -> tuple[str, ...]:
    """Whom the paper is about: nobody in particular, those of the act, or each suspect where the act names nobody."""
    if kind.per == "case":
        return ("",)
    return act.persons or tuple(p.key for p in facts.suspects)


def makeable_of(facts: CaseFacts, ref: str) -> Makeable:
    """The one with that name in addresses; InputError where there is none."""
    code, _, rest = ref.partition(".")
    base, _, person = rest.partition(".")
    kind = kinds().get(code)
    for one in of_kind(facts, kind) if kind else ():
        if str(one.base.id) == base and one.person == person:
            return one
    raise InputError(
        zh="本案没有可以据以制作这份文书的行为",
        en="no act of this case gives rise to that paper",
        where="paper",
        remedy_zh="先登记相应的执法行为，或在文书列表中选择",
        remedy_en="record the act first, or choose from the list of papers",
    )


def sheet_of(
    facts: CaseFacts, register: Register, one: Makeable, entries: Mapping[str, Any], **more: Any
) -> Sheet:
    """The paper filled from the facts as they stand."""
    return filled(
        one.kind,
        one.version,
        PaperView(facts, register, one.base, one.person, entries, due_by=one.kind.due_by, **more),
    )


def norms_of_documents() -> dict[str, frozenset[str]]:
    """Norm → the documents its conditions name: making or serving one of them is what it asks for."""
    return documents_named(rulebook().digest)


@cache
def documents_named(edition: str) -> dict[str, frozenset[str]]:
    """The same for an edition of the rulebook, which is the one in force."""
    assert edition == rulebook().digest
    found = {}
    for norm in rulebook().norms.norms:
        said = json.dumps(norm.model_dump(mode="json"), ensure_ascii=False).replace('\\"', '"')
        names = {name for group in NAMED_IN.findall(said) for name in re.findall(r'"([^"]+)"', group)}
        if names:
            found[norm.id] = frozenset(names)
    return found


def title_of(document: str) -> str:
    """A document's title in the reader's language; what is neither a paper of ours nor known to forms keeps its code."""
    known = kinds().get(document)
    zh, en = (known.title.zh, known.title.en) if known else DOCUMENTS.get(document, (document, document))
    return str(both(zh, en))
