"""What the database itself refuses, whoever asks: overlaps, grants without authority, altered or deleted history."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people.rows import enrolment, event, observer_grant, token
from zhunsheng.base import clock
from zhunsheng.people import services
from zhunsheng.people.codes import EnforcementLevel, QualificationKind, Rank
from zhunsheng.people.demo import COUNTY, LEGAL, MINISTRY, STATION, Bureau
from zhunsheng.people.models import (
    AccountEvent,
    ApiToken,
    Enrolment,
    ObserverGrant,
    Officer,
    Post,
    Qualification,
    RoleAssignment,
    Unit,
)
from zhunsheng.people.roles import EXCLUSIONS, MAY_HOLD, Role

KEPT: tuple[type[models.Model], ...] = (
    Unit,
    Officer,
    Post,
    Qualification,
    RoleAssignment,
    ApiToken,
    ObserverGrant,
    Enrolment,
    AccountEvent,
)
TERMS = (Post, Qualification, RoleAssignment, ObserverGrant)
MINUTE = dt.timedelta(minutes=1)


def refused(act: Any) -> str:
    """The database's words when it refuses; an assertion when it does not."""
    with pytest.raises(Error) as caught, transaction.atomic():
        act()
    return str(caught.value)


@pytest.fixture
def rows(bureau: Bureau) -> Bureau:
    """A row in every table."""
    token(bureau), observer_grant(bureau), enrolment(bureau), event(bureau)
    return bureau


# ---------------------------------------------------------------- nothing is deleted


@pytest.mark.parametrize("model", KEPT)
def test_rows_cannot_be_deleted(rows: Bureau, model: type[models.Model]) -> None:
    table = model._meta.db_table
    assert model._base_manager.exists()
    with connection.cursor() as cursor:
        assert "is refused" in refused(lambda: cursor.execute(f"DELETE FROM {table}"))
    assert model._base_manager.exists()


@pytest.mark.parametrize("model", KEPT)
def test_tables_cannot_be_emptied_even_by_their_owner(own_database: str, model: type[models.Model]) -> None:
    import psycopg

    from zhunsheng.base.postgres.layout import OWNER

    owner = own_database.replace("zhunsheng@", f"{OWNER}@")
    with psycopg.connect(owner) as connected, pytest.raises(psycopg.Error, match="TRUNCATE is refused"):
        connected.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


# ---------------------------------------------------------------- what is written is written


@pytest.mark.parametrize("model", TERMS)
def test_a_term_cannot_be_altered(rows: Bureau, model: type[models.Model]) -> None:
    row = model._base_manager.first()
    for column, value in {
        "officer_id": rows.other_handler.pk,
        "valid_from": clock.now() - 5 * MINUTE,
        "reason": "改过的理由",
        "granted_by_id": rows.administrator.pk,
        "granted_at": clock.now() - 5 * MINUTE,
    }.items():
        said = refused(lambda c=column, v=value: model._base_manager.filter(pk=row.pk).update(**{c: v}))
        assert "written once" in said, column


@pytest.mark.parametrize("model", TERMS)
def test_a_term_ends_once_and_never_later_than_foreseen(rows: Bureau, model: type[models.Model]) -> None:
    row = model._base_manager.first()
    end = {"ended_at": clock.now(), "ended_by": rows.founder, "end_reason": "结束"}
    table = model._base_manager.filter(pk=row.pk)
    assert "written once" in refused(lambda: table.update(valid_to=clock.now())), "an end says who and why"
    assert refused(lambda: table.update(**end | {"valid_to": None})), "an end is an instant"
    if row.valid_to is not None:
        assert "written once" in refused(lambda: table.update(**end | {"valid_to": row.valid_to + MINUTE}))
    table.update(valid_to=clock.now(), **end)
    row.refresh_from_db()
    assert row.granted_to is None or row.granted_to > row.valid_to
    assert "written once" in refused(lambda: table.update(valid_to=clock.now(), **end))
    assert "written once" in refused(lambda: table.update(ended_at=None, ended_by=None, end_reason=""))


def test_a_term_is_not_born_ended(bureau: Bureau) -> None:
    present = clock.now()
    assert "begins before it ends" in refused(
        lambda: Post.objects.create(
            officer=bureau.handler,
            unit_id=LEGAL,
            title="兼任",
            rank=Rank.OFFICER,
            granted_by=bureau.founder,
            reason="-",
            valid_to=present + MINUTE,
            ended_at=present,
            ended_by=bureau.founder,
            end_reason="-",
        )
    )


