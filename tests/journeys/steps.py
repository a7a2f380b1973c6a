"""What officers do in many journeys, each through the pages: taking a report, naming people, bringing in, questioning, telling, reviewing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tests.journeys.officers import Answers, AtDesk, Walk
from zhunsheng.supervision.demo.identities import resident_number

TOLD = "拟处罚的事实、理由、依据和权利"
RIGHT = "要求听证的权利"
RECORD = (
    "已签名或捺印",
    "办案民警已签名",
    "已出示人民警察证、表明执法身份",
    "个别进行",
    "已在笔录或文书中注明",
    "笔录已注明到案经过、到案和离开时间",
    "已保证饮食和必要休息并在笔录注明",
    "笔录已注明通知家属情况或者无法通知的原因",
    "已宣读笔录",
)
"""What a proper record of questioning confirms."""


def identity(born: str, serial: int = 11, sex: str = "male") -> str:
    """An identity number that is nobody's: its division does not exist."""
    return resident_number("990101", dt.date.fromisoformat(born), serial, sex)


def take_report(
    desk: AtDesk, summary: str, suspects: Sequence[str], *, victim: bool = True, **more: str
) -> str:
    """The call comes in and the case is opened; the id of the case."""
    desk.page.goto("/cases/new/?fresh=1")
    desk.fill(
        {
            "简要情况": summary,
            "报案人姓名": "演示·李某",
            "报案人电话": "10001234567",
            "报案人就是被侵害人": victim,
            "违法嫌疑人": "\n".join(suspects),
            "怎么处理": "立案",
            "共同办案的民警": "办案乙",
            **more,
        }
    )
    desk.submit("登记并出具回执")
    assert desk.page.url.endswith("/receipt/"), desk.answer()
    return desk.case


def identify(desk: AtDesk, case: str, name: str, number: str, **more: str) -> None:
    """The card of somebody who is in the case already is read."""
    desk.open(case, "people")
    desk.page.get_by_role("link", name=f"更正、补充{name}的信息").click()
    desk.fill({"证件号码": number, **more})
    desk.submit()
    assert desk.page.url.endswith("/people/"), desk.answer()


def add_person(desk: AtDesk, case: str, part: str, name: str, answers: Answers) -> None:
    """Somebody new in the case."""
    desk.open(case, "people")
    desk.page.get_by_role("link", name="添加人员").click()
    desk.fill({"在本案中的身份": part, "姓名或者名称": name, **answers})
    desk.submit()
    assert desk.page.url.endswith("/people/"), desk.answer()


def brought_in(desk: AtDesk, case: str, name: str, *, detainable: bool = True) -> None:
    """Found on the spot, summoned orally, told why and of the rights, the family told."""
    desk.act(case, "brought-in", {"人员": name, "依法可能适用行政拘留": "是" if detainable else "否"})


def questioned(
    walk: Walk, desk: AtDesk, case: str, name: str, *, began: str, ended: str, place: str = "执法办案场所"
) -> None:
    """A questioning with its record and its recording, entered when it is over."""
    walk.at(ended)
    day = walk.today()
    answers = {
        "人员": name,
        "开始时间": f"{day}T{began}",
        "结束时间": f"{day}T{ended}",
        "地点类别": place,
    }
    desk.form(case, "questioning-finished")
    desk.fill(answers)
    shown = desk.page.locator("#act-fields").inner_text()
    desk.fill({label: True for label in RECORD if label in shown})
    desk.submit()
    desk.recorded("questioning")


def told(desk: AtDesk, case: str, name: str, what: str = TOLD, how: str = "书面") -> None:
    """Somebody is told something, on record."""
    desk.act(case, "notice.given", {"人员": name, "告知事项": what, "方式": how})


def characterise(
    desk: AtDesk, case: str, name: str, violation: str, facts: str, circumstances: Sequence[str] = ()
) -> None:
    """What the conduct is in law, on the tab of the decision; the circumstances that belong to it are shown first."""
    of_person(desk, case, name)
    desk.fill({"违法行为": violation, "违法事实": facts})
    desk.submit("显示情节和幅度")
    for words in circumstances:
        desk.page.locator("main label", has_text=words).first.click()
    desk.submit("登记认定")
    desk.recorded("characterise")


def of_person(desk: AtDesk, case: str, name: str) -> None:
    """The tab of the decision, of one suspect."""
    desk.open(case, "decision")
    chosen = desk.page.locator("nav ul.who a", has_text=name)
    if chosen.count():
        chosen.click()


def propose(desk: AtDesk, case: str, name: str, answers: Answers) -> None:
    """The handling officers' proposal, checked against the band before it is recorded."""
    of_person(desk, case, name)
    form = desk.page.locator("#form-propose")
    desk.fill(answers, form)
    desk.submit("登记处罚意见")
    desk.recorded("propose")
