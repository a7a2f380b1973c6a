"""Why somebody may read: each purpose with the article it rests on and the roles that may give it.

Nothing is read without one. A purpose without `contents` opens accounts or logs, never a dossier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhunsheng.people import basis
from zhunsheng.people.basis import Basis
from zhunsheng.people.roles import Role


@dataclass(frozen=True)
class Purpose:
    """A reason for reading that may be chosen; `explicit` ones reach only what was granted one by one."""

    code: str
    zh: str
    en: str
    basis: tuple[Basis, ...]
    roles: frozenset[Role]
    contents: bool = True
    explicit: bool = False


_KEEPERS = frozenset({Role.PROPERTY_KEEPER, Role.CUSTODY_KEEPER, Role.RECORDING_KEEPER})

_ALL = (
    Purpose(
        "handling",
        "办理案件",
        "handling a case",
        (Basis(basis.PENALTIES, 54, "必须全面、客观、公正地调查，收集有关证据"),),
        frozenset({Role.HANDLER}),
    ),
    Purpose(
        "reception",
        "窗口受理",
        "receiving at the window",
        (Basis(basis.CASES, 60, "应当及时受理"),),
        frozenset({Role.WINDOW}),
    ),
    Purpose(
        "review",
        "法制审核",
        "legal review",
        (Basis(basis.PENALTIES, 58, "应当由从事行政处罚决定法制审核的人员进行法制审核"),),
        frozenset({Role.LEGAL_REVIEWER}),
    ),
    Purpose(
        "approval",
        "审批",
        "approval",
        (Basis(basis.PENALTIES, 57, "行政机关负责人应当对调查结果进行审查"),),
        frozenset({Role.APPROVER}),
    ),
    Purpose(
        "keeping",
        "保管财物、办案区和记录",
        "keeping property, custody area and recordings",
        (Basis(basis.CASES, 188, "涉案财物的接收、保管、移交等管理工作"),),
        _KEEPERS,
    ),
    Purpose(
        "supervision",
        "执法监督",
        "supervision",
        (
            Basis(basis.POLICE, 47, "对公安机关的人民警察执行法律、法规、遵守纪律的情况进行监督"),
            Basis(basis.INSPECTORS, 2, "依法履行职责、行使职权和遵守纪律的情况进行监督"),
            Basis(basis.PENALTIES, 75, "行政机关应当建立健全对行政处罚的监督制度"),
        ),
        frozenset({Role.SUPERVISOR}),
    ),
    Purpose(
        "assessment",
        "执法考评",
        "assessment",
        (Basis(basis.PENALTIES, 75, "行政执法评议、考核"),),
        frozenset({Role.ASSESSOR}),
    ),
    Purpose(
        "outside-supervision",
        "外部监督",
        "outside supervision",
        (Basis(basis.POLICE, 42, "依法接受人民检察院和行政监察机关的监督"),),
        frozenset({Role.OUTSIDE_OBSERVER}),
        explicit=True,
    ),
    Purpose(
        "party-request",
        "答复当事人查询",
        "answering a party",
        (Basis(basis.PERSONAL_INFORMATION, 45, "个人有权向个人信息处理者查阅、复制其个人信息"),),
        frozenset({Role.HANDLER, Role.WINDOW}),
    ),
    Purpose(
        "export",
        "依法提供卷宗",
        "handing a dossier over as the law asks",
        (
            Basis(basis.RECONSIDERATION, 48, "提交作出行政行为的证据、依据和其他有关材料"),
            Basis(basis.LITIGATION, 67, "提交作出行政行为的证据"),
        ),
        frozenset({Role.HANDLER, Role.LEGAL_REVIEWER, Role.SUPERVISOR}),
    ),
    Purpose(
        "audit",
        "安全审计（只看日志）",
        "audit (logs only)",
        (Basis(basis.PERSONAL_INFORMATION, 54, "定期对其处理个人信息遵守法律、行政法规的情况进行合规审计"),),
        frozenset({Role.AUDITOR}),
        contents=False,
    ),
    Purpose(
        "administration",
        "管理人员和权限",
        "managing accounts and roles",
        (Basis(basis.PERSONAL_INFORMATION, 51, "合理确定个人信息处理的操作权限"),),
        frozenset({Role.ADMINISTRATOR}),
        contents=False,
    ),
)

PURPOSES: Mapping[str, Purpose] = {purpose.code: purpose for purpose in _ALL}


def purposes_for(roles: frozenset[Role]) -> tuple[Purpose, ...]:
    """The purposes that somebody with these roles may give, in the order of the list."""
    return tuple(purpose for purpose in _ALL if purpose.roles & roles)
