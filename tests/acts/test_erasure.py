"""Erased by law: content and salts are in no column of any table, the chain still verifies, and only an act can do it."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from tests.procedure.dossiers import KIND, Scene, at, counted
from tests.procedure.sealed import SealedLedger
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.acts.columns import effective, judged_act
from zhunsheng.acts.drafts import Attached, Erases, InvalidDraft
from zhunsheng.acts.models import Act, Concern, Erasure
from zhunsheng.acts.record import committed
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.entries import SALT_SIZE, check_entry, openings_of
from zhunsheng.ledger.models import Entry
from zhunsheng.procedure.door import plain
from zhunsheng.procedure.invariants import invariants_check
from zhunsheng.procedure.models import Obligation

BASIS = {"law": "个人信息保护法", "article": "47", "reason": "保存期限届满"}
PERSON, REASON = "举世无双的某人", "一个绝不会有第二次的理由"
MEASURE, LETTER = "一种绝不会有第二种的措施", b"a letter nobody else has written"


def told(scene: Scene) -> Scene:
    """A dossier in which one person, one reason, one measure and one letter stand in every way acts and norms can name them."""
    scene.opened()
    about: dict[str, Any] = {"subjects": {"person": (PERSON,)}, "backfill": "补录"}
    letter = Attached(hashlib.sha256(LETTER).hexdigest(), "信.pdf")
    identified = {"age": 30, "identity_known": True, "person_role": "suspect"}
    scene.do("person.identified", 20, key="unmistakable-key-1", fields=identified, **about)
    scene.do(
        "person.summoned", 21, fields={"method": "written", "reason": REASON}, documents=(letter,), **about
    )
    scene.do("person.arrived", 40, key="unmistakable-key-2", fields={"identity_known": True}, **about)
    scene.do("coercion.applied", 41, fields=KIND | {"measure": MEASURE}, **about)
    row = next(o for o in scene.obligations() if PERSON in o.scope)
    same = Obligation.objects.unfenced("a test").filter(pk=row.pk)
    same.update(warn_at=at(1))
    with clock.holding(at(45)):
        assert any(PERSON in str(d.detail) for d in invariants_check())
    same.update(warn_at=row.warn_at)
    return scene


def erase(scene: Scene, type_: str, *paths: str, minutes: float = 50) -> Act:
    erases = Erases(scene.acts[type_].id, paths)
    return scene.do("record.erased", minutes, by=scene.bureau.approver, fields=BASIS, erases=erases).act


def holding(*values: bytes) -> set[tuple[str, bytes]]:
    """Tables that hold one of these byte sequences in some column, as text or as bytes."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            whole = "\n".join(row for (row,) in cursor.fetchall())
            found |= {(table, v) for v in values if v.hex() in whole or v.decode(errors="ignore") in whole}
    return found


def salt_of(act: Act, path: str) -> bytes:
    place = sorted(committed(act)).index(path)
    return bytes(act.salts)[place * SALT_SIZE : (place + 1) * SALT_SIZE]


def test_what_is_erased_is_in_no_column_of_any_table(scene: Scene) -> None:
    told(scene)
    targets = {
        "person.identified": ("subjects.person.0",),
        "person.summoned": ("subjects.person.0", "fields.reason", "documents.0"),
        "person.arrived": ("subjects.person.0",),
        "coercion.applied": ("subjects.person.0", "fields.measure"),
    }
    salts = [salt_of(scene.acts[t], path) for t, paths in targets.items() for path in paths]
    secrets = [
        PERSON.encode(),
        REASON.encode(),
        MEASURE.encode(),
        hashlib.sha256(LETTER).hexdigest().encode(),
        *salts,
    ]
    assert {v for _, v in holding(*secrets)} == set(secrets)
    for n, (type_, paths) in enumerate(targets.items()):
        erase(scene, type_, *paths, minutes=50 + n)
    left = holding(*secrets)
    assert {t for t, _ in left} <= {"procrastinate_jobs"}, left
    assert {v for _, v in left} <= {hashlib.sha256(LETTER).hexdigest().encode()}
    assert not Concern.objects.filter(name=PERSON).exists()


def test_a_receipt_does_not_tell_which_guess_is_right(scene: Scene) -> None:
    told(scene)
    draft = scene.draft(
        "person.arrived",
        40,
        dossier=scene.id,
        fields={"identity_known": True},
        subjects={"person": (PERSON,)},
        backfill="补录",
    )
    guess = canonical(plain(draft))
    assert PERSON in guess.decode()
    assert not holding(hashlib.sha256(guess).digest(), b"unmistakable-key-1", b"unmistakable-key-2")


