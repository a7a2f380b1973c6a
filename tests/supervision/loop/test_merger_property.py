"""Whatever units are merged and moved in whatever order, each finding is reached by exactly the supervisors of the units over it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.accountability.acting import numbering_set
from tests.procedure.dossiers import Scene, at
from tests.supervision.loop.acting import OVER, passed
from tests.supervision.loop.merging import another
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services as people
from zhunsheng.people.codes import UnitKind
from zhunsheng.people.demo import CITY
from zhunsheng.people.merging import unit_merge
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role
from zhunsheng.procedure.models import Obligation
from zhunsheng.supervision.access import findings_within
from zhunsheng.supervision.figures import desk
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.rebuild import findings_rebuild
from zhunsheng.supervision.telling import holders_upwards

pytestmark = pytest.mark.django_db
DAY = 24 * 60
CODES = ("80", "81", "82", "83", "84", "85")
HOUSE = "a test"
STEPS = st.lists(
    st.tuples(st.sampled_from(("merge", "merge", "move")), st.sampled_from(CODES), st.sampled_from(CODES)),
    min_size=1,
    max_size=10,
)


@pytest.fixture
def four(held: Scene) -> list[Finding]:
    """Four findings, seen by supervisors."""
    for number in range(1, 4):
        another(held, number * 60)
    passed(OVER + 4 * 60)
    numbering_set()
    return list(Finding.objects.unfenced(HOUSE).order_by("pk"))


def planted(bureau: Scene, parents: Sequence[int]) -> dict[str, Officer]:
    """Six departments in a tree below the city, and a supervisor over each."""
    by, supervisors = bureau.bureau.founder, {}
    for n, code in enumerate(CODES):
        over = CODES[parents[n] % n] if n and parents[n] >= 0 else CITY
        people.unit_create(code, f"单位{code}", kind=UnitKind.DEPARTMENT, parent=over, by=by)
    for code in CODES:
        officer = people.officer_create(f"督{code}", "某", unit=CITY, by=by)
        people.role_grant(officer, Role.SUPERVISOR, code, by=by, reason="-")
        supervisors[code] = officer
    return supervisors


def line_of(code: str) -> list[str]:
    """A unit and those above it, one row after the other, as a reader of the table would go."""
    found: list[str] = []
    unit: Unit | None = Unit.objects.get(code=code)
    while unit is not None:
        assert unit.code not in found, "a circle"
        found.append(unit.code)
        unit = unit.parent
    return found


def belonging(findings: Sequence[Finding], places: Sequence[str]) -> None:
    """Let them be of these units, with their dossiers and obligations."""
    for finding, place in zip(findings, places, strict=True):
        Dossier.objects.unfenced(HOUSE).filter(pk=finding.dossier_id).update(unit_id=place)
        Obligation.objects.unfenced(HOUSE).filter(dossier=finding.dossier_id).update(owner_unit_id=place)
        Finding.objects.unfenced(HOUSE).filter(pk=finding.pk).update(unit_id=place)


@given(
    parents=st.lists(st.integers(-1, 5), min_size=6, max_size=6),
    places=st.lists(st.sampled_from(CODES), min_size=4, max_size=4),
    steps=STEPS,
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_finding_is_reached_by_the_supervisors_over_it_and_by_nobody_else(
    four: list[Finding], held: Scene, parents: list[int], places: list[str], steps: list[tuple[str, str, str]]
) -> None:
    point = transaction.savepoint()
    try:
        with clock.holding(at(OVER + 3 * DAY)):
            supervisors = planted(held, parents)
            belonging(four, places)
            for what, one, other in steps:
                try:
                    if what == "merge":
                        unit_merge(Unit.objects.get(code=one), into=other, by=held.bureau.founder, reason="-")
                    else:
                        people.unit_move(Unit.objects.get(code=one), by=held.bureau.founder, parent=other)
                except InputError:
                    continue
            reached(four, places, supervisors)
            well_formed()
    finally:
        transaction.savepoint_rollback(point)


def reached(findings: Sequence[Finding], places: Sequence[str], supervisors: dict[str, Officer]) -> None:
    """Supervisors see exactly what the tree puts below them, their desk counts it once, and nothing differs from its obligation."""
    over = {place: line_of(place) for place in places}
    for code, officer in supervisors.items():
        theirs = {f.pk for f, place in zip(findings, places, strict=True) if code in over[place]}
        rows = findings_within(by=officer, purpose="supervision")
        assert set(rows.values_list("pk", flat=True)) == theirs, code
        assert desk(by=officer, purpose="supervision", days=90).figures.now == len(theirs)
    for finding, place in zip(findings, places, strict=True):
        told = next(holders_upwards(place, [Role.SUPERVISOR]))
        assert told == [supervisors[place].number], "the nearest is told, as long as the role lasts"
        assert Finding.objects.unfenced(HOUSE).get(pk=finding.pk).unit_id == place
    assert findings_rebuild(mend=False).different == 0


def well_formed() -> None:
    """A merged unit stands below its successor, whatever happened to that afterwards; nothing that lives stands below it."""
    for unit in Unit.objects.filter(code__in=CODES).select_related("merged_into", "parent"):
        assert unit.merged_into is None or unit.merged_into == unit.parent
        assert unit.merged_into is not None or unit.parent is None or unit.parent.merged_into_id is None
