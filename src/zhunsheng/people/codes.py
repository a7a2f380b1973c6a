"""The closed lists behind the tables: kinds of unit and person, ranks, qualifications, levels."""

from __future__ import annotations

from django.db.models import TextChoices

from zhunsheng.people.bilingual import both


class UnitKind(TextChoices):
    """What a unit is in the tree from the ministry down to the station."""

    MINISTRY = "ministry", both("公安部", "Ministry of Public Security")
    PROVINCE = "province", both("省级公安机关", "provincial bureau")
    CITY = "city", both("市级公安机关", "city bureau")
    COUNTY = "county", both("县级公安机关", "county bureau")
    STATION = "station", both("派出所", "police station")
    DEPARTMENT = "department", both("职能部门", "functional department")
    OUTSIDE = "outside", both("外部监督机关", "outside supervisory organ")


class OfficerKind(TextChoices):
    """Who an account belongs to; an observer is from another organ, a machine is a programme with a token."""

    OFFICER = "officer", both("人民警察", "police officer")
    AUXILIARY = "auxiliary", both("警务辅助人员", "auxiliary")
    OBSERVER = "observer", both("外部监督人员", "outside observer")
    MACHINE = "machine", both("接入系统", "connected programme")


class Rank(TextChoices):
    """Ranks as acts record them, lowest first; `tests/people/test_codes.py` holds them equal to `acts.roles.RANKS`."""

    OFFICER = "officer", both("民警", "officer")
    DEPUTY = "deputy", both("副职负责人", "deputy head")
    HEAD = "head", both("负责人", "head")
    CHIEF = "chief", both("主要负责人", "chief")


class QualificationKind(TextChoices):
    """What a person is qualified as; the first three as acts record them (`acts.roles.QUALIFICATIONS`)."""

    ENFORCEMENT = "enforcement", both("执法资格", "enforcement qualification")
    LEGAL_PROFESSION = "legal-profession", both("法律职业资格", "legal profession qualification")
    REVIEWER_BEFORE_RULE = (
        "reviewer-before-rule",
        both("规定施行前已任审核人员", "reviewer since before the rule"),
    )
    AUXILIARY = "auxiliary", both("警务辅助人员资格", "auxiliary's qualification")


class EnforcementLevel(TextChoices):
    """Levels of the enforcement qualification; other qualifications have none."""

    BASIC = "basic", both("基本级", "basic")
    MIDDLE = "middle", both("中级", "middle")
    ADVANCED = "advanced", both("高级", "advanced")


NO_QUALIFICATION = "none"
"""What an act records of an officer without a qualification that counts for the role."""


class AccountEventKind(TextChoices):
    """What the sign-in log records."""

    SIGNED_IN = "signed-in", both("登录", "signed in")
    SIGNED_OUT = "signed-out", both("退出", "signed out")
    REFUSED = "refused", both("登录被拒", "sign-in refused")
    LOCKED = "locked", both("锁定屏幕", "screen locked")
    UNLOCKED = "unlocked", both("解锁", "screen unlocked")
    UNLOCK_REFUSED = "unlock-refused", both("解锁被拒", "unlocking refused")
    EXPIRED = "expired", both("会话到期", "session expired")
    SESSIONS_ENDED = "sessions-ended", both("结束全部登录", "all sessions ended")
    PASSWORD_SET = "password-set", both("设置密码", "password set")
    FACTOR_ADDED = "factor-added", both("启用双重验证", "second factor added")
    FACTOR_REMOVED = "factor-removed", both("停用双重验证", "second factor removed")
    ENROLMENT_ISSUED = "enrolment-issued", both("签发启用码", "enrolment code issued")
    ENROLMENT_REFUSED = "enrolment-refused", both("启用码无效", "enrolment code refused")
    SUSPENDED = "suspended", both("停用账号", "account suspended")
    RESTORED = "restored", both("恢复账号", "account restored")
    TOKEN_ISSUED = "token-issued", both("签发接口令牌", "token issued")
    TOKEN_REVOKED = "token-revoked", both("吊销接口令牌", "token revoked")
    UNIT_MERGED = "unit-merged", both("单位合并", "unit merged")
