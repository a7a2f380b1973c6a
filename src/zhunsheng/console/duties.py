"""What each role lets its holder do, in one sentence for the home page."""

from __future__ import annotations

from collections.abc import Mapping

from zhunsheng.people.bilingual import both
from zhunsheng.people.roles import Role

DUTIES: Mapping[Role, object] = {
    Role.HANDLER: both(
        "受案、调查取证、告知、送达、执行、结案，在本单位及下属单位的案件上记录执法行为。",
        "Open, investigate, inform, serve, enforce and close: record acts on the cases of your unit and those below.",
    ),
    Role.LEGAL_REVIEWER: both(
        "对报送的案件作法制审核，提出意见；不能办理，也不能审批。",
        "Review cases before the decision and give an opinion; you neither handle nor approve.",
    ),
    Role.APPROVER: both(
        "审批强制措施和处理决定；不能办理，也不能审核。",
        "Approve measures and decisions; you neither handle nor review.",
    ),
    Role.PROPERTY_KEEPER: both(
        "接收、保管、移交涉案财物，办理出入库。",
        "Receive, keep and hand over case property.",
    ),
    Role.CUSTODY_KEEPER: both(
        "登记进出办案区的人员，掌握时限。",
        "Register who enters and leaves the custody area, and watch the time.",
    ),
    Role.RECORDING_KEEPER: both(
        "保管、调取执法录音录像，登记到期处置。",
        "Keep and hand out recordings, and dispose of them when their time is up.",
    ),
    Role.SUPERVISOR: both(
        "查看问题，督促整改，授权外部监督人员。",
        "See findings, follow rectification, let outside observers in.",
    ),
    Role.ASSESSOR: both("抽查案卷，考评执法质量。", "Sample dossiers and assess the quality of enforcement."),
    Role.WINDOW: both(
        "受理报案、申请和查询，出具回执。", "Take reports, applications and questions, and give receipts."
    ),
    Role.OUTSIDE_OBSERVER: both(
        "查看明确授权的卷宗；每次查看都有记录。",
        "See the dossiers that were granted to you; each reading is on record.",
    ),
    Role.AUDITOR: both(
        "查看登录和操作日志，核验账本；看不到卷宗内容。",
        "Read sign-in and activity logs and verify the ledger; contents stay closed.",
    ),
    Role.ADMINISTRATOR: both(
        "登记单位和人员，授予和终止角色；不能给自己授权，也看不到卷宗。",
        "Enter units and officers, grant and end roles; never your own, and dossiers stay closed.",
    ),
}
