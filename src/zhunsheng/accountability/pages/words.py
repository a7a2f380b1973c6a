"""Acts, hands and shares in words, and the chain of a case as a page draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhunsheng.accountability.chain import Part
from zhunsheng.accountability.models import Involvement
from zhunsheng.accountability.rules import Source, rules
from zhunsheng.acts.models import Act
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer


def act_words(act: Act, *, facts: bool = True) -> object:
    """An act by its place and kind; by its place alone where the facts of its dossier are not shown."""
    if not facts:
        return both(f"第{act.position}项行为", f"No. {act.position}")
    kind = vocabulary().types.get(act.type)
    zh, en = (act.type, act.type) if kind is None else (kind.zh, kind.en)
    return both(f"第{act.position}项 {zh}", f"No. {act.position}: {en}")


def share_words(share: str) -> object:
    """A share in words."""
    return rules().shares[share].words


WIDTH, HEIGHT = 160, 14


def sight(saw: int, act: int, total: int) -> SafeString:
    """A strip for the dossier's acts: filled as far as it went when somebody acted, the act in question marked."""
    step = WIDTH / max(total, saw, act, 1)
    return format_html(
        '<svg class="sight" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<rect class="all" x="0" y="4" width="{}" height="6"/><rect class="seen" x="0" y="4" width="{}" height="6"/>'
        '<rect class="act" x="{}" y="0" width="{}" height="14"/></svg>',
        *(WIDTH, HEIGHT, WIDTH, HEIGHT, WIDTH),
        round(saw * step, 1),
        round((act - 1) * step, 1),
        round(max(step, 3), 1),
    )


@dataclass(frozen=True)
class Seat:
    """One hand in the chain, as a row of the page."""

    n: int
    officer: Officer
    hand: object
    own: object
    own_at: object
    saw: int
    had_it: bool
    """Whether the act in question was in the dossier when they acted."""
    is_the_act: bool
    sight: object
    proposed: object
    rule: object
    source: Source
    accepted: object = ""
    changed: bool = False
    reason: str = ""
    answers: bool = True


@dataclass
class Chain:
    """An act in question with everybody who had a hand in it."""

    act: Act
    words: object
    seats: list[Seat] = field(default_factory=list)


def chains_proposed(parts: Iterable[Part], total: int, *, facts: bool = True) -> list[Chain]:
    """A proposal, by act in question; `total` acts are in the dossier, whose facts are shown or not."""
    every = list(parts)
    acts = acts_of({p.act for p in every} | {p.own for p in every})
    officers = {o.number: o for o in Officer.objects.filter(number__in={p.officer for p in every})}
    found: dict[object, Chain] = {}
    for n, part in enumerate(every):
        act, own = acts[part.act], acts[part.own]
        chain = found.setdefault(part.act, Chain(act, act_words(act, facts=facts)))
        rule = rules().rules[part.rule]
        chain.seats.append(
            Seat(
                n,
                officers[part.officer],
                rules().hands[part.hand].words,
                act_words(own, facts=facts),
                own.occurred_at if facts else None,
                part.saw,
                part.saw >= act.position,
                part.own == part.act,
                sight(part.saw, act.position, total),
                share_words(part.share),
                rule.words,
                rules().source_of(rule),
            )
        )
    return list(found.values())


def chains_accepted(rows: Iterable[Involvement], total: int, *, facts: bool = True) -> list[Chain]:
    """What was accepted, by act in question; `total` acts are in the dossier, whose facts are shown or not."""
    found: dict[object, Chain] = {}
    for n, row in enumerate(rows):
        chain = found.setdefault(
            row.ground_act_id, Chain(row.ground_act, act_words(row.ground_act, facts=facts))
        )
        rule = rules().rules[row.rule]
        chain.seats.append(
            Seat(
                n,
                row.officer,
                rules().hands[row.hand].words,
                act_words(row.own_act, facts=facts),
                row.own_act.occurred_at if facts else None,
                row.saw,
                row.saw >= row.ground_act.position,
                row.own_act_id == row.ground_act_id,
                sight(row.saw, row.ground_act.position, total),
                share_words(row.proposed),
                rule.words,
                rules().source_of(rule),
                share_words(row.accepted),
                row.accepted != row.proposed,
                row.reason if facts else "",
                row.accepted != "none",
            )
        )
    return list(found.values())


def acts_of(ids: Iterable[object]) -> Mapping[object, Act]:
    """Acts by id; the caller has opened their dossier."""
    rows = Act.objects.unfenced("the case was opened").filter(pk__in=list(ids))
    return {act.pk: act for act in rows}


def sources_of(chains: Iterable[Chain]) -> list[Source]:
    """The sources that the rules applied rest on, each once."""
    found: dict[str, Source] = {}
    for chain in chains:
        for seat in chain.seats:
            found.setdefault(seat.source.title.zh, seat.source)
    return list(found.values())
