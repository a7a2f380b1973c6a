"""Where a signed-in person can go. A new staff page adds its line here; the home page and the navigation follow."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from zhunsheng.casework.pages.purpose import ON_REQUEST
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held
from zhunsheng.supervision.pages.reading import OVERSEEING

EVERYBODY = frozenset(Role)
READERS = frozenset(
    role for p in PURPOSES.values() if p.contents and p.code not in ON_REQUEST for role in p.roles
)
"""Roles that read cases in their daily work."""
OVERSEERS = frozenset(role for code in OVERSEEING for role in PURPOSES[code].roles)
"""Roles that look at findings of whole units."""


@dataclass(frozen=True)
class Entry:
    """A page of the staff face and the roles it is for; `anyone` is for people without a role too."""

    route: str
    title: object
    about: object
    roles: frozenset[Role] = EVERYBODY
    anyone: bool = False

    def url(self) -> str:
        """Its address."""
        return reverse(self.route)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "home", both("首页", "Home"), both("您的角色允许办理的事项。", "What your roles allow."), anyone=True
    ),
    Entry(
        "desk",
        both("工作台", "Desk"),
        both("我要办的、等我审核审批的、我办的案件。", "What I must do, what waits for me, my cases."),
        READERS,
    ),
    Entry(
        "notices",
        both("提醒", "Reminders"),
        both("我的将到期和已逾期的事项。", "My duties that are due soon or overdue."),
        READERS,
    ),
    Entry(
        "case_new",
        both("接报案", "Take a report"),
        both(
            "登记报案，立案或者移交，出具回执。", "Take a report; open a case or hand it on; give a receipt."
        ),
        frozenset((Role.HANDLER, Role.WINDOW)),
    ),
    Entry(
        "cases",
        both("案件", "Cases"),
        both("查找案件，按到期先后排列。", "Find cases, those due first first."),
        READERS,
    ),
    Entry(
        "rulebook",
        both("规则", "Rulebook"),
        both(
            "施行的规范、提出的草案和试行结果、每一步变更。",
            "Norms in force, drafts with their back-tests, every step of change.",
        ),
        frozenset((Role.LEGAL_REVIEWER, Role.APPROVER, Role.SUPERVISOR)),
    ),
    Entry(
        "feeds",
        both("数据来源", "Feeds"),
        both(
            "其他系统的执法记录读到了哪里、哪些行没有读入。",
            "How far other systems' records are read, and which rows are not taken in.",
        ),
        frozenset((Role.SUPERVISOR, Role.ADMINISTRATOR)),
    ),
    Entry(
        "my_findings",
        both("我的问题", "My findings"),
        both(
            "与我有关的问题：补正、提出异议、认可，以及整改。",
            "Findings that concern me: cure, contest, accept, put right.",
        ),
        READERS,
    ),
    Entry(
        "supervision_desk",
        both("监督", "Supervision"),
        both(
            "哪里有问题，从什么时候起，走势怎样；异议、整改、规范准确率。",
            "What is wrong, where and since when; contests, rectification, precision by norm.",
        ),
        OVERSEERS,
    ),
    Entry(
        "responsibility_cases",
        both("过错责任", "Responsibility"),
        both(
            "外部否定结果及其复盘，执法过错责任案。",
            "External rejections and their reviews; cases of fault accountability.",
        ),
        frozenset((Role.SUPERVISOR, Role.APPROVER)),
    ),
    Entry(
        "inspections",
        both("检查评查", "Inspections"),
        both(
            "巡检、评查、专项整治：固定总体、公开抽取、检查表、通报。",
            "Patrols, reviews, campaigns: frozen populations, samples drawn in the open, checklists, circulars.",
        ),
        frozenset((Role.SUPERVISOR, Role.ASSESSOR)),
    ),
    Entry(
        "inspection_circulars",
        both("抽查通报", "Circulars on visits"),
        both(
            "现场随机抽查查了哪些单位、有什么问题、整改得怎样。",
            "Unannounced visits: which units, what was wrong, and how it stands.",
        ),
        frozenset((Role.APPROVER, Role.LEGAL_REVIEWER)),
    ),
    Entry(
        "account",
        both("我的账号", "My account"),
        both(
            "角色、职务、资格，密码与双重验证，登录记录。",
            "Roles, posts, qualifications; password and second factor; sign-in log.",
        ),
        anyone=True,
    ),
)


def entries_for(officer: Officer) -> list[Entry]:
    """The pages open to that person now, in the order of the list; a page that is not installed is left out.

    Whoever reads cases has the desk for a home page.
    """
    held = {one.role for one in roles_held(officer)}
    found = [entry for entry in ENTRIES if (entry.anyone or entry.roles & held) and _exists(entry)]
    return [entry for entry in found if entry.route != "home" or not held & READERS]


def _exists(entry: Entry) -> bool:
    try:
        return bool(entry.url())
    except NoReverseMatch:
        return False
