"""Acts on case property: taking, handing to the keeper, storing, borrowing, returning, selling, paying in.

Seizure as a measure against a person (approval, time limits, release) shares the taking acts declared here.
"""

from __future__ import annotations

from zhunsheng.acts.registry import ActField, ActType

ITEM_KINDS = {
    "contraband": ("违禁品", "contraband"),
    "controlled-weapon": ("管制器具", "controlled weapon or tool"),
    "drug-tool": ("吸食、注射毒品的用具", "tool for taking drugs"),
    "illegal-property": ("非法财物", "illegal property"),
    "vehicle": ("车辆", "vehicle"),
    "immovable": ("不动产或者不宜移动的特定动产", "immovable or hardly movable thing"),
    "ordinary": ("其他物品", "other thing"),
}

CLAIMANTS = {
    "owner": ("权利人本人", "the rightful owner"),
    "agent": ("权利人委托的人", "a person the owner entrusted"),
    "police": ("民警或者公安机关其他工作人员", "an officer or other member of the police"),
}

FIELDS = (
    ActField("item_kind", "text", "物品类别", "kind of thing", ITEM_KINDS),
    ActField(
        "remote_taking", "flag", "在异地或者偏远、交通不便地区提取", "taken elsewhere or in a remote area"
    ),
    ActField("high_value", "flag", "价值较高", "of high value"),
    ActField("affects_business", "flag", "可能严重影响正常生产经营", "may gravely affect normal business"),
    ActField("at_scene_or_search", "flag", "在现场勘查或者搜查中", "during a scene examination or search"),
    ActField(
        "precious",
        "flag",
        "文物、贵金属、珠宝、字画等贵重财物",
        "relic, precious metal, jewel, painting or the like",
    ),
    ActField("warrant_shown", "flag", "已出示法律文书", "the legal document was shown"),
    ActField("list_copies", "number", "清单份数", "copies of the list"),
    ActField("list_signed", "flag", "清单由应签名的各方签名", "all who must sign the list signed it"),
    ActField(
        "before_opening_allowed",
        "flag",
        "法律、行政法规允许在立案（受案）前采取",
        "law allows the measure before the case is opened",
    ),
    ActField(
        "ledgered",
        "flag",
        "已在电子台账逐一编号并载明案由、来源、保管状态、场所和去向",
        "numbered and fully described in the electronic ledger",
    ),
    ActField("perishable", "flag", "易腐烂变质、不易保管或者危险", "perishable, hard to keep or dangerous"),
    ActField("counted_together", "flag", "当面查点清楚", "counted face to face"),
    ActField("both_signed", "flag", "接收人、移交人共同签名", "signed by giver and receiver"),
    ActField("undisputed", "flag", "当事人无异议", "not disputed by the party"),
    ActField("return_to_victim", "flag", "应当退还被侵害人", "to be given back to the victim"),
    ActField("claimant", "text", "领取人", "who collected the thing", CLAIMANTS),
    ActField(
        "return_papers",
        "flag",
        "返还理由已注明，照片、清单和领取手续附卷",
        "reason noted; photo, list and receipt on file",
    ),
    ActField("months", "number", "月数", "number of months"),
    ActField("amount_due", "number", "应缴金额（元）", "amount due in yuan"),
    ActField(
        "belongings_found", "flag", "有与案件无关的随身物品", "belongings unrelated to the case were found"
    ),
    ActField(
        "contraband_found",
        "flag",
        "发现违禁品、危险品或者需作证据的物品",
        "contraband, dangerous things or evidence were found",
    ),
    ActField("disposal_suggested", "flag", "清单写明处理建议", "the list states a proposal for disposal"),
)

TAKING = (
    "case_kind",
    "item_kind",
    "urgent",
    "amount",
    "remote_taking",
    "high_value",
    "affects_business",
    "at_scene_or_search",
    "precious",
    "warrant_shown",
    "list_copies",
    "list_signed",
    "noted",
    "before_opening_allowed",
)

