"""Three hands: whoever handles a case neither reviews nor approves it, in one act, over many, and under whatever roles in turn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import PRIOR, Govern, norm
from zhunsheng.acts.drafts import Actor
from zhunsheng.acts.models import Act
from zhunsheng.acts.record_types import ERASED, SEALED, WITHDRAWN
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base import clock
from zhunsheng.people.models import Officer, RoleAssignment
from zhunsheng.people.roles import EXCLUSIONS, MAY_HOLD, Hand, Role
from zhunsheng.people.services import role_end, role_grant
from zhunsheng.procedure.errors import NotAllowed
from zhunsheng.procedure.hands import separation_check, taken_by
from zhunsheng.procedure.powers import (
    DESK_OF_ACT_ROLE,
    OPENING,
    ROLE_NEEDED,
    SEPARATE,
    Desk,
    desk_of,
    hands_in,
    roles_for,
)

HANDS_AT: dict[Desk | None, set[Hand]] = {Desk.REVIEW: {Hand.REVIEW}, Desk.APPROVAL: {Hand.APPROVE}}
GROUPS = ({Hand.OPEN, Hand.CLOSE}, {Hand.REVIEW}, {Hand.APPROVE})
"""The hands that may go together."""
State = tuple[frozenset[Desk], frozenset[Hand]]
SAME = "the person"


def allowed_together() -> Iterator[frozenset[Role]]:
    """Every set of roles that the register lets one account of some kind hold at one time."""
    for roles in {frozenset(kind) for kind in MAY_HOLD.values()}:
        for size in range(1, len(roles) + 1):
            for chosen in map(frozenset, combinations(sorted(roles), size)):
                if not any(pair <= chosen for pair in EXCLUSIONS):
                    yield chosen


def ways(roles: frozenset[Role]) -> Iterator[tuple[str, str, list[dict[str, str]], frozenset[Hand]]]:
    """Every way to take part in an act: type, who records it, who is named, and the hands that makes."""
    stands = [r for r in ROLES if ROLE_NEEDED.get(r) is None or ROLE_NEEDED[r] in roles]
    for name in vocabulary().types:
        for role in (None, *stands):
            named = [] if role is None else [{"officer": SAME, "role": role}]
            desk = DESK_OF_ACT_ROLE.get(role or "")
            hands = HANDS_AT.get(desk, set()) if desk is not Desk.HANDLING else hands_in(name) & GROUPS[0]
            if roles & roles_for(name):
                yield name, SAME, named, frozenset(hands | hands_in(name))
            if named:
                yield name, "another", named, frozenset(hands)


def reachable(roles: frozenset[Role]) -> set[State]:
    """Every state one person can come to in one dossier by any sequence of acts, for which `roles` serve at each."""
    moves = {(desk_of(t), by, n[0]["role"] if n else "", hands): (t, n) for t, by, n, hands in ways(roles)}
    seen: set[State] = {(frozenset(), frozenset())}
    waiting = list(seen)
    dossier: Any = SimpleNamespace(number="a dossier")
    while waiting:
        desks, hands = waiting.pop()
        for (_, by, _, more), (name, named) in moves.items():
            taken = list(taken_by(name, named, by))
            try:
                separation_check(dossier, {SAME: desks}, taken)
            except NotAllowed:
                continue
            after = desks | {d for who, d in taken if who == SAME and d in SEPARATE}, hands | more
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return seen


def test_no_one_opens_reviews_approves_and_closes_one_dossier_under_any_roles_held_together() -> None:
    together = list(allowed_together())
    assert len(together) > 20
    for roles in together:
        for desks, hands in reachable(roles):
            assert len(desks) <= 1, roles
            assert sum(bool(group & hands) for group in GROUPS) <= 1, (roles, hands)


def test_nor_under_any_roles_held_one_after_another() -> None:
    """Each act needs one role, so roles in turn can do what all roles at once could."""
    states = reachable(frozenset(Role))
    assert {hands for _, hands in states if Hand.CLOSE in hands} == {
        frozenset((Hand.CLOSE,)),
        frozenset((Hand.OPEN, Hand.CLOSE)),
    }
    assert all(len(desks) <= 1 and sum(bool(g & hands) for g in GROUPS) <= 1 for desks, hands in states)
    assert len({desks for desks, _ in states}) == 4


def test_without_the_check_the_model_finds_what_it_looks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "separation_check", lambda *_: None)
    assert any(hands == frozenset(Hand) for _, hands in reachable(frozenset(Role)))


def test_one_act_has_not_one_officer_at_two_desks(scene: Scene, governed: Govern) -> None:
    governed(norm("prior", PRIOR))
    scene.opened()
    bureau = scene.bureau
    with pytest.raises(NotAllowed):
        scene.do(
            "case.reviewed", 20, by=bureau.legal_reviewer, officers=(Actor(bureau.handler.number, "handler"),)
        )
    both = (Actor(bureau.approver.number, "approver"), Actor(bureau.approver.number, "recorder"))
    with pytest.raises(NotAllowed) as caught:
        scene.do("approval.given", 20, by=bureau.approver, officers=both)
    assert bureau.approver.number in caught.value.text("en")


def given_another_role(officer: Officer, role: Role, scene: Scene) -> None:
    """The officer's roles end and another begins."""
    for held in RoleAssignment.objects.filter(officer=officer, valid_to=None):
        role_end(held, by=scene.bureau.founder, reason="调任")
    role_grant(officer, role, officer.unit_id, by=scene.bureau.founder, reason="调任")


