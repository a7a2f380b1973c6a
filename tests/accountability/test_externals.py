"""External results: entered once, reviewed by somebody with no hand in it, each leading to a norm or the proposal of one; figures."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from tests.accountability.acting import DAY, SEEN, Bench, entered, opened, reviewed
from tests.procedure.dossiers import Scene, at
from zhunsheng.accountability import externals
from zhunsheng.accountability.externals import number_key
from zhunsheng.accountability.models import ExternalResult, NormProposal
from zhunsheng.accountability.rules import rules
from zhunsheng.accountability.selectors import external_figures, external_list
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import OTHER_STATION, STATION
from zhunsheng.supervision.hand_downs import hand_down_enter
from zhunsheng.supervision.wishes import wishes

pytestmark = pytest.mark.django_db


def test_it_is_entered_once_however_its_number_is_typed(bench: Bench) -> None:
    row = entered(bench)
    assert row.review_by == at(SEEN) + dt.timedelta(days=30)
    for number in (
        "甲检刑不诉[2026]12号",
        "甲检刑不诉（2026）12 号",
        "甲检刑不诉〔\uff12\uff10\uff12\uff16〕12号",
    ):
        with pytest.raises(InputError, match="已经登记"):
            entered(bench, number=number)
    entered(bench, organ="演示市乙区人民检察院")
    assert number_key("（2026）演01行终3号") == "[2026]演01行终3号"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "bad-luck"}, "kind"),
        ({"organ": " "}, "organ"),
        ({"number": ""}, "number"),
        ({"number": "号" * 121}, "number"),
        ({"decision": " "}, "decision"),
        ({"reason": ""}, "reason"),
        ({"decided_on": dt.date(2027, 1, 1)}, "decided_on"),
        ({"dossier": "没有"}, "dossier"),
        ({"hand_down": 999}, "hand_down"),
    ],
)
def test_what_is_lacking_is_told_at_its_field(bench: Bench, given: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as refused:
        entered(bench, **given)
    assert refused.value.where == field


def test_who_enters(bench: Bench) -> None:
    bureau = bench.scene.bureau
    for by in (bureau.handler, bureau.legal_reviewer, bureau.approver, bureau.assessor):
        with pytest.raises(Denied):
            entered(bench, by=by)
    with pytest.raises(Denied):
        entered(bench, unit=OTHER_STATION, dossier="")


def test_a_suggestion_is_entered_once_among_the_papers_handed_down(bench: Bench) -> None:
    with pytest.raises(InputError, match="交办文书"):
        entered(bench, kind="procuratorial-suggestion")


def test_it_may_refer_to_the_paper_it_came_with(bench: Bench) -> None:
    with clock.holding(at(SEEN)):
        paper = hand_down_enter(
            by=bench.opener,
            kind="procuratorial-suggestion",
            number="检建〔2026〕1号",
            organ="演示市甲区人民检察院",
            subject="询问时间",
            unit=STATION,
            received_at=at(SEEN),
            proposal="建议增加规范",
        )
    assert entered(bench, hand_down=paper.pk).hand_down == paper


def test_who_had_a_hand_in_it_does_not_review(bench: Bench) -> None:
    result = entered(bench)
    with pytest.raises(Denied):
        reviewed(bench, result, by=bench.scene.bureau.approver)
    with pytest.raises(Denied):
        reviewed(bench, result, by=bench.handler)
    # Opening a case is to watch, not to take part.
    reviewed(bench, result)
    opened(bench, SEEN + 10, findings=[], results=[result.pk])
    with pytest.raises(InputError, match="已经复盘"):
        reviewed(bench, result, SEEN + 20, by=bench.decider)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"conclusion": "whatever"}, "结论"),
        ({"reason": " "}, "理由"),
        ({"acts": ()}, "指明所依据的行为"),
        ({"acts": ("00000000-0000-7000-8000-000000000000",)}, "没有这项行为"),
        ({"proposal": " "}, "规范建议"),
        ({"norm_id": "no.such"}, "没有这条规范"),
    ],
)
def test_a_review_that_is_not_whole(bench: Bench, given: dict[str, object], said: str) -> None:
    result = entered(bench)
    with pytest.raises(InputError, match=said):
        reviewed(bench, result, **given)


def test_it_leads_to_a_norm_or_to_a_proposal_listed_where_norms_are_changed(bench: Bench) -> None:
    by_norm = reviewed(bench, entered(bench), norm_id="test.hours", proposal="")
    assert (by_norm.norm_id, by_norm.proposal) == ("test.hours", None)
    made = reviewed(bench, entered(bench, number="甲检刑不诉〔2026〕13号")).proposal
    assert made is not None
    bureau = bench.scene.bureau
    with clock.holding(at(SEEN + 10)):
        (wish,) = wishes(bureau.legal_reviewer)
        assert "固定关键证据" in wish.text
        assert wishes(bureau.other_approver) == wishes(bureau.handler) == []
        with pytest.raises(InputError, match="自己的建议"):
            externals.proposal_settle(made.pk, by=bench.opener, norm_id="test.hours")
        with pytest.raises(InputError, match="二者填一"):
            externals.proposal_settle(made.pk, by=bureau.legal_reviewer)
        with pytest.raises(Denied):
            externals.proposal_settle(made.pk, by=bureau.approver, norm_id="test.hours")
        externals.proposal_settle(made.pk, by=bureau.legal_reviewer, norm_id="test.hours")
        assert wishes(bureau.legal_reviewer) == []
        with pytest.raises(InputError, match="已经答复"):
            externals.proposal_settle(made.pk, by=bureau.legal_reviewer, refusal="-")
    with pytest.raises(DatabaseError), transaction.atomic():
        NormProposal.objects.unfenced("a test").filter(pk=made.pk).update(refusal="另有")


def test_a_dossier_is_named_later_and_once(bench: Bench) -> None:
    result = entered(bench, dossier="")
    with clock.holding(at(SEEN + 1)):
        with pytest.raises(InputError):
            externals.external_link(result.pk, by=bench.opener, dossier=" ")
        externals.external_link(result.pk, by=bench.opener, dossier=bench.scene.dossier.number)
        with pytest.raises(InputError):
            externals.external_link(result.pk, by=bench.opener, dossier=bench.scene.dossier.number)


def test_without_a_review_or_a_dossier_it_opens_no_case(bench: Bench) -> None:
    with pytest.raises(InputError, match="已经复盘"):
        opened(bench, findings=[], results=[entered(bench).pk])
    apart = entered(bench, number="13", dossier="")
    reviewed(bench, apart, acts=(), conclusion="judgement-differs")
    with pytest.raises(InputError, match="须有案卷"):
        opened(bench, findings=[], results=[apart.pk])


def test_what_the_paper_said_stays(bench: Bench) -> None:
    row = entered(bench)
    rows = ExternalResult.objects.unfenced("a test").filter(pk=row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(decision="起诉")
    with clock.holding(at(SEEN + 1)):
        externals.external_overturned(row.pk, by=bench.opener, paper="市检撤销")
        with pytest.raises(InputError):
            externals.external_overturned(row.pk, by=bench.opener, paper="又一次")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(overturned_paper="")


def test_overdue_ones_first_and_figures_by_kind_and_unit(bench: Bench) -> None:
    late, fresh = entered(bench), entered(bench, SEEN + 20 * DAY, number="13", kind="litigation-lost")
    done = entered(bench, number="14")
    reviewed(bench, done)
    with clock.holding(at(SEEN + 35 * DAY)):
        given = {"by": bench.opener, "purpose": "supervision"}
        assert [row.pk for row in external_list("open", **given).rows] == [late.pk, fresh.pk]
        assert [row.pk for row in external_list("all", **given).rows][:2] == [late.pk, fresh.pk]
        assert external_list("all", kind="litigation-lost", **given).total == 1
        found = external_figures(**given)
    kinds = {str(line.title): line for line in found.kinds}
    insufficient = kinds[str(rules().external_kinds["not-prosecuted-insufficient"].words)]
    assert (insufficient.found, insufficient.reviewed, insufficient.overdue, insufficient.fault) == (
        2,
        1,
        1,
        1,
    )
    assert insufficient.of == 0
    assert insufficient.share is None
    (place,) = found.units
    assert (place.found, place.of, place.small) == (3, 1, True)


def test_another_branch_sees_none(bench: Bench) -> None:
    entered(bench)
    with clock.holding(at(SEEN)):
        given = {"by": bench.scene.bureau.other_approver, "purpose": "approval"}
        assert external_list("all", **given).total == 0
        assert external_figures(**given).kinds == []
        with pytest.raises(Denied):
            external_list("all", by=bench.handler, purpose="supervision")


def test_a_paper_handed_down_wishes_too(held: Scene) -> None:
    with clock.holding(at(60)):
        hand_down_enter(
            by=held.bureau.supervisor,
            kind="complaint",
            number="1",
            organ="演示市信访局",
            subject="取证",
            unit=STATION,
            received_at=at(0),
            proposal="到案登记时限",
        )
        assert [wish.text for wish in wishes(held.bureau.legal_reviewer)] == ["到案登记时限"]
