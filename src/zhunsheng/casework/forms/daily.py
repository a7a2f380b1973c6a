"""The single acts officers record every day: order, ordinary ways, whom they are about. Data, one entry an act type."""

from __future__ import annotations

from zhunsheng.casework.forms.sheets import Sheet, single

SUSPECT = ("suspect",)
THINGS = frozenset(("items", "items_new"))
"""Seldom about a thing."""
AFFECTED = ("suspect", "victim", "witness", "third-party")

DAILY: tuple[Sheet, ...] = (
    single(
        "report.received",
        people=("reporter",),
        first=("summary", "method", "place"),
        usual={"method": "phone"},
    ),
    single("report.registered", usual={"competence": "own"}, first=("competence", "judged_on_spot")),
    single("case.opened", first=("summary", "conduct_on")),
    single(
        "person.summoned",
        people=SUSPECT,
        usual={"method": "oral"},
        help_zh="现场发现的违法嫌疑人可以口头传唤；其他情形先经批准，用传唤证。",
        help_en="Somebody found on the spot may be summoned orally; otherwise a summons is approved first.",
    ),
    single(
        "person.arrived",
        people=SUSPECT,
        usual={"method": "oral-summons"},
        first=("method", "may_be_detained"),
    ),
    single("person.released", people=SUSPECT, usual={"reason": "办理完毕"}),
    single(
        "order.received",
        people=AFFECTED,
        whom=False,
        first=("order_content", "order_objected", "order_reported"),
        roles=("superior",),
        help_zh="上级对本案的决定、命令，如实登记；有不同意见并且已经报告的，写明。",
        help_en="A superior's decision or order in this case, as it was given; whether you objected and reported it.",
    ),
    single(
        "person.questioned",
        people=AFFECTED,
        many=False,
        whom=True,
        usual={"place": "handling-area", "method": "in-person"},
        first=("place", "signed"),
        roles=("recorder",),
    ),
    single("inquiry-record.made", people=AFFECTED, many=False, usual={"method": "in-person"}),
    single("notice.given", people=SUSPECT, first=("notice", "method"), usual={"method": "written"}),
    single(
        "family.notified",
        people=SUSPECT,
        first=("notice", "method"),
        usual={"notice": "summons", "method": "phone"},
    ),
    single(
        "guardian.notified",
        people=SUSPECT,
        first=("notice", "method"),
        usual={"notice": "questioning", "method": "phone"},
        fixed={"recipient": "guardian"},
    ),
    single(
        "recording.made",
        aside=THINGS,
        people=SUSPECT,
        whom=False,
        usual={"method": "body-camera", "place": "handling-area"},
    ),
    single("document.made", aside=THINGS, people=SUSPECT, whom=False, first=("document", "signed")),
    single(
        "document.served",
        people=("suspect", "victim", "reporter"),
        many=False,
        first=("document", "method"),
        usual={"document": "penalty-decision", "method": "on-spot"},
        roles=("server",),
    ),
    single(
        "approval.requested",
        aside=THINGS,
        people=SUSPECT,
        whom=False,
        first=("measure", "level"),
        usual={"level": "county-head"},
    ),
    single(
        "approval.given",
        aside=THINGS,
        people=SUSPECT,
        whom=False,
        first=("measure", "level"),
        usual={"method": "system", "level": "county-head"},
    ),
    single("approval.refused", aside=THINGS, people=SUSPECT, whom=False, first=("measure", "reason")),
    single("scene.handled", people=(), whom=False, usual={"method": "on-scene"}),
    single(
        "inspection.made",
        people=SUSPECT,
        whom=False,
        first=("inspected", "attended", "card_shown", "warrant_shown"),
        usual={"inspected": "premises"},
        aside=frozenset(("on_spot", "home_danger", "by_physician", "by_woman")),
    ),
    single(
        "property.seized",
        people=SUSPECT,
        whom=False,
        first=("item_kind", "amount", "list_copies", "list_signed"),
        usual={"item_kind": "ordinary"},
        roles=("property-keeper",),
    ),
    single(
        "property.preregistered",
        people=SUSPECT,
        whom=False,
        first=("item_kind", "list_copies", "list_signed"),
    ),
    single(
        "identification.held",
        people=("victim", "witness", "suspect"),
        many=False,
        first=("parade", "shown_count", "similar_items", "individual"),
        usual={"parade": "photo", "place": "handling-area"},
    ),
    single(
        "appraisal.commissioned",
        people=("victim", "suspect"),
        whom=False,
        usual={"appraisal_kind": "injury", "appraisal_matter": "伤情程度"},
    ),
    single("appraisal.received", people=("victim", "suspect"), whom=False),
    single("conduct.ended", people=SUSPECT, whom=False),
    single("penalty.proposed", people=SUSPECT, many=False, first=("decision", "days", "amount", "complex")),
    single("defence.heard", people=SUSPECT, many=False, first=("defence_raised",)),
    single("defence.waived", people=SUSPECT, many=False),
    single("hearing.requested", people=SUSPECT, many=False),
    single(
        "hearing.held",
        people=SUSPECT,
        many=False,
        roles=("hearing-host", "hearing-member", "hearing-clerk"),
    ),
    single(
        "mediation.held", people=("suspect", "victim"), usual={"mediation_bar": "none"}, roles=("mediator",)
    ),
    single("mediation.agreed", people=("suspect", "victim")),
    single("mediation.failed", people=("suspect", "victim"), usual={"reason": "no-agreement"}),
    single(
        "penalty.decided",
        people=SUSPECT,
        many=False,
        first=("decision", "days", "amount", "level"),
        usual={"level": "county-head"},
    ),
    single(
        "penalty.decided-on-the-spot",
        people=SUSPECT,
        many=False,
        first=("decision", "amount", "undisputed", "signed"),
        usual={"decision": "fine", "matter_kind": "other"},
    ),
    single("decision-document.issued", people=SUSPECT, many=False),
    single(
        "fine.collected", people=SUSPECT, many=False, usual={"method": "bank"}, first=("method", "amount")
    ),
    single(
        "detention.started",
        people=SUSPECT,
        many=False,
        first=("days", "detained_until", "sent_by_decider"),
        usual={"days_offset": 0, "days_restrained": 0},
    ),
    single("detention.ended", people=SUSPECT, many=False),
    single("case.closed"),
    single("file.archived"),
)
