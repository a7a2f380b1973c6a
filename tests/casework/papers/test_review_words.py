"""The opinion of the review and the record of a deliberation say what the findings and the members' own acts say."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from tests.casework.papers.full_case import REGISTER, START
from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.papers.kinds import kinds
from zhunsheng.casework.papers.making import of_kind, sheet_of
from zhunsheng.casework.papers.print import paper_html


def act(n: int, type_: str, by: str, role: str, fields: dict[str, Any]) -> CaseAct:
    at = START + dt.timedelta(hours=n)
    return CaseAct(
        uuid.UUID(int=n),
        n,
        n,
        type_,
        at,
        None,
        at,
        by,
        "S",
        ({"officer": by, "role": role},),
        (),
        {},
        fields,
        (),
        (),
    )


def page(code: str, *acts: CaseAct) -> str:
    facts = CaseFacts("990101010000-2026-000001", "S", START, None, acts)
    (one,) = of_kind(facts, kinds()[code])
    sheet = sheet_of(facts, REGISTER, one, {})
    assert not sheet.needed
    return paper_html(sheet, shown="signed")


def test_the_opinion_lists_the_findings() -> None:
    fields = {
        "point_proof": "fixable",
        "point_proof_note": "缺监控录像",
        "element_legality": "sound",
        "fixes": "调取监控录像",
        "opinion": "补正后再审",
        "reason": "证据不全",
    }
    html = page("legal-review-opinion", act(1, "legal-review.returned", "演1003", "legal-reviewer", fields))
    for told in (
        "事实清楚、证据达到标准：须补正（缺监控录像）",
        "证据合法性：符合",
        "补正意见：调取监控录像",
        "意见：补正后再审",
        "退回补正",
        "审核甲",
    ):
        assert told in html


def test_the_record_gives_each_member_the_own_words() -> None:
    html = page(
        "deliberation-record",
        act(1, "deliberation.opened", "演1004", "approver", {"sitting": "1", "agenda": "拟作处罚"}),
        act(
            2,
            "deliberation.position-taken",
            "演1004",
            "approver",
            {"sitting": "1", "stance": "agree", "reason": "事实清楚"},
        ),
        act(
            3,
            "deliberation.position-taken",
            "演1003",
            "approver",
            {"sitting": "1", "stance": "disagree", "reason": "情节较轻"},
        ),
        act(4, "decision.discussed", "演1004", "approver", {"sitting": "1", "conclusion": "agreed"}),
    )
    for told in (
        "审批甲：同意，事实清楚。",
        "审核甲：不同意，情节较轻。",
        "结论：形成处理意见。",
        "审批甲、审核甲",
    ):
        assert told in html