def test_the_ledger_still_verifies_and_says_what_was_withheld(scene: Scene) -> None:
    told(scene)
    arrived = scene.acts["person.arrived"]
    body = bytes(Entry.objects.get(record=arrived.id).body)
    order = erase(scene, "person.arrived", "subjects.person.0", "fields.identity_known")
    act = Act.objects.unfenced("a test").get(pk=arrived.id)
    (erasure,) = Erasure.objects.all()
    assert act.erased == {"subjects.person.0": str(erasure.id), "fields.identity_known": str(erasure.id)}
    assert (erasure.ordered_in_id, erasure.law, erasure.article, erasure.at) == (
        order.id,
        "个人信息保护法",
        "47",
        at(50),
    )
    assert bytes(Entry.objects.get(record=act.id).body) == body
    assert check_entry(body, openings_of(committed(act), bytes(act.salts)), act.erased) == []


def test_norms_judge_by_what_is_left(scene: Scene) -> None:
    told(scene)
    before = {o.id for o in scene.obligations() if o.scope}
    erase(scene, "person.arrived", "subjects.person.0")
    gone = [o for o in scene.obligations() if o.withdrawn_at is not None]
    assert gone
    assert {o.id for o in gone} <= before
    (facts,) = [
        judged_act(p, a) for p, a in effective(dossier_acts(scene.dossier)) if a.type == "person.arrived"
    ]
    assert facts.subjects == {}
    with clock.holding(at(60)):
        assert not [d for d in invariants_check() if d.kind == "obligation-differs"]
    assert any(PERSON in o.scope for o in scene.obligations()), "other acts still name the person"


NOT_ERASABLE: list[tuple[str, dict[str, Any], type[InputError]]] = [
    ("officers", {"paths": ("officers.0",)}, InvalidDraft),
    ("the whole", {"paths": ("type",)}, InvalidDraft),
    ("backfill", {"paths": ("backfill",)}, InvalidDraft),
    ("nothing", {"paths": ()}, InvalidDraft),
    ("no text", {"paths": ("fields.\x00",)}, InvalidDraft),
    ("what is not there", {"paths": ("fields.age",)}, InputError),
    ("some of it not there", {"paths": ("subjects.person.0", "fields.age")}, InputError),
    ("no reason", {"paths": ("subjects.person.0",), "fields": BASIS | {"reason": None}}, InvalidDraft),
    ("an act that is not there", {"paths": ("subjects.person.0",), "act": uuid.uuid4()}, InputError),
]


@pytest.mark.parametrize(
    ("changes", "error"), [case[1:] for case in NOT_ERASABLE], ids=[case[0] for case in NOT_ERASABLE]
)
def test_what_cannot_be_erased_is_told_and_nothing_goes(
    scene: Scene, changes: dict[str, Any], error: type[InputError]
) -> None:
    told(scene)
    before = counted()
    erases = Erases(changes.get("act", scene.acts["person.arrived"].id), changes["paths"])
    with pytest.raises(error):
        scene.do(
            "record.erased", 50, by=scene.bureau.approver, fields=changes.get("fields", BASIS), erases=erases
        )
    assert counted() == before


def test_what_is_erased_is_not_erased_again_and_not_of_another_dossier(scene: Scene) -> None:
    told(scene)
    erase(scene, "person.arrived", "subjects.person.0")
    with pytest.raises(InputError):
        erase(scene, "person.arrived", "subjects.person.0")
    with pytest.raises(InputError, match="ordered an erasure"):
        erase(scene, "record.erased", "fields.reason")
    other = Scene(scene.bureau).opened()
    other.acts["person.summoned"] = scene.acts["person.summoned"]
    with pytest.raises(InputError):
        erase(other, "person.summoned", "subjects.person.0")


DIRECT = {
    "content alone": "content = content - 'fields.identity_known'",
    "salts alone": "salts = ''",
    "erased alone": """erased = '{"fields.identity_known": "x"}'""",
    "content and erased": """content = content - 'fields.identity_known', erased = '{"fields.identity_known": "x"}'""",
    "a value instead": """content = jsonb_set(content, '{fields.identity_known}', 'false')""",
    "an erasure of another act": """content = content - 'fields.identity_known', erased = jsonb_build_object('fields.identity_known',
        (SELECT id::text FROM acts_erasure LIMIT 1))""",
    "type beside": "type = 'x', content = content",
}


@pytest.mark.parametrize("change", DIRECT)
def test_nothing_is_dropped_but_by_an_act(scene: Scene, change: str) -> None:
    told(scene)
    erase(scene, "person.identified", "fields.age")
    with (
        pytest.raises(DatabaseError, match="never rewritten"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE acts_act SET {DIRECT[change]} WHERE id = %s", [scene.acts["person.arrived"].id]
        )


def test_a_ledger_with_erasures_is_sound(sealed: SealedLedger) -> None:
    assert Erasure.objects.count() == 4
    assert ledger_audit(witnesses=sealed.witnesses).sound