def test_numbers_codes_and_kinds_never_change(bureau: Bureau) -> None:
    for column, value in {"number": "别的", "kind": "auxiliary", "entered_at": clock.now()}.items():
        assert "never change" in refused(
            lambda c=column, v=value: Officer.objects.filter(pk=bureau.handler.pk).update(**{c: v})
        )
    assert "never changes" in refused(lambda: Unit.objects.filter(code=STATION).update(code="别的"))


def test_tokens_are_revoked_once_codes_used_once_and_the_log_only_grows(rows: Bureau) -> None:
    issued = ApiToken.objects.get()
    for column, value in {
        "expires_at": clock.now() + 900 * MINUTE,
        "purpose": "review",
        "digest": b"x" * 32,
    }.items():
        assert "issued once" in refused(lambda c=column, v=value: ApiToken.objects.update(**{c: v}))
    ApiToken.objects.update(revoked_at=clock.now(), revoked_by=rows.founder)
    assert "revoked once" in refused(
        lambda: ApiToken.objects.filter(pk=issued.pk).update(revoked_at=None, revoked_by=None)
    )
    assert "issued once" in refused(
        lambda: Enrolment.objects.update(expires_at=clock.now() + 90_000 * MINUTE)
    )
    Enrolment.objects.update(used_at=clock.now())
    assert "used once" in refused(lambda: Enrolment.objects.update(used_at=None))
    assert "is refused" in refused(lambda: AccountEvent.objects.update(detail=""))


# ---------------------------------------------------------------- the tree


def test_a_unit_cannot_stand_below_itself(bureau: Bureau) -> None:
    station = Unit.objects.get(code=STATION)
    said = refused(lambda: Unit.objects.filter(code=MINISTRY).update(parent=station))
    assert "below itself" in said
    assert refused(lambda: Unit.objects.filter(code=STATION).update(parent=station))


# ---------------------------------------------------------------- authority


def grant(officer: Officer, by: Officer | None, role: Role = Role.WINDOW, **more: Any) -> RoleAssignment:
    """A bare row, past every service."""
    present = clock.now()
    terms = {"granted_at": present, "valid_from": present, "reason": "-", "unit_id": COUNTY, **more}
    return RoleAssignment.objects.create(officer=officer, role=role, granted_by=by, **terms)


def test_nobody_grants_to_themselves(bureau: Bureau) -> None:
    assert "not_self_granted" in refused(
        lambda: grant(bureau.founder, bureau.founder, Role.ADMINISTRATOR, unit_id=COUNTY)
    )
    for model, more in (
        (Post, {"unit_id": COUNTY, "title": "局长", "rank": Rank.CHIEF}),
        (Qualification, {"kind": QualificationKind.LEGAL_PROFESSION}),
    ):
        assert "not_self_granted" in refused(
            lambda m=model, x=more: m.objects.create(
                officer=bureau.founder, granted_by=bureau.founder, reason="-", **x
            )
        )


def test_only_an_administrator_in_office_grants(bureau: Bureau) -> None:
    for by in (bureau.handler, bureau.approver, bureau.auditor):
        assert "granted by an administrator" in refused(lambda b=by: grant(bureau.second_handler, b))
    services.role_end(
        RoleAssignment.objects.get(officer=bureau.administrator), by=bureau.founder, reason="离任"
    )
    assert "granted by an administrator" in refused(
        lambda: grant(bureau.second_handler, bureau.administrator)
    )


def test_granted_by_nobody_is_the_founder_alone(bureau: Bureau) -> None:
    assert "founding" in refused(lambda: grant(bureau.second_handler, None))
    somebody = services.officer_create("新1", "新来的", unit=COUNTY, by=bureau.founder)
    assert "founding" in refused(lambda: grant(somebody, None, Role.ADMINISTRATOR))


def test_nothing_is_granted_for_the_past(bureau: Bureau) -> None:
    early = clock.now() - MINUTE
    assert "not_for_the_past" in refused(
        lambda: grant(bureau.second_handler, bureau.founder, valid_from=early)
    )


def test_no_role_ends_in_the_past(bureau: Bureau) -> None:
    present = clock.now()
    row = RoleAssignment.objects.filter(officer=bureau.handler)
    said = refused(
        lambda: row.update(
            valid_to=present - MINUTE, ended_at=present, ended_by=bureau.founder, end_reason="-"
        )
    )
    assert "_past" in said or "runs_forward" in said


def test_only_a_supervisor_lets_an_observer_in_and_only_observers_are_let_in(bureau: Bureau) -> None:
    assert "by a supervisor" in refused(lambda: observer_grant(bureau, granted_by=bureau.administrator))
    assert "only an outside observer" in refused(lambda: observer_grant(bureau, officer=bureau.handler))
    for empty in ({"basis": ""}, {"reason": ""}, {"valid_to": None}):
        assert refused(lambda e=empty: observer_grant(bureau, **e))


