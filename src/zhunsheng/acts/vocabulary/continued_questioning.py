"""Stop and check, continued questioning at a police station, waiting rooms, and a death during it."""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

BARS = {
    "none": ("无不得适用的情形", "no bar"),
    "suspicion-excluded": ("当场盘问检查已经排除嫌疑", "suspicion excluded when stopped"),
    "no-liberty-penalty": (
        "法定最高处罚不限制人身自由",
        "the highest penalty does not restrict liberty",
    ),
    "summons-applies": (
        "从住处、工作地抓获等应当直接传唤、拘传",
        "caught at home or work; a summons applies",
    ),
    "surrendered": ("已经投案自首", "gave oneself up"),
    "not-competent": ("不属于公安机关管辖", "no police matter"),
    "grave-illness": (
        "患有精神病、急性传染病或者其他严重疾病",
        "mental, acute infectious or other grave illness",
    ),
    "other": ("其他不符合适用条件", "otherwise outside the conditions"),
}

KEPT_IN = {
    "waiting-room": ("候问室", "waiting room"),
    "office": ("讯问室、办公室", "interview room or office"),
    "custody-facility": ("看守所、拘留所等监管场所", "detention centre or house"),
}

PERSON = ("age", "sex", "pregnant", "nursing", "infant_under_one")

FIELDS = (
    ActField(
        "questioning_bar",
        "text",
        "不得适用继续盘问的情形",
        "bar to continued questioning",
        BARS,
    ),
    ActField("kept_in", "text", "盘问间隙看管处所", "where the person is kept between questionings", KEPT_IN),
)

TYPES = (
    ActType(
        "stop-check.made",
        "当场盘问、检查",
        "person stopped, asked and checked",
        ("card_shown",),
        ("person",),
        lasts=True,
    ),
    ActType(
        "person.brought-in",
        "带至公安机关继续盘问",
        "person brought in for continued questioning",
        ("case_kind", *PERSON, "questioning_bar"),
        ("person",),
    ),
    ActType(
        "continued-questioning.held",
        "继续盘问",
        "continued questioning held",
        ("signed", "noted"),
        ("person",),
        lasts=True,
    ),
    ActType(
        "continued-questioning.ended",
        "终止继续盘问",
        "continued questioning ended",
        ("reason",),
        ("person",),
    ),
    ActType("person.cleared", "排除违法犯罪嫌疑", "suspicion excluded", ("reason",), ("person",)),
    ActType(
        "person.handed-over",
        "移交监管场所执行",
        "person handed over to a place of custody",
        ("decision",),
        ("person",),
    ),
    ActType("person.escorted-home", "护送至住地", "escorted home", (), ("person",)),
    ActType(
        "waiting.started",
        "盘问间隙看管开始",
        "kept between questionings",
        ("kept_in", "sex"),
        ("person", "room"),
    ),
    ActType(
        "waiting.ended", "盘问间隙看管结束", "end of the keeping", ("kept_in", "sex"), ("person", "room")
    ),
    ActType(
        "questioned-death.reported",
        "接到被盘问人死亡报告",
        "report of a death during continued questioning received",
        (),
        ("person",),
    ),
    ActType("autopsy.commissioned", "委托死因鉴定", "cause of death to be examined", (), ("person",)),
    ActType("autopsy.concluded", "作出死因鉴定结论", "cause of death established", (), ("person",)),
)
