"""The closed lists behind the tables: kinds of unit and person, ranks, qualifications, levels."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    """What a unit is in the tree from the ministry down to the station."""

    MINISTRY = "ministry", _("公安部")
    PROVINCE = "province", _("省级公安机关")
    CITY = "city", _("市级公安机关")
    COUNTY = "county", _("县级公安机关")
    STATION = "station", _("派出所")
    DEPARTMENT = "department", _("职能部门")
    OUTSIDE = "outside", _("外部监督机关")


class OfficerKind(TextChoices):
    """Who an account belongs to; an observer is from another organ, a machine is a programme with a token."""

    OFFICER = "officer", _("人民警察")
    AUXILIARY = "auxiliary", _("警务辅助人员")
    OBSERVER = "observer", _("外部监督人员")
    MACHINE = "machine", _("接入系统")


class Rank(TextChoices):
    """Ranks as acts record them, lowest first; `tests/people/test_codes.py` holds them equal to `acts.roles.RANKS`."""

    OFFICER = "officer", _("民警")
    DEPUTY = "deputy", _("副职负责人")
    HEAD = "head", _("负责人")
    CHIEF = "chief", _("主要负责人")


class QualificationKind(TextChoices):
    """What a person is qualified as; the first three as acts record them (`acts.roles.QUALIFICATIONS`)."""

    ENFORCEMENT = "enforcement", _("执法资格")
    LEGAL_PROFESSION = "legal-profession", _("法律职业资格")
    REVIEWER_BEFORE_RULE = "reviewer-before-rule", _("规定施行前已任审核人员")
    AUXILIARY = "auxiliary", _("警务辅助人员资格")


class EnforcementLevel(TextChoices):
    """Levels of the enforcement qualification; other qualifications have none."""

    BASIC = "basic", _("基本级")
    MIDDLE = "middle", _("中级")
    ADVANCED = "advanced", _("高级")


NO_QUALIFICATION = "none"
"""What an act records of an officer without a qualification that counts for the role."""
