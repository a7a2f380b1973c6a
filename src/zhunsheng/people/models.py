"""The tables of people: units, officers, and what they are for a term — posts, qualifications, roles, access tokens.

Terms are half-open, [valid_from, valid_to); a missing `valid_to` means until ended. What was granted is never altered or deleted:
a row is written once, and its end is written once (triggers in the first migration).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from zhunsheng.base import clock
from zhunsheng.people.bilingual import both
from zhunsheng.people.codes import (
    AccountEventKind,
    EnforcementLevel,
    OfficerKind,
    QualificationKind,
    Rank,
    UnitKind,
)
from zhunsheng.people.roles import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CODE_LENGTH = 64


class Unit(models.Model):
    """An organ or a part of one: ministry, province, city, county bureau, station, department, or an outside organ."""

    code = models.CharField(both("机构代码", "unit code"), max_length=CODE_LENGTH, unique=True)
    name_zh = models.CharField(both("名称", "name"), max_length=200)
    name_en = models.CharField(both("英文名称", "English name"), max_length=200, blank=True)
    kind = models.CharField(both("类别", "kind"), max_length=16, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=both("上级单位", "unit above"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=both("并入单位", "merged into"),
    )
    """Set once, by `merging.unit_merge`: the unit keeps its code and its history, and stands below its successor for ever."""
    merged_at = models.DateTimeField(both("并入时间", "merged at"), null=True, blank=True, editable=False)

    class Meta:
        """Siblings stand in the order of their codes; what is merged stands below what it was merged into (guards: 0007)."""

        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
            models.CheckConstraint(condition=~Q(code=""), name="unit_code_given"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None)
                | Q(merged_into__isnull=False, merged_at__isnull=False, merged_into=F("parent")),
                name="unit_merged_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def listed(self) -> _StrPromise:
        """As a list of units names it: with its successor, where it was merged (`select_related("merged_into")`)."""
        if self.merged_into is None:
            return both(self.name_zh, self.name_zh)
        into = self.merged_into.name_zh
        return both(f"{self.name_zh}（已并入{into}）", f"{self.name_zh} (merged into {into})")


class OfficerManager(BaseUserManager["Officer"]):
    """How Django finds an account by the name typed at sign-in."""

    def get_by_natural_key(self, username: str | None) -> Officer:
        """The account with that officer number."""
        return self.get(number=username)


class Officer(AbstractBaseUser):
    """A person or programme that can sign in; `number` never changes, because acts and the ledger carry it."""

    number = models.CharField(both("警号", "officer number"), max_length=CODE_LENGTH, unique=True)
    name = models.CharField(both("姓名", "name"), max_length=100)
    kind = models.CharField(
        both("类别", "kind"), max_length=16, choices=OfficerKind.choices, default=OfficerKind.OFFICER
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, to_field="code", related_name="officers", verbose_name=both("所在单位", "unit")
    )
    is_active = models.BooleanField(both("可以登录", "may sign in"), default=True)
    entered_at = models.DateTimeField(both("登记时间", "entered"), default=clock.now, editable=False)
    sessions_ended = models.PositiveIntegerField(
        both("结束全部登录的次数", "times all sessions were ended"), default=0
    )

    objects: ClassVar[OfficerManager] = OfficerManager()

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """One account, one number."""

        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=OfficerKind.values), name="officer_kind_known"),
            models.CheckConstraint(condition=~Q(number=""), name="officer_number_given"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.number}）"

    def get_full_name(self) -> str:
        """The name, as Django's and allauth's pages ask for it."""
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must agree with to go on: the password, and how often all sessions have been ended."""
        told = f"{self.sessions_ended}.{self.password}"
        return salted_hmac("zhunsheng.people.session", told, secret=secret, algorithm="sha256").hexdigest()


