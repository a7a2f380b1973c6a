"""What becomes of planted breaches at the door, and a city's cases multiplied from those that went through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.database import TEST_HOME
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base import clock
from zhunsheng.casework.models import Case, Party, Term
from zhunsheng.norms.plans import BREACHES
from zhunsheng.people.roles import Role
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.demo.accounts import accounts_open
from zhunsheng.supervision.demo.breaches import TABLE, Planted, attempt, touched
from zhunsheng.supervision.demo.bulk import ONE_RUNNING_IN, Bulk, multiply
from zhunsheng.supervision.demo.bureau import made_up_bureau
from zhunsheng.supervision.demo.case_file import CaseFile
from zhunsheng.supervision.demo.found import findings_seen, levels_catch_up, tellings
from zhunsheng.supervision.demo.generating import case_of, dice
from zhunsheng.supervision.demo.identities import DIVISIONS, MARK, WEIGHTS
from zhunsheng.supervision.demo.living import LivingBureau
from zhunsheng.supervision.demo.recording import Recorded, record_case
from zhunsheng.supervision.demo.scoring import score_findings
from zhunsheng.supervision.demo.walking import Stretch, share_walk, waiting_dossiers
from zhunsheng.supervision.models import Finding

WHY = "a test"
FOUNDED = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
START = dt.datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - local, as the log is


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The bureau registered, within a transaction that is undone after the module."""
    # Read before the transaction begins, which must not stand idle meanwhile.
    rulebook()
    with django_db_blocker.unblock(), transaction.atomic():
        LivingBureau(made_up_bureau()).found(FOUNDED)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def bureau(founded: None, db: None, monkeypatch: pytest.MonkeyPatch) -> LivingBureau:
    monkeypatch.setenv("ZHUNSHENG_HOME", str(TEST_HOME))
    made = LivingBureau(made_up_bureau())
    made.known()
    made.founder = made.officers["演0000"]
    return made


def a_case(bureau: LivingBureau, shape: str, number: int = 1, start: dt.datetime = START) -> CaseFile:
    branch = bureau.made.branches[0]
    return case_of(number, shape, branch.stations[0], branch, start, dice(f"{shape}/{number}"))


def planted(bureau: LivingBureau, norm: str, shape: str) -> Recorded:
    """The breach of that norm in a case of that shape, as far as the door lets it."""
    case, breach = a_case(bureau, shape), next(b for b in TABLE if b.norm == norm)
    assert attempt(case, breach, dt.date(2026, 11, 1))
    return record_case(bureau, case, Planted(case.case_id, breach))


def broken(number: str) -> set[str]:
    rows = Obligation.objects.unfenced(WHY).filter(
        dossier__number=number, status__in=BREACHES, withdrawn_at=None
    )
    return set(rows.values_list("norm_id", flat=True))


@pytest.mark.parametrize("start", [START, dt.datetime(2025, 12, 22, 9, 0)])  # noqa: DTZ001
@pytest.mark.parametrize(
    "shape", ["told-elsewhere", "fine", "hearing", "juvenile-detention", "child", "spot-fine"]
)
def test_a_lawful_case_is_recorded_as_it_is(bureau: LivingBureau, shape: str, start: dt.datetime) -> None:
    done = record_case(bureau, a_case(bureau, shape, start=start), None)
    assert done.outcome == "lawful"
    assert broken(done.number) == set()


def test_a_breach_the_gate_only_warns_of_is_recorded_and_found(bureau: LivingBureau) -> None:
    done = planted(bureau, "inquiry.card-shown", "fine")
    assert done.outcome in ("recorded", "refused-first")
    assert "inquiry.card-shown" in broken(done.number)


def test_a_decision_without_notice_is_held_and_made_lawfully_instead(bureau: LivingBureau) -> None:
    done = planted(bureau, "decision.prior-notice", "fine")
    assert (done.outcome, done.refused) == ("held", ("decision.prior-notice",))
    assert broken(done.number) == set()


def test_time_alone_makes_a_case_left_lying_overdue(bureau: LivingBureau) -> None:
    case = a_case(bureau, "fine")
    place = next(n for n, act in enumerate(case.acts) if act.type == "case.reviewed")
    case.acts = case.acts[:place]
    done = record_case(bureau, case, None)
    assert "decision.case-period" in broken(done.number)


AS_PLANTED = (
    ("inquiry.card-shown", "fine"),
    ("intake.review-24h", "fine"),
    ("inquiry.duration-public-order", "detention"),
    ("intake.acceptance-register", "fine"),
    ("intake.transfer-24h", "passed-on"),
    ("decision.prior-notice", "fine"),
    ("enforcement.fine-turned-in-public-order", "on-the-spot"),
)


def test_every_planted_breach_has_one_finding_as_planted_and_the_right_people_were_told(
    bureau: LivingBureau,
) -> None:
    cases, ledger = {}, []
    for n, (norm, shape) in enumerate(AS_PLANTED, 20):
        case, breach = a_case(bureau, shape, n), next(b for b in TABLE if b.norm == norm)
        assert attempt(case, breach, dt.date(2026, 11, 1)), norm
        told = Planted(case.case_id, breach, breach.neighbours(case), touched(case))
        done = record_case(bureau, case, told)
        cases[done.number] = case
        ledger += [told] if done.outcome != "held" else []
    assert levels_catch_up(clock.now()) > 0
    seen = list(findings_seen({number: case.case_id for number, case in cases.items()}))
    result = score_findings(ledger, seen, rulebook().plans)
    assert result.faults == []
    assert len(ledger) == len(AS_PLANTED) - 1
    assert {row.breach for row in seen} == {"broken", "late", "overdue"}
    told_to = tellings(cases)
    assert told_to.faults == ()
    assert told_to.alerts > told_to.findings == len(seen)
    assert {f.found_at.date() for f in Finding.objects.unfenced(WHY)} <= {
        day for case in cases.values() for day in days_of(case)
    }


