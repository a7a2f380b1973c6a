"""What an officer may be at an act: roles, ranks and qualifications, with the words people read."""

from __future__ import annotations

from collections.abc import Mapping

ROLES: Mapping[str, tuple[str, str]] = {
    "handler": ("办案民警", "handling officer"),
    "recorder": ("记录人", "recorder"),
    "auxiliary": ("警务辅助人员", "auxiliary"),
    "legal-reviewer": ("法制审核人员", "legal reviewer"),
    "approver": ("审批人", "approver"),
    "decider": ("决定人", "decider"),
    "deliberation-member": ("集体讨论成员", "member of a deliberation"),
    "department-head": ("办案部门负责人", "head of the handling department"),
    "hearing-host": ("听证主持人", "hearing host"),
    "hearing-member": ("听证员", "hearing member"),
    "hearing-clerk": ("听证记录员", "hearing clerk"),
    "investigator": ("调查人员", "investigator"),
    "recused": ("被回避人员", "recused officer"),
    "mediator": ("主持调解的民警", "mediator"),
    "server": ("送达人", "server of papers"),
    "appraiser": ("鉴定人", "appraiser"),
    "forensic-doctor": ("法医", "forensic doctor"),
    "medical-staff": ("医务人员", "medical staff"),
    "property-keeper": ("涉案财物管理人员", "keeper of case property"),
    "bond-keeper": ("保证金管理人员", "keeper of bonds"),
    "giver": ("移交人", "who hands over"),
    "receiver": ("接收人", "who receives"),
    "entrusted": ("受委托人", "who acts on commission"),
    "supervisor": ("执法监督人员", "supervisor"),
    "superior": ("作出决定、命令的上级", "superior who ordered"),
}

RANKS: Mapping[str, tuple[str, str]] = {
    "officer": ("民警", "officer"),
    "deputy": ("副职负责人", "deputy head"),
    "head": ("负责人", "head"),
    "chief": ("主要负责人", "chief"),
}

QUALIFICATIONS: Mapping[str, tuple[str, str]] = {
    "enforcement": ("执法资格", "enforcement qualification"),
    "legal-profession": ("法律职业资格", "legal profession qualification"),
    "reviewer-before-rule": ("规定施行前已任审核人员", "reviewer since before the rule"),
    "none": ("无", "none"),
}
