"""The facts that papers name, and where each comes from in the dossier. A paper can name no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhunsheng.acts.words import label
from zhunsheng.casework.facts import PartyFacts
from zhunsheng.casework.papers.view import PaperView
from zhunsheng.casework.papers.violations import violation_basis, violation_words
from zhunsheng.casework.papers.wording import cited, coded, day, moment, yuan

Value = str | bool | list[dict[str, str]] | None
IDENTIFY, CHARACTERISE, ENTERED = "person.identified", "case.characterised", "document.made"


@dataclass(frozen=True)
class Word:
    """A fact by name; `cure` is the type of act that states it, `document.made` where it is entered with the paper itself."""

    name: str
    zh: str
    en: str
    cure: str
    get: Callable[[PaperView], Value]


WORDS: dict[str, Word] = {}


def word(name: str, zh: str, en: str, cure: str, get: Callable[[PaperView], Value]) -> None:
    """Have papers name a fact."""
    WORDS[name] = Word(name, zh, en, cure, get)


CODED = frozenset(("sex", "id_kind", "party_kind"))


def field_of(party: Callable[[PaperView], PartyFacts], name: str) -> Callable[[PaperView], Value]:
    """A field of a person, in words."""

    def get(view: PaperView) -> Value:
        value = party(view).fields.get(name)
        if hasattr(value, "year"):
            return day(value)
        return coded(name, value) if name in CODED else value or None

    return get


def party_of(view: PaperView) -> PartyFacts:
    """The person the paper is about."""
    return view.party


def in_role(role: str) -> Callable[[PaperView], PartyFacts]:
    """The first person with a part in the case."""
    return lambda v: next(iter(v.facts.in_role(role)), PartyFacts(""))


def guardian(view: PaperView) -> PartyFacts:
    """Whoever was identified as the guardian of the person."""
    wanted = {view.person, view.party.name} - {""}
    return next(
        (p for p in view.facts.parties.values() if p.fields.get("guardian_of") in wanted), PartyFacts("")
    )


def stated(
    name: str, *types: str, as_: Callable[[Any], str | None] | None = None
) -> Callable[[PaperView], Value]:
    """A field of the act the paper comes from, or of the last of these acts; a code in words."""

    def get(view: PaperView) -> Value:
        act = view.stated_by(name, *types)
        if act is None:
            return None
        value = act.fields[name]
        return coded(name, value, act.type) if as_ is None else as_(value)

    return get


def entered(
    name: str, *types: str, as_: Callable[[Any], str | None] = lambda x: x
) -> Callable[[PaperView], Value]:
    """What was entered for this paper, else what the acts state by that name."""

    def get(view: PaperView) -> Value:
        value = view.entries.get(name)
        value = view.stated(name, *types) if value in (None, "") else value
        return None if value in (None, "") else as_(value)

    return get


def time_of(*types: str) -> Callable[[PaperView], Value]:
    """When the last of these acts was."""
    return lambda v: moment(found.at) if (found := v.last(*types)) else None


def date_of(*types: str) -> Callable[[PaperView], Value]:
    """The day of the last of these acts."""
    return lambda v: day(found.at.date()) if (found := v.last(*types)) else None


def officers(role: str, *types: str) -> Callable[[PaperView], Value]:
    """Who stood in a role at the act the paper comes from, else at the last of these acts that had one."""

    def get(view: PaperView) -> Value:
        found = view.base.by_role(role)
        for act in reversed(view.all(*types) if types else []):
            found = found or act.by_role(role)
        return view.register.named(found) or None

    return get


def names(people: list[PartyFacts]) -> str | None:
    """Their names, one after the other."""
    return "、".join(p.name for p in people if p.name) or None


def violation_name(code: str) -> str:
    """A violation in words: as the tables of discretion call it."""
    return violation_words(code) or label(code)


def case_name(view: PaperView) -> str:
    """What the case is about in few words; before it is characterised only its kind."""
    found = view.facts.last("case.characterised") or view.facts.last("penalty.proposed", "penalty.decided")
    if found is not None and found.fields.get("violation"):
        return violation_name(str(found.fields["violation"]))
    opened = view.facts.last("case.opened", "report.received", "report.registered")
    kind = opened.fields.get("case_kind") if opened else None
    return str(coded("case_kind", kind) or "行政案件")


def basis_of(view: PaperView) -> str | None:
    """The article a proposal or decision rests on: of the law applied, as stated or as the table of violations has it."""
    law, article = view.stated("law", CHARACTERISE), view.stated("article", CHARACTERISE)
    applied = view.stated("applied_law", "penalty.decided", "penalty.proposed", CHARACTERISE)
    if not law or not article or (applied and applied != law):
        code = view.stated("violation", CHARACTERISE, "penalty.proposed", "penalty.decided")
        day = view.facts.conduct_on or view.day
        found = violation_basis(str(code), day, str(applied or "")) if code else None
        if found is None:
            return None
        law, article = found
    return f"《{title_of(str(law))}》{cited(str(article))}"


def title_of(law: str) -> str:
    """A law's title without the year in brackets."""
    title = label(law).split("（")[0]
    return f"中华人民共和国{title}" if title.endswith("法") and not title.startswith("中华") else title