# ---------------------------------------------------------------- the catalogue and the functions in force


def test_the_database_knows_the_exclusions_of_the_catalogue(db: None) -> None:
    with connection.cursor() as cursor:
        for one in Role:
            for other in Role:
                cursor.execute("SELECT people_roles_exclude(%s, %s)", [one, other])
                assert cursor.fetchone()[0] == (frozenset({one, other}) in EXCLUSIONS), (one, other)


def test_the_database_knows_which_kind_of_account_may_hold_what(db: None) -> None:
    with connection.cursor() as cursor:
        for kind, may in MAY_HOLD.items():
            for role in Role:
                cursor.execute("SELECT people_kind_may_hold(%s, %s)", [kind, role])
                assert cursor.fetchone()[0] == (role in may), (kind, role)
        cursor.execute("SELECT people_kind_may_hold('stranger', 'handler')")
        assert cursor.fetchone()[0] is False


def test_no_extension_is_needed(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert {row[0] for row in cursor.fetchall()} == {"plpgsql"}


# ---------------------------------------------------------------- half-open terms

EPOCH = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
spans = st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(0, 20))).filter(
    lambda s: s[1] is None or s[0] <= s[1]
)


def overlap(a: tuple[int, int | None], b: tuple[int, int | None]) -> bool:
    """Whether two half-open spans share an instant; an empty one shares none."""
    ends = [s[1] if s[1] is not None else 10**6 for s in (a, b)]
    return max(a[0], b[0]) < min(ends) and all(s[0] < e for s, e in zip((a, b), ends, strict=True))


@given(first=spans, second=spans)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_qualification_is_held_once_at_a_time_and_may_follow_without_a_gap(
    bureau: Bureau, first: tuple[int, int | None], second: tuple[int, int | None]
) -> None:
    def enter(span: tuple[int, int | None]) -> None:
        Qualification.objects.create(
            officer=bureau.window,
            kind=QualificationKind.LEGAL_PROFESSION,
            granted_by=bureau.founder,
            reason="-",
            valid_from=EPOCH + span[0] * MINUTE,
            valid_to=None if span[1] is None else EPOCH + span[1] * MINUTE,
        )

    point = transaction.savepoint()
    try:
        enter(first)
        if overlap(first, second):
            assert "once_at_a_time" in refused(lambda: enter(second))
        else:
            enter(second)
        for minute in range(-1, 23):
            at = EPOCH + minute * MINUTE
            rows = Qualification.objects.filter(
                officer=bureau.window, kind=QualificationKind.LEGAL_PROFESSION
            )
            assert rows.at(at).count() == sum(row.holds_at(at) for row in rows) <= 1
    finally:
        transaction.savepoint_rollback(point)


def test_an_end_lies_outside_the_term_and_a_beginning_inside(bureau: Bureau) -> None:
    row = Post.objects.create(
        officer=bureau.handler,
        unit_id=LEGAL,
        title="借调",
        rank=Rank.OFFICER,
        granted_by=bureau.founder,
        reason="-",
        valid_from=EPOCH,
        valid_to=EPOCH + MINUTE,
    )
    microsecond = dt.timedelta(microseconds=1)
    for at, held in (
        (EPOCH - microsecond, False),
        (EPOCH, True),
        (EPOCH + MINUTE - microsecond, True),
        (EPOCH + MINUTE, False),
    ):
        assert row.holds_at(at) is held
        assert Post.objects.filter(pk=row.pk).at(at).exists() is held


def test_a_term_does_not_end_before_it_begins(bureau: Bureau) -> None:
    assert "runs_forward" in refused(
        lambda: Post.objects.create(
            officer=bureau.handler,
            unit_id=LEGAL,
            title="借调",
            rank=Rank.OFFICER,
            granted_by=bureau.founder,
            reason="-",
            valid_from=EPOCH,
            valid_to=EPOCH - MINUTE,
        )
    )


def test_a_level_belongs_to_the_enforcement_qualification_alone(bureau: Bureau) -> None:
    for kind, level in (
        (QualificationKind.LEGAL_PROFESSION, EnforcementLevel.BASIC),
        (QualificationKind.ENFORCEMENT, ""),
        ("表现优秀", ""),
    ):
        assert "qualification" in refused(
            lambda k=kind, v=level: Qualification.objects.create(
                officer=bureau.outside_observer, kind=k, level=v, granted_by=bureau.founder, reason="-"
            )
        )
