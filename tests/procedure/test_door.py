"""The one door: what is recorded, what is refused and in which words, what only warns, and that a refusal leaves nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from tests.procedure.dossiers import IDENTIFIED, KIND, SUSPECT, Scene, at, counted
from tests.procedure.rules import KEPT_HOURS, PRIOR, Govern, norm
from zhunsheng.acts.drafts import Actor, Attached, Draft, Erases, InvalidDraft
from zhunsheng.acts.models import Act, Concern
from zhunsheng.acts.record import committed
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.entries import check_entry, entry_digest, open_entry, openings_of
from zhunsheng.ledger.models import Entry, Unsealed
from zhunsheng.procedure.door import consider, enact
from zhunsheng.procedure.errors import NotAllowed, NotThere, OutOfStep, Refused

DECISION: dict[str, Any] = {"fields": {"decision": "fine", "amount": 500}, "subjects": SUSPECT}


def test_what_is_recorded_is_sealed_under_the_receipt(scene: Scene) -> None:
    scene.opened()
    done = scene.do("person.identified", 20, fields=IDENTIFIED, subjects=SUSPECT)
    act, entry = Act.objects.unfenced("a test").get(pk=done.act.id), Entry.objects.get(record=done.act.id)
    assert bytes(entry.digest) == done.receipt == entry_digest(bytes(entry.body))
    assert Unsealed.objects.filter(seq=entry.seq).exists()
    opened = open_entry(bytes(entry.body))
    assert (opened.chain, opened.position, opened.record) == (str(scene.id), 3, str(act.id))
    assert opened.previous == bytes(Entry.objects.get(chain=scene.id, position=2).digest)
    assert check_entry(bytes(entry.body), openings_of(committed(act), bytes(act.salts))) == []
    assert (scene.dossier.position, bytes(scene.dossier.head)) == (3, done.receipt)
    assert act.fields == {"age": "30", "sex": "male", "identity_known": True, "person_role": "suspect"}
    assert [(o["officer"], o["role"], o["qualification"]) for o in act.officers] == [
        (scene.bureau.handler.number, "handler", "enforcement"),
        (scene.bureau.second_handler.number, "handler", "enforcement"),
    ]
    assert Concern.objects.filter(dossier=scene.id, kind="person", name="某乙").count() == 1


def test_a_refusal_leaves_nothing(scene: Scene) -> None:
    scene.in_custody()
    before, seals = counted(), list(Entry.objects.values_list("digest", flat=True))
    with pytest.raises(Refused):
        scene.do("penalty.decided", 60, by=scene.bureau.approver, key="once", **DECISION)
    assert counted() == before
    assert list(Entry.objects.values_list("digest", flat=True)) == seals
    assert scene.dossier.position == 4


def test_a_refused_opening_leaves_no_dossier_and_no_number(scene: Scene, governed: Govern) -> None:
    governed(norm("first", "requires: {act: case.opened, after: report.received}", severity="blocking"))
    before = counted()
    with pytest.raises(Refused):
        scene.do("case.opened", 0, fields=KIND)
    assert counted() == before
    assert scene.do("report.received", 1, fields=KIND).dossier.number.endswith("-2026-000001")


def test_a_refusal_names_article_and_cure_in_both_languages(scene: Scene) -> None:
    scene.in_custody()
    with pytest.raises(Refused) as caught:
        scene.do("penalty.decided", 60, by=scene.bureau.approver, **DECISION)
    refused = caught.value
    assert len(refused.reasons) > 2
    for language, stop, more in (("zh", "。", "等，共 3 条"), ("en", ".", "3 in all")):
        assert all(d["cure"].rstrip(stop) in refused.text(language) for d in refused.details(language)[:2])
        assert refused.text(language).endswith(more)
    for zh, en in zip(refused.details("zh"), refused.details("en"), strict=True):
        assert (zh["severity"], zh["status"]) in (("blocking", "broken"), ("blocking", "unknown"))
        assert (zh["status"] == "unknown") == bool(zh["missing"])
        assert "《" in zh["basis"][0]
        assert "条" in zh["basis"][0]
        assert en["basis"][0] != zh["basis"][0]
        assert zh["cure"]
        assert en["cure"]
        assert (zh["title"] in refused.text("zh"), en["title"] in refused.text("en")) == (True, True)
        assert zh["facts"]
    assert not any("一" <= c <= "鿿" for c in "".join(d["cure"] + d["title"] for d in refused.details("en")))


def test_a_norm_that_does_not_block_warns(scene: Scene, governed: Govern) -> None:
    governed(norm("prior", PRIOR, severity="serious"))
    scene.opened()
    done = scene.do("penalty.decided", 60, by=scene.bureau.approver, **DECISION)
    assert [(n.norm_id, n.weight, n.row.status) for n in done.warnings] == [("test.prior", "warns", "broken")]
    assert done.warnings[0].told("zh").cure == "补做。"


def test_a_step_of_which_a_blocking_norm_cannot_tell_is_recorded_with_a_warning(
    scene: Scene, governed: Govern
) -> None:
    duty = "range: {act: penalty.proposed, value: act.amount, at_most: 500}"
    governed(norm("ceiling", duty, severity="blocking"), norm("advice", duty))
    scene.opened()
    done = scene.do("penalty.proposed", 60, fields={"decision": "fine"}, subjects=SUSPECT)
    told = [(n.norm_id, n.weight, n.row.status) for n in done.warnings]
    assert told == [("test.ceiling", "warns", "unknown")]


def test_a_decision_of_which_a_blocking_norm_cannot_tell_is_refused(scene: Scene, governed: Govern) -> None:
    duty = "range: {act: penalty.decided, value: act.amount, at_most: 500}"
    governed(norm("ceiling", duty, severity="blocking"), norm("advice", duty))
    scene.opened()
    decided = {"subjects": SUSPECT, "by": scene.bureau.approver}
    with pytest.raises(Refused) as doubtful:
        scene.do("penalty.decided", 60, fields={"decision": "fine"}, **decided)
    assert [(r.norm_id, r.row.status) for r in doubtful.value.reasons] == [("test.ceiling", "unknown")]
    assert "金额" in doubtful.value.details("zh")[0]["missing"][0]
    with pytest.raises(Refused):
        scene.do("penalty.decided", 61, fields={"decision": "fine", "amount": "500.0001"}, **decided)
    assert not scene.do("penalty.decided", 62, fields={"amount": Decimal(500)}, **decided).warnings


def test_doing_late_what_is_due_is_never_refused(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, severity="blocking", per="case, person"))
    scene.in_custody()
    done = scene.do("person.released", 40 + 8 * 60 + 61, subjects=SUSPECT)
    assert [(n.weight, n.row.status) for n in done.warnings] == [("warns", "late")]
    assert scene.obligation("test.hours").status == "late"


def test_to_consider_tells_the_same_and_writes_nothing(scene: Scene) -> None:
    scene.in_custody()
    before = counted()
    considered = scene.do("person.released", 60, subjects=SUSPECT, door=consider)
    with pytest.raises(Refused) as refused:
        scene.do("penalty.decided", 60, by=scene.bureau.approver, door=consider, **DECISION)
    assert counted() == before
    done = scene.do("person.released", 60, subjects=SUSPECT)
    assert [n.norm_id for n in considered.warnings] == [n.norm_id for n in done.warnings]
    assert considered.obligations is not None
    assert done.obligations is not None
    assert considered.obligations.opened == done.obligations.opened
    with pytest.raises(Refused) as again:
        scene.do("penalty.decided", 61, by=scene.bureau.approver, **DECISION)
    assert [n.norm_id for n in refused.value.reasons] == [n.norm_id for n in again.value.reasons]


def test_whoever_saw_an_older_state_is_told(scene: Scene) -> None:
    scene.opened()
    with pytest.raises(OutOfStep) as caught:
        scene.do("person.identified", 20, fields=IDENTIFIED, subjects=SUSPECT, expected=1)
    assert caught.value.actual == 2
    assert (
        scene.do("person.identified", 20, fields=IDENTIFIED, subjects=SUSPECT, expected=2).act.position == 3
    )
    with pytest.raises(OutOfStep):
        Scene(scene.bureau).do("report.received", 0, fields=KIND, expected=1)


def test_an_act_a_little_in_the_future_does_not_pass_the_guard_unseen(scene: Scene, governed: Govern) -> None:
    governed(norm("prior", PRIOR, severity="blocking"), norm("hours", KEPT_HOURS, per="case, person"))
    scene.in_custody()
    ahead = scene.draft("penalty.decided", 60, officers=(), **DECISION)
    released = scene.draft("person.released", 60, subjects=SUSPECT)
    with clock.holding(at(60) - dt.timedelta(seconds=4)):
        with pytest.raises(Refused):
            enact(ahead, by=scene.bureau.approver)
        done = enact(released, by=scene.bureau.handler)
    assert done.act.occurred_at == done.act.recorded_at
    assert scene.obligation("test.hours").status == "met"
    with clock.holding(at(60) - dt.timedelta(seconds=6)), pytest.raises(InvalidDraft):
        enact(released, by=scene.bureau.handler)


def test_a_server_whose_clock_is_behind_does_not_unmake_what_another_recorded(
    scene: Scene, governed: Govern
) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    scene.in_custody()
    earlier = scene.draft("person.identified", 38, fields=IDENTIFIED, subjects=SUSPECT)
    with clock.holding(at(39)):
        done = enact(earlier, by=scene.bureau.handler)
    assert done.act.recorded_at == at(40)
    assert scene.obligation("test.hours").withdrawn_at is None


NOBODYS = uuid.UUID(int=1)
"""An id that names nothing; the same in every process, for it stands in the names of the tests."""
UNKNOWN: list[tuple[type[InputError], str, dict[str, Any]]] = [
    (InvalidDraft, "type", {"type": "person.beamed"}),
    (InvalidDraft, "officers.0.role", {"officers": (Actor("演1002", "sheriff"),)}),
    (InvalidDraft, "officers.0.officer", {"officers": (Actor("演\x001002", "handler"),)}),
    (NotAllowed, "officers.0", {"officers": (Actor("演9999", "handler"),)}),
    (NotAllowed, "officers.0", {"officers": (Actor("演1004", "handler"),)}),
    (NotAllowed, "unit", {"unit": "123"}),
    (InvalidDraft, "unit", {"unit": "\x00"}),
    (InvalidDraft, "unit", {"unit": "\ud800"}),
    (InvalidDraft, "kind", {"kind": "burglary"}),
    (InvalidDraft, "fields.age", {"fields": {"age": "thirty"}}),
    (InvalidDraft, "fields.age", {"fields": {"age": Decimal("1E+999999999")}}),
    (InvalidDraft, "fields.colour", {"fields": {"colour": "red"}}),
    (InvalidDraft, "subjects.person.0", {"subjects": {"person": ("",)}}),
    (InvalidDraft, "subjects.ghost", {"subjects": {"ghost": ("x",)}}),
    (InvalidDraft, "documents.0.digest", {"documents": (Attached("abc"),)}),
    (InvalidDraft, "occurred_at", {"occurred_at": dt.datetime(2026, 3, 2)}),  # noqa: DTZ001
    (InvalidDraft, "occurred_at", {"occurred_at": at(2000)}),
    (InvalidDraft, "ended_at", {"ended_at": at(30)}),
    (InvalidDraft, "erases", {"erases": Erases(NOBODYS, ("fields.age",))}),
    (InvalidDraft, "backfill", {"backfill": "\x00"}),
    (NotThere, "dossier", {"dossier": NOBODYS}),
    (NotAllowed, "corrects", {"corrects": NOBODYS}),
]


@pytest.mark.parametrize(("error", "where", "changes"), UNKNOWN, ids=lambda v: str(v)[:40])
def test_what_cannot_be_an_act_is_told_where_and_leaves_nothing(
    scene: Scene,
    error: type[InputError],
    where: str,
    changes: dict[str, Any],
    governed: Govern,
) -> None:
    governed(norm("prior", PRIOR))
    scene.opened()
    before = counted()
    given = {
        "type": "person.identified",
        "occurred_at": at(20),
        "dossier": scene.id,
        "officers": scene.pair,
        "fields": IDENTIFIED,
        "subjects": SUSPECT,
    }
    with clock.holding(at(20)), pytest.raises(error) as caught:
        enact(Draft(**(given | changes)), by=scene.bureau.handler)
    assert type(caught.value) is error
    assert caught.value.where == where
    assert caught.value.text("zh") != caught.value.text("en")
    assert counted() == before


def test_everything_wrong_is_told_at_once(scene: Scene) -> None:
    draft = Draft(
        "person.identified", at(2000), fields={"age": "x", "sex": "y"}, officers=(Actor("1", "none"),)
    )
    with clock.holding(at(0)), pytest.raises(InvalidDraft) as caught:
        enact(draft, by=scene.bureau.handler)
    assert {f.where for f in caught.value.faults} == {
        "occurred_at",
        "officers.0.role",
        "fields.age",
        "fields.sex",
    }


def test_names_too_long_to_tell_things_apart_by_are_told(scene: Scene) -> None:
    scene.in_custody()
    before = counted()
    with pytest.raises(InvalidDraft, match="500"):
        scene.do("coercion.applied", 60, fields=KIND | {"measure": "长" * 500}, subjects=SUSPECT)
    assert counted() == before