EVIDENCE = {
    "evidence.received": "接受的证据材料",
    "inspection.made": "检查笔录",
    "identification.held": "辨认笔录",
    "appraisal.received": "鉴定意见",
    "property.seized": "扣押的物品",
    "property.preregistered": "先行登记保存的物品",
    "electronic-data.extracted": "电子数据",
    "recording.made": "视听资料",
}
ROLES_QUESTIONED = {"suspect": "违法嫌疑人的陈述和申辩", "victim": "被侵害人陈述", "witness": "证人证言"}


def evidence(view: PaperView) -> str | None:
    """What was entered, else what was named as relied on, else the kinds of evidence that the acts gathered."""
    if view.entries.get("evidence_text"):
        return str(view.entries["evidence_text"])
    stated = view.stated("evidence", CHARACTERISE)
    if stated:
        return str(stated)
    relied = [str(a.fields["evidence"]) for a in view.all("evidence.relied-on") if a.fields.get("evidence")]
    if relied:
        return "、".join(dict.fromkeys(relied))
    found = []
    for act in view.facts.acts:
        if act.type in ("person.questioned", "inquiry-record.made"):
            roles = [r for p in act.persons for r in view.facts.parties[p].roles]
            found += [ROLES_QUESTIONED[r] for r in roles if r in ROLES_QUESTIONED]
        elif act.type in EVIDENCE:
            found.append(EVIDENCE[act.type])
    return "、".join(dict.fromkeys(found)) or None


def things(view: PaperView) -> list[dict[str, str]]:
    """The items of the act the paper comes from, as rows of a list."""
    rows: list[dict[str, str]] = []
    for act in [
        a for a in view.facts.acts if a.type == view.base.type and a.at.date() == view.base.at.date()
    ]:
        for item in act.items:
            fields = {
                name: value
                for a in view.facts.all("item.identified", act.type)
                if item in a.items
                for name, value in a.fields.items()
            }
            rows.append(
                {
                    "n": str(len(rows) + 1),
                    "name": item,
                    "kind": coded("item_kind", fields.get("item_kind")) or "",
                    "quantity": str(fields.get("quantity") or ""),
                    "features": str(fields.get("features") or ""),
                    "amount": yuan(fields.get("amount")) or "",
                }
            )
    return rows


def proofs(view: PaperView) -> list[dict[str, str]]:
    """The evidence handed in or ordered, as rows of a list."""
    rows: list[dict[str, str]] = []
    for act in view.all(view.base.type):
        for name in act.items or ([act.fields["evidence"]] if act.fields.get("evidence") else []):
            kind = coded("evidence_kind", act.fields.get("evidence_kind")) or ""
            rows.append(
                {"n": str(len(rows) + 1), "name": str(name), "kind": kind, "quantity": "", "features": ""}
            )
    return rows


def decision_act(view: PaperView) -> Mapping[str, Any]:
    """The fields of the decision, or of the proposal before there is one."""
    if view.base.fields.get("decision"):
        return view.base.fields
    found = view.last("penalty.decided", "penalty.decided-on-the-spot") or view.last("penalty.proposed")
    return found.fields if found else {}


def organ_deciding(view: PaperView) -> str | None:
    """Who decides: the station where it may in its own name, else the bureau."""
    issuer = view.issuer
    if view.stated("level") == "station" and issuer.code != issuer.bureau_code:
        return issuer.name
    return issuer.bureau or None


def bureau_head(view: PaperView) -> str | None:
    """Where somebody below the bureau acts: the bureau, with the unit behind it."""
    issuer = view.issuer
    if not issuer.bureau:
        return None
    return issuer.bureau if issuer.code == issuer.bureau_code else issuer.name


def term_text(view: PaperView) -> str | None:
    """From when until when somebody was detained."""
    started = view.last("detention.started")
    until = started.fields.get("detained_until") if started else None
    return f"自{day(started.at.date())}至{day(until)}" if started and until else None


def release_time(view: PaperView) -> str | None:
    """When the person left after this arrival."""
    found = view.last("person.released")
    return moment(found.at) if found else None
