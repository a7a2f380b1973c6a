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
    desk.fill({"证件号码": number, "现住址": "演示市甲区准绳路1号", "工作单位或者职业": "务工", **more})
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


def entered(walk: Walk, case: str, *names: str) -> None:
    """The keeper of the handling area takes in whoever is brought there."""
    keeper = walk.officer("custody_keeper")
    keeper.act(case, "area.entered", {"人员": list(names)})


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


def sent_for_review(desk: AtDesk, case: str) -> None:
    """The case goes to the legal department with what is on file."""
    desk.open(case, "review")
    desk.page.locator("#submit > summary").click()
    with desk.page.expect_navigation():
        desk.page.locator("#submit").get_by_role("button", name="送法制审核", exact=True).click()
    desk.recorded("submit")


def reviewed(
    desk: AtDesk,
    case: str,
    outcome: str,
    answers: Answers,
    *,
    but: Answers | None = None,
    hearings: Sequence[str],
) -> None:
    """The findings are filled in one by one: all in order but those named, with what is wrong; the hearings in the order of the suspects."""
    desk.open(case, "review")
    form = desk.page.locator(".findings-form")
    wrong = dict(but or {})
    for finding in form.locator(".finding").all():
        words = str(finding.locator(".finding-name").inner_text())
        note = next((n for w, n in wrong.items() if w in words), None)
        verdict = "符合" if note is None else "须补正"
        finding.get_by_role("radio", name=verdict, exact=True).check()
        if note is not None:
            finding.get_by_role("textbox").fill(str(note))
    for number, ground in enumerate(hearings):
        form.get_by_label("人大代表身份").nth(number).select_option(label="不是人大代表")
        form.get_by_label("听证事项").nth(number).select_option(label=ground)
    form.get_by_role("radio", name=outcome, exact=True).check()
    desk.fill(answers, form)
    with desk.page.expect_navigation():
        form.get_by_role("button", name="登记审核结果").click()
    desk.recorded("review")


def approved(walk: Walk, case: str, name: str, measure: str = "处罚决定") -> None:
    """The handling officer asks, the head approves."""
    walk.officer("handler").act(case, "approval.requested", {"人员": [name], "措施或事项": measure})
    walk.officer("approver").act(case, "approval.given", {"人员": [name]})


def decide(desk: AtDesk, case: str, name: str, answers: Answers | None = None) -> None:
    """The head decides on the tab of the decision; what was proposed stands in the form."""
    of_person(desk, case, name)
    form = desk.page.locator("#form-decide")
    desk.fill(answers or {}, form)
    with desk.page.expect_navigation():
        form.get_by_role("button", name="作出决定", exact=True).click()
    desk.recorded("decide")


def signed(desk: AtDesk, case: str, title: str, name: str = "") -> None:
    """A paper is made from what the case states, looked at and signed."""
    desk.open(case, "papers")
    desk.page.locator(".paper-list li", has_text=name).get_by_role("link", name=title).first.click()
    asked = desk.page.locator("main form.act-form").inner_text()
    answers = {"加盖公安机关印章": True, "当事人签名确认方式": "在纸质文书上签名"}
    desk.fill({label: value for label, value in answers.items() if label in asked})
    desk.submit("签发")
    assert "signed=" in desk.page.url, (title, desk.answer())