def test_whoever_handled_it_does_not_approve_it_in_a_later_post(scene: Scene, governed: Govern) -> None:
    governed(norm("prior", PRIOR))
    scene.opened()
    handler = scene.bureau.handler
    with clock.holding(at(30)):
        given_another_role(handler, Role.APPROVER, scene)
    with pytest.raises(NotAllowed):
        scene.do("approval.given", 40, by=handler)
    fresh = Scene(scene.bureau)
    with clock.holding(at(31)):
        assert RoleAssignment.objects.filter(officer=handler, valid_to=None).get().role == Role.APPROVER
    second = (Actor(scene.bureau.second_handler.number, "handler"),)
    fresh.do("report.received", 40, by=scene.bureau.second_handler, officers=second)
    given = fresh.do("approval.given", 41, by=handler).act
    fresh.do("record.withdrawn", 42, by=handler, corrects=given.id)
    with clock.holding(at(43)):
        given_another_role(handler, Role.HANDLER, scene)
    with pytest.raises(NotAllowed):
        fresh.do("person.identified", 44, by=handler)


@pytest.mark.parametrize("seed", range(3))
def test_in_what_is_recorded_nobody_sits_at_two_desks(scene: Scene, governed: Govern, seed: int) -> None:
    """Through the real door, by people whose roles change, with names put in and acts corrected and withdrawn by chance."""
    governed(norm("prior", PRIOR))
    r, bureau = Random(seed), scene.bureau
    people = [bureau.handler, bureau.second_handler, bureau.window, bureau.custody_keeper]
    types = [t for t in vocabulary().types if t not in (WITHDRAWN, ERASED, SEALED) and t not in OPENING]
    roles = (Role.HANDLER, Role.LEGAL_REVIEWER, Role.APPROVER)
    scene.opened()
    recorded, refused = 0, 0
    for n in range(30):
        minutes = 20 + n
        by = r.choice(people)
        with clock.holding(at(minutes - 0.5)):
            given_another_role(by, r.choice(roles), scene)
        acts = list(Act.objects.unfenced("a test").filter(dossier=scene.id))
        one = r.choice(acts)
        named = r.choice(
            ((), (), tuple(Actor(p.number, r.choice(sorted(DESK_OF_ACT_ROLE))) for p in r.sample(people, 2)))
        )
        type_, corrects = r.choice(((r.choice(types), None), (WITHDRAWN, one.id), (one.type, one.id)))
        try:
            scene.do(type_, minutes, by=by, officers=named, corrects=corrects)
            recorded += 1
        except NotAllowed:
            refused += 1
    desks: dict[str, set[Desk]] = {}
    by_id = {a.id: a for a in Act.objects.unfenced("a test").filter(dossier=scene.id)}
    for act in by_id.values():
        told = by_id[act.corrects_id] if act.type == WITHDRAWN and act.corrects_id else act
        desks.setdefault(act.recorded_by_id, set()).add(desk_of(told.type))
        for officer in act.officers:
            desks.setdefault(officer["officer"], set()).add(
                DESK_OF_ACT_ROLE.get(officer["role"], Desk.PROPERTY)
            )
    assert all(len(found & set(SEPARATE)) <= 1 for found in desks.values())
    assert min(recorded, refused) > 1
