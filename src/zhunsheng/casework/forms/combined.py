"""Steps that are done in one go and recorded by one form, so that nothing about them is asked twice. Data."""

from __future__ import annotations

from zhunsheng.casework.forms.sheets import Sheet, Step

SUSPECT = ("suspect",)
HEARD = ("suspect", "victim", "witness")
RIGHTS = {"notice": "inquiry-rights", "recipient": "suspect", "method": "written"}
FAMILY = Step(
    "family.notified",
    {"notice": "summons", "method": "phone"},
    option=("已将传唤的原因和处所通知家属", "The family was told why and where"),
)

COMBINED: tuple[Sheet, ...] = (
    Sheet(
        "opened-and-told",
        "立案并告知报案人",
        "Case opened, reporter told",
        (
            Step("case.opened"),
            Step("document.made", {"document": "filing-register", "noted": False}, nobody=True, alone=True),
            Step("system.entered", {"entered": "acceptance"}, nobody=True, alone=True),
            Step(
                "document.served",
                {"document": "filing-notice", "recipient": "reporter", "refused": False},
                option=("已将立案告知书交报案人", "The notice was given to the reporter"),
                alone=True,
            ),
        ),
        first=("conduct_on", "summary"),
        usual={"method": "direct"},
        people=("reporter",),
        whom=False,
        help_zh="立案、填写登记表、录入系统、告知报案人，一次登记。",
        help_en="Opening, register, entry in the system and the notice to the reporter, recorded at once.",
    ),
    Sheet(
        "brought-in",
        "口头传唤到案并告知权利",
        "Summoned, arrived, told of rights",
        (
            Step("person.summoned", {"method": "oral", "reason": "涉嫌违反治安管理"}),
            Step("notice.given", {"notice": "summons-reason", "recipient": "suspect", "method": "oral"}),
            Step("person.arrived", {"method": "oral-summons", "many_suspects": False}),
            Step("notice.given", RIGHTS),
            FAMILY,
        ),
        first=("may_be_detained",),
        people=SUSPECT,
        help_zh="现场发现、口头传唤、带到办案场所，告知原因、权利并通知家属。用传唤证传唤的，分项登记。",
        help_en="Found on the spot, summoned orally, brought in, told why and of the rights, the family told.",
    ),
    Sheet(
        "scene-recorded",
        "现场处置（有录音录像）",
        "Scene handled, on record",
        (
            Step("recording.made", {"method": "body-camera", "place": "scene"}, media=True, alone=True),
            Step("scene.handled", {"method": "on-scene"}),
        ),
        people=(),
        whom=False,
    ),
    Sheet(
        "questioning-finished",
        "询问完毕（笔录、录音录像）",
        "Questioning finished: transcript and recording",
        (
            Step("recording.made", {"method": "room-camera"}, media=True, alone=True),
            Step("person.questioned"),
            Step("inquiry-record.made", at="end"),
        ),
        first=("place", "signed", "officer_signed", "card_shown", "individual"),
        usual={"place": "handling-area", "method": "in-person"},
        people=HEARD,
        many=False,
        roles=("recorder",),
        help_zh="一次询问的起止时间、笔录和全程录音录像，一次登记。",
        help_en="One questioning with its transcript and its recording, recorded at once.",
    ),
    Sheet(
        "seized-with-list",
        "扣押并开具清单",
        "Seized, with its list",
        (
            Step("recording.made", {"method": "body-camera", "place": "scene"}, media=True, alone=True),
            Step("property.seized"),
            Step("document.made", {"document": "preservation-decision"}),
            Step(
                "document.served",
                {"document": "preservation-decision", "method": "on-spot", "refused": False},
            ),
        ),
        first=("item_kind", "list_copies", "list_signed", "warrant_shown"),
        usual={"item_kind": "ordinary"},
        people=SUSPECT,
    ),
    Sheet(
        "evidence-taken",
        "接受证据并开具清单",
        "Evidence taken, with its list",
        (
            Step("evidence.received"),
            Step("document.made", {"document": "evidence-receipt-list", "noted": False}, alone=True),
        ),
        first=("evidence", "evidence_kind", "signed"),
        usual={"evidence_kind": "thing"},
        people=("victim", "reporter", "witness", "suspect"),
        many=False,
    ),
    Sheet(
        "released-after-questioning",
        "询问完毕离开",
        "Left after the questioning",
        (
            Step("person.released", {"reason": "办理完毕"}),
            Step(
                "area.left",
                {"exit_ground": "finished"},
                option=("同时离开办案区", "Left the handling area as well"),
            ),
        ),
        people=SUSPECT,
    ),
    Sheet(
        "told-of-penalty",
        "拟处罚告知本人",
        "Person told of the intended penalty",
        (
            Step("notice.given", {"notice": "penalty-proposed", "recipient": "suspect", "method": "written"}),
            Step(
                "notice.given",
                {"notice": "hearing-right", "recipient": "suspect", "method": "written"},
                option=("同时告知有权要求听证", "Told of the right to a hearing as well"),
                done=False,
            ),
        ),
        people=SUSPECT,
        many=False,
        help_zh="拟作出的处罚、事实、理由、依据和依法享有的权利，书面告知本人。拟处罚先在“决定”页提出。",
        help_en="The penalty proposed under “Decision”, its facts, reasons and basis, and the rights, told in writing.",
    ),
    Sheet(
        "guardian-told-of-penalty",
        "拟处罚告知监护人并听取意见",
        "Guardian told of the intended penalty and heard",
        (
            Step(
                "notice.given", {"notice": "penalty-proposed", "recipient": "guardian", "method": "written"}
            ),
            Step("guardian.heard", {}, option=("已听取监护人意见", "The guardian was heard"), done=True),
        ),
        people=SUSPECT,
        many=False,
    ),
    Sheet(
        "decision-handed-over",
        "宣告并送达处罚决定",
        "Decision read out and handed over",
        (
            Step("decision-document.issued", alone=True),
            Step(
                "document.served",
                {"document": "penalty-decision", "method": "on-spot", "recipient": "suspect"},
            ),
            Step("system.entered", {"entered": "disposition"}, nobody=False, alone=True),
        ),
        first=("contents_complete", "sealed"),
        people=SUSPECT,
        many=False,
    ),
    Sheet(
        "detention-begun",
        "送拘留所执行并通知家属",
        "Taken to the detention house, family told",
        (
            Step(
                "family.notified",
                {"notice": "detention", "method": "phone"},
                option=("已通知家属", "The family was told"),
                alone=True,
            ),
            Step("detention.started"),
        ),
        first=("days", "detained_until", "sent_by_decider", "first_violation"),
        usual={"days_offset": 0, "days_restrained": 0},
        people=SUSPECT,
        many=False,
    ),
    Sheet(
        "closed-and-filed",
        "结案并归档",
        "Closed and archived",
        (Step("case.closed", alone=True), Step("file.archived", alone=True)),
        whom=False,
    ),
)
