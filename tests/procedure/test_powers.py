"""Who may record what: every type of act belongs to one desk, and somebody can really record it."""

from __future__ import annotations

import pytest

from tests.procedure.dossiers import KIND, Scene
from tests.procedure.rules import PRIOR, Govern, norm
from zhunsheng.acts.record_types import ERASED, SEALED, UNSEALED, WITHDRAWN
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.people.roles import Role
from zhunsheng.procedure.errors import NotAllowed
from zhunsheng.procedure.powers import (
    DESK_OF_ACT_ROLE,
    DESKS,
    NATURAL_ROLES,
    OPENING,
    ROLE_NEEDED,
    ROLES_AT,
    WINDOW_TYPES,
    Desk,
    desk_of,
    roles_for,
    types_of,
)

RECORDING = [role for role in Role if types_of(role)]
ABOUT_RECORDS = {ERASED, SEALED, UNSEALED, WITHDRAWN}


def test_every_type_belongs_to_one_desk_and_every_name_is_one_of_the_vocabulary() -> None:
    types = set(vocabulary().types)
    named = [name for names in DESKS.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) | OPENING | WINDOW_TYPES <= types
    assert {desk_of(name) for name in types} == set(Desk)
    assert all(roles_for(name) for name in types)
    assert set(ROLES_AT) == set(NATURAL_ROLES) == set(Desk)
    assert {r for roles in NATURAL_ROLES.values() for r in roles} | set(DESK_OF_ACT_ROLE) | set(
        ROLE_NEEDED
    ) <= set(ROLES)


def test_who_keeps_watches_or_runs_the_machine_records_nothing_of_a_case() -> None:
    assert set(RECORDING) == {
        Role.HANDLER,
        Role.LEGAL_REVIEWER,
        Role.APPROVER,
        Role.PROPERTY_KEEPER,
        Role.CUSTODY_KEEPER,
        Role.RECORDING_KEEPER,
        Role.WINDOW,
        Role.SUPERVISOR,
    }
    assert types_of(Role.SUPERVISOR) == DESKS[Desk.SUPERVISION] | DESKS[Desk.DETERMINATION]
    assert types_of(Role.WINDOW) == WINDOW_TYPES
    assert not any(
        types_of(a) & types_of(b) - DESKS[Desk.DETERMINATION]
        for a in (Role.LEGAL_REVIEWER, Role.APPROVER)
        for b in RECORDING
        if a is not b
    )


@pytest.mark.parametrize("role", RECORDING)
def test_whoever_holds_a_role_records_its_types_without_naming_anybody(
    scene: Scene, governed: Govern, role: Role
) -> None:
    governed(norm("prior", PRIOR))
    by = scene.bureau.by_role()[role]
    # Acts of accountability come from its services alone.
    names = sorted(n for n in types_of(role) - ABOUT_RECORDS if not n.startswith("accountability."))
    for n, name in enumerate(names):
        if n % 8 == 0:
            scene.id = None
            scene.opened()
        done = scene.do(name, 20 + n, by=by)
        (stands,) = done.act.officers
        assert (stands["officer"], done.act.recorded_by_id) == (by.number, by.number)
    assert len(names) > 2


@pytest.mark.parametrize("role", Role)
def test_nobody_records_what_is_not_of_their_role(scene: Scene, governed: Govern, role: Role) -> None:
    governed(norm("prior", PRIOR))
    scene.opened()
    by = scene.bureau.by_role()[role]
    others = {desk: sorted(set(names) - types_of(role))[:2] for desk, names in DESKS.items()}
    others[Desk.HANDLING] = sorted({"person.released", "case.closed"} - types_of(role))
    tried = [name for names in others.values() for name in names]
    for name in tried:
        with pytest.raises(NotAllowed):
            scene.do(name, 20, by=by)
    with pytest.raises(NotAllowed):
        Scene(scene.bureau).do("penalty.decided", 20, by=by, fields={"decision": "fine"})
    assert tried


def test_a_role_of_another_unit_does_not_even_tell_that_the_dossier_is_there(scene: Scene) -> None:
    scene.opened()
    bureau = scene.bureau
    stranger = Scene(bureau, id=scene.id)
    told = []
    for by, dossier in (
        (bureau.other_handler, scene.id),
        (bureau.handler, Scene(bureau).do("report.received", 0, fields=KIND).act.id),
    ):
        with pytest.raises(NotAllowed) as caught:
            stranger.do("person.identified", 20, by=by, dossier=dossier)
        told.append((type(caught.value), caught.value.text("zh"), caught.value.text("en")))
    assert told[0] == told[1]