def days_of(case: CaseFile) -> set[dt.date]:
    """Every day from the first act to two months after the last."""
    first, last = case.acts[0].at.date(), case.acts[-1].at.date()
    return {first + dt.timedelta(days=n) for n in range((last - first).days + 60)}


def test_people_of_the_acts_are_named_by_keys_and_identified_in_full(bureau: LivingBureau) -> None:
    done = record_case(bureau, a_case(bureau, "settled-on-the-scene"), None)
    parties = list(Party.objects.unfenced(WHY).filter(dossier__number=done.number))
    assert {len(p.key) for p in parties} == {8}
    assert all(p.name.startswith(MARK) and p.id_number.startswith("99") for p in parties)
    assert Case.objects.unfenced(WHY).get(number=done.number).title


def test_there_is_an_account_for_every_role(bureau: LivingBureau) -> None:
    accounts = accounts_open(bureau, FOUNDED, "so-that-everybody-may-try")
    assert {one.role for one in accounts} == {role.value for role in Role}
    assert len({one.number for one in accounts}) == len(accounts)


def test_copies_are_as_what_they_were_copied_from(bureau: LivingBureau) -> None:
    lying = a_case(bureau, "fine", 9)
    lying.acts = lying.acts[: len(lying.acts) // 2]
    models = [
        record_case(bureau, a_case(bureau, shape, n), None)
        for n, shape in enumerate(("spot-fine", "detention"), 1)
    ]
    models.append(record_case(bureau, lying, None))
    rows: dict[str, int] = {}
    multiply(Bulk(2 * ONE_RUNNING_IN, days=300), lambda table, count: rows.update({table: count}))
    numbers = {model.number for model in models}
    copies = Dossier.objects.unfenced(WHY).exclude(number__in=numbers)
    assert (
        copies.count() == 2 * ONE_RUNNING_IN == Case.objects.unfenced(WHY).exclude(number__in=numbers).count()
    )
    assert set(copies.values_list("unit__kind", flat=True)) == {"station"}
    lengths = set(Dossier.objects.unfenced(WHY).filter(number__in=numbers).values_list("position", flat=True))
    for copy in copies:
        acts = Act.objects.unfenced(WHY).filter(dossier=copy)
        assert acts.count() == copy.position
        assert copy.position in lengths
        assert acts.get(position=1).occurred_at.date() <= copy.opened_at.date()
        assert Term.objects.filter(dossier=copy, kind="number", term=copy.number).exists()
    for party in Party.objects.unfenced(WHY).exclude(id_number=""):
        assert party.id_number[:6] in DIVISIONS
        assert party.id_number[6:14] == f"{party.birth_on:%Y%m%d}"
        total = sum(int(c) * w for c, w in zip(party.id_number, WEIGHTS, strict=False))
        assert party.id_number[17] == "10X98765432"[total % 11]
    assert set(rows) == {
        "acts_dossier", "acts_act", "casework_case", "casework_party", "casework_term",
    }  # fmt: skip


def duties(number: str) -> set[tuple[object, ...]]:
    """The obligations and findings of a dossier, acts named by their places."""
    rows = Obligation.objects.unfenced(WHY).filter(dossier__number=number)
    shown = ("norm_id", "version", "scope", "opened_by__position", "status", "due_at", "warn_at",
             "decided_by__position", "floating", "withdrawn_at", "owner_id", "bearer")  # fmt: skip
    found = Finding.objects.unfenced(WHY).filter(dossier__number=number, closed_at=None)
    told = ("norm_id", "breach", "status", "since", "due_at", "element", "obligation__opened_by__position")
    return {*rows.values_list(*shown), *found.values_list(*told)}


def test_what_is_walked_act_by_act_is_what_the_door_and_the_clock_made(bureau: LivingBureau) -> None:
    lying = a_case(bureau, "fine", 9)
    lying.acts = lying.acts[: len(lying.acts) // 2]
    model = record_case(bureau, lying, None)
    other = record_case(bureau, a_case(bureau, "spot-fine", 3), None)
    multiply(Bulk(2 * ONE_RUNNING_IN, days=200), lambda _table, _count: None)
    ids = waiting_dossiers()
    assert len(ids) == 2 * ONE_RUNNING_IN
    assert sum(share_walk(Stretch(tuple(ids), clock.now()))) == len(ids)
    assert waiting_dossiers() == []
    copies = list(
        Case.objects.unfenced(WHY).filter(pk__in=ids, closed_at=None).values_list("number", flat=True)
    )
    assert copies
    for number in copies:
        assert duties(number) == duties(model.number)
    moved = Dossier.objects.unfenced(WHY).filter(pk__in=ids).exclude(number__in=copies)
    original = Dossier.objects.unfenced(WHY).get(number=other.number)
    assert len(moved) == len(ids) - len(copies)
    assert all((original.opened_at - one.opened_at).days % 7 == 0 for one in moved)
    assert {len(duties(one.number)) for one in moved} == {len(duties(other.number))}
    assert not any(broken(one.number) for one in moved)