TYPES = (
    ActType("property.seized", "扣押/扣留财物", "property seized", TAKING, ("item", "person"), lasts=True),
    ActType("property.sealed", "查封财物", "property sealed", TAKING, ("item", "person")),
    ActType("property.frozen", "冻结财产", "property frozen", TAKING, ("item", "person")),
    ActType(
        "property.preregistered",
        "先行登记保存",
        "evidence registered and kept in advance",
        TAKING,
        ("item", "person"),
    ),
    ActType(
        "vehicle.detained",
        "扣留车辆",
        "vehicle detained",
        ("case_kind", "reason", "before_opening_allowed"),
        ("item", "person"),
    ),
    ActType(
        "vehicle.handed-over",
        "被扣留车辆交交管部门",
        "detained vehicle handed to the traffic department",
        (),
        ("item",),
    ),
    ActType(
        "property.brought-back", "携涉案财物返回单位", "back at the unit with the property", (), ("item",)
    ),
    ActType(
        "property.examined",
        "完成涉案财物鉴定、辨认、检验、检查",
        "urgent examination of the property finished",
        (),
        ("item",),
    ),
    ActType(
        "property.handed-over",
        "移交涉案财物管理人员",
        "property handed to the property keeper",
        ("signed",),
        ("item",),
    ),
    ActType(
        "property.reported",
        "向管理人员报送登记",
        "property reported to the keeper for registration",
        ("document",),
        ("item",),
    ),
    ActType("property.stored", "涉案财物入库保管", "property stored", ("ledgered", "place"), ("item",)),
    ActType(
        "property.checked-out", "调用涉案财物", "property taken out for case work", ("reason",), ("item",)
    ),
    ActType("property.checked-in", "归还涉案财物", "property brought back to the store", (), ("item",)),
    ActType(
        "property.photographed", "拍照或者录像", "property photographed or filmed", ("method",), ("item",)
    ),
    ActType("property.appraised", "估价", "property valued", ("amount",), ("item",)),
    ActType(
        "property.disposed",
        "涉案财物处理",
        "disposal of property decided or carried out",
        ("method", "reason"),
        ("item",),
    ),
    ActType(
        "property.sold",
        "变卖或者拍卖",
        "property sold or auctioned",
        ("case_kind", "perishable", "amount"),
        ("item",),
    ),
    ActType(
        "property.found-unrelated",
        "查明财物与案件无关",
        "property found unrelated to the case",
        (),
        ("item",),
    ),
    ActType(
        "property.released",
        "解除查封、扣押、冻结并退还",
        "measure on property lifted and property given back",
        ("reason", "signed"),
        ("item", "person"),
    ),
    ActType(
        "property.returned",
        "返还被侵害人或者权利人",
        "property returned to the victim or owner",
        ("claimant", "return_papers"),
        ("item", "person"),
    ),
    ActType(
        "property.claim-announced",
        "通知或者公告认领",
        "owner told or public call to claim",
        ("method",),
        ("item",),
    ),
    ActType("property.claim-extended", "延长认领期限", "time to claim extended", ("months",), ("item",)),
    ActType("property.deemed-ownerless", "按无主财物处理", "property treated as ownerless", (), ("item",)),
    ActType(
        "property.collected",
        "收缴",
        "illegal property collected",
        ("item_kind", "amount", "undisputed", "level"),
        ("item", "person"),
    ),
    ActType(
        "property.recovered",
        "追缴",
        "illegal gains recovered",
        ("amount", "level", "return_to_victim"),
        ("item", "person"),
    ),
    ActType(
        "property.transferred",
        "随案移交财物",
        "property passed on with the case",
        ("recipient", "counted_together", "both_signed", "list_copies", "disposal_suggested"),
        ("item",),
    ),
    ActType(
        "proceeds.received",
        "取得罚没款项或者变卖价款",
        "confiscated money or sale proceeds received",
        ("amount", "reason"),
        ("item",),
    ),
    ActType("treasury.paid", "上缴国库", "paid into the treasury", ("amount", "amount_due"), ("item",)),
    ActType(
        "person.security-checked",
        "人身安全检查",
        "person checked for safety on arrival",
        ("belongings_found", "contraband_found"),
        ("person",),
    ),
    ActType("belongings.registered", "登记随身物品", "belongings registered", ("signed",), ("person",)),
    ActType("belongings.returned", "退还随身物品", "belongings given back", ("signed",), ("person",)),
)
