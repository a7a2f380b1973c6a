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