class TermQuerySet(models.QuerySet[Any]):
    """Rows that hold for a time."""

    def at(self, instant: dt.datetime) -> Self:
        """Those in force at an instant."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=instant), valid_from__lte=instant)


class Term(models.Model):
    """Something an officer is from one instant until before another, granted by somebody for a reason.

    `granted_to` keeps the end foreseen at the grant; `valid_to` starts equal to it and may be brought forward once, by an
    end that says who, when and why. Without a `granted_by` stands only what the founding of the installation entered.
    """

    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="%(class)ss", verbose_name=both("人员", "person")
    )
    valid_from = models.DateTimeField(both("起", "from"), default=clock.now)
    valid_to = models.DateTimeField(both("止（不含）", "until (not included)"), null=True, blank=True)
    granted_to = models.DateTimeField(both("原定止期", "end foreseen"), null=True, blank=True, editable=False)
    granted_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=both("授予人", "granted by")
    )
    granted_at = models.DateTimeField(both("授予时间", "granted at"), default=clock.now, editable=False)
    reason = models.CharField(both("理由", "reason"), max_length=400)
    ended_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=both("终止人", "ended by"),
    )
    ended_at = models.DateTimeField(both("终止时间", "ended at"), null=True, editable=False)
    end_reason = models.CharField(
        both("终止理由", "reason for the end"), max_length=400, blank=True, editable=False
    )

    objects: ClassVar[models.Manager[Any]] = TermQuerySet.as_manager()

    class Meta:
        """Half-open, granted for a reason, ended for a reason."""

        abstract = True
        ordering: ClassVar = ["valid_from", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_term_runs_forward",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_reason_given"),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("officer")), name="%(class)s_not_self_granted"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, valid_to__isnull=False)
                & ~Q(end_reason=""),
                name="%(class)s_end_whole",
            ),
        ]

    def holds_at(self, instant: dt.datetime) -> bool:
        """Whether it is in force at that instant."""
        return self.valid_from <= instant and (self.valid_to is None or instant < self.valid_to)


class Post(Term):
    """A post with its title and rank; several at once in different units are possible."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, to_field="code", related_name="posts", verbose_name=both("单位", "unit")
    )
    title = models.CharField(both("职务", "title"), max_length=100)
    rank = models.CharField(both("层级", "rank"), max_length=16, choices=Rank.choices)

    class Meta(Term.Meta):
        """The rank is one that acts know."""

        constraints: ClassVar = [
            *Term.Meta.constraints,
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="post_rank_known"),
        ]

    def __str__(self) -> str:
        return f"{self.officer}：{self.title}"


class Qualification(Term):
    """What a person is qualified as, by the certificate named; the enforcement qualification has a level."""

    kind = models.CharField(both("资格", "qualification"), max_length=24, choices=QualificationKind.choices)
    level = models.CharField(
        both("等级", "level"), max_length=16, choices=EnforcementLevel.choices, blank=True
    )
    number = models.CharField(both("证书编号", "certificate number"), max_length=100, blank=True)

    class Meta(Term.Meta):
        """A level where the kind has levels, and only there."""

        constraints: ClassVar = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind=QualificationKind.ENFORCEMENT, level__in=EnforcementLevel.values)
                | Q(
                    kind__in=[k for k in QualificationKind.values if k != QualificationKind.ENFORCEMENT],
                    level="",
                ),
                name="qualification_level_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}：{self.get_kind_display()}"


