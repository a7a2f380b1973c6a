"""What becomes of planted breaches at the door, and a city's cases multiplied from those that went through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.database import TEST_HOME
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.casework.models import Case, Party, Term
from zhunsheng.norms.plans import BREACHES
from zhunsheng.people.roles import Role
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.demo.accounts import accounts_open
from zhunsheng.supervision.demo.breaches import TABLE, Planted, attempt
from zhunsheng.supervision.demo.bulk import ONE_RUNNING_IN, Bulk, multiply
from zhunsheng.supervision.demo.bureau import made_up_bureau
from zhunsheng.supervision.demo.case_file import CaseFile
from zhunsheng.supervision.demo.generating import case_of, dice
from zhunsheng.supervision.demo.identities import DIVISIONS, MARK, WEIGHTS
from zhunsheng.supervision.demo.living import LivingBureau
from zhunsheng.supervision.demo.recording import Recorded, record_case

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
    assert (
        rows["procedure_obligation"]
        == Obligation.objects.unfenced(WHY).filter(dossier__in=copies).count()
        > 0
    )
