"""What an act says on the platform beyond what norms read: who the people are, what happened, what the reviewer found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.supervision.demo.case_file import CaseFile, DemoAct, Value
from zhunsheng.supervision.demo.identities import Identity, identity

STORIES: Mapping[str, tuple[str, ...]] = {
    "told-elsewhere": ("咨询供暖费收取标准", "反映小区停车位归属纠纷", "求助联系自来水维修"),
    "nothing-found": (
        "称听到邻居家有打斗声，民警到场查看为电视声音",
        "称有人尾随，经查系同路行人",
        "称店内物品丢失，后自行找回",
    ),
    "passed-on": ("称在外区商场被他人推搡", "称快递在外区网点丢失"),
    "settled-on-the-scene": (
        "因停车位与邻居争吵并互相推搡",
        "因噪声与楼上住户发生口角",
        "因购物退换与店员发生争执",
    ),
    "camera": ("机动车不按交通信号灯规定通行，被监控设备记录",),
    "roadside-fine": ("机动车违反禁止标线指示",),
    "drunk-driving": ("饮酒后驾驶机动车，被执勤民警查获",),
    "stop-and-question": ("深夜在居民楼下逐户张望，形迹可疑",),
    "mediation": ("因晾晒衣物滴水与邻居发生推搡",),
}
"""Shape → what happened, in words; one is chosen, unless what the suspect did is known."""
OTHERWISE = (
    "盗窃他人放在店内的手机一部",
    "故意损毁他人停放的电动自行车",
    "在餐馆殴打他人",
    "扰乱商场营业秩序，经劝阻不听",
)
FOUND = "sound"
"""What a reviewer writes at each point of a file in order."""
POINTS = ("point_", "element_")


class Dressing:
    """The words and names of one case."""

    def __init__(self, case: CaseFile) -> None:
        self.case = case
        dice = Random(f"story/{case.case_id}")  # noqa: S311 - the same dice each time
        told = next((done.facts for done in case.conducts.values()), "")
        self.story = told or dice.choice(STORIES.get(case.shape, OTHERWISE))
        self.begun = case.acts[0].at
        self.people: dict[str, Identity] = {p.name: self.who(p.age, p.name) for p in case.people}

    def who(self, age: int, name: str) -> Identity:
        """The particulars of one of the case's people at an age."""
        person = next(p for p in self.case.people if p.name == name)
        return identity(replace(person, age=age), self.begun, self.case.case_id)

    def subjects(self, act: DemoAct) -> dict[str, tuple[str, ...]]:
        """Whom and what the act is about: people by their keys."""
        return {
            kind: tuple(self.people[n].key if n in self.people else n for n in names)
            for kind, names in act.subjects.items()
        }

    def fields(self, act: DemoAct) -> dict[str, Value]:
        """The act's fields and what is added; only what the vocabulary knows of its type, so that both may grow apart."""
        declared = vocabulary().types[act.type].fields
        added: dict[str, Value] = {}
        if act.type == "person.identified":
            name, age = act.about("person"), int(str(act.fields["age"]))
            added = dict(self.who(age, name).fields)
        elif act.type == "legal-review.passed":
            added = {f: FOUND for f in declared if f.startswith(POINTS) and not f.endswith("_note")}
        elif act.type == "legal-review.submitted":
            added = {"materials": "案卷全部材料"}
        if "summary" in declared:
            added["summary"] = self.story
        return {name: value for name, value in added.items() if name in declared} | act.fields