class RoleAssignment(Term):
    """A role held for a unit and everything below it, for a term; never for the past, never by one's own hand."""

    role = models.CharField(both("角色", "role"), max_length=24, choices=Role.choices)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        to_field="code",
        related_name="roleassignments",
        verbose_name=both("单位", "unit"),
    )

    class Meta(Term.Meta):
        """No grant or end that reaches back; exclusions stand in a trigger."""

        constraints: ClassVar = [
            *Term.Meta.constraints,
            models.CheckConstraint(condition=Q(role__in=Role.values), name="roleassignment_role_known"),
            models.CheckConstraint(
                condition=Q(valid_from__gte=F("granted_at")), name="roleassignment_not_for_the_past"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(valid_to__gte=F("ended_at")),
                name="roleassignment_end_not_for_the_past",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}：{self.get_role_display()}（{self.unit_id}）"


class ApiToken(models.Model):
    """A programme's key: only the SHA-256 digest is kept; good for one purpose, until it expires or is revoked."""

    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="tokens", verbose_name=both("账号", "account")
    )
    label = models.CharField(both("用途说明", "label"), max_length=100)
    prefix = models.CharField(both("前缀", "prefix"), max_length=16, unique=True)
    digest = models.BinaryField(both("摘要", "digest"), max_length=32, unique=True)
    purpose = models.CharField(both("目的", "purpose"), max_length=24)
    issued_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=both("签发人", "issued by")
    )
    issued_at = models.DateTimeField(both("签发时间", "issued at"), default=clock.now)
    expires_at = models.DateTimeField(both("到期时间", "expires at"))
    revoked_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=both("吊销人", "revoked by")
    )
    revoked_at = models.DateTimeField(both("吊销时间", "revoked at"), null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="apitoken_expires"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="apitoken_revocation_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class ObserverGrant(Term):
    """What an outside observer may see: a unit with everything below it, or one thing, on a named basis, for a term."""

    UNIT = "unit"

    purpose = models.CharField(both("目的", "purpose"), max_length=24)
    entity = models.CharField(both("对象类别", "kind of thing"), max_length=24)
    subject = models.CharField(both("对象", "thing"), max_length=CODE_LENGTH)
    basis = models.CharField(both("依据", "basis"), max_length=400)

    class Meta(Term.Meta):
        """Never without a basis and an end."""

        constraints: ClassVar = [
            *Term.Meta.constraints,
            models.CheckConstraint(condition=~Q(basis=""), name="observergrant_basis_given"),
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="observergrant_has_an_end"),
            models.CheckConstraint(
                condition=Q(valid_from__gte=F("granted_at")), name="observergrant_not_for_the_past"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}：{self.entity} {self.subject}"


class Enrolment(models.Model):
    """A one-time code with which a person sets their own password; only its digest is kept, and the newest alone counts."""

    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="enrolments", verbose_name=both("账号", "account")
    )
    digest = models.BinaryField(both("摘要", "digest"), max_length=32, unique=True)
    issued_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=both("签发人", "issued by")
    )
    issued_at = models.DateTimeField(both("签发时间", "issued at"), default=clock.now)
    expires_at = models.DateTimeField(both("到期时间", "expires at"))
    used_at = models.DateTimeField(both("使用时间", "used at"), null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-issued_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="enrolment_expires"),
            models.CheckConstraint(
                condition=Q(issued_by=None) | ~Q(issued_by=F("officer")), name="enrolment_not_self_issued"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}"


class AccountEvent(models.Model):
    """A line of the sign-in log: what happened to an account or in its name, from where. Append-only.

    A number typed at sign-in that belongs to nobody is not kept: it may be a password typed into the wrong field.
    """

    at = models.DateTimeField(both("时间", "at"), default=clock.now)
    event = models.CharField(both("事件", "event"), max_length=24, choices=AccountEventKind.choices)
    officer = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        related_name="account_events",
        verbose_name=both("账号", "account"),
    )
    by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=both("操作人", "done by")
    )
    method = models.CharField(both("方式", "method"), max_length=24, blank=True)
    address = models.GenericIPAddressField(both("网络地址", "address"), null=True)
    agent = models.CharField(both("浏览器", "browser"), max_length=200, blank=True)
    detail = models.CharField(both("说明", "detail"), max_length=400, blank=True)

    class Meta:
        """Newest first; read by account and by time."""

        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["officer", "-at"], name="accountevent_of_officer")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(event__in=AccountEventKind.values), name="accountevent_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event}"
